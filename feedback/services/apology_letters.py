"""Apologies on paper (form 04 of Circular 01/2018/TT-VPCP): kept like the letters of answers."""

import hashlib
import secrets
from datetime import date

from feedback import clock
from feedback.adapters import storage
from feedback.domain.errors import BadInput, OutOfReach
from feedback.domain.letters import NUMBER_LONGEST, SIGNATORY_LONGEST
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.letters import Letter
from feedback.queries.lateness import Told, apologies_of
from feedback.services import history
from feedback.services.letters import name_of

KIND = "apology"


def told(case: Case, apology_id: int) -> Told:
    """One apology that the sender was told. Raises OutOfReach for any other."""
    found = next((one for one in apologies_of(case.id) if one.row.id == apology_id), None)
    if found is None:
        raise OutOfReach("no such apology")
    return found


def check(one: Told, *, number: str, signatory: str, dated_on: date | None) -> None:
    """Raise BadInput naming the field. Ask before the PDF is set."""
    for field, words, longest in (("number", number, NUMBER_LONGEST), ("signatory", signatory, SIGNATORY_LONGEST)):
        if not words.strip():
            raise BadInput(field, "missing")
        if len(words) > longest:
            raise BadInput(field, "too_long")
    if dated_on is None:
        raise BadInput("dated_on", "missing")
    if not clock.local_date(one.told_at) <= dated_on <= clock.today():
        raise BadInput("dated_on", "outside")


def file_letter(case: Case, one: Told, pdf: bytes, *, number: str, signatory: str, dated_on: date,
                actor: Actor) -> Letter:
    """Keep an apology that was set as PDF: its bytes lie encrypted in the storage, the newest letter is the
    apology's. Raises as ``check``."""
    check(one, number=number, signatory=signatory, dated_on=dated_on)
    assert actor.person_id is not None  # only staff make letters
    token = secrets.token_hex(16)
    storage.keep(name_of(token), pdf)
    letter = Letter(token=token, case_id=case.id, kind=KIND, number=number.strip(), signatory=signatory.strip(),
                    dated_on=dated_on, made_at=clock.now(), made_by_id=actor.person_id, size=len(pdf),
                    sha256=hashlib.sha256(pdf).hexdigest())
    db.session.add(letter)
    db.session.flush()  # the apology and the event name the letter
    one.row.letter_id = letter.id
    history.record(chain=f"case:{case.id}", type="apology_letter_made", actor=actor, role=None,
                   agency_id=one.row.agency_id,
                   payload={"letter": letter.id, "apology": one.row.id, "sha256": letter.sha256})
    return letter
