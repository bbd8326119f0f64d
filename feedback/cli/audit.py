"""``feedback audit``: is the history still what was written?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from feedback.domain.events import Fault
    from feedback.queries.checkpoints import CheckpointFault, Kept
    from feedback.queries.verification import Verification

WHOLE, BROKEN = 0, 1


@click.group()
def audit() -> None:
    """The history: verify it, or write down what it is today."""


@audit.command()
@click.option("--case", "reference", metavar="REF", help="Only the history of this case.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--checkpoint-file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Checkpoints kept outside the database, one JSON object a line.")
def verify(reference: str | None, as_json: bool, checkpoint_file: Path | None) -> None:
    """Read the whole history and print the first bad link of each chain.

    Exit code 0: whole. 1: something was changed. 2: the question could not be asked.
    """
    from feedback.app import create_app
    from feedback.queries import checkpoints, verification

    kept = _read_kept(checkpoint_file) if checkpoint_file else []
    with create_app().app_context():
        if reference is None:
            found, roots = verification.verify_all(), checkpoints.verify_checkpoints(kept)
        else:
            found, roots = verification.verify_case(_case_id(reference)), []
    click.echo(json.dumps(_as_json(found, roots), ensure_ascii=False) if as_json else _as_text(found, roots))
    raise click.exceptions.Exit(WHOLE if found.whole and not roots else BROKEN)


@audit.command()
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path),
              help="Append it to this file too, one JSON object a line. Keep the file on another machine.")
def checkpoint(path: Path | None) -> None:
    """Write a checkpoint over the whole history and print it."""
    from feedback.app import create_app
    from feedback.extensions import writing
    from feedback.queries.checkpoints import kept
    from feedback.services.checkpoints import write_checkpoint

    with create_app().app_context(), writing():
        made = kept(write_checkpoint())
    line = json.dumps(made._asdict())
    if path is not None:
        with path.open("a", encoding="ascii") as file:
            file.write(line + "\n")
    click.echo(line)


def _case_id(reference: str) -> int:
    from sqlalchemy import select

    from feedback.extensions import db
    from feedback.models.cases import Case

    found = db.session.scalar(select(Case.id).where(Case.reference == reference.strip().upper()))
    if found is None:
        raise click.UsageError(f"There is no case {reference}.")
    return found


def _read_kept(path: Path) -> "list[Kept]":
    from feedback.queries.checkpoints import read_kept

    try:
        return [read_kept(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]
    except ValueError as broken:
        raise click.UsageError(f"{path}: {broken}") from None


def _as_json(found: "Verification", roots: "list[CheckpointFault]") -> dict[str, Any]:
    return {
        "whole": found.whole and not roots, "chains": found.chains, "events": found.events,
        "faults": [fault._asdict() for fault in found.faults],
        "checkpoint_faults": [fault._asdict() for fault in roots],
    }


def _as_text(found: "Verification", roots: "list[CheckpointFault]") -> str:
    lines = [f"{found.chains} chains, {found.events} events read."]
    lines += [_line(fault) for fault in found.faults]
    lines += [f"checkpoint {fault.number}: {fault.detail}" for fault in roots]
    lines.append("Whole: nothing was changed." if found.whole and not roots
                 else f"NOT whole: {len(found.faults)} chains and {len(roots)} checkpoints have faults.")
    return "\n".join(lines)


def _line(fault: "Fault") -> str:
    return f"{fault.chain}, event {fault.n}: {fault.kind.value}: {fault.detail}"
