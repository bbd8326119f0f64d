"""``feedback sample``: the sample data of a trial, and who can sign in there."""

import os
from pathlib import Path

import click

ACCOUNTS = "sample-accounts.txt"
"""In the data folder; written last, so that its being there says that the sample data is whole."""


@click.command()
@click.option("--accounts", is_flag=True, help="Only show the sample accounts and their password.")
def sample(accounts: bool) -> None:
    """Make the sample province with its people and play its cases; in a trial only.

    Safe to call again: what is there already stays as it is.
    """
    from feedback.app import create_app
    from feedback.config import UnsafeSettings

    try:
        app = create_app()
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None
    settings = app.extensions["settings"]
    if not settings.trial:
        raise click.ClickException(
            "Sample accounts have a known password: they are made in a trial only. Set FEEDBACK_TRIAL=1.")
    from feedback.services.samples import province

    password = province.password(settings.secret_key)
    if accounts:
        click.echo(_listed(password))
        return
    with app.app_context():
        _make(password)
    file = settings.data / ACCOUNTS
    _write(file, _listed(password))
    click.echo(f"The sample accounts stand in {file}.")


def _make(password: str) -> None:
    from flask import current_app

    from feedback.extensions import writing
    from feedback.services.register_counts import recount
    from feedback.services.samples import playing, province, publishing
    from feedback.services.seeding import seed_reference_data

    settings = current_app.extensions["settings"]
    with writing():
        seed_reference_data()
        province.build()
        missing = province.missing_accounts()
    for start in range(0, len(missing), 10):  # hashing takes a while; others want to write too
        with writing():
            province.open_accounts(missing[start:start + 10], password=password)
    played = playing.play_all(settings=settings, transaction=writing)
    public = publishing.publish_all(played.to_publish, transaction=writing)
    with writing():
        recount()  # the front page must not say nought until the sweep comes round
    click.echo(f"Sample cases made: {played.cases}; published: {public} of {len(played.to_publish)}")


def _listed(password: str) -> str:
    from feedback.services.samples.data import rows

    agencies = {row["code"]: row["name_vi"] for row in rows("agencies")}
    lines = [f"Mật khẩu chung · one password for all: {password}", ""]
    for row in rows("accounts"):
        roles = ", ".join(row["roles"]).replace("_", " ")
        lines.append(f"{row['email']:<46} {row['name']} · {roles} · {agencies[row['agency']]}")
    return "\n".join(lines)


def _write(file: Path, text: str) -> None:
    """Readable by the owner alone, and never half written."""
    draft = file.with_name(file.name + ".new")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        opened.write(text + "\n")
    draft.replace(file)
