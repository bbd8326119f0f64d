"""``feedback answers refit`` and ``feedback answers model``: a better model from what people said, and back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedback.cli.trial.joining import follow_note

if TYPE_CHECKING:
    from flask import Flask

    from feedback.domain.answers.learning import Proposal

MOST_SHOWN = 10


def _app() -> "Flask":
    """The installation that the settings (or the trial in this folder) name."""
    from feedback.app import create_app

    if (trial := follow_note()) is not None:
        click.echo(f"(the trial in {trial})", err=True)
    return create_app()


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--author", default="feedback answers refit", show_default=True, metavar="NAME",
              help="Who answers for the new model; stands in its file.")
def refit(dry_run: bool, author: str) -> None:
    """Fit the reader again from the verdicts of the gate and what senders said of their points.

    From 30 verdicts on the thresholds move; from 200 on the weights are fitted again, and taken only when the
    score on the frozen pairs is not lower. Flags that were found wrong more often than right are muted.
    """
    from feedback.extensions import writing
    from feedback.queries import reader_words
    from feedback.services import learning

    with _app().app_context():
        proposal = learning.proposed()
        click.echo(_told(proposal))
        for flag, said in sorted(reader_words.flags_said().items()):
            if flag in proposal.model.muted:
                click.echo(f"  muted: {flag.name}, right {said.right} of {said.n}; its words want mending"
                           + (" (new)" if flag in proposal.newly_muted else ""))
        if not proposal.changes:
            click.echo("Nothing changes.")
        elif dry_run:
            click.echo("Dry run: nothing was changed.")
        else:
            with writing():
                made = learning.keep(proposal, author=author)
            click.echo(f"In force: {made.version}")


def _told(proposal: "Proposal") -> str:
    before, after = proposal.before, proposal.model
    lines = [
        f"{proposal.verdicts} verdicts of supervisors, {proposal.senders} answers that senders spoke of.",
        {0: "Fewer than 30 verdicts: thresholds and weights stay.",
         1: "From 30 verdicts on the thresholds may move; the weights wait for 200.",
         2: "The weights were fitted again."}[proposal.stage],
        f"threshold {before.threshold:.2f} → {after.threshold:.2f}, close reading from {before.close:.2f} → "
        f"{after.close:.2f}",
        f"macro-F1 on the frozen pairs {proposal.score_before:.3f} → {proposal.score_after:.3f}",
    ]
    if proposal.fitted_score is not None:
        verdict = "taken" if proposal.accepted else "NOT taken: lower than before"
        lines.append(f"with the fitted weights {proposal.fitted_score:.3f}: {verdict}")
    for moved in proposal.moved[:MOST_SHOWN]:
        lines.append(f"  {moved.head}: {moved.feature} {moved.before:+.3f} → {moved.after:+.3f}")
    if len(proposal.moved) > MOST_SHOWN:
        lines.append(f"  and {len(proposal.moved) - MOST_SHOWN} more weights")
    return "\n".join(lines)


@click.group()
def model() -> None:
    """The reader's models: each with version, date and author, one of them in force."""


@model.command("list")
def list_() -> None:
    """Every version; the one in force has a star."""
    from feedback.queries.reader_model import listed

    with _app().app_context():
        for one in listed():
            stale = "  (fitted from an earlier reader: not used)" if one.stale else ""
            click.echo(f"{'*' if one.in_force else ' '} {one.version:<14} {one.made_on}  {one.author}  "
                       f"{one.note}{stale}")


@model.command()
@click.argument("version", required=False)
def show(version: str | None) -> None:
    """The file of VERSION, or of the model in force."""
    click.echo(_file_of(version), nl=False)


@model.command()
@click.argument("version")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def export(version: str, path: Path) -> None:
    """Write VERSION to FILE, from which it can be taken back into force."""
    text = _file_of(version)
    try:
        path.write_text(text, "utf-8")
    except OSError as fault:
        raise click.ClickException(f"{path}: {fault.strerror}") from None
    click.echo(f"Written: {path}")


@model.command()
@click.argument("what", metavar="FILE_OR_VERSION")
def use(what: str) -> None:
    """Take a known version, or the model of a file, into force. The shipped version puts all others aside."""
    from feedback.domain.errors import BadInput
    from feedback.extensions import writing
    from feedback.services import learning

    try:
        with _app().app_context(), writing():
            made = learning.take(_text(Path(what))) if Path(what).is_file() else learning.use(what)
    except LookupError:
        raise click.ClickException(f"{what} is neither a file nor a version; see: answers model list") from None
    except BadInput as fault:
        raise click.ClickException(_WHY[fault.code]) from None
    except ValueError as fault:
        raise click.ClickException(f"{what}: {fault}") from None
    click.echo(f"In force: {made.version}. Other processes read with it within a minute.")


_WHY = {
    "malformed": "A version is up to 40 letters, digits, dots, dashes and underscores, without a long number.",
    "different": "Another model has this version already; give the file a version of its own.",
    "stale": "It was fitted from another reader than the one installed; its weights belong to other features.",
}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as fault:
        raise click.ClickException(f"{path}: {fault.strerror}") from None


def _file_of(version: str | None) -> str:
    from feedback.domain.answers.model import dump, shipped
    from feedback.queries import reader_model

    with _app().app_context():
        if version is None:
            return dump(reader_model.model_in_force())
        if version == shipped().version:
            return dump(shipped())
        try:
            return reader_model.body_of(version)
        except LookupError:
            raise click.ClickException(f"There is no version {version}; see: answers model list") from None
