"""`feedback mailbox`: the mail server of a trial, as a process of its own."""

from pathlib import Path

import click


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Loopback address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), required=True, help="TCP port to listen on.")
@click.option(
    "--folder", type=click.Path(path_type=Path, file_okay=False), required=True, help="Where mails go."
)
def mailbox(host: str, port: int, folder: Path) -> None:
    """Take the trial's mail and keep each one as a file. It delivers nowhere."""
    from feedback.adapters import trial_mailbox

    try:
        trial_mailbox.serve(host=host, port=port, folder=folder)
    except (OSError, ValueError) as problem:
        raise click.ClickException(
            f"The trial's mailbox cannot listen on {host}:{port}: {problem}."
        ) from None
