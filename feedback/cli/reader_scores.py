"""``feedback answers score``: the labelled sets' figures that the public page shows, kept with the package."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedback.cli.answer_lines import dumped, opened, read

if TYPE_CHECKING:
    from feedback.domain.answers.evaluation import Judged
    from feedback.domain.answers.model import Model

KEPT = Path(__file__).resolve().parents[1] / "domain" / "answers" / "scores.json"
"""Where the figures lie in a checkout, and from where they travel with the package."""


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--write", is_flag=True, help="Keep them for the public page. Each writing counts as one more try.")
@click.option("--kept-aside", is_flag=True, help="Nobody looked at these pairs while the reader was written.")
@click.option("--by", metavar="FIELD", help="Draw whole groups of this field for the intervals: agency, say.")
def score(paths: tuple[Path, ...], write: bool, kept_aside: bool, by: str | None) -> None:
    """Score labelled FILEs with 95 % intervals, beside the baselines.

    What is written says on which day, with which model, and how often a set was scored: a set that is scored again
    and again is no test any more.
    """
    kept: dict[str, Any] = json.loads(KEPT.read_text("utf-8")) if KEPT.exists() else {"sets": {}}
    for path in paths:
        before = kept["sets"].get(path.stem, {})
        kept["sets"][path.stem] = {**_scored(path, by), "kept_aside": kept_aside,
                                   "tries": before.get("tries", 0) + write}
    if write:
        KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8")
    click.echo(dumped({path.stem: kept["sets"][path.stem] for path in paths}))


def judged_pairs(path: Path, model: "Model | None" = None) -> "list[Judged]":
    """Every labelled pair of a file, read and timed. ClickException names a line without labels, or an empty file.
    """
    return [one for one, _row in _judged(path, model)]


def _judged(path: Path, model: "Model | None" = None) -> "list[tuple[Judged, dict[str, Any]]]":
    from feedback.domain.answers.evaluation import NotLabelled, gold, judged

    rows = []
    with opened(path) as pairs:
        for line in pairs:
            try:
                gold(line.raw)
            except NotLabelled as fault:
                raise click.ClickException(f"line {line.number}: {fault}") from None
            began = time.perf_counter()
            verdict = read(line, pairs, model)
            ms = (time.perf_counter() - began) * 1000
            kept = {name: value for name, value in line.raw.items() if name not in ("complaint", "answer")}
            rows.append((judged(line.raw, verdict, ms), kept))
    if not rows:
        raise click.ClickException(f"{path}: there is no pair in it")
    return rows


def _scored(path: Path, by: str | None) -> dict[str, Any]:
    from feedback import clock
    from feedback.domain.answers.evaluation import baseline_guesses, figures, intervals
    from feedback.domain.answers.metrics import rounded
    from feedback.domain.answers.model import shipped

    rows = _judged(path)
    true = [one.gold.defective for one, _ in rows]
    hands = [str(row[by]) if by and by in row else at for at, (_, row) in enumerate(rows)]
    guesses = {"reader": ([one.p for one, _ in rows], [one.found for one, _ in rows])}
    guesses |= baseline_guesses([one for one, _ in rows])
    return rounded({
        "n": len(rows), "defective": sum(true), "on": clock.today().isoformat(), "model": shipped().version,
        "by": by, "readers": {name: {"figures": figures(scores, found, true),
                                     "intervals": intervals(scores, found, true, hands)}
                              for name, (scores, found) in guesses.items()}})
