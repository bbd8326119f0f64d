"""The register and the publishers' desk as people meet them."""

import re

import pytest
from sqlalchemy import select

from feedback.domain.lifecycle import Action
from feedback.domain.permissions import SYSTEM
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.publications import Publication, PublicationDraft
from feedback.queries import register
from feedback.services import import_pairs, importing, publication, publication_release
from tests import factories
from tests.factories import actor_of, case_of

pytestmark = pytest.mark.both_engines  # each engine has its own full-text search

PAIR = ('{"complaint": "Hồ sơ đất đai số %d chậm vì sao?", "answer": "Đã trả kết quả đợt %d.", '
        '"agency": "UBND huyện Cũ"}')


def bring_in(number):
    """Imported drafts."""
    with writing():
        importing.file_batch(list(import_pairs.pairs([PAIR % (n, n) for n in range(number)])), actor=SYSTEM,
                             label="thử")


def make_public(cast, number=1):
    """Imported cases that two people published; their references, oldest first."""
    from feedback.services import publication_batch
    from feedback.services.publication_body import digest

    bring_in(number)
    seen = [(d.id, digest(d.body)) for d in db.session.scalars(select(PublicationDraft).order_by(
        PublicationDraft.id))]
    publication_batch.confirm_batch(seen, actor=actor_of(cast.publisher), transaction=writing)
    publication_batch.approve_batch(seen, actor=actor_of(cast.second_publisher), transaction=writing)
    return list(db.session.scalars(select(Publication.reference).order_by(Publication.id)))


@pytest.fixture
def draft_of_an(db_session, frozen, cast, an, answering_vault):
    """A draft of a case of this system, with An's name in the text."""
    receipt = an.complains(narrative="Tôi là Nguyễn Văn An. Hồ sơ đất đai chậm hai tuần.",
                           points=("Hồ sơ đất đai ở đâu?", "Bao giờ xong?"))
    with writing():
        factories.walk(receipt, Action.CLOSE, hands=cast.hands)
    with writing():
        return publication.draft_for(case_of(receipt)).id


def test_a_citizen_finds_a_case_without_accents_and_reads_point_and_answer(db_session, cast, client):
    reference = make_public(cast)[0]
    found = client.get("/register?q=dat+dai")
    assert "Hồ sơ đất đai số 0 chậm vì sao?" in found.text
    case = client.get(f"/register/{reference}")
    assert "Đã trả kết quả đợt 0." in case.text
    assert "Trả lời đã công bố trước đây, kể lại" in case.text


def test_the_register_is_complete_in_english(db_session, cast, client):
    reference = make_public(cast)[0]
    english = client.in_english()
    assert "Settled cases" in english.get("/register").text
    assert "An answer published before this system, retold" in english.get(f"/register/{reference}").text


def test_a_reference_is_read_as_people_write_it(db_session, cast, client):
    reference = make_public(cast)[0]
    client.get(f"/register/{reference.lower().replace('-', '')}")
    client.get("/register/ZZZZ-ZZZZ", status=404)
    client.get("/register/no-such", status=404)


def test_no_cookie_is_set_and_the_case_page_is_asked_again_each_time(db_session, cast, client):
    reference = make_public(cast)[0]
    for path in ("/", "/register", "/register?q=dat+dai", f"/register/{reference}"):
        answer = client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "public, no-cache"
        client.get(path, status=304, headers={"If-None-Match": answer.headers["ETag"]})


def test_an_unchanged_page_is_not_sent_again_and_each_language_is_its_own(db_session, cast, client):
    reference = make_public(cast)[0]
    tag = client.get(f"/register/{reference}").headers["ETag"]
    client.get(f"/register/{reference}", status=304, headers={"If-None-Match": tag})
    client.in_english().get(f"/register/{reference}", headers={"If-None-Match": tag})


def test_after_unpublishing_the_page_is_gone_and_no_list_or_search_or_similar_case_tells_of_it(
        db_session, cast, client):
    gone, other = make_public(cast, 2)
    similar = client.get(f"/register/{other}")
    assert "đất đai số 0" in similar.text
    with writing():
        publication_release.unpublish(register.one(gone), actor=actor_of(cast.publisher), reason="Soát lại.")
    client.get(f"/register/{gone}", status=410)
    for path in ("/register", "/register?q=dat+dai", "/register?q=dat+dai&sort=best"):
        assert "đất đai số 0" not in client.get(path).text
    again = client.get(f"/register/{other}", headers={"If-None-Match": similar.headers["ETag"]})
    assert "đất đai số 0" not in again.text


def test_an_unpublished_page_is_not_answered_with_304(db_session, cast, client):
    reference = make_public(cast)[0]
    tag = client.get(f"/register/{reference}").headers["ETag"]
    with writing():
        publication_release.unpublish(register.one(reference), actor=actor_of(cast.publisher), reason="Soát lại.")
    client.get(f"/register/{reference}", status=410, headers={"If-None-Match": tag})


def test_chips_show_the_filters_and_take_them_off(db_session, cast, client):
    make_public(cast)
    narrowed = client.get("/register?q=dat&historical=before&category=other")
    assert "Trả lời trước khi có hệ thống, kể lại" in narrowed.text
    removers = [link.get("href") for link in narrowed.page.all("a") if "chip" in link.get("class").split()]
    assert "/register?q=dat&category=other" in removers
    assert "/register?category=other&historical=before" in removers


def test_an_empty_result_says_why_and_what_to_do(db_session, cast, client):
    assert "Chưa có gì được công khai" in client.get("/register").text
    make_public(cast)
    assert "Hãy thử ít từ hơn" in client.get("/register?q=khongcotunay").text
    assert "quá ngắn" in client.get("/register?q=%3F").text


@pytest.mark.parametrize("query", ["month=2026-99", "category=nothing", "late=maybe"])
def test_a_filter_that_means_nothing_is_left_out_and_said_to_be(db_session, cast, client, query):
    make_public(cast)
    told = client.get(f"/register?{query}").text
    assert "Một điều kiện lọc có giá trị mà chúng tôi không biết" in told
    assert "1 vụ việc" in told
    assert "không biết" not in client.get("/register?category=&late=&agency=").text


@pytest.mark.parametrize("query", [
    "older=2026-13-45.1", "older=x", "newer=2026-01-01.99999999999999999999", "month=2026-99", "category=nothing",
    "agency=" + "x" * 500, "shown=-1", "sort=best", "q=" + "a" * 5000, "q=%22", "historical=2",
    "older=٢٠٢٦-٠١-٠١.١"])
def test_no_address_breaks_the_register(db_session, cast, client, query):
    client.get(f"/register?{query}")


@pytest.mark.parametrize("number", [2, 45])
def test_pages_cost_the_same_however_many_cases(db_session, cast, client, sql_log, number):
    reference = make_public(cast, number)[0]
    client.get("/register")  # the province's own names are asked for once in half a minute, by whoever comes first
    for path, most in (("/register", 4), ("/register?q=dat+dai", 4), ("/register?q=dat+dai&sort=best", 4),
                       ('/register?q="ho+so+dat+dai"', 4), ("/register?historical=before", 4),
                       (f"/register/{reference}", 6)):
        sql_log.clear()
        client.get(path)
        assert len(sql_log.statements) <= most, (path, sql_log.statements)


def test_the_pager_leads_through_all_cases(db_session, cast, client):
    make_public(cast, 45)
    seen, reply = [], client.get("/register")
    while True:
        seen += re.findall(r"đất đai số \d+ ", reply.text)
        onward = [link.get("href") for link in reply.page.all("a") if link.get("rel") == "next"]
        if not onward:
            break
        reply = client.get(onward[0])
    assert len(seen) == len(set(seen)) == 45


def test_a_publisher_reads_mends_and_confirms_and_another_one_approves(
        draft_of_an, cast, sign_in, client, frozen):
    first, second = sign_in(cast.publisher), sign_in(cast.second_publisher)
    page = first.get(f"/desk/publication/{draft_of_an}")
    assert "Nguyễn Văn An" not in page.body.decode()
    first.submit(page, action="confirm", title="Hồ sơ đất đai ở đâu, bao giờ xong?")
    own = first.get(f"/desk/publication/{draft_of_an}")
    assert "Bạn đã xác nhận bản này" in own.text
    read = second.get(f"/desk/publication/{draft_of_an}")
    second.submit(read, action="approve")
    frozen.go_on(days=3)
    with writing():
        assert publication.publish_due(frozen_now()) == 1
    assert "Hồ sơ đất đai ở đâu, bao giờ xong?" in client.get("/register?q=dat+dai").text


def frozen_now():
    from feedback import clock

    return clock.now()


def test_who_confirmed_is_refused_by_the_server_too(draft_of_an, cast, sign_in):
    first = sign_in(cast.publisher)
    page = first.get(f"/desk/publication/{draft_of_an}")
    values = page.page.form(action="confirm").values
    first.submit(page, action="confirm")
    first.post(f"/desk/publication/{draft_of_an}/approve", {"csrf_token": values["csrf_token"]}, status=403)


def test_a_name_put_back_stays_on_the_page_with_the_reason(draft_of_an, cast, sign_in):
    first = sign_in(cast.publisher)
    page = first.get(f"/desk/publication/{draft_of_an}")
    refused = first.submit(page, action="confirm", summary="Anh Nguyễn Văn An nói hồ sơ chậm.", status=422)
    assert "không ai được cho qua" in refused.text
    assert "Anh Nguyễn Văn An nói hồ sơ chậm." in refused.body.decode()


def test_holding_needs_a_reason(draft_of_an, cast, sign_in):
    first = sign_in(cast.publisher)
    page = first.get(f"/desk/publication/{draft_of_an}")
    assert "Hãy ghi lý do." in first.submit(page, action="hold", reason=" ", status=422).text
    first.submit(page, action="hold", reason="Chờ ý kiến.")
    assert "Chờ ý kiến." in first.get("/desk/publication?status=held").text


def test_a_published_case_is_taken_out_from_the_desk(db_session, cast, sign_in, client):
    reference = make_public(cast)[0]
    draft_id = db.session.scalar(select(PublicationDraft.id))
    first = sign_in(cast.publisher)
    page = first.get(f"/desk/publication/{draft_id}")
    first.submit(page, action="unpublish", reason="Soát lại.")
    client.get(f"/register/{reference}", status=410)


def test_a_draft_is_nobodys_but_the_publishers(draft_of_an, cast, sign_in):
    for outsider in (cast.chi, cast.ha, cast.quan):
        sign_in(outsider).get(f"/desk/publication/{draft_of_an}", status=403)


def test_imported_cases_are_published_on_the_batch_screen_by_two_people(db_session, cast, sign_in, client):
    bring_in(25)
    first, second = sign_in(cast.publisher), sign_in(cast.second_publisher)
    page = first.get("/desk/publication/batch")
    boxes = [box.get("value") for box in page.page.all("input") if box.get("name") == "draft"]
    assert len(boxes) == 20
    held = _decide(first, page, boxes[:1], deed="hold", reason="Câu hỏi bị cắt.")
    assert "Đã xong 1 vụ việc." in held.text
    for _ in range(2):
        page = first.get("/desk/publication/batch")
        _decide(first, page, _boxes(page), deed="go")
    assert "Không có gì chờ ở đây" in first.get("/desk/publication/batch").text
    assert "Không có gì chờ ở đây" in first.get("/desk/publication/batch?step=approve").text
    for _ in range(2):
        page = second.get("/desk/publication/batch?step=approve")
        _decide(second, page, _boxes(page), deed="go")
    assert "24 vụ việc" in client.get("/register").text
    assert {(d.status, d.held_reason) for d in db.session.scalars(select(PublicationDraft))} == {
        ("published", None), ("held", "Câu hỏi bị cắt.")}


def _boxes(reply):
    return [box.get("value") for box in reply.page.all("input") if box.get("name") == "draft"]


def _decide(browser, page, boxes, **more):
    values = page.page.form(action="batch").values
    kept = {name: value for name, value in values.items() if name != "draft"}
    return browser.post("/desk/publication/batch", {**kept, "draft": boxes, **more}, status=200)


def test_nothing_ticked_or_no_reason_is_said_and_changes_nothing(db_session, cast, sign_in):
    bring_in(2)
    first = sign_in(cast.publisher)
    page = first.get("/desk/publication/batch")
    values = {k: v for k, v in page.page.form(action="batch").values.items() if k != "draft"}
    assert "Hãy đánh dấu" in first.post("/desk/publication/batch", {**values, "deed": "go"}, status=422).text
    refused = first.post("/desk/publication/batch", {**values, "draft": _boxes(page), "deed": "hold"}, status=422)
    assert "Hãy ghi vì sao giữ lại." in refused.text
    assert {d.status for d in db.session.scalars(select(PublicationDraft))} == {"proposed"}


def test_the_desk_makes_drafts_of_newly_settled_cases(db_session, frozen, cast, an, answering_vault, sign_in):
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.CLOSE, hands=cast.hands)
    first = sign_in(cast.publisher)
    page = first.get("/desk/publication")
    made = first.submit(page, action="/desk/publication", field="csrf_token")
    assert case_of(receipt).reference in made.text
    assert db.session.scalar(select(Case.id).where(Case.reference == receipt.reference)) == receipt.case_id
