"""Silence climbs the ladder: each rung once, none forgotten, one a day after a long stop, no storm."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from feedback import clock
from feedback.domain.calendar import Unit
from feedback.domain.escalation import Effect
from feedback.domain.lifecycle import Action
from feedback.domain.limits import DeadlineKind
from feedback.domain.notices import Recipient
from feedback.domain.registers import fingerprint
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline, Escalation, LadderRung
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.people import Person
from feedback.services import clocks, deputies, escalation, ladder, lifecycle
from feedback.services.ladder import Step
from tests import factories
from tests.engines.together import together
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def _fired(kind: str | None = None) -> list[str]:
    db.session.rollback()
    query = select(Escalation.rung).join(Deadline).order_by(Escalation.fired_at, Escalation.id)
    return list(db.session.scalars(query if kind is None else query.where(Deadline.kind == kind)))


def _told(notice: str) -> list[int | None]:
    db.session.rollback()
    return list(db.session.scalars(select(Outbox.person_id).where(Outbox.notice == notice).order_by(Outbox.id)))


def _with_agency(cast: Cast, an: Citizen) -> int:
    """A case that Chi holds, received and given out on Monday 16 November 2026: due on the 26th
    (the 24th is a day off)."""
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.TAKE, hands=cast.hands)
    return receipt.case_id


def test_silence_is_told_to_the_officer_then_the_head_then_the_office_then_the_chairman(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _with_agency(cast, an)
    seen: dict[str, list[str]] = {}
    for day in ("20", "23", "24", "25", "26", "27", "30"):
        frozen.stand_at(f"2026-11-{day}")
        escalation.sweep_overdue()
        seen[day] = _fired("handle")
    assert seen["20"] == []
    assert seen["23"] == ["before_2"]
    assert seen["25"] == ["before_2", "before_1"]
    assert seen["26"] == [*seen["25"], "due_day"], "the head is told on the last day, which is not late"
    assert seen["30"] == [*seen["26"], "after_1"]
    for day in ("01", "02", "03"):
        frozen.stand_at(f"2026-12-{day}")
        escalation.sweep_overdue()
    assert _fired("handle") == [*seen["30"], "after_3", "after_5"]
    assert _told("case-due-soon")[:2] == [cast.chi.id, cast.chi_head.id]
    assert _told("case-overdue")[:3] == [cast.chi_head.id, cast.ha.id, cast.leader.id]


def test_sweeping_twice_fires_once(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _with_agency(cast, an)
    frozen.stand_at("2026-11-27")
    first, second = escalation.sweep_overdue(), escalation.sweep_overdue()
    assert (first.acted, second.seen, second.acted) == (1, 0, 0)
    assert _fired() == ["after_1"]


def test_nothing_that_was_told_already_is_told_again_when_the_row_is_looked_at_once_more(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    """As after a pause or a change of the calendar, which make the sweep look again."""
    _with_agency(cast, an)
    frozen.stand_at("2026-11-27")
    escalation.sweep_overdue()
    with writing():
        db.session.execute(update(Deadline).values(next_rung_at=db.session.scalar(select(Deadline.started_at))))
    assert escalation.sweep_overdue().acted == 0
    frozen.go_on(days=1)
    escalation.sweep_overdue()
    assert _fired() == ["after_1"]


@pytest.mark.both_engines
def test_sweeps_at_the_same_time_fire_each_rung_once(app: Flask, cast: Cast, an: Citizen, frozen: Clock) -> None:
    with app.app_context():
        for _ in range(8):
            _with_agency(cast, an)
    frozen.stand_at("2026-11-27")
    acted = together(app, lambda: escalation.sweep_overdue().acted)
    with app.app_context():
        assert _fired() == ["after_1"] * 8
        assert sum(acted) == 8
        assert _told("case-overdue") == [cast.chi_head.id] * 8


def test_after_a_missed_week_a_case_climbs_one_rung_a_day(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _with_agency(cast, an)
    frozen.stand_at("2026-12-07")  # nobody swept for three weeks; "handle" was due on 26 November
    per_day = []
    for _ in range(4):
        before = len(_fired("handle"))
        for _ in range(3):
            escalation.sweep_overdue()
        per_day.append(_fired("handle")[before:])
        frozen.go_on(days=1)
    assert per_day == [["after_1"], ["after_3"], ["after_5"], []]


def test_a_reminder_that_comes_too_late_is_not_sent(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _with_agency(cast, an)
    frozen.stand_at("2026-11-27")
    escalation.sweep_overdue()
    assert _told("case-due-soon") == []


def test_the_event_carries_the_day_on_which_the_rung_was_owed(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _with_agency(cast, an)
    frozen.stand_at("2026-12-02")
    escalation.sweep_overdue()
    db.session.rollback()
    payload = db.session.scalar(
        select(Event.payload).where(Event.chain == f"case:{case_id}", Event.type == "escalated"))
    assert payload is not None
    assert '"owed_on":"2026-11-27"' in payload
    assert '"days_late":4' in payload


def test_a_bad_case_stops_nobody(
        cast: Cast, an: Citizen, frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [_with_agency(cast, an) for _ in range(3)]
    with writing():
        db.session.execute(update(Deadline).where(Deadline.case_id == ids[1], Deadline.kind == "handle")
                           .values(kind="no_such_kind"))
    frozen.stand_at("2026-11-27")
    tally = escalation.sweep_overdue()
    assert (tally.seen, tally.acted, tally.failed, tally.fault) == (3, 2, 1, "ValueError")
    db.session.rollback()
    assert set(db.session.scalars(select(Escalation.case_id))) == {ids[0], ids[2]}


def test_an_answered_case_climbs_no_further(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    receipt = an.complains()
    with writing():
        factories.walk(receipt, Action.RELEASE, hands=cast.hands)
    frozen.stand_at("2027-01-04")
    assert escalation.sweep_overdue().seen == 0


def test_a_paused_clock_climbs_nothing(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    receipt = an.complains()
    with writing():
        lifecycle.advance(factories.case_of(receipt), Action.ASK_SUBMITTER, actor=factories.actor_of(cast.intake),
                          why="Xin cho biết số hồ sơ.", tell_sender=True)
    frozen.stand_at("2027-01-04")
    assert escalation.sweep_overdue().acted == 0


def test_an_imported_case_never_climbs(cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _with_agency(cast, an)
    with writing():
        db.session.get_one(Case, case_id).historical = True
    frozen.stand_at("2026-11-27")
    assert escalation.sweep_overdue().acted == 0
    assert escalation.sweep_overdue().seen == 0, "it is not even looked at again"


def test_the_silence_of_a_head_in_a_conflict_is_told_one_level_up(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _with_agency(cast, an)
    with writing():
        factories.hide_from(db.session.get_one(Case, case_id), db.session.get_one(Person, cast.chi_head.id))
    frozen.stand_at("2026-11-27")
    escalation.sweep_overdue()
    assert _told("case-overdue") == [cast.ha.id]


def test_the_silence_about_a_restricted_case_is_told_to_its_desk_alone(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _with_agency(cast, an)
    with writing():
        db.session.get_one(Case, case_id).restricted = True
    frozen.stand_at("2026-11-27")
    escalation.sweep_overdue()
    assert _told("case-overdue") == [cast.restricted.id]


def test_an_intake_that_sleeps_is_told_to_the_office_and_then_the_chairman(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    an.complains()
    for day in ("18", "19", "20"):  # due on the 17th
        frozen.stand_at(f"2026-11-{day}")
        escalation.sweep_overdue()
    assert _fired("receive") == ["after_1h", "after_3"]
    assert _told("case-overdue") == [cast.ha.id, cast.leader.id]


def test_two_clocks_that_are_late_together_make_one_rung_a_day(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _with_agency(cast, an)
    frozen.stand_at("2027-01-04")  # the agency's clock and the citizen's are both long over
    per_day = []
    for _ in range(7):
        before = len(_fired())
        escalation.sweep_overdue()
        per_day.append(len(_fired()) - before)
        frozen.go_on(days=1)
    assert per_day == [1, 1, 1, 1, 1, 1, 0]


def test_a_sweep_that_did_not_see_the_other_ones_rung_cannot_fire_it_again(
        cast: Cast, an: Citizen, frozen: Clock, inside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unique row decides, also for somebody whose view is old."""
    case_id = _with_agency(cast, an)
    frozen.stand_at("2026-11-27")
    monkeypatch.setattr(escalation, "_climbed", lambda case_id: {})
    for _ in range(2):
        with writing():
            db.session.execute(update(Deadline).where(Deadline.kind == "handle").values(
                next_rung_at=db.session.scalar(select(Deadline.started_at).limit(1))))
        with writing():
            escalation.climb(case_id)
    assert _fired("handle") == ["after_1"]
    assert _told("case-overdue") == [cast.chi_head.id]


# Rungs in hours, many schedulers, long stops -------------------------------------------------------------------


def _urgent(an: Citizen) -> int:
    return an.complains(urgent=True, hindrance="Không làm được giấy khai sinh cho con.").case_id


def test_the_first_reading_of_an_urgent_case_is_reminded_and_escalated_in_hours(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _urgent(an)  # four working hours from nine: until 15:00
    seen = {}
    for hour in ("10:55", "11:05", "13:35", "15:00", "15:59", "16:01"):
        frozen.stand_at(f"2026-11-16 {hour}")
        escalation.sweep_overdue()
        seen[hour] = _fired("receive")
    assert seen["10:55"] == []
    assert seen["11:05"] == ["before_2h"], "two open hours before 15:00 begin at eleven: noon is off"
    assert seen["15:59"] == ["before_2h"]
    assert seen["16:01"] == ["before_2h", "after_1h"]
    assert (_told("case-due-soon"), _told("case-overdue")) == ([cast.ha.id], [cast.ha.id])


@pytest.mark.both_engines
def test_three_schedulers_over_three_days_of_downtime_make_what_one_makes_alone(
        app: Flask, cast: Cast, an: Citizen, frozen: Clock) -> None:
    with app.app_context():
        for _ in range(4):
            _with_agency(cast, an)
        _urgent(an)
    for day in ("2026-11-20", "2026-11-23 10:00", "2026-11-27 08:00", "2026-11-27 09:30", "2026-11-28",
                "2026-12-01"):
        frozen.stand_at(day)
        together(app, escalation.sweep_overdue)
    with app.app_context():
        db.session.rollback()
        rows = db.session.execute(select(Escalation.deadline_id, Escalation.rung)).all()
        assert len(rows) == len(set(rows))
        assert sorted(_fired("handle")) == sorted(["before_2", "after_1", "after_3"] * 4)
        assert _fired("receive") == ["after_1h", "after_3"], "nothing was lost, and no reminder came late"
        owed = db.session.scalars(select(Outbox.dedupe)).all()
        assert len(owed) == len(set(owed))


def test_a_clock_that_went_back_fires_nothing_again_and_later_goes_on(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _with_agency(cast, an)
    for day in ("2026-11-27", "2026-11-20", "2026-11-26", "2026-11-27", "2026-12-01"):
        frozen.stand_at(day)
        escalation.sweep_overdue()
    assert _fired("handle") == ["after_1", "after_3"]


@pytest.mark.both_engines
def test_a_clock_of_no_case_climbs_too_and_tells_its_agency_then_the_office(
        app: Flask, cast: Cast, frozen: Clock, inside: None) -> None:
    with writing():
        clocks.start_for(None, DeadlineKind.INSTRUCTION, subject_id=7, agency_id=cast.building,
                         due_on=clock.today() + timedelta(days=2))
    for day in ("17", "18", "19", "20", "23"):
        frozen.stand_at(f"2026-11-{day}")
        escalation.sweep_overdue()
        together(app, escalation.sweep_overdue)
    assert _fired("instruction") == ["before_1", "after_1", "after_3"]
    assert _told("case-due-soon") == [cast.chi_head.id]
    assert _told("case-overdue") == [cast.ha.id, cast.leader.id]


def test_while_an_officer_who_is_head_too_is_away_the_deputy_is_told_besides(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    case_id = _with_agency(cast, an)
    with writing():
        head = db.session.get_one(Person, cast.chi_head.id)
        deputies.name_deputy(head, person_id=cast.chi.id, from_on=clock.today(),
                             to_on=clock.today() + timedelta(days=60), actor=factories.actor_of(cast.chi_head))
    frozen.stand_at("2026-11-27")
    escalation.climb(case_id)
    db.session.commit()
    assert sorted(map(str, _told("case-overdue"))) == sorted(map(str, [cast.chi_head.id, cast.chi.id]))


def test_a_rung_that_was_added_is_climbed_by_running_clocks_and_one_switched_off_is_not(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _with_agency(cast, an)
    with writing():
        early = Step(-5, Unit.WORKING_DAYS, Recipient.OFFICER, Effect.NOTHING, True)
        changed = ladder.add(DeadlineKind.HANDLE, early, actor=factories.actor_of(cast.quan))
    assert changed == 1
    with writing():
        row = db.session.scalars(select(LadderRung).where(
            LadderRung.kind == "handle", LadderRung.key == "before_2")).one()
        ladder.change(row.id, Step(-2, Unit.WORKING_DAYS, Recipient.OFFICER, Effect.NOTHING, False),
                      shown=fingerprint(ladder.values_of(row)), actor=factories.actor_of(cast.quan))
    for day in ("18", "23", "25"):
        frozen.stand_at(f"2026-11-{day}")
        escalation.sweep_overdue()
    assert _fired("handle") == ["before_5", "before_1"]


def test_a_reminder_that_was_switched_off_after_it_fired_does_not_hold_up_the_day(
        cast: Cast, an: Citizen, frozen: Clock, inside: None) -> None:
    _with_agency(cast, an)
    frozen.stand_at("2026-11-23")
    escalation.sweep_overdue()
    with writing():
        for row in db.session.scalars(select(LadderRung).where(LadderRung.kind == "handle")):
            row.active = not row.key.startswith("before")
    frozen.stand_at("2026-11-27")
    escalation.sweep_overdue()
    assert _fired("handle") == ["before_2", "after_1"]
