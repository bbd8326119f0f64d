"""Ending a complaint without an answer: refused, guided, forwarded, merged. Each with a listed reason or a neutral
text, each proposed by one person and confirmed by another (``services.lifecycle``).
"""

from sqlalchemy import select

from feedback.domain.errors import BadInput, MoveNotAllowed
from feedback.domain.lifecycle import ENDED, Action, Move, State
from feedback.domain.listed_reasons import AFTER_ASKING, WITH_OFFICE, fill, open_places
from feedback.domain.permissions import Actor
from feedback.domain.proposing.likeness import says_again
from feedback.domain.references import normalise_reference
from feedback.extensions import db
from feedback.models.cases import Case, Proposal
from feedback.queries.listed_reasons import reasons_for
from feedback.services import lifecycle
from feedback.services.asking import asked_already
from feedback.services.masking import names_sender

GONE = ENDED - {State.ANSWERED, State.CLOSED}
"""A case that ended so cannot take another one in: nobody would answer either."""


def completed(case: Case, action: Action, *, reason_code: str, why: str, office: str = "", code: str = "") -> str:
    """The text as the sender will read it. Raises BadInput: ('reason', 'unknown' | 'ask_first'), ('why', 'missing'
    | 'open_places'), ('outside_name', 'missing'), ('outside_code', 'missing')."""
    if reason_code not in {reason.code for reason in reasons_for(action)}:
        raise BadInput("reason", "unknown")
    if reason_code in AFTER_ASKING and not asked_already(case):
        raise BadInput("reason", "ask_first")
    if action in WITH_OFFICE and not office.strip():
        raise BadInput("outside_name", "missing")
    if action is Action.FORWARD_OUTSIDE and not code.strip():
        raise BadInput("outside_code", "missing")
    text = fill(why, language=case.language, office=office, code=code).strip()
    if not text:
        raise BadInput("why", "missing")
    if open_places(text):
        raise BadInput("why", "open_places")
    return text


def propose_listed(case: Case, action: Action, *, actor: Actor, reason_code: str, why: str, office: str = "",
                   code: str = "", expected_version: int | None = None) -> Proposal:
    """Propose to refuse, guide or forward for a listed reason. Raises as ``completed`` and
    ``lifecycle.propose``."""
    text = completed(case, action, reason_code=reason_code, why=why, office=office, code=code)
    proposal = lifecycle.propose(case, action, actor=actor, why=text, expected_version=expected_version,
                                 outside_name=office.strip() or None, outside_code=code.strip() or None)
    proposal.reason_code = reason_code
    return proposal


def propose_merge(case: Case, into: Case, *, actor: Actor, why: str,
                  expected_version: int | None = None) -> Proposal:
    """Propose to join a case to another one about the same matter. The sender reads ``why`` and must not learn
    anything about whoever sent the other one: see ``told_too_much``. Raises BadInput ('into', 'same' | 'ended' |
    'restricted'), ('why', 'reference' | 'words' | 'sender'), and as ``lifecycle.propose``."""
    if into.id == case.id:
        raise BadInput("into", "same")
    if into.restricted != case.restricted:
        raise BadInput("into", "restricted")
    if _gone(into):
        raise BadInput("into", "ended")
    if (fault := told_too_much(why, into)) is not None:
        raise BadInput("why", fault)
    return lifecycle.propose(case, Action.MERGE, actor=actor, why=why, expected_version=expected_version,
                             merge_into_id=into.id)


def told_too_much(text: str, other: Case) -> str | None:
    """What in a text for one sender would tell about the other case: 'reference' (its number), 'words' (six
    syllables in a row that the other sender wrote), 'sender' (the vault knows them in it), 'unsure' (the vault
    does not answer). None: nothing."""
    if _mentions(text, other.reference):
        return "reference"
    if any(says_again(text, words) for words in (other.narrative, *(p.text for p in other.points))):
        return "words"
    named = names_sender(other, text)
    return "unsure" if named is None else "sender" if named else None


def _mentions(text: str, reference: str) -> bool:
    plain = "".join(c for c in text.upper() if c.isalnum())
    return reference.replace("-", "") in plain or normalise_reference(text) == reference


def confirm(case: Case, proposal: Proposal, *, actor: Actor) -> Move:
    """The second person agrees. Raises as ``lifecycle.confirm``, and MoveNotAllowed('target_gone') when the case
    that this one was to join has ended meanwhile without an answer: two cases must not be joined to each other."""
    if proposal.merge_into_id is not None and _gone(_both_held(case, proposal.merge_into_id)):
        raise MoveNotAllowed(action=proposal.action, state=case.state, why="target_gone")
    return lifecycle.confirm(case, proposal, actor=actor)


def _both_held(case: Case, into_id: int) -> Case:
    """The other case as it is now. Both stay as they are until the commit: else two people could join each of two
    cases to the other at the same moment, and nobody would answer either."""
    rows = db.session.scalars(
        select(Case).where(Case.id.in_([case.id, into_id])).order_by(Case.id)
        .with_for_update().execution_options(populate_existing=True))
    return next(row for row in rows if row.id == into_id)


def _gone(case: Case) -> bool:
    return case.historical or State(case.state) in GONE
