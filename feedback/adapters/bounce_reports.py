"""What mail servers say about a mail that did not arrive: delivery status notifications of RFC 3464.

Only what is needed is taken out: which of our mails it was (its Message-ID, which names the row of the outbox) and
the status of RFC 3463. The address it went to and the server's own words are left where they are.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

MOST_BYTES = 1_000_000
"""A report is a few kilobytes; what stands behind this is not read."""

_STATUS = re.compile(r"[45]\.\d{1,3}\.\d{1,3}")
_OURS = re.compile(r"<([A-Za-z0-9_.-]{1,200})@([A-Za-z0-9.-]{1,255})>")


@dataclass(frozen=True)
class Report:
    """One mail that did not arrive. ``dedupe`` (signed: ``services.outbox.name_in_mail``) and ``domain`` are the
    two sides of its Message-ID; ``status`` such as ``5.1.1`` (no such mailbox) or ``5.2.2`` (mailbox full)."""

    dedupe: str
    domain: str
    status: str


def read(raw: bytes) -> Report | None:
    """The report in this message; None for any other mail (an answer of a holiday robot, a delay, spam)."""
    try:
        message = message_from_bytes(raw[:MOST_BYTES], policy=policy.default)
    except RecursionError:  # parts in parts in parts: nobody's report
        return None
    if not isinstance(message, EmailMessage) or message.get_content_type() != "multipart/report":
        return None
    status, original = None, None
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            status = status or _failed(part)
        elif kind in ("message/rfc822", "text/rfc822-headers") and original is None:
            original = _original_id(part)
    if status is None or original is None:
        return None
    return Report(dedupe=original[0], domain=original[1].lower(), status=status)


def _failed(part: Message) -> str | None:
    """The status of the first recipient for whom it failed for good. A mere delay is no failure."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if str(block.get("Action", "")).strip().lower() == "failed":
            found = _STATUS.search(str(block.get("Status", "")))
            return found.group() if found else "5.0.0"
    return None


def _original_id(part: Message) -> tuple[str, str] | None:
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        written = str(inner[0].get("Message-ID", "")) if isinstance(inner, list) and inner else ""
    else:
        headers = part.get_payload(decode=True)
        # Only the headers: a line of the returned text must not pass for one.
        text = headers.decode("utf-8", "replace").partition("\n\n")[0] if isinstance(headers, bytes) else ""
        line = re.search(r"(?im)^message-id:\s*(\S+)", text)
        written = line.group(1) if line else ""
    found = _OURS.fullmatch(written.strip())
    return (found.group(1), found.group(2)) if found else None
