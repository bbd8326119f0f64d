"""Internal notes: what an agency's people tell each other about a case.

They belong to the agency whose people wrote them, whoever holds the case later: the next agency does not read what
the one before thought. The province's oversight reads all of them. They are never told to the sender, never copied
into a publication, and no event names them, so that a note can be erased without a trace of its words.
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.domain.errors import BadInput, NotPermitted, OutOfReach
from feedback.domain.permissions import Actor, Permission
from feedback.extensions import db
from feedback.models.cases import Case, Note
from feedback.models.people import Person

KIND = "internal"
LONGEST = 4_000
"""Characters of one note."""
MOST_SHOWN = 100


def of_case(case: Case, *, actor: Actor) -> list[tuple[Note, Person]]:
    """The notes of this case that this actor may read, the newest first, each with its author. ``case`` is one the
    actor reaches. One statement."""
    author = aliased(Person)
    query = (select(Note, author).join(author, author.id == Note.author_id)
             .where(Note.case_id == case.id, Note.kind == KIND).order_by(Note.id.desc()).limit(MOST_SHOWN))
    if not actor.can(Permission.CASE_OVERSEE):
        agencies = sorted(actor.agency_tree | ({actor.agency_id} if actor.agency_id is not None else set()))
        query = query.where(or_(author.agency_id.in_(agencies), Note.author_id == actor.person_id))
    return [(note, person) for note, person in db.session.execute(query)]


def add(case: Case, *, actor: Actor, text: str) -> Note:
    """Write a note. Raises BadInput('text', missing or too_long)."""
    if not text.strip():
        raise BadInput("text", "missing")
    if len(text) > LONGEST:
        raise BadInput("text", "too_long")
    note = Note(case_id=case.id, author_id=actor.person_id, kind=KIND, body=text.strip(), told_sender=False,
                written_at=clock.now())
    db.session.add(note)
    return note


def erase(case: Case, note_id: int, *, actor: Actor) -> None:
    """Take a note out for good. Raises OutOfReach when it is none of this case, NotPermitted when another wrote
    it."""
    note = db.session.get(Note, note_id)
    if note is None or note.case_id != case.id or note.kind != KIND:
        raise OutOfReach("no such note")
    if note.author_id != actor.person_id:
        raise NotPermitted("another's note")
    db.session.delete(note)
