"""``feedback answers``: read pairs of complaint and answer, judge the reader, and keep its model.

``check`` and ``evaluate`` need nothing: no settings, no database, no network.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from feedback.cli.answer_lines import Line, dumped, model_of, opened, read
from feedback.cli.reader_models import model, refit
from feedback.cli.reader_scores import judged_pairs, score

if TYPE_CHECKING:
    from feedback.domain.answers.verdict import Verdict

FILE = click.Path(path_type=Path, allow_dash=True)
MODEL = click.option("--model", "model_file", type=click.Path(path_type=Path), metavar="FILE",
                     help="Read with the model of this file instead of the shipped one.")


@click.group()
def answers() -> None:
    """The reading of answers: check a file of pairs, measure the reader, fit it again."""


answers.add_command(score)
answers.add_command(refit)
answers.add_command(model)


@answers.command()
@click.option("--jsonl", "path", required=True, type=FILE, metavar="FILE",
              help="Pairs, one JSON object a line: id, complaint, answer, optional asks. - is standard input.")
@MODEL
def check(path: Path, model_file: Path | None) -> None:
    """Read every answer of FILE; one JSON object a line comes out, in the same order.

    A line that is no pair ends the command with exit code 1 and its number, before anything is written.
    Nearly the same answers to different complaints of the file count as stock answers.
    """
    tried = model_of(model_file)
    with opened(path) as pairs:
        for line in pairs:
            click.echo(dumped(_checked(line, read(line, pairs, tried))))


@answers.command()
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@MODEL
def evaluate(path: Path, as_json: bool, model_file: Path | None) -> None:
    """How well the reader judges the labelled pairs of FILE, beside three baselines.

    Labels: label (clear or defective), optional flags, unanswered, kind. What is not labelled is null. The TF-IDF
    baseline is trained on the other folds of the same file.
    """
    from feedback.domain.answers.evaluation import report

    found = report(judged_pairs(path, model_of(model_file)))
    click.echo(dumped(found) if as_json else _as_text(found))


def _checked(line: Line, verdict: "Verdict") -> dict[str, Any]:
    """A verdict as it is written: positions are code points of the answer, 0–0 for what is absent."""
    from feedback.domain.answers.evaluation import LEVELS

    def quote(start: int, end: int) -> str:
        return line.answer[start:end]

    questions = [ask.text for ask in verdict.asks]
    return {
        "id": line.raw.get("id"), "defective": verdict.defective, "level": LEVELS[verdict.level],
        "p": round(verdict.probability, 6),
        "flags": [{"code": mark.code.name, "start": mark.start, "end": mark.end,
                   "quote": quote(mark.start, mark.end),
                   "ask": questions[mark.ask] if mark.ask is not None else None, **mark.words}
                  for mark in verdict.marks],
        "asks": [{"text": ask.text, "answered": ask.answered, "quote": quote(ask.start, ask.end)}
                 for ask in verdict.asks],
    }


def _as_text(report: dict[str, Any]) -> str:
    """The report for people: one line a reader, then the groups and flags."""
    lines = [f"{report['n']} pairs, p50 {report['p50_ms']:.1f} ms, p95 {report['p95_ms']:.1f} ms",
             _row("reader", report)]
    lines += [_row(name, one) for name, one in report["baselines"].items() if one is not None]
    lines += [_row(f"reader, {lang}", one) for lang, one in report["by_language"].items()]
    for name in ("groups", "flags"):
        if report[name] is not None:
            lines += [name, *(f"  {code:<14} F1 {_number(one['f1'])}  n {one['n']}"
                              for code, one in report[name].items() if one["n"])]
    lines += [f"questions left out: F1 {_number(report['ask_f1'])}; "
              f"three levels: macro-F1 {_number(report['level_macro_f1'])}; Brier {_number(report['brier'])}"]
    return "\n".join(lines)


def _row(name: str, one: dict[str, Any]) -> str:
    return f"  {name:<11}" + "".join(f"  {key} {_number(one[key])}" for key in (
        "macro_f1", "auc", "precision", "recall", "fpr"))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
