"""What is proposed to intake: the agency and why, and the cases that may be about the same matter."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from feedback import clock
from feedback.domain.agencies import Tier
from feedback.domain.complaints import Complaint
from feedback.domain.kinds import Category, IdentityMode
from feedback.extensions import db, writing
from feedback.models.agencies import Agency, Procedure
from feedback.models.cases import Case
from feedback.models.settings import CategorySetting
from feedback.queries.cases import case_for
from feedback.queries.duplicates import Sameness, twins
from feedback.queries.proposals import Ground, proposals
from feedback.services import cases
from tests import factories
from tests.factories import actor_of

TEXT = "Tôi nộp hồ sơ cấp sổ đỏ ngày 3 tháng 8 tại phường, hẹn 30 ngày nhưng đã ba tháng chưa có kết quả."


@pytest.fixture
def intake(db_session, cast):
    return actor_of(cast.intake)


def sent(**about) -> str:
    """The reference of a new complaint with these columns."""
    nonce = cases.new_nonce()
    with writing():
        return cases.submit(Complaint(**{
            "narrative": TEXT, "points": ("Bao giờ có?",), "identity_mode": IdentityMode.ANONYMOUS, **about}),
            nonce=nonce, secret="s" * 40, pepper="p" * 40).reference


def proposed(intake, reference):
    case = case_for(intake, reference)
    return proposals(intake, [case])[case.id]


def why(intake, reference):
    return {twin.reference: twin.why for twin in twins(intake, [case_for(intake, reference)]).popitem()[1]}


def test_the_agency_that_the_sender_named_comes_before_the_procedures_and_the_categorys(intake, cast):
    with writing():
        own = factories.procedure("Cấp phép xây dựng", agency_id=cast.building)
        db.session.add(CategorySetting(code="late_result", route_agency_id=cast.land))
    for about, ground, agency in (
            ({"named_agency_id": cast.land, "procedure_id": own}, Ground.NAMED, cast.land),
            ({"procedure_id": own}, Ground.PROCEDURE, cast.building),
            ({}, Ground.CATEGORY, cast.land)):
        found = proposed(intake, sent(category=Category.LATE_RESULT, **about)).agency
        assert (found.ground, found.agency.id, found.instead_of) == (ground, agency, None)


def test_a_category_with_one_place_for_it_goes_there_and_nothing_is_guessed_otherwise(intake, cast):
    office = proposed(intake, sent(category=Category.PASSED_AROUND, narrative="Các cơ quan đùn đẩy nhau.")).agency
    assert (office.ground, office.agency.id) == (Ground.TIER, cast.office)
    text = "Tôi ở 12 đường Hùng Vương, phường Bến Mẫu, rất mong được giúp."
    assert proposed(intake, sent(narrative=text, category=Category.HARASSMENT)).agency is None


def test_a_closed_agency_is_replaced_by_whoever_took_over(intake, cast):
    with writing():
        middle = factories.agency("Sở giữa", closed_on=date(2025, 6, 30), successor=cast.land)
        first = factories.agency("Sở cũ", closed_on=date(2025, 2, 28), successor=middle)
        orphan = factories.agency("Huyện cũ", tier=Tier.FORMER_DISTRICT, closed_on=date(2025, 6, 30))
    found = proposed(intake, sent(named_agency_id=first)).agency
    assert (found.agency.id, found.instead_of.id) == (cast.land, first)
    assert proposed(intake, sent(named_agency_id=orphan, category=Category.OTHER)).agency is None


def test_successors_that_go_in_a_circle_end(intake, cast):
    with writing():
        one = factories.agency("Một", closed_on=date(2025, 6, 30))
        two = factories.agency("Hai", closed_on=date(2025, 6, 30), successor=one)
        db.session.execute(update(Agency).where(Agency.id == one).values(successor_id=two))
    assert proposed(intake, sent(named_agency_id=one, category=Category.OTHER)).agency is None


def test_a_category_is_proposed_only_where_the_words_say_another_one(intake):
    assert proposed(intake, sent(category=Category.LATE_RESULT)).other_category is False
    other = proposed(intake, sent(category=Category.OTHER))
    assert (other.other_category, other.category) == (True, Category.LATE_RESULT)
    assert db.session.query(Case).filter(Case.category == "late_result").count() == 1  # nothing was applied


def test_the_same_telephone_number_however_it_is_written_is_the_same_contact(intake):
    one, two, _other = (
        sent(identity_mode=IdentityMode.CONFIDENTIAL, identity={"phone": phone}, narrative=text)
        for phone, text in (("0912 345 678", "Việc thứ nhất."), ("+84 912345678", "Việc khác hẳn."),
                            ("0912345679", "Người khác.")))
    assert why(intake, two) == {one: (Sameness.CONTACT,)}


def test_the_same_dossier_and_the_same_words_are_shown_with_why_the_dossier_first(intake):
    with writing():
        own = factories.procedure()
    words = sent(procedure_id=own, narrative=TEXT + " Xin cho biết.")
    dossier = sent(dossier_number="H01.02-251103-0042", narrative="Việc khác hẳn, cùng hồ sơ.")
    asked = sent(procedure_id=own, dossier_number="h01 02 251103 0042")
    assert list(why(intake, asked).items()) == [(dossier, (Sameness.DOSSIER,)), (words, (Sameness.WORDS,))]


def test_other_procedures_old_cases_and_other_words_are_no_duplicates(intake, frozen):
    with writing():
        one, two = factories.procedure(), factories.procedure("Đăng ký khai sinh")
    old = sent(procedure_id=one)
    sent(procedure_id=two)
    sent(procedure_id=one, narrative="Cổng dịch vụ công báo lỗi khi thanh toán lệ phí trước bạ từ hôm qua.")
    with writing():
        db.session.execute(update(Case).where(Case.reference == old).values(
            entered_at=clock.now() - timedelta(days=181)))
    assert why(intake, sent(procedure_id=one)) == {}


def test_a_restricted_case_is_shown_as_a_duplicate_to_its_own_desk_alone(intake, cast):
    secret = sent(category=Category.UNOFFICIAL_COST, dossier_number="H01-77-0001")
    open_ = sent(dossier_number="H01-77-0001")
    assert why(intake, open_) == {}
    assert secret not in why(intake, open_)
    desk = actor_of(cast.restricted)
    another = sent(category=Category.UNOFFICIAL_COST, dossier_number="H01-77-0001")
    assert list(why(desk, another)) == [secret]


def test_at_most_five_are_shown(intake):
    for _ in range(7):
        sent(dossier_number="H01-77-0001")
    assert len(why(intake, sent(dossier_number="H01-77-0001"))) == 5


def test_a_procedure_without_an_agency_proposes_none(intake, cast):
    with writing():
        own = factories.procedure("Không có nơi giải quyết")
    assert db.session.get_one(Procedure, own).agency_id is None
    assert proposed(intake, sent(procedure_id=own, category=Category.OTHER)).agency is None
