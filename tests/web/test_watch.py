"""The watchdog is watched: a sweep that stands still, or runs and sees nothing of what lies there, is told by the
health address, on the page for those who can do something, and in one line to everybody."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from feedback import clock
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Notice
from feedback.domain.sweeps import SWEEPS
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.events import Event
from feedback.models.outbox import ClockGuard, Outbox, SweepRun
from feedback.models.people import Person
from feedback.services import escalation, mailing, outbox
from feedback.services.watchdog import Tally
from feedback.web.admin.watch_words import SWEEP_WORDS
from feedback.web.supervision.overview import SWEEP_NAMES
from tests import factories
from tests.web.stage import bring
from workers import schedule

Faults = Callable[[], list[str]]


@pytest.fixture
def deeds(app: Flask, frozen, monkeypatch) -> dict:
    """What the sweeps do here: nothing, and they say so."""
    found = dict.fromkeys(SWEEPS, Tally)
    monkeypatch.setattr(schedule, "DEEDS", found)
    monkeypatch.setattr("feedback.services.watchdog.database_clock", lambda: None)
    return found


@pytest.fixture
def tick(app: Flask) -> Callable[[], None]:
    def run() -> None:
        with app.app_context():
            schedule.tick()
            db.session.remove()
    return run


@pytest.fixture
def faults(app: Flask) -> Faults:
    """What the health address says of sweeps and mail."""
    return lambda: [one for one in app.test_client().get("/healthz").json["faults"]
                    if one not in ("queue", "vault")]


def run_of(app: Flask, name: str) -> SweepRun:
    with app.app_context():
        row = db.session.get_one(SweepRun, name)
        db.session.expunge_all()
        return row


def quiet_ticks(tick: Callable[[], None], frozen) -> None:
    """After a leap of the clock: so many quiet looks that it is believed again, and one more run."""
    for _ in range(5):
        tick()
        frozen.go_on(seconds=30)


# A sweep that stands still, and one that lies empty ----------------------------------------------------------


def test_a_sweep_that_is_held_still_turns_red_while_the_others_run(deeds, tick, faults, frozen, app):
    tick()
    assert faults() == []
    for _ in range(3):
        frozen.go_on(minutes=2)
        with app.app_context(), writing():  # somebody else's hand keeps its turn from it
            db.session.execute(update(SweepRun).where(SweepRun.name != "overdue").values(
                started_at=clock.now(), finished_at=clock.now()))
    assert faults() == ["sweep_late:overdue"]


def test_a_sweep_that_begins_and_never_ends_turns_red(deeds, tick, faults, frozen, app):
    tick()
    frozen.go_on(minutes=7)
    with app.app_context(), writing():
        db.session.execute(update(SweepRun).values(started_at=clock.now()))
    assert "sweep_unfinished:overdue" in faults()
    assert "sweep_unfinished:checkpoint" not in faults(), "its rhythm is an hour"


def test_an_overdue_sweep_that_sees_nothing_of_what_is_owed_turns_red(app, cast, deeds, tick, faults, frozen):
    bring(app, cast, Action.TAKE)
    tick()
    assert faults() == [], "nothing is owed yet"
    frozen.stand_at("2026-11-24 08:00")
    quiet_ticks(tick, frozen)
    assert run_of(app, "overdue").seen == 0
    assert "sweep_empty:overdue" in faults()
    deeds["overdue"] = escalation.sweep_overdue
    frozen.go_on(minutes=1)
    tick()
    frozen.go_on(minutes=1)
    tick()
    assert "sweep_empty:overdue" not in faults()


def test_what_was_entered_after_the_run_began_is_nobody_s_fault(app, cast, deeds, tick, faults, frozen):
    tick()
    frozen.go_on(seconds=20)
    case = bring(app, cast)
    with app.app_context(), writing():  # entered for last week: its reading is overdue at once
        db.session.execute(update(Deadline).where(Deadline.case_id == case.case_id).values(
            next_rung_at=clock.now() - timedelta(days=3), started_at=clock.now() - timedelta(days=7)))
    assert faults() == []


def test_a_clock_that_waits_for_the_sender_is_not_owed(app, cast, deeds, tick, faults, frozen):
    case = bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-11-24 08:00")
    with app.app_context(), writing():
        db.session.execute(update(Deadline).where(Deadline.case_id == case.case_id).values(paused_at=clock.now()))
    tick()
    assert "sweep_empty:overdue" not in faults()


def owe(app: Flask, cast, *, name: str = "a", case_id: int | None = None, **values) -> int:
    with app.app_context(), writing():
        row_id = outbox.owe(notice=Notice.CASES_HANDED_OVER if case_id is None else Notice.CASE_ACCEPTED,
                            dedupe=f"watch.{name}", case_id=case_id,
                            person_id=cast.chi.id if case_id is None else None)
        if values:
            db.session.execute(update(Outbox).where(Outbox.id == row_id).values(**values))
        return row_id


def test_an_outbox_sweep_that_sees_nothing_of_what_lies_turns_red(app, cast, deeds, tick, faults, frozen):
    owe(app, cast)
    frozen.go_on(minutes=4)
    tick()
    assert faults() == [], "it may be in somebody's hands"
    frozen.go_on(minutes=4)
    tick()
    assert "sweep_empty:outbox" in faults()


def test_what_waits_with_another_mail_is_neither_stuck_nor_overlooked(
        app, cast, deeds, tick, faults, sign_in, frozen):
    owe(app, cast, dedupe="watch.lead", bundle="watch.lead", fault="SMTPServerDisconnected", tries=3,
        next_try=clock.now() + timedelta(hours=1))
    owe(app, cast, name="led", bundle="watch.lead")
    frozen.go_on(minutes=8)
    tick()
    assert faults() == []
    assert "Bị kẹt" not in sign_in(cast.ha).get("/admin/watch").text


@pytest.mark.parametrize("name", ["supply", "commitments"])
def test_a_sweep_of_lapsed_days_that_sees_nothing_turns_red(app, cast, deeds, tick, faults, frozen, name):
    case = bring(app, cast)
    with app.app_context(), writing():
        db.session.execute(update(Deadline).where(
            Deadline.case_id == case.case_id, Deadline.kind == "receive").values(
                kind=name.removesuffix("s"), due_at=clock.now() - timedelta(minutes=1)))
        db.session.execute(update(Case).where(Case.id == case.case_id).values(
            state="awaiting_submitter" if name == "supply" else "answered"))
    frozen.go_on(minutes=1)
    tick()
    assert f"sweep_empty:{name}" in faults()


# The page ----------------------------------------------------------------------------------------------------


def test_every_sweep_says_what_it_is_for():
    assert set(SWEEPS) == set(SWEEP_WORDS) == set(SWEEP_NAMES)


@pytest.mark.parametrize("who", ["quan", "ha"])
def test_the_page_shows_each_sweep_with_its_last_run(app, cast, deeds, tick, sign_in, frozen, who):
    deeds["overdue"] = lambda: Tally(seen=1234, acted=7, failed=1, fault="ZeroDivisionError")
    tick()
    text = sign_in(getattr(cast, who)).get("/admin/watch").text
    assert "09:00" in text
    assert "1.234" in text
    assert "ZeroDivisionError" in text
    assert "không xử lý được hết" in text
    assert text.count("đang chạy") >= len(SWEEPS) - 1


def test_an_empty_page_says_that_nothing_ran_and_nothing_lies(app, cast, sign_in, frozen):
    text = sign_in(cast.quan).get("/admin/watch").text
    assert "chưa chạy lần nào" in text
    assert "Không có thư nào nằm lại" in text
    assert "Mọi hồ sơ đã được nhận" in text


def test_a_jump_of_the_clock_is_told_with_what_to_do(app, cast, deeds, tick, sign_in, frozen):
    tick()
    with app.app_context(), writing():
        db.session.execute(update(ClockGuard).values(jumped_at=clock.now()))
    assert "feedback clock confirm" in sign_in(cast.quan).get("/admin/watch").text


def test_mails_that_lie_are_shown_by_their_fault_and_never_with_an_address(app, cast, sign_in, frozen):
    case = bring(app, cast, Action.TAKE)
    now = clock.now()
    owe(app, cast, name="stuck", next_try=now - timedelta(hours=1))
    owe(app, cast, name="unsent", created_at=now - timedelta(hours=2), next_try=now + timedelta(minutes=9),
        tries=5, fault="SMTPServerDisconnected")
    owe(app, cast, name="dead", dead_at=now, fault="SMTPRecipientsRefused:550", tries=24)
    owe(app, cast, name="silent", dead_at=now, fault="no_address")
    owe(app, cast, name="back", case_id=case.case_id, sent_at=now, bounced_at=now, bounce_code="5.1.1")
    ha = sign_in(cast.ha).get("/admin/watch")
    for words in ("Bị kẹt", "Chưa gửi được", "SMTPServerDisconnected", "Đã bỏ, không gửi được",
                  "SMTPRecipientsRefused:550", "Bị trả lại", "5.1.1", "Trần Thị Chi", "Phạm Thu Hà"):
        assert words in ha.text
    assert cast.chi.email not in ha.body.decode()
    assert "no_address" not in ha.body.decode(), "nobody could be told: nothing is wrong"
    assert f'href="/desk/cases/{case.reference}"' in ha.body.decode()
    quan = sign_in(cast.quan).get("/admin/watch")
    assert "5.1.1" in quan.text
    assert case.reference not in quan.body.decode(), "the administrator sees that something lies, not whose"


def test_a_given_up_mail_is_tried_again_by_a_button(app, cast, sign_in, frozen, post):
    first = owe(app, cast, name="one", dead_at=clock.now(), fault="SMTPRecipientsRefused:550", tries=24,
                created_at=clock.now() - timedelta(days=9))
    second = owe(app, cast, name="two", dead_at=clock.now(), fault="SMTPRecipientsRefused:550", tries=24)
    nobody = owe(app, cast, name="nobody", dead_at=clock.now(), fault="no_address")
    quan = sign_in(cast.quan)
    page = quan.get("/admin/watch")
    token = page.page.form(field="mail").values["csrf_token"][0]
    told = quan.post("/admin/watch/mails/retry", {"csrf_token": token, "mail": str(first)}, follow=True)
    assert "xếp gửi lại" in told.text
    with app.app_context():
        assert mailing.deliver_owed().sent == 1
        rows = {row.id: row for row in db.session.scalars(select(Outbox))}
        assert rows[first].sent_at is not None
        assert rows[second].dead_at is not None, "nobody asked for this one"
        assert db.session.scalars(select(Event).where(Event.type == "mail_retried")).one().actor_id == cast.quan.id
    quan.post("/admin/watch/mails/retry", {"csrf_token": token})
    with app.app_context():
        assert mailing.deliver_owed().sent == 1
        assert db.session.get_one(Outbox, nobody).dead_at is not None
    assert len(post.messages) == 2


def test_one_line_of_a_given_up_mail_brings_the_whole_mail_back(app, cast, sign_in, frozen, post):
    case = bring(app, cast, Action.TAKE)
    with app.app_context(), writing():
        clock_id = db.session.scalars(select(Deadline.id).where(
            Deadline.case_id == case.case_id, Deadline.kind == "total")).one()
    names = [f"{rung}.r0.c{case.case_id}.d{clock_id}.p{cast.chi.id}" for rung in ("before_2", "before_1")]
    _lead, led = [owe(app, cast, name=name, dead_at=clock.now(), fault="SMTPRecipientsRefused:550", tries=24,
                      case_id=case.case_id, person_id=cast.chi.id, notice=Notice.CASE_DUE_SOON.value, dedupe=name,
                      bundle=names[0]) for name in names]
    with app.app_context():
        mailing.deliver_owed()
    quan = sign_in(cast.quan)
    token = quan.get("/admin/watch").page.form(field="mail").values["csrf_token"][0]
    quan.post("/admin/watch/mails/retry", {"csrf_token": token, "mail": str(led)})
    with app.app_context():
        assert mailing.deliver_owed().sent == 1
        assert db.session.scalars(select(Outbox.id).where(Outbox.bundle == names[0], Outbox.sent_at.is_(None))
                                  ).all() == []


def test_a_mail_that_goes_out_meanwhile_is_not_sent_twice(app, cast, sign_in, frozen, post):
    row_id = owe(app, cast, sent_at=clock.now())
    quan = sign_in(cast.quan)
    token = quan.get("/account/sessions").page.forms()[0].values["csrf_token"][0]
    quan.post("/admin/watch/mails/retry", {"csrf_token": token, "mail": str(row_id)})
    with app.app_context():
        assert mailing.deliver_owed().sent == 0
    assert post.messages == []


def test_cases_that_nobody_opened_are_shown_after_two_working_days(app, cast, sign_in, frozen):
    lying, taken = bring(app, cast, Action.ASSIGN), bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-11-17")
    ha = sign_in(cast.ha)
    assert "Mọi hồ sơ đã được nhận" in ha.get("/admin/watch").text
    frozen.stand_at("2026-11-18")
    page = sign_in(cast.ha).get("/admin/watch")
    assert f'href="/desk/cases/{lying.reference}"' in page.body.decode()
    assert taken.reference not in page.text.partition("Hồ sơ chưa ai mở")[2]
    assert "Sở Xây dựng" in page.text
    quan = sign_in(cast.quan).get("/admin/watch")
    assert "Sở Xây dựng" in quan.text
    assert lying.reference not in quan.body.decode()
    with app.app_context(), writing():
        db.session.get_one(Case, lying.case_id).restricted = True
    for who in (cast.ha, cast.quan):
        assert "Mọi hồ sơ đã được nhận" in sign_in(who).get("/admin/watch").text, "nobody may know that it exists"


def test_who_is_in_conflict_is_not_told_that_a_case_lies(app, cast, sign_in, frozen):
    lying = bring(app, cast, Action.ASSIGN)
    with app.app_context(), writing():
        factories.hide_from(factories.case_of(lying), db.session.get_one(Person, cast.ha.id))
    frozen.stand_at("2026-11-18")
    assert "Mọi hồ sơ đã được nhận" in sign_in(cast.ha).get("/admin/watch").text


# The line for everybody --------------------------------------------------------------------------------------


def test_everybody_reads_whether_the_counter_runs(deeds, tick, client, frozen, app):
    assert "Bộ đếm hạn chưa chạy lần nào" in client.get("/about").text
    frozen.go_on(minutes=1)
    tick()
    assert "Bộ đếm hạn chạy lúc 09:01" in client.get("/about").text
    assert "The counter of due dates ran at 09:01" in client.in_english().get("/about").text
    frozen.go_on(minutes=8)
    assert "Bộ đếm hạn đang chậm: lần chạy gần nhất lúc 09:01" in client.get("/about").text
    frozen.go_on(hours=1)
    assert "Bộ đếm hạn đang dừng: lần chạy gần nhất lúc 09:01" in client.get("/about").text


def test_a_counter_that_overlooks_what_is_owed_is_said_to_stand_still(app, cast, deeds, tick, client, frozen):
    bring(app, cast, Action.TAKE)
    frozen.stand_at("2026-11-24 08:00")
    quiet_ticks(tick, frozen)
    assert "Bộ đếm hạn đang dừng" in client.get("/about").text


def test_a_reader_s_page_costs_no_statement_for_the_line(app, deeds, tick, client, frozen, sql_log):
    tick()
    client.get("/about")
    sql_log.clear()
    client.get("/about")
    assert [one for one in sql_log.statements if "sweep_run" in one or "deadline" in one] == []
    assert "count(" not in " ".join(sql_log.statements).lower()
