"""Staff search finds within reach, by what the finder may read, and what was typed stands nowhere."""

import csv
import io
import json
import logging

import pytest
from sqlalchemy import func, select

from feedback.domain.conflicts import About
from feedback.domain.kinds import CaseKind, Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.models.events import Event
from feedback.models.search import CaseTokens
from feedback.services import case_index, cases, citizen, conflicts, lifecycle
from tests import factories
from tests.factories import actor_of, case_of
from tests.web.stage import bring

pytestmark = pytest.mark.both_engines  # each engine has its own full-text search


@pytest.fixture
def looks(sign_in):
    """Call it with a person and what they type: the page that comes."""
    own = {}

    def look(member, asked: str, **more):
        browser = own.setdefault(member.id, sign_in(member))
        return browser.submit(browser.get("/desk/search"), field="q", q=asked, status=(200, 303), **more)
    look.own = own
    return look


def finds(look, member, asked: str, receipt) -> bool:
    return receipt.reference in look(member, asked).text


def test_a_reference_leads_to_the_case_however_it_is_typed(app, cast, looks):
    case = bring(app, cast, Action.TAKE)
    for typed in (case.reference, case.reference.lower().replace("-", " "), f" {case.reference.replace('-', '')} ",
                  case.reference.replace("0", "o").replace("1", "l")):
        assert looks(cast.chi, typed).page.h1 == f"Hồ sơ {case.reference}"
    assert case.reference not in looks(cast.dung, "abc").text
    assert "Không tìm thấy gì" in looks(cast.dung, case.reference).text


def test_words_are_found_without_accents_in_the_senders_text_by_those_who_may_read_it_alone(app, cast, looks):
    case = bring(app, cast, narrative="Nhà tôi ở cạnh chợ nổi Cái Răng, xin giấy phép xây dựng.")
    with app.app_context(), writing():
        row = case_of(case)
        cases.accept(row, actor=actor_of(cast.intake), masked="[đã che], xin giấy phép xây dựng.",
                     kind=CaseKind.BEHAVIOUR, category=Category.LATE_RESULT,
                     masked_points={p.n: p.text for p in row.points})
        cases.assign(row, db.session.get_one(Agency, cast.building), actor=actor_of(cast.intake))
    for reader in (cast.intake, cast.ha):
        assert finds(looks, reader, "cho noi cai rang", case)
    for agency_side in (cast.chi, cast.chi_head, cast.leader):
        assert finds(looks, agency_side, "giay phep xay dung", case)
        assert not finds(looks, agency_side, "cho noi cai rang", case)
    for stranger in (cast.dung, cast.dung_head, cast.restricted):
        assert not finds(looks, stranger, "giay phep xay dung", case)


def test_a_dossier_number_is_found_by_the_agency_only_where_the_sender_agreed(app, cast, looks):
    shared, kept = bring(app, cast, Action.TAKE), bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        for receipt, agreed in ((shared, True), (kept, False)):
            row = case_of(receipt)
            row.dossier_number, row.dossier_folded, row.dossier_shared = "H01.25-0042", "h01250042", agreed
    for typed in ("H01.25-0042", "h01 25 0042"):
        page = looks(cast.chi, typed)
        assert shared.reference in page.text
        assert kept.reference not in page.text
        assert kept.reference in looks(cast.ha, typed).text


def test_a_telephone_number_finds_the_senders_cases_for_those_who_may_read_originals(app, cast, an, looks, caplog):
    mine = an.complains()
    with app.app_context(), writing():
        factories.walk(mine, Action.TAKE, hands=cast.hands)
    with caplog.at_level(logging.DEBUG):
        for typed in ("0912345678", "+84 912 345 678", "0912.345.678", "AN@thu.example"):
            assert mine.reference in looks(cast.ha, typed).text, typed
            assert mine.reference not in looks(cast.chi, typed).text, typed
    assert not any(piece in record.getMessage() + str(record.__dict__) for record in caplog.records
                   for piece in ("0912345678", "912 345 678", "an@thu.example"))


def test_who_looks_for_a_sender_is_written_down_and_cannot_try_a_list_of_people(app, cast, an, looks):
    """Finding a case by a number tells who sent it: that leaves a trace, and takes too long for a whole office."""
    mine = an.complains()
    for asked in ("0912345678", "ai@do.example", "khong phai so"):
        looks(cast.intake, asked)
    looks(cast.chi, "0912345678")
    with app.app_context():
        told = [json.loads(one) for one in db.session.scalars(
            select(Event.payload).where(Event.type == "contact_searched").order_by(Event.n))]
    assert told == [{"by": "phone", "cases": 1, "case_1": mine.case_id}, {"by": "email", "cases": 0}]
    browser = looks.own[cast.intake.id]
    page = browser.get("/desk/search")
    for _n in range(38):
        browser.submit(page, field="q", q="0987654321", status=200)
    assert "Quá nhiều lần tìm" in browser.submit(page, field="q", q="0912345678", status=429).text
    assert mine.reference in browser.submit(page, field="q", q="ho khau", status=200).text


def test_what_is_looked_for_stands_in_no_address(app, cast, sign_in):
    page = sign_in(cast.ha).get("/desk/search")
    assert page.page.form(field="q").method == "post"
    assert "0912345678" not in sign_in(cast.ha).get("/desk/search?q=0912345678").body.decode().split("<main")[1]


def test_restricted_cases_are_found_by_their_desk_and_by_nobody_else(app, cast, an, looks):
    case = an.complains(category=Category.UNOFFICIAL_COST, narrative="Cán bộ đòi phong bì hai triệu.")
    for asked in (case.reference, "phong bi", "0912345678"):
        for other in (cast.intake, cast.ha, cast.leader, cast.chi):
            assert case.reference not in looks(other, asked).text.replace(f"value {case.reference}", ""), asked
    assert case.reference in looks(cast.restricted, "phong bi").text
    assert case.reference in looks(cast.restricted, "0912345678").text


def test_who_is_named_in_a_conflict_finds_nothing_of_the_case(app, cast, an, looks):
    case = an.complains(narrative="Cán bộ tiếp nhận nói sai thủ tục karaoke.")
    assert case.reference in looks(cast.second_intake, "karaoke").text
    with app.app_context(), writing():
        conflicts.record(case_of(case), about=About.OFFICE, people=[cast.second_intake.id], why="Chính người này.",
                         actor=actor_of(cast.ha))
    for asked in (case.reference, "karaoke", "0912345678"):
        assert case.reference not in looks(cast.second_intake, asked).text
    assert case.reference in looks(cast.intake, "karaoke").text


def test_the_index_follows_every_change_of_the_texts_and_of_the_agency(app, cast, looks):
    case = bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        row = case_of(case)
        cases.transfer(row, db.session.get_one(Agency, cast.land), actor=actor_of(cast.ha), why="Đúng thẩm quyền.")
    assert not finds(looks, cast.chi, "ho khau", case)
    assert finds(looks, cast.dung, "ho khau", case)
    waiting = bring(app, cast)
    with app.app_context(), writing():
        row = case_of(waiting)
        lifecycle.advance(row, Action.ASK_SUBMITTER, actor=actor_of(cast.intake), why="Nộp ở đâu?")
        citizen.supply(row, actor=citizen.as_sender(row.id), text="Tôi nộp ở bến phà Cần Giuộc.")
    assert finds(looks, cast.intake, "pha can giuoc", waiting)
    with app.app_context():
        for row in db.session.scalars(select(Case)):
            for tokens in db.session.scalars(select(CaseTokens).where(CaseTokens.case_id == row.id)):
                said = case_index.texts(row)[tokens.side]
                assert tokens.tokens.endswith(case_index.folding.tokens_text(said).split()[-1])


def test_a_change_that_is_taken_back_leaves_no_trace_in_the_index(app, cast, looks):
    case = bring(app, cast)
    with pytest.raises(RuntimeError), app.app_context(), writing():
        case_of(case).narrative = "Chuyện về con trâu."
        db.session.flush()  # as a service would have
        raise RuntimeError
    assert not finds(looks, cast.intake, "con trau", case)
    assert finds(looks, cast.intake, "ho khau", case)


def test_older_cases_are_indexed_by_the_command_once_and_again(app, cast, looks):
    case = bring(app, cast)
    with app.app_context(), writing():
        db.session.execute(CaseTokens.__table__.delete())
    assert not finds(looks, cast.intake, "ho khau", case)
    with app.app_context():
        ids = case_index.after(0, most=10)
        for _turn in range(2):
            with writing():
                assert case_index.fill(ids) == len(ids)
        assert db.session.scalar(select(func.count()).select_from(CaseTokens)) == 2 * len(ids)
        assert case_index.after(ids[-1], most=10) == []
    assert finds(looks, cast.intake, "ho khau", case)


def test_what_is_found_is_a_file_too_and_pages_go_on(app, cast, sign_in):
    made = [bring(app, cast, narrative=f"Hồ sơ cấp phép thứ {n} chưa xong.", points=["Bao giờ xong?"])
            for n in range(28)]
    own = sign_in(cast.intake)
    own.looks = False
    first = own.submit(own.get("/desk/search"), field="q", q="cap phep", status=200)
    second = own.submit(first, field="after", status=200)
    shown = [{r.reference for r in made if r.reference in page.text} for page in (first, second)]
    assert [len(found) for found in shown] == [25, 3]
    assert shown[0] & shown[1] == set()
    answer = own.submit(first, field="format", status=200)
    assert answer.raw.headers["Content-Type"].startswith("text/csv")
    assert "attachment" in answer.raw.headers["Content-Disposition"]
    assert answer.raw.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.body.decode("utf-8-sig"))))
    assert rows[0][0] == "Mã hồ sơ"
    assert {row[0] for row in rows[1:]} == {r.reference for r in made}
    assert "chưa xong" not in answer.body.decode()


def test_somebody_with_two_roles_finds_with_both_and_only_what_each_may_read(app, cast, an, looks):
    with app.app_context(), writing():
        both = factories.member("Lương Văn Kiêm", Role.OFFICER, Role.RESTRICTED_DESK, agency_id=cast.building)
    plain = bring(app, cast, Action.TAKE, narrative="Chuyện cái giếng làng.", points=["Bao giờ?"])
    with app.app_context(), writing():
        case_of(plain).masked = "[đã che]"
    secret = bring(app, cast, category=Category.UNOFFICIAL_COST, narrative="Chuyện cái giếng làng và phong bì.")
    page = looks(both, "cai gieng lang")
    assert secret.reference in page.text
    assert plain.reference not in page.text
    ordinary, possible = an.complains(), an.complains(category=Category.UNOFFICIAL_COST)
    with app.app_context(), writing():
        factories.walk(ordinary, Action.TAKE, hands=cast.hands)
    page = looks(both, "0912345678")
    assert possible.reference in page.text
    assert ordinary.reference not in page.text, "an eye for restricted cases finds no sender of an ordinary one"


def test_a_search_costs_the_same_for_few_and_for_many_cases(app, cast, sign_in, sql_log):
    own = sign_in(cast.chi)
    own.looks = False
    costs = []
    for more in (2, 20):
        for _ in range(more):
            bring(app, cast, Action.TAKE, points=["Bao giờ?"])
        page = own.get("/desk/search")
        sql_log.clear()
        own.submit(page, field="q", q="ho khau", status=200)
        costs.append(len(sql_log.statements))
    assert costs[0] == costs[1] <= 10, sql_log.statements
