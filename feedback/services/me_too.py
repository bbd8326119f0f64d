""""It happened to me too": a number beside a published case, without an account and without a trace of anybody."""

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from feedback import clock
from feedback.domain.errors import OutOfReach
from feedback.extensions import db
from feedback.models.publications import MeToo, Publication


def say(reference: str, *, fingerprint: str) -> bool:
    """Count one more for this case; False when this line was counted for it already this month. ``fingerprint`` is
    a keyed code that changes every month. Raises OutOfReach when the case is not public."""
    number = db.session.scalar(select(Publication.id).where(
        Publication.reference == reference, Publication.status == "published"))
    if number is None:
        raise OutOfReach("not public")
    try:
        with db.session.begin_nested():
            db.session.add(MeToo(publication_id=number, fingerprint=fingerprint, said_on=clock.today()))
    except IntegrityError:
        return False
    db.session.execute(update(Publication).where(Publication.id == number)
                       .values(me_too=Publication.me_too + 1).execution_options(synchronize_session=False))
    return True


def forget() -> int:
    """Delete the fingerprints of past months: they recognise nobody any more. The numbers stay. How many."""
    result = db.session.execute(delete(MeToo).where(MeToo.said_on < clock.today().replace(day=1))
                                .execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]
