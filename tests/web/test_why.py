"""Each due date is explained day by day: to the sender, and to those who work on the case."""

from datetime import datetime

from sqlalchemy import select

from feedback import clock
from feedback.domain.calendar_seed import DayKind, SeedDay
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline
from feedback.services import working_days
from tests.factories import actor_of
from tests.web.stage import bring


def off(app, cast, on: str, name: str = "Nghỉ bão") -> None:
    with app.app_context(), writing():
        day = datetime.fromisoformat(on).date()
        working_days.keep(SeedDay(day, DayKind.OFF, name, "Storm", "Công điện 5/CĐ-UBND"), shown=None,
                          actor=actor_of(cast.quan))


def test_the_officer_reads_day_by_day_why_the_agency_s_day_is_this_one(app, cast, sign_in, frozen):
    receipt = bring(app, cast, Action.TAKE)
    off(app, cast, "2026-11-19")
    text = sign_in(cast.chi).get(f"/desk/cases/{receipt.reference}").text
    assert "Vì sao" in text
    assert "Nghỉ bão (Công điện 5/CĐ-UBND)" in text
    assert "cuối tuần" in text
    assert text.count("thứ Sáu 27/11/2026") >= 1, "the last day of the agency's seven"


def test_the_sender_reads_the_document_behind_a_day_off(app, cast, new_client, frozen):
    receipt = bring(app, cast)
    off(app, cast, "2026-11-19")
    own = new_client()
    page = own.submit(own.get("/track"), field="key", key=receipt.key)
    assert "Nghỉ bão (Công điện 5/CĐ-UBND)" in page.text
    assert "thứ Tư 09/12/2026" in page.text


def test_days_that_were_given_back_are_told_to_each_in_their_words(app, cast, sign_in, new_client, frozen):
    receipt = bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        total = db.session.scalars(select(Deadline).where(
            Deadline.case_id == receipt.case_id, Deadline.kind == "total")).one()
        total.paused_days, total.due_on = 2, datetime(2026, 12, 10).date()
    own = new_client()
    page = own.submit(own.get("/track"), field="key", key=receipt.key)
    assert page.text.count("để chờ bạn") >= 2
    desk = sign_in(cast.chi).get(f"/desk/cases/{receipt.reference}").text
    assert desk.count("để chờ người gửi") >= 2
    assert "để chờ bạn" not in desk


def test_a_limit_in_hours_is_explained_by_the_hours_that_offices_were_open(app, cast, sign_in, frozen):
    frozen.stand_at("2026-11-16 16:00")
    receipt = bring(app, cast, urgent=True, hindrance="Không xây được nhà")
    with app.app_context():
        row = db.session.scalars(select(Deadline).where(
            Deadline.case_id == receipt.case_id, Deadline.kind == "receive")).one()
        ends = row.due_at.astimezone(clock.VIETNAM)
    text = sign_in(cast.intake).get(f"/desk/cases/{receipt.reference}").text
    assert "cơ quan làm việc từ 16:00 đến" in text
    assert f"đến {ends:%H:%M}" in text
