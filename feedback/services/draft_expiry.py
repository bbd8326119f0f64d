"""Drafts whose writer did not come back within the time: they go, with their files."""

from feedback import clock
from feedback.services import attachments, drafts
from feedback.services.sweeping import found, one_by_one
from feedback.services.watchdog import Tally


def sweep_drafts() -> Tally:
    """Delete every draft whose time is over, each in its own transaction, then the bytes of their files. Nobody
    but the writer's browser could read them."""
    now, tokens = clock.now(), list[str]()

    def drop(draft_id: int) -> bool:
        files = drafts.drop(draft_id, now=now)
        tokens.extend(files or ())
        return files is not None

    tally = one_by_one(found(drafts.expired(now)), drop)
    for token in tokens:
        attachments.forget_objects(token)
    return tally
