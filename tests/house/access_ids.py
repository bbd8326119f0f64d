"""What stands behind the placeholders of the access tables: rows that are somebody else's, made before the doors
are tried."""

from collections.abc import Callable

from sqlalchemy import func, select

from feedback import clock
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.identity import IdentityGrant
from feedback.models.letters import Letter
from feedback.models.people import StaffSession
from feedback.models.publications import PublicationDraft
from feedback.services import identity, letters
from tests.factories import actor_of
from tests.fixtures.cast import Cast

VALUES: dict[str, Callable[[], object]] = {
    "<int:session_id>": lambda: db.session.scalar(select(func.min(StaffSession.id))),  # the first is another's
    "<int:grant_id>": lambda: db.session.scalar(select(func.min(IdentityGrant.id))),
    "<int:draft_id>": lambda: db.session.scalar(select(func.min(PublicationDraft.id))),
    "<letter_token>": lambda: db.session.scalar(select(func.min(Letter.token))),
}
"""By placeholder of an address: the value to put there. Each page with a new one adds its own."""

FURNISHERS: list[Callable[[Cast, Case], None]] = []
"""Each makes rows that pages need, inside one write: called with the cast and An's case in Chi's hands."""


def _letter_of_an_answer(cast: Cast, _ours: Case) -> None:
    answered = db.session.scalars(select(Case).where(Case.answered_at.is_not(None))).one()
    letters.file_letter(answered, b"%PDF-1.7", number="1/VP", signatory="Chánh Văn phòng", dated_on=clock.today(),
                        actor=actor_of(cast.intake))


FURNISHERS.append(_letter_of_an_answer)


def _request_for_an_identity(cast: Cast, ours: Case) -> None:
    identity.ask_grant(ours, actor=actor_of(cast.chi), why="Cần số nhà.")


FURNISHERS.append(_request_for_an_identity)


def value_of(placeholder: str) -> str:
    """The text to put for a placeholder. Fails for one that nobody explained."""
    assert placeholder in VALUES, f"say in access_ids.py what to put for {placeholder}"
    return str(VALUES[placeholder]())


def furnish(cast: Cast, ours: Case) -> None:
    """Make everything the placeholders stand for."""
    for make in FURNISHERS:
        make(cast, ours)
