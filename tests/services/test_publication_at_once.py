"""Two people who decide about one draft at the same moment: nobody's hold is lost, nothing unread is approved."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from feedback import clock
from feedback.domain.errors import BadInput, HouseError, MoveNotAllowed
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.publications import PublicationDraft
from feedback.services import publication, publication_body, publication_release
from tests import factories
from tests.engines.together import together
from tests.factories import actor_of, case_of
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock

pytestmark = pytest.mark.both_engines


@pytest.fixture
def draft_id(app: Flask, cast: Cast, an: Citizen, frozen: Clock, answering_vault: object) -> Iterator[int]:
    """A draft that the first publisher has confirmed."""
    if app.extensions["settings"].database_url.startswith("sqlite"):
        pytest.skip("one writer at a time there")
    with app.app_context():
        frozen.stand_at("2026-11-02")
        receipt = an.complains()
        frozen.stand_at("2026-11-10")
        with writing():
            factories.walk(receipt, Action.CLOSE, hands=cast.hands)
        with writing():
            made = publication.draft_for(case_of(receipt.case_id))
        assert made is not None
        with writing():
            _confirm(made.id, cast)
        yield made.id


def _draft(draft_id: int) -> PublicationDraft:
    return db.session.get_one(PublicationDraft, draft_id)


def _confirm(draft_id: int, cast: Cast, title: str = "") -> None:
    body = publication_body.load(_draft(draft_id).body)
    publication.confirm(_draft(draft_id), actor=actor_of(cast.publisher),
                        body=publication_body.with_texts(body, {"title": title} if title else {}))


def _meanwhile(app: Flask, *deeds: Callable[[], None]) -> None:
    """Somebody else does all this, each in a transaction of its own, while ours goes on."""
    def all_of_it() -> bool:
        for deed in deeds:
            with writing():
                deed()
        return True

    assert together(app, all_of_it, times=1) == [True]


def _hold(draft_id: int, cast: Cast) -> None:
    publication.hold(_draft(draft_id), actor=actor_of(cast.publisher), reason="Còn một câu chưa rõ.")


def test_a_hold_is_not_lost_to_an_approval_that_had_begun(app: Flask, cast: Cast, draft_id: int) -> None:
    with pytest.raises(MoveNotAllowed), writing():
        read = _draft(draft_id)
        _meanwhile(app, lambda: _hold(draft_id, cast))
        publication.approve(read, actor=actor_of(cast.second_publisher),
                            seen=publication_body.digest(read.body))
    assert _draft(draft_id).status == publication.HELD


def test_words_that_came_after_the_reading_are_not_approved(app: Flask, cast: Cast, draft_id: int) -> None:
    with pytest.raises(BadInput, match="changed"), writing():
        read = _draft(draft_id)
        _meanwhile(app, lambda: _hold(draft_id, cast), lambda: _confirm(draft_id, cast, "Một câu khác hẳn?"))
        publication.approve(read, actor=actor_of(cast.second_publisher),
                            seen=publication_body.digest(read.body))
    assert _draft(draft_id).status == publication.CONFIRMED


def test_what_became_public_meanwhile_cannot_be_called_held(
        app: Flask, cast: Cast, draft_id: int, frozen: Clock) -> None:
    with writing():
        publication.approve(_draft(draft_id), actor=actor_of(cast.second_publisher))
    frozen.go_on(days=30)

    def publish() -> None:
        assert publication_release.publish_one(draft_id, clock.now())

    with pytest.raises(HouseError), writing():
        read = _draft(draft_id)
        _meanwhile(app, publish)
        publication.hold(read, actor=actor_of(cast.publisher), reason="Còn một câu chưa rõ.")
    assert _draft(draft_id).status == publication.PUBLISHED
