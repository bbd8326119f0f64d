"""Asking the vault: is it there, where does a notice go, does a text name the sender, who is it.

Everything raises VaultUnavailable when no answer comes within two seconds; nothing is ever guessed instead.
"""

import socket
import time
from dataclasses import dataclass
from typing import Any

from flask import current_app

from feedback.adapters import vault_wire
from feedback.domain.errors import NotPermitted, VaultUnavailable

SECONDS = 2.0


@dataclass(frozen=True)
class Address:
    """Where one owed notice goes, and in which language ('vi' or 'en') it is written."""

    email: str
    language: str

    def __repr__(self) -> str:  # an address in a traceback or a log would be a leak
        return f"Address(language={self.language!r})"


def check() -> bool:
    """Whether the vault answers, can open what the house seals now, and reaches the database."""
    try:
        return bool(_ask("check").get("healthy"))
    except VaultUnavailable:
        return False


def address_of(case_id: int) -> Address | None:
    """The sender's e-mail, only while a notice to them is owed; None when they gave none."""
    reply = _ask("address", case=case_id)
    email = reply.get("email")
    return Address(email=email, language=reply["language"]) if email else None


def match_text(case_id: int, texts: list[str]) -> list[list[tuple[int, int]]]:
    """Where each text names the sender of the case, however disguised: for every text its ranges as
    (start, end) offsets in characters. What was found is not said."""
    found = _ask("match", case=case_id, texts=texts)["ranges"]
    return [[(start, end) for start, end in ranges] for ranges in found]


def open_under_grant(grant_id: int, *, person_id: int) -> dict[str, str]:
    """The sender's fields (name, phone, email, address) under a grant that this person asked for and another
    one gave. The vault writes the opening into the history before it answers.
    Raises NotPermitted when there is no such grant or it has ended."""
    fields: dict[str, str] = _ask("open", grant=grant_id, person=person_id)["fields"]
    return fields


def _ask(verb: str, **asked: Any) -> dict[str, Any]:
    until = time.monotonic() + SECONDS
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as sock:
            sock.settimeout(SECONDS)
            sock.connect(str(current_app.extensions["settings"].vault_socket))
            vault_wire.send(sock, {"verb": verb, **asked}, until=until)
            reply = vault_wire.receive(sock, until=until)
    except (OSError, vault_wire.WireFault) as fault:
        raise VaultUnavailable(type(fault).__name__) from None
    if reply.get("ok"):
        return reply
    if reply.get("code") == "not_granted":
        raise NotPermitted("no grant of this person for this case is in force")
    raise VaultUnavailable(str(reply.get("code")))
