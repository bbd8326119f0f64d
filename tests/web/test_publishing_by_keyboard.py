"""The publishers' desk by keyboard alone: hidden places are walked, ticked and sent as plain form controls; and
the sender who objects through the public door keeps the case out of the register."""

import json

import pytest

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.publications import PublicationDraft
from feedback.services import publication
from tests import factories
from tests.factories import actor_of, case_of

TOLD = ("Tôi là Nguyễn Văn An. Bà Phạm Thu Hà ở quầy 3 hẹn nhiều lần, số máy 0987 654 321. "
        "Bà Phạm Thu Hà lại hẹn, hồ sơ đất đai chậm hai tuần.")


@pytest.fixture
def draft_id(db_session, frozen, cast, an, answering_vault):
    """A draft with what the vault knew, a name that stands twice, and a telephone number."""
    receipt = an.complains(narrative=TOLD, points=("Hồ sơ đất đai ở đâu?", "Bao giờ xong?"))
    with writing():
        factories.walk(receipt, Action.CLOSE, hands=cast.hands)
    with writing():
        return publication.draft_for(case_of(receipt)).id


def marks_of(draft_id):
    return json.loads(db.session.get_one(PublicationDraft, draft_id).marks)


def test_each_hidden_place_is_a_box_to_tick_except_what_the_vault_knew(draft_id, cast, sign_in):
    page = sign_in(cast.publisher).get(f"/desk/publication/{draft_id}").body.decode()
    marks = marks_of(draft_id)
    for mark in marks:
        box = f'type="checkbox" id="mark-{mark["n"]}" name="mark" value="{mark["n"]}"'
        assert (box in page) == (mark["words"] is not None), mark
    assert page.count("data-mark") == len(marks), "j and k walk all of them"
    assert "js/marks.js" in page


def test_ticked_places_are_shown_again_in_one_step_wherever_the_words_stand(draft_id, cast, sign_in):
    first = sign_in(cast.publisher)
    names = [mark for mark in marks_of(draft_id) if mark["words"] == "Phạm Thu Hà"]
    assert len(names) >= 2
    page = first.get(f"/desk/publication/{draft_id}")
    form = page.page.form(action="show")
    first.post(f"/desk/publication/{draft_id}/show",
               {"csrf_token": form.values["csrf_token"], "mark": [str(mark["n"]) for mark in names]}, status=303)
    again = first.get(f"/desk/publication/{draft_id}").body.decode()
    assert again.count("Phạm Thu Hà") >= 2
    assert not [mark for mark in marks_of(draft_id) if mark["words"] == "Phạm Thu Hà"]
    assert [mark for mark in marks_of(draft_id) if mark["kind"] == "phone"], "what was not ticked stays hidden"


def test_sending_without_a_tick_says_what_to_do(draft_id, cast, sign_in):
    first = sign_in(cast.publisher)
    page = first.get(f"/desk/publication/{draft_id}")
    refused = first.submit(page, action="show", status=422)
    assert "Hãy đánh dấu" in refused.text


def test_what_the_vault_knew_cannot_be_ticked_by_hand_either(draft_id, cast, sign_in):
    first = sign_in(cast.publisher)
    known = next(mark for mark in marks_of(draft_id) if mark["words"] is None)
    form = first.get(f"/desk/publication/{draft_id}").page.form(action="show")
    first.post(f"/desk/publication/{draft_id}/show",
               {"csrf_token": form.values["csrf_token"], "mark": str(known["n"])}, status=422)
    assert known["n"] in [mark["n"] for mark in marks_of(draft_id)]


def test_a_sender_who_objects_on_the_tracking_page_keeps_the_case_out(
        db_session, frozen, cast, an, answering_vault, client):
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    with writing():
        draft = publication.draft_for(case_of(receipt.case_id))
    with writing():
        publication.confirm(draft, actor=actor_of(cast.publisher),
                            body=publication.publication_body.load(draft.body))
    with writing():
        publication.approve(draft, actor=actor_of(cast.second_publisher))
    reference = draft.reference
    client.submit(client.get("/track"), key=receipt.key)
    client.submit(client.get("/track/case/object"), why="Ý 2 chưa có.")
    frozen.go_on(days=40)
    with writing():
        assert publication.publish_due(clock.now()) == 0
    db.session.expire_all()
    draft = db.session.query(PublicationDraft).one()
    assert (draft.status, draft.held_reason) == ("held", "reopened")
    client.get(f"/register/{reference}", status=404)


def test_everything_that_has_to_go_is_named_at_once(draft_id, cast, sign_in):
    first = sign_in(cast.publisher)
    page = first.get(f"/desk/publication/{draft_id}")
    words = "Bà Lê Thị Mỹ gọi số 0912 000 321 cho Nguyễn Văn An."
    refused = first.submit(page, action="confirm", status=422, summary=words)
    assert "“Lê Thị Mỹ”, “0912 000 321”" in refused.text
    assert "vẫn cho biết ai đã gửi phản ánh" in refused.text
    assert words in refused.text, "what was typed is kept"
