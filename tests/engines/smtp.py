"""A real mail server inside the test run: it keeps what it gets, and fails in the ways mail servers fail."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Sink:
    """What arrived (`messages` parsed, `envelopes` as sender and recipients), and the faults in force."""

    messages: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    port: int = 0
    _refusal: str | None = None
    _delay: float = 0.0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """The address for FEEDBACK_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    def pause(self) -> None:
        """Down: connections are refused until `resume()`."""
        self._call(self._close())

    def resume(self) -> None:
        """Up again on the same port, without faults."""
        self._refusal, self._delay = None, 0.0
        if self._server is None:
            self._call(self._listen())

    def reject(self, reply: str = "550 5.1.1 no such mailbox") -> None:
        """Refuse each message with this SMTP reply (4xx: for now, 5xx: for good) until `resume()`."""
        self._refusal = reply

    def slow(self, seconds: float) -> None:
        """Take this long over each message until `resume()`."""
        self._delay = seconds

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """aiosmtpd's hook: one message was spoken."""
        if self._delay:
            await asyncio.sleep(self._delay)
        if self._refusal:
            return self._refusal
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
        self.messages.append(message)
        return "250 2.0.0 kept"

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(
            lambda: SMTP(self, loop=self._loop, hostname="sink.test"), "127.0.0.1", self.port
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
            for task in asyncio.all_tasks(self._loop) - {asyncio.current_task()}:
                task.cancel()  # conversations that were under way
            await asyncio.sleep(0)

    def _call(self, deed: Any) -> None:
        asyncio.run_coroutine_threadsafe(deed, self._loop).result(10)


@contextmanager
def smtp_sink() -> Iterator[Sink]:
    """A mail server on a free loopback port, in a thread of its own."""
    sink = Sink()
    thread = threading.Thread(target=sink._loop.run_forever, name="smtp-sink", daemon=True)
    thread.start()
    try:
        sink._call(sink._listen())
        yield sink
    finally:
        sink._call(sink._close())
        sink._loop.call_soon_threadsafe(sink._loop.stop)
        thread.join(10)
        sink._loop.close()
