"""What the vault does when asked: four verbs, each with a transaction of its own (the vault is an edge)."""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from flask import Flask
from nacl.public import PrivateKey
from sqlalchemy import text

from feedback.adapters import sealing, vault_keys
from feedback.adapters.vault_keys import Keyring
from feedback.adapters.vault_server import VaultRefused, Verb
from feedback.extensions import db, writing
from feedback.services import opening

MATCHES_AN_HOUR = 120
"""Matches of texts against one case in an hour. Enough for people who redact; too few to find out a name by
trying one after another."""
LETTERS_AN_HOUR = 2_000_000
"""Letters of those texts in an hour: one call must not carry a telephone book either."""
LETTERS_A_CALL = 200_000
TEXTS_A_CALL = 200


class KeyCupboard:
    """The private keys, read again when a row names one that came with a rotation."""

    def __init__(self, folder: Path, ring: Keyring) -> None:
        self.folder, self.ring = folder, ring

    def find(self, key_id: str) -> PrivateKey:
        """The private key of this id; raises KeyError when there is none."""
        if key_id not in self.ring.private:
            self.ring = vault_keys.load_keyring(self.folder)
        return self.ring.private[key_id]


class Tally:
    """Counts per case over the last hour, in this process alone."""

    def __init__(self, most: int, most_letters: int) -> None:
        self.most, self.most_letters = most, most_letters
        self.seen: dict[int, deque[tuple[float, int]]] = {}
        self.lock = threading.Lock()

    def allows(self, case_id: int, letters: int) -> bool:
        """Count one with so many letters and say whether both are still within their limits."""
        with self.lock:
            now = monotonic()
            times = self.seen.setdefault(case_id, deque())
            while times and times[0][0] < now - 3600:
                times.popleft()
            times.append((now, letters))
            if len(self.seen) > 10_000:
                self.seen = {case: kept for case, kept in self.seen.items() if kept[-1][0] > now - 3600}
            return len(times) <= self.most and sum(n for _, n in times) <= self.most_letters


def verbs(app: Flask, folder: Path, ring: Keyring) -> Mapping[str, Verb]:
    """The four verbs over this application's database and these keys."""
    keys, tally = KeyCupboard(folder, ring), Tally(MATCHES_AN_HOUR, LETTERS_AN_HOUR)

    def check(_asked: dict[str, Any]) -> dict[str, Any]:
        public = vault_keys.load_public(folder)
        sealed = sealing.seal(public, "check", "check", "check")
        opened = sealing.unseal(keys.find(vault_keys.key_id(public)), sealed, "check", "check")
        db.session.execute(text("SELECT 1"))
        return {"healthy": opened == "check"}

    def address(asked: dict[str, Any]) -> dict[str, Any]:
        found = opening.owed_address(_number(asked, "case"), find_key=keys.find)
        return {"email": found[0], "language": found[1]} if found else {"email": None}

    def match(asked: dict[str, Any]) -> dict[str, Any]:
        case_id, texts = _number(asked, "case"), asked.get("texts")
        if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
            raise VaultRefused("bad_request")
        letters = sum(len(t) for t in texts)
        if len(texts) > TEXTS_A_CALL or letters > LETTERS_A_CALL:
            raise VaultRefused("too_large")
        if not tally.allows(case_id, letters):
            raise VaultRefused("too_many")
        return {"ranges": opening.ranges_of_sender(case_id, texts, find_key=keys.find)}

    def open_(asked: dict[str, Any]) -> dict[str, Any]:
        with writing():
            case_id = opening.record_opening(_number(asked, "grant"), person_id=_number(asked, "person"))
        # The event is committed now. Only from here on may anything be read.
        if case_id is None:
            raise VaultRefused("not_granted")
        return {"fields": opening.read(case_id, find_key=keys.find)}

    def in_context(verb: Verb) -> Callable[[dict[str, Any]], dict[str, Any]]:
        def run(asked: dict[str, Any]) -> dict[str, Any]:
            with app.app_context():
                return verb(asked)
        return run

    return {name: in_context(verb) for name, verb in
            (("check", check), ("address", address), ("match", match), ("open", open_))}


def _number(asked: dict[str, Any], name: str) -> int:
    value = asked.get(name)
    if type(value) is not int:
        raise VaultRefused("bad_request")
    return value
