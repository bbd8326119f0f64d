"""``feedback import`` and ``feedback publication``: what was published before comes in; how far publishing is."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from feedback.cli import register_imports

if TYPE_CHECKING:
    from flask import Flask

    from feedback.services.import_pairs import Pair

BATCH = 200
"""Pairs a transaction: large enough to be quick, small enough not to hold up writers."""
FAULTS_SHOWN = 50


@click.group(name="import")
def import_() -> None:
    """Bring in data from files."""


@import_.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--label", help="Name of the import, kept as the source of what it brings (the file's name).")
def cases(file: Path, label: str | None) -> None:
    """Bring in FILE, complaints with their published answers, one JSON object a line.

    Fields: complaint, answer, agency; and, when known, received_on, answered_on (2024-05-31), source. Others are
    left aside and named. With a fault in any line nothing is brought in. The same file again changes nothing.
    """
    from feedback.services import import_pairs

    with open_app().app_context():
        reading = import_pairs.read(_lines(file))
        if reading.faults:
            for fault in reading.faults[:FAULTS_SHOWN]:
                click.echo(f"line {fault.line}: {fault.code}", err=True)
            if len(reading.faults) > FAULTS_SHOWN:
                click.echo(f"… and {len(reading.faults) - FAULTS_SHOWN} more", err=True)
            raise click.ClickException(f"{len(reading.faults)} of the lines are faulty; nothing was brought in.")
        if reading.ignored:
            click.echo(f"Fields left aside: {', '.join(sorted(reading.ignored))}")
        _bring_in(file, label=label or file.name, read=reading.pairs)


def _bring_in(file: Path, *, label: str, read: int) -> None:
    from feedback.domain.permissions import SYSTEM
    from feedback.extensions import db, writing
    from feedback.services import import_pairs, importing

    filed = known = agencies = 0
    for batch in _batches(import_pairs.pairs(_lines(file))):
        with writing():
            done = importing.file_batch(batch, actor=SYSTEM, label=label)
        db.session.expunge_all()  # a big file must not grow in memory
        filed, known, agencies = filed + done.cases, known + done.known_already, agencies + done.agencies
    click.echo(f"Pairs read: {read}")
    click.echo(f"Historical cases made: {filed}")
    click.echo(f"Brought in before, left alone: {known}")
    click.echo(f"Agencies created, closed: {agencies}")
    _print_counts()


for _command in register_imports.COMMANDS:
    import_.add_command(_command)


@click.group()
def publication() -> None:
    """The publication of settled cases."""


@publication.command()
def counts() -> None:
    """Print how many drafts wait for whom, and how many cases are published or held."""
    with open_app().app_context():
        _print_counts()


@publication.command()
def index() -> None:
    """Write the register's search index anew, the oldest case first. Safe to run again, and while the house works:
    the sweep that counts does the same in small steps."""
    from feedback.extensions import db, writing
    from feedback.services import register_index

    last = number = 0
    with open_app().app_context():
        while ids := register_index.after(last):
            with writing():
                number += register_index.fill(ids, register_index.agencies_above())
            db.session.expunge_all()  # a big register must not grow in memory
            last = ids[-1]
    click.echo(f"Published cases indexed: {number}")


def _print_counts() -> None:
    from feedback.queries.drafts import counts

    found = counts()
    click.echo("Drafts of imported cases / of cases handled here:")
    for status, (imported, own) in found.by_status.items():
        click.echo(f"  {status}: {imported} / {own}")
    click.echo(f"Published in the register: {found.published}; taken out again: {found.unpublished}")


def _lines(file: Path) -> Iterator[str]:
    """The lines of a UTF-8 file, one at a time; bytes that are no text become a fault of their line."""
    with file.open(encoding="utf-8-sig", errors="surrogateescape", newline="\n") as opened:
        yield from opened


def _batches(items: "Iterable[Pair]") -> "Iterator[list[Pair]]":
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def open_app() -> "Flask":
    """The app from the environment; what is missing or unsafe ends the command with one sentence."""
    from feedback.app import create_app
    from feedback.config import UnsafeSettings

    try:
        return create_app()
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None
