"""``feedback create-admin``: the first administrator of an empty system, or the second where one is left."""

from pathlib import Path
from typing import Any

import click

FAULTS = {
    ("email", "malformed"): "This is not an e-mail address.",
    ("email", "taken"): "There is already an account with this address.",
    ("email", "not_empty"): "There is an administrator already. Ask them to make the account.",
    ("name", "missing"): "A name is needed.",
    ("password", "too_short"): "The password needs 15 characters or more. A sentence you can remember is best.",
    ("password", "too_long"): "The password may have 256 characters at most.",
    ("password", "too_plain"): "The password repeats itself too much. Use a sentence of different words.",
    ("password", "has_email"): "The password is mostly the e-mail address. Use other words.",
}


@click.command("create-admin")
@click.option("--email", prompt="E-mail", help="Address to sign in with.")
@click.option("--name", prompt="Name", help="Name that colleagues see.")
@click.option("--password-file", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="File whose first line is the password; without it the password is asked for.")
def create_admin(email: str, name: str, password_file: Path | None) -> None:
    """Make the first administrator, or a second one where a single one is left of several. Refused otherwise: the
    others are invited."""
    from feedback.app import create_app
    from feedback.config import UnsafeSettings, load_settings
    from feedback.domain.errors import BadInput
    from feedback.extensions import writing
    from feedback.services import accounts

    try:
        settings: Any = load_settings()
    except UnsafeSettings as problem:
        raise click.ClickException(str(problem)) from None
    app = create_app(settings)
    try:
        with app.app_context():  # before a password is asked for that nobody needs
            accounts.check_first_administrator(email=email, name=name)
        if password_file is not None:
            password = password_file.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
        else:
            password = click.prompt("Password (15 characters or more)", hide_input=True, confirmation_prompt=True)
        with app.app_context(), writing():
            person = accounts.create_first_administrator(email=email, name=name, password=password)
            person_id = person.id
    except BadInput as wrong:
        raise click.ClickException(FAULTS.get((wrong.field, wrong.code), str(wrong))) from None
    click.echo(f"Account {person_id} made. Sign in at {settings.base_url}/sign-in")
    click.echo("The first sign-in leads to setting up a second step on your telephone.")
