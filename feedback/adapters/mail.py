"""Sending one letter over SMTP, so that nothing in it can be turned into another header or another recipient."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from feedback import clock

SECONDS = 10.0
"""For connecting and for each word of the conversation."""

_BETWEEN = "=_hoi-am_=="
"""Stands between the parts. In quoted-printable text "=_" cannot occur (RFC 2045, section 6.7)."""
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class MailFault(Exception):
    """The letter did not go out. ``code`` names why without addresses or text; ``server_down``: no other
    letter would go out now either; ``settled``: the server will not take this letter next time either."""

    def __init__(self, code: str, *, server_down: bool = False, settled: bool = False) -> None:
        super().__init__(code)
        self.code, self.server_down, self.settled = code, server_down, settled


@dataclass(frozen=True)
class Letter:
    """The words of one mail."""

    subject: str
    text: str
    html: str
    language: str


class Post:
    """An open conversation with the mail server; opened with the first letter and used for all that follow."""

    def __init__(self, smtp_url: str, mail_from: str) -> None:
        self._url, self._from = smtp_url, mail_from
        self._server: smtplib.SMTP | None = None

    def send(self, letter: Letter, *, to: str, dedupe: str) -> None:
        """Hand one letter over; returns once the server has answered for it. Raises MailFault."""
        message = compose(letter, to=to, mail_from=self._from, dedupe=dedupe)
        try:
            server = self._open()
        except (OSError, smtplib.SMTPException) as fault:
            self.hang_up()
            raise MailFault(_code(fault), server_down=True) from None
        try:
            server.send_message(message, self._from, [to])  # else it reads them from the headers
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refused:
            settled = _reply_code(refused) >= 500
            self.hang_up()
            raise MailFault(_code(refused), settled=settled) from None
        except (OSError, smtplib.SMTPException) as fault:
            self.hang_up()
            raise MailFault(_code(fault), server_down=True) from None

    def hang_up(self) -> None:
        """End the conversation; the next letter begins a new one."""
        server, self._server = self._server, None
        if server is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                server.quit()
            server.close()

    def _open(self) -> smtplib.SMTP:
        if self._server is not None:
            return self._server
        parts = urlsplit(self._url)
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host, parts.port or 465, timeout=SECONDS, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, parts.port or 25, timeout=SECONDS)
        self._server = server
        server.ehlo_or_helo_if_needed()
        private = parts.scheme == "smtps" or host in _LOOPBACK
        if not private and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            private = True
        if parts.username:
            if not private:
                raise smtplib.SMTPException("the password would be readable on the way")
            server.login(unquote(parts.username), unquote(parts.password or ""))
        return server


@contextlib.contextmanager
def post_office(smtp_url: str, mail_from: str) -> Iterator[Post]:
    """A conversation for some letters, ended at the end. ``smtp_url``: ``smtp[s]://[user:password@]host[:port]``."""
    post = Post(smtp_url, mail_from)
    try:
        yield post
    finally:
        post.hang_up()


def compose(letter: Letter, *, to: str, mail_from: str, dedupe: str) -> EmailMessage:
    """The whole message: plain and HTML, with a Message-ID that is the same each time this notice is sent.

    Raises MailFault('bad_address') when ``to`` is anything but one plain address.
    """
    try:
        recipient, sender = Address(addr_spec=to), _sender(mail_from)
        to.encode("ascii")
    except (ValueError, IndexError, HeaderParseError):
        raise MailFault("bad_address", settled=True) from None
    message = EmailMessage(policy=_POLICY)
    message["From"], message["To"] = sender, recipient
    message["Subject"] = " ".join(letter.subject.split())
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{dedupe}@{sender.addresses[0].domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = letter.language
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message.set_boundary(_BETWEEN)
    return message


class _Remembering(EmailPolicy):
    """The policy for SMTP. Most headers of a heap of mails are those of the mail before: reading and folding them
    is most of what a mail costs, so the last ones are remembered. What is refused is never remembered, nor whom a
    mail goes to: addresses of senders stay in no process's memory."""

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        known = type(value) is str and name.lower() != "to"
        return _stored(name, value) if known else super().header_store_parse(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        known = hasattr(value, "name") and name.lower() != "to"
        return _folded(name, value) if known else super().fold_binary(name, value)


_PLAIN = EmailPolicy(linesep="\r\n")
_POLICY = _Remembering(linesep="\r\n")


@lru_cache(maxsize=256)
def _stored(name: str, value: str) -> tuple[str, Any]:
    return _PLAIN.header_store_parse(name, value)


@lru_cache(maxsize=256)
def _folded(name: str, value: Any) -> bytes:
    return _PLAIN.fold_binary(name, value)


@lru_cache(maxsize=4)
def _sender(mail_from: str) -> Any:
    """The header From, with the house's own address. Raises as ``Address`` does."""
    return _PLAIN.header_factory("From", Address(display_name="Hồi Âm", addr_spec=mail_from))


def _reply_code(refused: smtplib.SMTPException) -> int:
    if isinstance(refused, smtplib.SMTPRecipientsRefused):
        return max((code for code, _ in refused.recipients.values()), default=500)
    return refused.smtp_code if isinstance(refused, smtplib.SMTPResponseException) else 0


def _code(fault: Exception) -> str:
    number = _reply_code(fault) if isinstance(fault, smtplib.SMTPException) else 0
    return type(fault).__name__ + (f":{number}" if number else "")
