"""Many imported drafts at a time: the two people read a page of them, tick each, and decide about all ticked.

Each draft is a transaction of its own at the edge (the page or the command): one that fails stops no other.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from feedback import clock
from feedback.domain.errors import BadInput, HouseError, MoveNotAllowed
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.publications import PublicationDraft
from feedback.services import publication, publication_body, publication_release

Transaction = Callable[[], AbstractContextManager[None]]


@dataclass
class Outcome:
    """What became of a page: ids of drafts done, and of those that could not be, with the fault's name."""

    done: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)


def confirm_batch(seen: Iterable[tuple[int, str]], *, actor: Actor, transaction: Transaction) -> Outcome:
    """Confirm imported drafts as they were shown: pairs of a draft's id and the digest of the body the page
    showed. Never a draft of a case of this system: those are confirmed one by one."""

    def one(draft: PublicationDraft) -> None:
        publication.confirm(draft, actor=actor, body=publication_body.load(draft.body))

    return _each(seen, one, transaction)


def approve_batch(seen: Iterable[tuple[int, str]], *, actor: Actor, transaction: Transaction) -> Outcome:
    """Approve imported drafts that somebody else confirmed; each is published with its approval."""

    def one(draft: PublicationDraft) -> None:
        publication.approve(draft, actor=actor)
        publication_release.publish_one(draft.id, clock.now())

    return _each(seen, one, transaction)


def hold_batch(seen: Iterable[tuple[int, str]], *, actor: Actor, reason: str, transaction: Transaction) -> Outcome:
    """Keep imported drafts from being published, all with this reason."""
    return _each(seen, lambda draft: publication.hold(draft, actor=actor, reason=reason), transaction)


def _each(seen: Iterable[tuple[int, str]], deed: Callable[[PublicationDraft], None],
          transaction: Transaction) -> Outcome:
    outcome = Outcome()
    for draft_id, digest in seen:
        try:
            with transaction():
                draft = db.session.get(PublicationDraft, draft_id)
                if draft is None or not publication_body.load(draft.body)["historical"]:
                    raise MoveNotAllowed(action="batch", state=None, why="not_imported")
                if publication_body.digest(draft.body) != digest:
                    raise BadInput("body", "changed")
                deed(draft)
        except HouseError as refused:
            outcome.failed[draft_id] = getattr(refused, "code", type(refused).__name__)
        else:
            outcome.done.append(draft_id)
    return outcome
