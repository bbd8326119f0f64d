"""The ``feedback`` command. Each subcommand is imported only when it is called, so that starting is quick."""

import importlib

import click

COMMANDS: dict[str, str] = {
    "up": "feedback.cli.up:up",
    "web": "feedback.cli.web:web",
    "worker": "feedback.cli.worker:worker",
    "run-job": "feedback.cli.worker:run_job",
    "clock": "feedback.cli.worker:clock",
    "vault": "feedback.cli.vault:vault",
    "mailbox": "feedback.cli.mailbox:mailbox",
    "db": "feedback.cli.database:db",
    "calendar": "feedback.cli.calendar:calendar",
    "audit": "feedback.cli.audit:audit",
    "import": "feedback.cli.importing:import_",
    "publication": "feedback.cli.importing:publication",
    "sample": "feedback.cli.sample:sample",
    "create-admin": "feedback.cli.accounts:create_admin",
}
"""Name of each command → where it lives."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        return getattr(importlib.import_module(module), attribute)


@click.command(cls=LazyGroup)
def main() -> None:
    """Hồi Âm: complaints about administrative procedures, answered in time and in plain words."""
