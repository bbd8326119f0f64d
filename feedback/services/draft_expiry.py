"""Drafts whose writer did not come back within the time: they go, with their files."""

from feedback import clock
from feedback.services import drafts
from feedback.services.sweeping import found, one_by_one
from feedback.services.watchdog import Tally


def sweep_drafts() -> Tally:
    """Delete every draft whose time is over, each in its own transaction. Their words could be read by nobody."""
    return one_by_one(found(drafts.expired(clock.now())), drop)


def drop(draft_id: int) -> bool:
    """Delete one, in the caller's transaction; False when its writer has come back meanwhile."""
    return drafts.drop(draft_id, now=clock.now())
