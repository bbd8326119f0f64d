"""The page about the reader: with enough verdicts for shares, a muted flag, and the measured sets."""

from dataclasses import replace

from sqlalchemy import select

from feedback import clock
from feedback.domain.answers.model import dump, shipped
from feedback.domain.answers.taxonomy import Flag
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.answers import Answer
from feedback.models.reader import AnswerVerdict, FlagVerdict
from feedback.services import learning, register_counts
from tests import factories
from tests.browser.conftest import House
from tests.browser.places_walk import Place


def places(house: House) -> list[Place]:
    """One page, for everybody."""
    cast = house.cast
    with house.app.app_context(), writing():
        case = factories.walk(factories.complaint(), Action.PROPOSE_ANSWER, hands=cast.hands)
        for n, (probability, level, weight) in enumerate(
                [(0.9, "not_clear", 1.0)] * 26 + [(0.9, "clear", 1.0)] * 6 + [(0.2, "not_clear", 20.0)]
                + [(0.2, "clear", 20.0)] * 14):
            db.session.add(Answer(case_id=case.id, round=8, version=n, probability=probability,
                                  close_reading=True, saved_at=clock.now(), submitted_at=clock.now()))
            db.session.flush()  # the verdict names it
            newest = db.session.scalars(select(Answer.id).order_by(Answer.id.desc()).limit(1)).one()
            db.session.add(AnswerVerdict(answer_id=newest, reviewer_id=cast.ha.id, level=level, weight=weight,
                                         at=clock.now()))
        for code, right, wrong, missed in ((Flag.HOLDING, 12, 1, 0), (Flag.GENERIC, 9, 4, 2),
                                           (Flag.PARTIAL, 2, 1, 6), (Flag.BLAME, 4, 17, 0)):
            for said, times in (("right", right), ("wrong", wrong), ("missed", missed)):
                for _ in range(times):
                    db.session.add(FlagVerdict(answer_id=newest, reviewer_id=cast.ha.id, code=code.value,
                                               said=said, at=clock.now()))
        learning.take(dump(replace(shipped(), version=f"{shipped().version}.r1", muted=frozenset({Flag.BLAME}))))
        register_counts.recount()
    return [Place("/about/reader", None)]
