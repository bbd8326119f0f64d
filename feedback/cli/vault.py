"""``feedback vault``: the one process that can read who sent a case, its keys and their rotation."""

import grp
import os
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from feedback.config import UnsafeSettings, load_settings

if TYPE_CHECKING:
    from feedback.adapters.vault_keys import Keyring

RETIRED_AT_LEAST = 3600
"""Seconds a retired key is kept at least: a complaint being written now may still be sealed to it."""


@click.group()
def vault() -> None:
    """Who sent a case: sealed by everyone, opened by this process alone."""


@vault.command("init-keys")
def init_keys() -> None:
    """Make the key pair in FEEDBACK_KEYS if it is not there, and print its id."""
    from feedback.adapters import vault_keys

    try:
        click.echo(vault_keys.ensure_keys(_settings().keys))
    except (vault_keys.KeysUnsafe, OSError) as problem:
        raise click.ClickException(str(problem)) from None


@vault.command()
@click.option("--group", help="Group whose members may also ask (the socket is then 0660 instead of 0600).")
def serve(group: str | None) -> None:
    """Answer on the vault's socket until stopped."""
    from feedback.adapters import vault_server

    vault_server.harden()
    settings = _settings()
    keys = _ring(settings.keys)
    try:
        gid = grp.getgrnam(group).gr_gid if group else None
    except KeyError:
        raise click.ClickException(f"There is no group called {group}.") from None
    from feedback.app import create_app
    from feedback.cli.vault_verbs import verbs

    app = create_app(settings)
    for stop in (signal.SIGTERM, signal.SIGINT):
        signal.signal(stop, _leave)
    try:
        with vault_server.listening(settings.vault_socket, verbs(app, settings.keys, keys), group=gid) as server:
            server.serve_forever(poll_interval=0.5)
    except vault_server.VaultBusy as problem:
        raise click.ClickException(str(problem)) from None


@vault.command()
def check() -> None:
    """Ask the running vault whether it is healthy; exit code 1 when it is not."""
    from feedback.adapters import vault as client
    from feedback.app import create_app

    with create_app(_settings()).app_context():
        if not client.check():
            raise click.ClickException("The vault does not answer, or cannot open what is sealed now.")
    click.echo("The vault answers.")


@vault.command()
def rotate() -> None:
    """Make a new key and seal every row to it. Killed at any moment, run it again: it goes on where it was.

    The old key is deleted by a later run, at least an hour after nothing is sealed to it any more.
    """
    from sqlalchemy import select

    from feedback.adapters import vault_keys
    from feedback.app import create_app
    from feedback.domain.errors import StorageUnavailable
    from feedback.extensions import db, writing
    from feedback.models.identity import SealedIdentity
    from feedback.services import opening, opening_files

    settings = _settings()
    keys = _ring(settings.keys)
    with create_app(settings).app_context():
        used = set(db.session.scalars(select(SealedIdentity.key_id).distinct())) | opening_files.keys_in_use()
        db.session.rollback()
        if used <= {keys.current}:
            keys = vault_keys.begin_rotation(settings.keys)
        done, more = 0, True
        while more:
            with writing():  # a few hundred rows at a time, so that complaints can still come in between
                batch = opening.reseal(current=keys.private[keys.current], current_id=keys.current,
                                       find_key=keys.private.__getitem__)
            done, more = done + batch, batch > 0
        files, more = 0, True
        while more:
            try:
                with writing():
                    batch = opening_files.reseal(current=keys.private[keys.current], current_id=keys.current,
                                                 find_key=keys.private.__getitem__)
            except StorageUnavailable:
                click.echo("The storage cannot be written from here: the originals of files stay sealed to the "
                           "old keys, which are kept. Run it again where FEEDBACK_STORAGE_URL can be reached.",
                           err=True)
                break
            files, more = files + batch, batch > 0
        still = set(db.session.scalars(select(SealedIdentity.key_id).distinct())) | opening_files.keys_in_use()
    dropped = vault_keys.drop_retired(settings.keys, still | _young(settings.keys))
    click.echo(f"{done} rows and {files} files sealed anew to {keys.current}; {dropped} old keys deleted.")


@vault.command("open-file")
@click.argument("reference")
@click.argument("number", type=int)
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def open_file(reference: str, number: int, target: Path) -> None:
    """Write the original of file NUMBER of the case REFERENCE to TARGET (0600, must not exist): as evidence, for a
    court or an inspection. The opening is written into the case's history first."""
    from feedback.adapters.sealing import SealBroken
    from feedback.app import create_app
    from feedback.domain.errors import NotKept, StorageUnavailable
    from feedback.extensions import writing
    from feedback.services import opening_files

    settings = _settings()
    keys = _ring(settings.keys)
    with create_app(settings).app_context():
        try:
            with writing():
                row = opening_files.record_opening(reference, number)
            name, data = opening_files.original(row, find_key=keys.private.__getitem__)
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as out:
                out.write(data)
        except LookupError:
            raise click.ClickException("This case has no such file, or the key of its seal is gone.") from None
        except (NotKept, StorageUnavailable, SealBroken):
            raise click.ClickException("The original is not in the storage, or was changed.") from None
        except OSError as problem:
            raise click.ClickException(f"{target}: {problem.strerror}") from None
    click.echo(f"{len(data)} bytes, called {name!r} by whoever sent it.")


def _young(folder: Path) -> set[str]:
    from feedback.adapters.vault_keys import RETIRED

    oldest = time.time() - RETIRED_AT_LEAST
    return {p.stem for p in (folder / RETIRED).glob("*.key") if p.stat().st_mtime > oldest}


def _settings() -> Any:
    try:
        return load_settings()
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None


def _ring(folder: Path) -> "Keyring":
    from feedback.adapters import vault_keys

    try:
        vault_keys.ensure_keys(folder)
        return vault_keys.load_keyring(folder)
    except (vault_keys.KeysUnsafe, OSError) as problem:
        raise click.ClickException(str(problem)) from None


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)
