"""The morning sheet: one page for who begins the day, of their own reach."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from feedback import clock
from feedback.domain.conflicts import About
from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.instructions import Instruction
from feedback.models.people import Person
from feedback.services import conflicts, deputies
from tests import factories
from tests.factories import Member, actor_of, case_of
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.fixtures.time import Clock
from tests.web.stage import bring

SignIn = Callable[[Member], Client]


def test_an_empty_morning_says_so(app: Flask, cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.ha).get("/supervision/morning").text
    for words in ("Hôm nay không có hồ sơ nào đến hạn", "chưa ai nhận", "Không có chỉ đạo nào đến hạn"):
        assert words in page


def test_the_sheet_tells_what_is_late_unopened_ordered_and_new(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    lying = bring(app, cast, Action.ASSIGN)
    with app.app_context(), writing():
        db.session.add(Instruction(agency_id=cast.building, body="Trả lời dứt điểm hồ sơ tồn.",
                                   issued_by_id=cast.ha.id, due_on=clock.today(), issued_at=clock.now()))
    frozen.stand_at("2026-12-09")
    bring(app, cast, Action.RELEASE)
    page = sign_in(cast.ha).get("/supervision/morning")
    for words in ("1 quá hạn, 1 chưa ai nhận, 1 chỉ đạo đến hạn", lying.reference, "Trả lời dứt điểm hồ sơ tồn.",
                  "Từ thứ Ba 08/12/2026", "1 tiếp nhận", "1 đã trả lời"):
        assert words in page.text
    assert page.page.all("table"), "the numbers stand in tables"


def test_a_head_has_a_sheet_of_their_own_tree(app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    ours = bring(app, cast, Action.ASSIGN)
    with app.app_context(), writing():
        for agency, body in ((cast.building, "Việc của Xây dựng."), (cast.land, "Việc của Đất đai.")):
            db.session.add(Instruction(agency_id=agency, body=body, issued_by_id=cast.ha.id, issued_at=clock.now(),
                                       due_on=clock.today() - timedelta(days=1)))
    frozen.stand_at("2026-12-09")
    mine, other = (sign_in(who).get("/desk/morning").text for who in (cast.chi_head, cast.dung_head))
    assert (ours.reference in mine, "Việc của Xây dựng." in mine) == (True, True)
    assert "Việc của Đất đai." not in mine
    assert (ours.reference in other, "Việc của Đất đai." in other) == (False, True)


def test_what_is_hidden_from_somebody_is_not_counted_on_their_sheet(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    hidden = bring(app, cast, Action.ASSIGN)
    with app.app_context(), writing():
        factories.hide_from(case_of(hidden), db.session.get_one(Person, cast.ha.id))
    frozen.stand_at("2026-12-09")
    assert "0 quá hạn, 0 chưa ai nhận" in sign_in(cast.ha).get("/supervision/morning").text
    assert "1 quá hạn, 1 chưa ai nhận" in sign_in(cast.leader).get("/supervision/morning").text


def test_whoever_acts_for_a_head_in_conflict_reads_no_instruction_about_the_case(
        app: Flask, cast: Cast, frozen: Clock, sign_in: SignIn) -> None:
    about = bring(app, cast, Action.TAKE)
    with app.app_context():
        with writing():
            deputies.name_deputy(db.session.get_one(Person, cast.chi_head.id), person_id=cast.chi.id,
                                 from_on=clock.today(), to_on=clock.today() + timedelta(days=3),
                                 actor=actor_of(cast.chi_head))
            db.session.add(Instruction(case_id=about.case_id, agency_id=cast.building, body="Xem lại trưởng.",
                                       issued_by_id=cast.ha.id, issued_at=clock.now(), due_on=clock.today()))
        with writing():
            conflicts.record(case_of(about), about=About.HEAD, people=[cast.chi_head.id], why="Nói về người này.",
                             actor=actor_of(cast.leader))
    chi = sign_in(cast.chi)
    for path in ("/desk/instructions", "/desk/day", "/desk/morning"):
        assert "Xem lại trưởng." not in chi.get(path).text, path
