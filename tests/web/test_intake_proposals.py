"""What stands beside each complaint in the queue, and what intake does with it."""

from feedback.domain.kinds import Category, IdentityMode
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.queries.duplicates import SHOWN
from tests import factories
from tests.factories import case_of
from tests.web.intake_steps import at
from tests.web.stage import bring, fact
from tests.web.test_budgets import cost, multiply

MONEY = "Cán bộ Trần Văn Tí ở bộ phận một cửa gợi ý tôi đưa 5 triệu thì hồ sơ mới được giải quyết."


def change(app, receipt, **columns):
    """The case as if it had come in with these columns."""
    with app.app_context(), writing():
        case = db.session.get_one(Case, receipt.case_id)
        for name, value in columns.items():
            setattr(case, name, value)


def test_each_proposal_says_in_words_why(app, cast, sign_in):
    with app.app_context(), writing():
        own = factories.procedure("Cấp giấy phép xây dựng", agency_id=cast.building)
    text = "Hồ sơ đã quá hạn, con tôi không nhập học được vì chưa có giấy."
    first, second = (bring(app, cast, narrative=text, points=["Bao giờ có?"], procedure_id=own,
                           category=Category.OTHER) for _ in range(2))
    for receipt in (first, second):
        change(app, receipt, dossier_number="H01-1234", dossier_folded="h011234")
    page = sign_in(cast.intake).get("/desk/intake")
    for words in ("vì nội dung có câu “quá hạn”",
                  "vì nội dung có câu “không nhập học được”", "Sở Xây dựng", "cơ quan giải quyết thủ tục này",
                  "cùng số hồ sơ thủ tục"):
        assert words in page.text, words
    assert fact(app, first, "category") == "other"  # nothing is applied by itself


def test_marks_say_what_is_special_about_a_case(app, cast, sign_in):
    case = bring(app, cast, language="en", narrative="My file is late. When will it be ready?")
    change(app, case, urgent=True, hindrance="school", doubts="honeypot,no_proof", signers=3)
    page = sign_in(cast.intake).get("/desk/intake").text
    for words in ("khẩn", "bằng tiếng Anh", "ẩn danh", "3 người ký", "Giống máy gửi: có chữ trong ô",
                  "Giống máy gửi: trình duyệt không làm phép tính nhỏ"):
        assert words in page, words


def test_what_is_due_next_for_the_first_reading_stands_on_top(app, cast, sign_in, frozen):
    late_due = bring(app, cast, narrative="Việc thứ nhất.")
    soon = bring(app, cast, narrative="Việc thứ hai.")
    with app.app_context(), writing():
        row = db.session.query(Deadline).filter_by(case_id=soon.case_id, kind="receive").one()
        row.due_at = row.due_at.replace(year=row.due_at.year - 1)
    page = sign_in(cast.intake).get("/desk/intake").page
    links = [link for link in page.links if link in (at(soon), at(late_due))]
    assert links == [at(soon), at(late_due)]


# A possible denunciation ----------------------------------------------------------------------------------------


def test_a_denunciation_is_kept_from_the_accused_agency_from_intake_and_from_the_office(app, cast, sign_in):
    case = bring(app, cast, narrative=MONEY)
    lien = sign_in(cast.intake)
    assert "có thể là tố cáo" in lien.get("/desk/intake").text
    page = lien.get(at(case, "restrict"))
    assert "#why" in lien.submit(page, field="why", status=422).page.links
    after = lien.submit(page, field="why", why="Người gửi nói bị gợi ý tiền.")
    assert "chỉ người của bộ phận đó" in after.text
    assert case.reference not in after.text
    for member in (cast.intake, cast.second_intake, cast.chi, cast.chi_head, cast.dung, cast.ha, cast.leader):
        own = sign_in(member)
        own.get(at(case), status=404)
        for desk in ("/desk/intake", "/desk/inbox", "/supervision/"):
            reply = own.get(desk, status=(200, 403))
            assert case.reference not in reply.text
    desk = sign_in(cast.restricted)
    assert case.reference in desk.get("/desk/intake").text
    assert "Người gửi nói bị gợi ý tiền." in desk.get(at(case)).text


def test_the_restricted_desk_keeps_it_guides_it_or_lets_it_go_and_gives_it_to_no_agency(app, cast, sign_in):
    case = bring(app, cast, narrative=MONEY, category=Category.UNOFFICIAL_COST)
    desk = sign_in(cast.restricted)
    page = desk.get(at(case, "accept"))
    assert "agency" not in page.page.form(field="masked").names
    desk.submit(page, field="masked")
    assert (fact(app, case, "state"), fact(app, case, "agency_id")) == ("accepted", None)
    desk.submit(desk.get(at(case, "lift_restriction")), field="why", why="Chỉ là lệ phí công khai.")
    assert fact(app, case, "restricted") is False
    desk.get(at(case), status=404)
    assert case.reference in sign_in(cast.intake).get("/desk/intake").text


# The copy -------------------------------------------------------------------------------------------------------


def test_the_copy_may_not_hold_the_dossiers_number_without_the_senders_leave(app, cast, sign_in):
    case, lien = bring(app, cast, narrative="Hồ sơ H01.02-1103-0042 của tôi quá hạn."), sign_in(cast.intake)
    change(app, case, dossier_number="H01.02-1103-0042", dossier_folded="h0102110 30042".replace(" ", ""))
    page = lien.get(at(case, "accept"))
    assert "0042" not in page.page.form(field="masked").values["masked"][0]
    held = lien.submit(page, field="masked", status=422, masked="Hồ sơ H01 02 1103 0042 quá hạn.",
                       agency=cast.building)
    assert "#masked" in held.page.links
    change(app, case, dossier_shared=True)
    again = lien.get(at(case, "accept"))
    assert "H01.02-1103-0042" in again.page.form(field="masked").values["masked"][0]
    lien.submit(again, field="masked", agency=cast.building)
    assert "H01.02-1103-0042" in sign_in(cast.chi).get(at(case)).text


def test_the_senders_own_name_is_not_let_through_unless_somebody_looked_twice(app, cast, an, sign_in,
                                                                              answering_vault):
    case, lien = an.complains(), sign_in(cast.intake)
    held = lien.submit(lien.get(at(case, "accept")), field="masked", status=422, agency=cast.building,
                       point_2="Vì sao ông Nguyễn Văn An phải chờ?")
    assert "#point_2" in held.page.links
    form = held.page.form(field="masked")
    assert form.values["point_2"] == ["Vì sao ông Nguyễn Văn An phải chờ?"]
    lien.submit(held, field="masked", looked_twice="y")
    assert fact(app, case, "state") == "assigned"


def test_what_looks_like_somebodys_data_is_marked_in_the_original(app, cast, an, sign_in, answering_vault):
    case = an.complains(narrative="Tôi là Nguyễn Văn An, gọi 0912345678. Hồ sơ quá hạn.")
    page = sign_in(cast.intake).get(at(case, "accept")).page
    assert {mark.text for mark in page.all("mark")} >= {"0912345678"}


def test_an_english_complaint_reaches_an_agency_only_with_its_translation(app, cast, sign_in):
    case = bring(app, cast, language="en", narrative="My file is late. When will it be ready?",
                 points=["When will it be ready?"])
    lien = sign_in(cast.intake)
    held = lien.submit(lien.get(at(case, "accept")), field="masked", status=422, agency=cast.building)
    assert "#translated" in held.page.links
    lien.submit(held, field="masked", translated="Hồ sơ của tôi bị trễ. Bao giờ có? 1. Bao giờ có?")
    assert "Hồ sơ của tôi bị trễ." in sign_in(cast.chi).get(at(case)).text


def test_urgency_is_intakes_to_say_and_its_reason_is_not_for_the_agency(app, cast, sign_in):
    case, lien = bring(app, cast), sign_in(cast.intake)
    held = lien.submit(lien.get(at(case, "accept")), field="masked", status=422, agency=cast.building, urgent="y")
    assert "#hindrance" in held.page.links
    lien.submit(held, field="masked", hindrance="Con không kịp nhập học ngày 1/12.")
    assert (fact(app, case, "urgent"), fact(app, case, "hindrance")) == (True, "Con không kịp nhập học ngày 1/12.")
    assert "nhập học" not in sign_in(cast.chi).get(at(case)).text


def test_every_bad_value_is_said_beside_its_field_and_the_copy_is_kept(app, cast, sign_in):
    case, lien = bring(app, cast), sign_in(cast.intake)
    page = lien.get(at(case, "accept"))
    for field, value in (("masked", " "), ("masked", "a" * 20_001), ("kind", "x"), ("category", "x"),
                         ("agency", "x"), ("agency", "²"), ("agency", "9" * 30), ("agency", ""),
                         ("hindrance", "a" * 501), ("point_1", ""), ("translated", "a" * 20_001)):
        if field not in page.page.form(field="masked").names:
            continue
        given = {"masked": "Bản viết tay.", "agency": cast.building, field: value}
        held = lien.submit(page, field="masked", status=422, **given)
        assert f"#{field}" in held.page.links, (field, value[:5])
        if field != "masked":
            assert held.page.form(field="masked").values["masked"] == ["Bản viết tay."]
    assert fact(app, case, "state") == "submitted"


# What the queue costs -------------------------------------------------------------------------------------------


def test_the_queue_costs_the_same_for_20_and_for_200_complaints(app, cast, sign_in, sql_log):
    own = sign_in(cast.intake)
    own.looks = False
    with app.app_context(), writing():
        procedure = factories.procedure(agency_id=cast.building)
        for n in range(20):
            case = case_of(factories.complaint(
                identity={"phone": "0912345678"} if n % 2 else None, procedure_id=procedure if n % 3 else None))
            case.dossier_number, case.dossier_folded = "H01-1234", "h011234"
    costs = [cost(sql_log, own, "/desk/intake")]
    with app.app_context(), writing():
        multiply(10)
    costs.append(cost(sql_log, own, "/desk/intake"))
    assert costs[0][0] == costs[1][0], "\n".join(sql_log.statements)
    assert costs[1][0] <= 20, "\n".join(sql_log.statements)
    assert costs[1][1].text.count("cùng số hồ sơ thủ tục") <= 25 * SHOWN


def test_a_sender_who_stays_anonymous_has_no_contact_to_compare(app, cast, sign_in):
    first, second = bring(app, cast, narrative="Việc một."), bring(app, cast, narrative="Việc hai khác hẳn.")
    assert fact(app, first, "identity_mode") == IdentityMode.ANONYMOUS.value
    assert "cùng số điện thoại" not in sign_in(cast.intake).get("/desk/intake").text
    assert second.reference != first.reference
