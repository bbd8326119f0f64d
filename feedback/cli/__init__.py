"""The ``feedback`` command. Each subcommand is imported only when it is called, so that starting is quick."""

import importlib
from typing import Any

import click

COMMANDS: dict[str, str] = {
    "up": "feedback.cli.up:up",
    "web": "feedback.cli.web:web",
    "nginx": "feedback.cli.nginx:nginx",
    "worker": "feedback.cli.worker:worker",
    "run-job": "feedback.cli.worker:run_job",
    "clock": "feedback.cli.worker:clock",
    "vault": "feedback.cli.vault:vault",
    "mailbox": "feedback.cli.mailbox:mailbox",
    "bounces": "feedback.cli.bounces:bounces",
    "db": "feedback.cli.database:db",
    "calendar": "feedback.cli.installed_calendar:calendar",
    "answers": "feedback.cli.answers:answers",
    "audit": "feedback.cli.audit:audit",
    "import": "feedback.cli.importing:import_",
    "publication": "feedback.cli.importing:publication",
    "case": "feedback.cli.cases:case",
    "agency": "feedback.cli.agencies:agency",
    "sample": "feedback.cli.sample:sample",
    "simulate": "feedback.cli.simulate:simulate",
    "create-admin": "feedback.cli.accounts:create_admin",
}
"""Name of each command → where it lives."""

_NEEDS_NOTHING = ("up", "calendar", "answers", "simulate")
"""The first makes a trial, the others look for one by themselves where they want it."""


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

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; settings that are missing or unsafe end it with one sentence."""
        from feedback.config import UnsafeSettings

        try:
            return super().invoke(ctx)
        except UnsafeSettings as problem:
            raise click.ClickException(str(problem)) from None


@click.command(cls=LazyGroup)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Hồi Âm: complaints about administrative procedures, answered in time and in plain words.

    Called where a trial was started, without settings of its own, a command acts on that trial.
    """
    if ctx.invoked_subcommand in _NEEDS_NOTHING:
        return
    from feedback.cli.trial.joining import follow_note

    if (trial := follow_note()) is not None:
        click.echo(f"(the trial in {trial})", err=True)
