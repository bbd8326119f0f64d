"""The mail server of a trial: it delivers nowhere, and keeps each mail as a file that `/trial/mailbox` shows.

Loopback only, and only in a trial: what it keeps is everybody's mail, unsealed. Mail to an address that ends in
``.invalid`` comes back, as it would from a real mail server, so that a trial shows what happens then.
"""

import asyncio
import os
import signal
import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from feedback import clock

_SUFFIX = ".eml"
_NOWHERE = ".invalid"
_KEPT = 2000  # the newest; a trial that runs for months must not fill the disk
_LARGEST_BYTES = 10 * 1024 * 1024


def serve(*, host: str, port: int, folder: Path) -> None:
    """Take mail on `host`:`port` into `folder` (made 0700 if missing) until SIGTERM or SIGINT. What cannot be
    delivered is reported to `feedback bounces read` of this house.

    Raises ValueError for an address that is not loopback, OSError when the port is in use.
    """
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise ValueError("the trial's mail server listens on loopback only")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(_serve(host, port, _Keeper(folder)))


def read_all(folder: Path) -> list[EmailMessage]:
    """Every mail kept in `folder`, newest first, parsed; an empty list when there is none or no folder.

    `message.get_body(("html",))` and `message.get_body(("plain",))` are its two forms.
    """
    return [parsed for path in _kept(folder) if (parsed := _read(path)) is not None]


class _Keeper:
    """aiosmtpd's handler: writes a mail whole (0600), then lets it be seen under its final name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.returning: set[asyncio.Task[None]] = set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.count += 1
        name = f"{clock.now():%Y%m%dT%H%M%S.%fZ}-{os.getpid()}-{self.count:06d}{_SUFFIX}"
        unfinished = self.folder / f".{name}"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        unfinished.rename(self.folder / name)
        for old in _kept(self.folder)[_KEPT:]:
            old.unlink(missing_ok=True)
        for recipient in envelope.rcpt_tos:
            if recipient.endswith(_NOWHERE):
                task = asyncio.create_task(_bring_back(content, recipient))
                self.returning.add(task)
                task.add_done_callback(self.returning.discard)
        return "250 2.0.0 kept"


async def _bring_back(content: bytes, recipient: str) -> None:
    """Report to the house that this mail has no mailbox (RFC 3464), through the same door as in production."""
    reader = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "feedback", "bounces", "read", stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL)
    head = content.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    await reader.communicate(b"\n".join((
        b"MIME-Version: 1.0", b"Content-Type: multipart/report; report-type=delivery-status; boundary=edge", b"",
        b"--edge", b"Content-Type: message/delivery-status", b"", b"Reporting-MTA: dns; mailbox.invalid", b"",
        b"Final-Recipient: rfc822; " + recipient.encode("ascii", "replace"), b"Action: failed", b"Status: 5.1.2",
        b"", b"--edge", b"Content-Type: text/rfc822-headers", b"", head, b"", b"--edge--", b"")))


async def _serve(host: str, port: int, keeper: _Keeper) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    for sig in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sig, ended.set)
    server = await loop.create_server(
        lambda: SMTP(keeper, data_size_limit=_LARGEST_BYTES, hostname="mailbox.invalid", loop=loop),
        host,
        port,
    )
    await ended.wait()
    server.close()


def _kept(folder: Path) -> list[Path]:
    """Finished files, newest first: their names begin with the instant they came."""
    return sorted((p for p in folder.glob(f"*{_SUFFIX}") if not p.name.startswith(".")), reverse=True)


def _read(path: Path) -> EmailMessage | None:
    try:
        message = message_from_bytes(path.read_bytes(), policy=policy.default)
    except FileNotFoundError:  # the oldest was removed between the listing and now
        return None
    assert isinstance(message, EmailMessage)  # policy.default makes no other
    return message
