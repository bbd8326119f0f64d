"""The pages of the watch, and of days that come from a file or a machine's proposal, with something in each."""

from datetime import timedelta

from sqlalchemy import update

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Notice
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline
from feedback.models.outbox import Outbox
from feedback.services import outbox
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place
from tests.factories import walk


def places(house: House) -> list[Place]:
    """The watch for the administrator and for the coordinator; the import and the proposals."""
    cast, now = house.cast, clock.now()
    with house.app.app_context(), writing():
        receipt = factories.complaint()
        case_id = walk(receipt, Action.ASSIGN, hands=cast.hands).id
        db.session.execute(update(Deadline).where(Deadline.case_id == case_id, Deadline.kind == "handle").values(
            started_on=clock.today() - timedelta(days=6), started_at=now - timedelta(days=6)))
        for name, values in (("dead", {"dead_at": now, "fault": "SMTPRecipientsRefused:550", "tries": 24}),
                             ("back", {"sent_at": now, "bounced_at": now, "bounce_code": "5.1.1"})):
            row_id = outbox.owe(notice=Notice.CASE_ASSIGNED, dedupe=f"places-watch.{name}", case_id=case_id,
                                person_id=cast.chi.id)
            db.session.execute(update(Outbox).where(Outbox.id == row_id).values(**values))
    return [
        Place("/admin/watch", cast.quan), Place("/admin/watch", cast.ha), Place("/about", None),
        *(Place(path, cast.quan) for path in (
            "/admin/calendar/import", f"/admin/calendar/proposal?year={clock.today().year + 1}",
            f"/admin/calendar/proposal?year={clock.today().year + 2}")),
    ]
