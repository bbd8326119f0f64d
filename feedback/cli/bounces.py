"""``feedback bounces``: takes in what mail servers report about mails that did not arrive."""

import asyncio
import logging
import signal
import sys
from typing import Any

import click

log = logging.getLogger("feedback.bounces")


@click.group()
def bounces() -> None:
    """Mails that came back. The mail server hands reports over: by a pipe (``read``) or by LMTP (``listen``)."""


@bounces.command()
def read() -> None:
    """Read one message from standard input. For a pipe in the mail server's aliases; exit code 0 whether or not it
    was a report about one of our mails, because a second delivery would not make it one."""
    from feedback.adapters.bounce_reports import MOST_BYTES
    from feedback.app import create_app

    click.echo("noted" if _take(create_app(), sys.stdin.buffer.read(MOST_BYTES)) else "not about a mail of ours")


@bounces.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on: loopback only.")
@click.option("--port", type=click.IntRange(1, 65535), required=True, help="TCP port to listen on.")
def listen(host: str, port: int) -> None:
    """Take reports by LMTP until SIGTERM or SIGINT. When the database does not answer, the mail server is told to
    come again later, so that no report is lost."""
    from feedback.app import create_app

    if host not in ("127.0.0.1", "::1", "localhost"):
        raise click.ClickException("Reports are taken on loopback only, from the mail server of this machine.")
    try:
        asyncio.run(_serve(host, port, create_app()))
    except OSError as problem:
        raise click.ClickException(f"Cannot listen on {host}:{port}: {problem}.") from None


def _take(app: Any, raw: bytes) -> bool:
    from feedback.adapters import bounce_reports
    from feedback.extensions import writing
    from feedback.services import bounces as deeds

    report = bounce_reports.read(raw)
    if report is None:
        return False
    with app.app_context(), writing():
        return deeds.record(report)


class _Taker:
    """aiosmtpd's handler."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        from sqlalchemy.exc import SQLAlchemyError

        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        try:
            await asyncio.to_thread(_take, self.app, raw)
        except SQLAlchemyError as fault:
            log.warning("bounce_not_noted", extra={"fault": type(fault).__name__})
            return "451 4.3.0 come again later"
        return "250 2.0.0 read"


async def _serve(host: str, port: int, app: Any) -> None:
    from aiosmtpd.lmtp import LMTP

    from feedback.adapters.bounce_reports import MOST_BYTES

    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, ended.set)
    taker = _Taker(app)
    server = await loop.create_server(
        lambda: LMTP(taker, data_size_limit=MOST_BYTES, hostname="bounces.invalid", loop=loop), host, port)
    click.echo(f"taking reports on {host}:{port}")
    await ended.wait()
    server.close()
