"""Each fault that other systems of this kind have is a test here, named after it: deadlines that lose days, and
the small bugs. Through the services and the public pages, on both databases."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from feedback import clock
from feedback.domain.calendar_seed import DayKind, SeedDay
from feedback.domain.errors import BadInput
from feedback.domain.lifecycle import Action
from feedback.domain.notices import Recipient
from feedback.domain.province import SWITCHES, Switch
from feedback.domain.sweeps import SWEEPS
from feedback.extensions import db, writing
from feedback.models.cases import Case, Point
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.events import Event
from feedback.models.identity import SealedIdentity
from feedback.models.lateness import Explanation
from feedback.services import (
    answers,
    asking,
    cases,
    citizen,
    escalation,
    lapsing,
    month_counts,
    notes,
    retention,
    working_days,
)
from feedback.services.recipients import targets
from tests import factories
from tests.factories import GOOD_ANSWER, actor_of, case_of, walk
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from workers import schedule


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _held(cast: Cast, an: Citizen, to: Action = Action.TAKE) -> int:
    """A case given to Chi on Monday 16 November 2026; the agency's clock ends on the 26th (the 24th is off)."""
    receipt = an.complains()
    with writing():
        walk(receipt, to, hands=cast.hands)
    return receipt.case_id


def _clock(case_id: int, kind: str) -> Deadline:
    db.session.rollback()
    return db.session.scalars(select(Deadline).where(
        Deadline.case_id == case_id, Deadline.kind == kind).order_by(Deadline.id.desc()).limit(1)).one()


def _fired(kind: str) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(
        select(Escalation.rung).join(Deadline).where(Deadline.kind == kind).order_by(Escalation.id)))


def test_a_reminder_by_exact_equality_is_not_lost_with_the_day_that_was_missed(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _held(cast, an)
    frozen.stand_at("2026-11-25")  # the first reminder was owed on the 23rd, when nobody swept
    escalation.sweep_overdue()
    assert _fired("handle") == ["before_2"]


def test_a_window_of_24_hours_does_not_hide_what_ran_out_weeks_ago(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _held(cast, an)
    frozen.stand_at("2027-03-01")
    escalation.sweep_overdue()
    assert _fired("handle") == ["after_1"]


def test_a_run_is_not_limited_to_100(cast: Cast, frozen: Clock, inside: None) -> None:
    with writing():
        for _ in range(101):
            factories.complaint()
    frozen.stand_at("2026-11-19")  # intake had one day
    tally = escalation.sweep_overdue()
    assert (tally.seen, tally.acted, len(_fired("receive"))) == (101, 101, 101)


def test_no_task_is_commented_out(frozen: Clock, inside: None) -> None:
    """Every sweep has a deed, each deed is a service's own, and one tick on a new house runs them all."""
    assert set(schedule.DEEDS) == set(SWEEPS)
    assert all(deed.__module__.startswith("feedback.services.") for deed in schedule.DEEDS.values())
    assert schedule.tick(database_clock=lambda: None) == list(SWEEPS)


def test_an_event_of_a_sweep_names_its_own_case_and_not_the_last_of_the_loop(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    ids = [_held(cast, an) for _ in range(3)]
    frozen.stand_at("2026-11-27")
    escalation.sweep_overdue()
    for case_id in ids:
        own = _clock(case_id, "handle").id
        payload = db.session.scalar(select(Event.payload).where(
            Event.chain == f"case:{case_id}", Event.type == "escalated"))
        assert payload is not None
        assert f'"deadline":{own},' in payload


def test_holidays_are_not_kept_for_the_life_of_the_process(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    before = _clock(an.complains().case_id, "total").due_on
    with writing():
        working_days.keep(
            SeedDay(date(2026, 11, 25), DayKind.OFF, "Nghỉ tránh bão", "Storm", "Công điện 1"), shown=None,
            actor=actor_of(cast.quan))
    assert _clock(an.complains().case_id, "total").due_on == before + timedelta(days=1)


def test_holidays_never_make_a_case_climb_sooner(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    frozen.stand_at("2026-02-13")  # a Friday; the week after it is Tết
    case_id = _held(cast, an)
    frozen.stand_at("2026-02-22 23:00")  # nine days later no working day has passed
    escalation.sweep_overdue()
    assert db.session.scalar(select(func.count()).select_from(Escalation)) == 0
    assert _clock(case_id, "handle").due_on == date(2026, 3, 3)


def test_only_telling_changes_no_data(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    """A reminder moves nothing of the case, and a preview of the calendar moves no clock."""
    case_id = _held(cast, an)

    def everything() -> tuple[object, ...]:
        db.session.rollback()
        case = case_of(case_id)
        rows = db.session.execute(select(
            Deadline.kind, Deadline.due_at, Deadline.stopped_at, Deadline.paused_at).order_by(Deadline.id)).all()
        return case.version, case.state, case.officer_id, case.agency_id, case.urgent, rows

    before = everything()
    moved = working_days.preview({date(2026, 11, 25): SeedDay(
        date(2026, 11, 25), DayKind.OFF, "Nghỉ", "Off", "Công điện 1")})
    assert moved.cases == {case_id}
    assert everything() == before
    frozen.stand_at("2026-11-25")
    assert escalation.sweep_overdue().acted == 1
    assert everything() == before


def test_timestamps_from_outside_are_not_believed(an: Citizen, frozen: Clock, inside: None) -> None:
    with pytest.raises(BadInput) as refused:
        an.complains(received_on=date(2026, 11, 9))
    assert (refused.value.field, refused.value.code) == ("received_on", "staff_only")
    row = _clock(an.complains().case_id, "total")
    assert (row.started_at, row.started_on) == (clock.now(), date(2026, 11, 16))


def test_one_flag_is_not_every_flag(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    """What one rung does, no other does; what is said of the head is not said of the office."""
    case_id = _held(cast, an)
    frozen.stand_at("2026-11-25")
    for day in ("25", "26"):  # reminders, one of them with the apology form
        frozen.stand_at(f"2026-11-{day}")
        escalation.sweep_overdue()
    count = select(func.count()).select_from(Explanation)
    assert db.session.scalar(count) == 0
    frozen.stand_at("2026-11-27")
    escalation.sweep_overdue()
    assert db.session.scalar(count) == 1
    with writing():
        case_of(case_id).moved_up = "head"
    assert [one.person_id for one in targets(case_of(case_id), Recipient.COORDINATOR)] == [cast.ha.id]


def test_not_any_reply_pauses_the_clock(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    """A note, a draft, an answer on its way to the head: the citizen's clock runs through all of them."""
    case_id = _held(cast, an)
    due = _clock(case_id, "total").due_at
    officer = actor_of(cast.chi)
    with writing():
        notes.add(case_of(case_id), actor=officer, text="Đã gọi hỏi bộ phận một cửa.")
    with writing():
        answers.save_draft(case_of(case_id), GOOD_ANSWER, actor=officer)
    with writing():
        answers.submit_answer(case_of(case_id), actor=officer, override="Đã đối chiếu hồ sơ, câu trả lời đủ ý.")
    frozen.go_on(days=2)
    row = _clock(case_id, "total")
    assert (row.paused_at, row.stopped_at, row.due_at, row.paused_days) == (None, None, due, 0)


def test_open_cases_within_their_time_are_not_counted_as_on_time(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _held(cast, an)
    _held(cast, an, Action.RELEASE)
    counts = month_counts.month_counts()
    assert (counts["month.2026-11.received"], counts["month.2026-11.answered"]) == (2, 1)
    assert counts["month.2026-11.in_time"] == 1


def test_no_verdict_is_recorded_by_opening_a_link(
        app: Flask, cast: Cast, an: Citizen, frozen: Clock, client: Client) -> None:
    with app.app_context():
        case_id = _held(cast, an, Action.RELEASE)
    client.submit(client.get("/track"), key=an.receipt.key)
    own = [rule for rule in app.url_map.iter_rules()
           if rule.rule.startswith("/track/case/") and not rule.arguments]
    assert any("POST" in (rule.methods or set()) for rule in own)

    def stands() -> tuple[object, ...]:
        with app.app_context():
            case = case_of(case_id)
            said = db.session.scalars(select(Point.answered_by_sender).where(Point.case_id == case_id)).all()
            events = db.session.scalar(select(func.count()).select_from(Event).where(
                Event.chain == f"case:{case_id}"))
            return case.state, case.version, said, events

    before = stands()
    for rule in own:
        client.get(rule.rule, query_string={"point_1": "yes", "answered": "yes", "why": "x"},
                   status=(200, 302, 303, 404, 405))
    assert stands() == before


def test_what_is_forgotten_is_forgotten_on_its_day_and_not_by_a_random_number(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _held(cast, an, Action.CLOSE)
    days = SWITCHES[Switch.KEEP_IDENTITY_DAYS].default
    kept = select(func.count()).select_from(SealedIdentity).where(SealedIdentity.case_id == case_id)
    frozen.go_on(days=days)
    for _ in range(5):
        retention.sweep_identities()
    assert db.session.scalar(kept)
    frozen.go_on(days=1)
    retention.sweep_identities()
    assert db.session.scalar(kept) == 0


def test_the_same_words_of_two_citizens_are_two_cases(
        an: Citizen, binh: Citizen, frozen: Clock, inside: None) -> None:
    assert an.complains().case_id != binh.complains().case_id
    texts = db.session.scalars(select(Case.narrative)).all()
    assert len(texts) == 2
    assert texts[0] == texts[1]


def test_an_acknowledgement_does_not_hide_lateness(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    """Received, accepted, given away: the sender was told three times, and nobody has answered."""
    case_id = _held(cast, an, Action.ASSIGN)
    frozen.stand_at("2026-12-10")
    assert month_counts.month_counts()["now.late"] == 1
    for _ in range(4):
        escalation.sweep_overdue()
        frozen.go_on(days=1)
    assert "after_1" in _fired("total")
    assert _clock(case_id, "total").stopped_at is None


def test_a_clarification_does_not_begin_the_whole_limit_again(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    receipt = an.complains()
    due = _clock(receipt.case_id, "total").due_on
    frozen.go_on(days=1)
    with writing():
        asking.ask(case_of(receipt), actor=actor_of(cast.intake), what="Xin cho biết số biên nhận hồ sơ.")
    frozen.go_on(days=2)  # from Tuesday to Thursday: two working days
    with writing():
        citizen.supply(case_of(receipt), actor=citizen.as_sender(receipt.case_id), text="Số biên nhận là 45.")
    row = _clock(receipt.case_id, "total")
    assert (due, row.due_on, row.paused_days) == (date(2026, 12, 8), date(2026, 12, 10), 2)


def test_a_pause_ends_by_itself_and_never_runs_beyond_the_time_to_reply(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    receipt = an.complains()
    with writing():
        asking.ask(case_of(receipt), actor=actor_of(cast.intake), what="Xin cho biết số biên nhận hồ sơ.")
    frozen.stand_at("2026-12-14")  # weeks without a sweep
    lapsing.sweep_supply()
    assert _clock(receipt.case_id, "total").paused_days == 5


def test_a_second_click_on_the_same_form_is_no_second_case(frozen: Clock, inside: None) -> None:
    nonce = cases.new_nonce()
    with writing():
        first = factories.complaint(nonce=nonce)
    with writing():
        again = factories.complaint(nonce=nonce)
    assert (again.case_id, again.key, again.repeated) == (first.case_id, first.key, True)
