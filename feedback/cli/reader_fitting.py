"""``feedback answers fit``: make the model that ships from labelled pairs, and say what it is worth on pairs that
it was not fitted on."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedback.cli.answer_lines import dumped, opened

if TYPE_CHECKING:
    from feedback.domain.answers.making import Labelled


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--l2", default=1.0, show_default=True, help="How strongly the weights are pulled to 0.")
@click.option("--by", metavar="FIELD", help="Keep pairs with one value of this field in one fold: agency, topic.")
@click.option("--folds", default=5, show_default=True, type=click.IntRange(2, 50))
@click.option("--version", "version", metavar="VERSION", help="Version of the new model.")
@click.option("--author", default="Hồi Âm", show_default=True)
@click.option("--note", default="", help="What stands in the model's file about it.")
@click.option("--write", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write the model here. Without it only the cross-validated figures are printed.")
def fit(paths: tuple[Path, ...], l2: float, by: str | None, folds: int, version: str | None, author: str,
        note: str, target: Path | None) -> None:
    """Fit the reader's weights on labelled FILEs, the same on every machine.

    Printed are the figures of each file by cross-validation over all files: each pair is judged by weights that
    saw neither it nor its complaint (nor its agency, with --by agency).
    """
    from feedback import clock
    from feedback.domain.answers.evaluation import figures
    from feedback.domain.answers.fit import NotFitted
    from feedback.domain.answers.making import made, tried
    from feedback.domain.answers.metrics import rounded
    from feedback.domain.answers.model import dump

    if target is not None and not version:
        raise click.UsageError("--write needs --version")
    rows = [(path.stem, row) for path in paths for row in _labelled(path, by)]
    try:
        out = tried([row for _, row in rows], l2=l2, k=folds)
        report: dict[str, Any] = {"l2": l2, "folds": folds, "by": by, "sets": {}}
        for name in dict.fromkeys(name for name, _ in rows):
            places = [at for at, (own, _) in enumerate(rows) if own == name]
            scores = [out[at] for at in places]
            report["sets"][name] = {"n": len(places), **figures(
                scores, [p >= 0.5 for p in scores], [rows[at][1].pair.defective for at in places])}
        click.echo(dumped(rounded(report)))
        if target is not None:
            model = made([row for _, row in rows], l2=l2, version=str(version), author=author, note=note,
                         made_on=clock.today().isoformat())
            target.write_text(dump(model), "utf-8")
    except (NotFitted, ValueError, OSError) as fault:
        raise click.ClickException(str(fault)) from None


def _labelled(path: Path, by: str | None) -> "list[Labelled]":
    from feedback.domain.answers.evaluation import NotLabelled, gold
    from feedback.domain.answers.learning import Witness
    from feedback.domain.answers.making import Labelled
    from feedback.domain.answers.points import propose
    from feedback.domain.answers.stock import same_matter

    rows = []
    with opened(path) as pairs:
        for line in pairs:
            try:
                told = gold(line.raw)
            except NotLabelled as fault:
                raise click.ClickException(f"{path}, line {line.number}: {fault}") from None
            asks = line.asks or propose(line.complaint)
            key = str(line.raw[by]) if by and line.raw.get(by) is not None else same_matter(line.complaint)
            pair = Witness(line.complaint, line.answer, asks, told.defective, 1.0)
            rows.append(Labelled(pair, told.groups, key))
    return rows
