"""Questions about files: which a draft or a case has, and which of them this actor may read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from feedback.domain.errors import OutOfReach
from feedback.domain.permissions import Actor, reads_original
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.attachments import Attachment
from feedback.models.cases import Case
from feedback.queries.plain_rows import plain_rows
from feedback.queries.visibility import facts_of, visible_to

HAS_ORIGINAL = func.length(Attachment.name_sealed) > 0
"""True for files whose sealed original is still kept: it goes together with the sealed name."""


_OF_CASE = select(Attachment).where(Attachment.case_id == bindparam("case_id")).order_by(Attachment.id)


def of_draft(draft_id: int) -> Sequence[Attachment]:
    """The files of a draft, oldest first."""
    return list(db.session.scalars(
        select(Attachment).where(Attachment.draft_id == draft_id).order_by(Attachment.id)))


def of_case(case: Case, actor: Actor) -> list[tuple[int, Row[Any]]]:
    """The files of a case that this actor may read, with the number each has in the case: the sender and who reads
    the sender's own words see all, everybody else what intake shared. ``case`` is already within reach. A row has
    the columns of ``Attachment``."""
    everything = enumerate(plain_rows(_OF_CASE, {"case_id": case.id}), start=1)
    all_ = _reads_all(case, actor)
    return [(n, row) for n, row in everything if all_ or row.shared]


def one(actor: Actor, token: str) -> tuple[Case, int, Attachment]:
    """One file with its case and its number there. Raises OutOfReach when there is none, or when this actor may
    not know of the case or not read the file."""
    row = db.session.scalar(select(Attachment).where(Attachment.token == token, Attachment.case_id.is_not(None)))
    case = row and db.session.scalar(select(Case).where(Case.id == row.case_id, visible_to(actor)))
    if row is None or case is None or not (row.shared or _reads_all(case, actor)):
        raise OutOfReach(token)
    before = db.session.scalar(select(func.count(Attachment.id)).where(
        Attachment.case_id == case.id, Attachment.id < row.id)) or 0
    return case, before + 1, row


def taken(*, draft_id: int | None = None, case_id: int | None = None) -> tuple[int, int]:
    """How many files and bytes this draft or this case has already."""
    owner = Attachment.draft_id == draft_id if draft_id is not None else Attachment.case_id == case_id
    found = db.session.execute(select(func.count(Attachment.id), func.coalesce(func.sum(Attachment.size), 0))
                               .where(owner)).one()
    return int(found[0]), int(found[1])


def _reads_all(case: Case, actor: Actor) -> bool:
    return (Role.COMPLAINANT in actor.roles and actor.case_id == case.id) or reads_original(actor, facts_of(case))
