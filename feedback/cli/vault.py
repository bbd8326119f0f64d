"""``feedback vault``: the one process that can read who sent a case, its keys and their rotation."""

import grp
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
    from feedback.extensions import db, writing
    from feedback.models.identity import SealedIdentity
    from feedback.services import opening

    settings = _settings()
    keys = _ring(settings.keys)
    with create_app(settings).app_context():
        used = set(db.session.scalars(select(SealedIdentity.key_id).distinct()))
        db.session.rollback()
        if used <= {keys.current}:
            keys = vault_keys.begin_rotation(settings.keys)
        done, more = 0, True
        while more:
            with writing():  # a few hundred rows at a time, so that complaints can still come in between
                batch = opening.reseal(current=keys.private[keys.current], current_id=keys.current,
                                       find_key=keys.private.__getitem__)
            done, more = done + batch, batch > 0
        still = set(db.session.scalars(select(SealedIdentity.key_id).distinct()))
    dropped = vault_keys.drop_retired(settings.keys, still | _young(settings.keys))
    click.echo(f"{done} rows sealed anew to {keys.current}; {dropped} old keys deleted.")


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
