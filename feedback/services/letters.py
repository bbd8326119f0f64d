"""Answers on paper, for people whom no mail reaches: the letter as a document, and when it was posted."""

import hashlib
import secrets
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.adapters import storage
from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.letters import NUMBER_LONGEST, SIGNATORY_LONGEST, Posting
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import GRANTS, Actor, Permission
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.letters import Letter
from feedback.services import history

KIND = "answer"


def released_answer(case: Case) -> Answer | None:
    """The newest answer that was sent to the citizen, or None while there is none."""
    return db.session.scalar(select(Answer).where(Answer.case_id == case.id, Answer.released_at.is_not(None))
                             .options(selectinload(Answer.points))
                             .order_by(Answer.round.desc(), Answer.version.desc()).limit(1))


def check(case: Case, *, number: str, signatory: str, dated_on: date | None) -> None:
    """Raise BadInput naming the field, or MoveNotAllowed while nothing was released. Ask before the PDF is set."""
    if not number.strip():
        raise BadInput("number", "missing")
    if len(number) > NUMBER_LONGEST:
        raise BadInput("number", "too_long")
    if not signatory.strip():
        raise BadInput("signatory", "missing")
    if len(signatory) > SIGNATORY_LONGEST:
        raise BadInput("signatory", "too_long")
    if dated_on is None:
        raise BadInput("dated_on", "missing")
    answer = released_answer(case)
    if answer is None or answer.released_at is None:
        raise MoveNotAllowed(action=Action.RELEASE, state=case.state)
    if not clock.local_date(answer.released_at) <= dated_on <= clock.today():
        raise BadInput("dated_on", "outside")


def file_letter(case: Case, pdf: bytes, *, number: str, signatory: str, dated_on: date, actor: Actor) -> Letter:
    """Keep a letter that was set as PDF. The same number for the same case replaces nothing: each printing is a
    letter of its own. The bytes lie encrypted in the storage under a random name. Raises as ``check``."""
    check(case, number=number, signatory=signatory, dated_on=dated_on)
    answer = released_answer(case)
    assert answer is not None  # just checked
    assert actor.person_id is not None  # only staff make letters
    token = secrets.token_hex(16)
    storage.keep(name_of(token), pdf)
    letter = Letter(
        token=token, case_id=case.id, answer_id=answer.id, kind=KIND, number=number.strip(),
        signatory=signatory.strip(), dated_on=dated_on, made_at=clock.now(), made_by_id=actor.person_id,
        size=len(pdf), sha256=hashlib.sha256(pdf).hexdigest())
    db.session.add(letter)
    db.session.flush()  # the event names the letter
    history.record(chain=f"case:{case.id}", type="letter_made", actor=actor, role=_role(actor),
                   payload={"letter": letter.id, "sha256": letter.sha256})
    return letter


def record_posting(letter: Letter, *, how: Posting, on: date | None, actor: Actor) -> None:
    """Write down that the letter left the office. Raises BadInput for a day before the letter's or to come, or
    when it was recorded before."""
    if on is None:
        raise BadInput("posted_on", "missing")
    if not letter.dated_on <= on <= clock.today():
        raise BadInput("posted_on", "outside")
    if letter.posted_on is not None:
        raise BadInput("posted_on", "again")
    letter.posted_on, letter.posted_how, letter.posted_by_id = on, how.value, actor.person_id
    history.record(chain=f"case:{letter.case_id}", type="letter_posted", actor=actor, role=_role(actor),
                   payload={"letter": letter.id, "how": how.value})


def letters_of(case: Case, *, kind: str | None = KIND) -> list[Letter]:
    """The letters of a case of this kind (None: of every kind), the newest first."""
    of_kind = [Letter.kind == kind] if kind is not None else []
    return list(db.session.scalars(
        select(Letter).where(Letter.case_id == case.id, *of_kind).order_by(Letter.id.desc())))


def pdf_of(letter: Letter) -> bytes:
    """The bytes of a letter. Raises what the storage raises when they are gone."""
    return storage.fetch(name_of(letter.token))


def name_of(token: str) -> str:
    """The name of a letter in the storage."""
    return f"{token}.letter"


def _role(actor: Actor) -> Role | None:
    return next((r for r in Role if r in actor.roles and Permission.CASE_READ_ORIGINAL in GRANTS[r]), None)
