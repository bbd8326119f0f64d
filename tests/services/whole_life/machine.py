"""The machine: it starts a fresh province, brings some cases half way, and lets rules play."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from flask import Flask
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from feedback.domain.errors import HouseError
from tests.engines.smtp import Sink
from tests.fixtures.databases import Database
from tests.services.whole_life import checks
from tests.services.whole_life.days import day_of
from tests.services.whole_life.deeds import Deeds
from tests.services.whole_life.model import Life, Model, Promise
from tests.services.whole_life.province import Province

FIRST = datetime(2026, 11, 16, 2, tzinfo=UTC)
"""Monday, 9 in the morning in Viet Nam."""
STAGES = ("submitted", "accepted", "assigned", "in_progress", "agency_approval", "gate_review", "answered",
          "promised")
NUMBER = st.integers(0, 7)
"""Chooses among those who can."""


class Base(RuleBasedStateMachine):
    """What all rules need. ``app``, ``database`` and ``post`` are set by the test."""

    app: Flask
    database: Database
    post: Sink

    def __init__(self) -> None:
        super().__init__()
        self.p = Province(self.app, self.database, FIRST)
        self.do = Deeds(self.p)
        self.m = Model(self.p.days(), self.p.limits())
        self.ladder = checks.Ladder(self.p, self.m)
        self.post.messages.clear()
        self.storms: list[date] = []

    @initialize(stages=st.lists(st.sampled_from(STAGES), min_size=2, max_size=4), urgent=st.booleans(),
                days=st.sampled_from([0, 0, 2, 11, 22]))
    def begin(self, stages: list[str], urgent: bool, days: int = 0) -> None:
        """Cases at different places of their lives, some of which have lain for ``days``."""
        for n, stage in enumerate(stages):
            life = self.submitted(urgent=urgent and n == 0)
            for step in STAGES[1:STAGES.index(stage) + 1]:
                if step == "promised":
                    break
                self.one_step(life, step, promised=self.m.days.nth(self.today, 4) if stage == "promised" else None)
        self.passes(days=days)

    # --- the ordinary way, also for rules

    @property
    def now(self) -> datetime:
        return self.p.now

    @property
    def today(self) -> date:
        return day_of(self.p.now)

    def live(self) -> list[int]:
        """Agencies that exist."""
        return [one for one in self.p.agencies if one not in self.m.successor]

    def passes(self, **by: float) -> None:
        """Time goes on."""
        self.p.now += timedelta(**by)

    def one_step(self, life: Life, to: str, *, promised: date | None = None) -> None:
        """The next ordinary step."""
        self.passes(minutes=1)
        if to == "accepted":
            self.accepted(life, "behaviour", 0)
        elif to == "assigned":
            self.assigned(life, self.live()[life.id % len(self.live())], complex_=False)
        elif to == "in_progress":
            self.taken(life, self.readers(life)[0])
        elif to == "agency_approval":
            self.answered(life, promised)
        elif to == "gate_review":
            self.approved(life)
        elif to == "answered":
            self.released(life, 0)

    def submitted(self, *, urgent: bool) -> Life:
        number = len(self.m.lives) + 1
        nonce = f"{number:032x}"
        case, repeated = self.do.submit(number, nonce, urgent=urgent)
        assert not repeated
        life = Life(case, nonce, urgent)
        self.m.start(life, "total", self.now)
        self.m.start(life, "receive", self.now)
        self.m.lives.append(life)
        return life

    def accepted(self, life: Life, kind: str, n: int) -> None:
        self.do.accept(life.id, self.p.intake[n % 2], kind=kind)
        life.kind = kind
        self.m.stop(life, "receive")
        self.m.start(life, "transfer", self.now)
        self.m.moved(life, "accepted", self.now)

    def assigned(self, life: Life, agency: int, *, complex_: bool) -> None:
        self.do.assign(life.id, self.p.intake[0], agency, complex_=complex_)
        life.complex = life.complex or complex_
        self.m.stop(life, "transfer")
        self.m.fit(life)
        self.m.start(life, "handle", self.now, agency=agency)
        self.m.holds(life, agency)
        self.m.moved(life, "assigned", self.now)

    def taken(self, life: Life, officer: int) -> None:
        self.do.take(life.id, officer)
        life.officer = officer
        self.m.moved(life, "in_progress", self.now)

    def answered(self, life: Life, promised: date | None) -> None:
        assert life.officer is not None
        late = life.late(self.m.days, self.now)
        self.do.answer(life.id, life.officer, promised=promised, sorry=late)
        if late:
            life.sorry.add(life.round)
        life.drafted = promised
        life.drafters.add(life.officer)
        self.m.start(life, "approve", self.now, agency=life.agency)
        self.m.moved(life, "agency_approval", self.now)

    def approved(self, life: Life) -> None:
        head = self.p.head(life.agency)
        assert head is not None
        self.do.approve(life.id, head, sorry=self.owes_apology(life))
        if self.owes_apology(life):
            life.sorry.add(life.round)
        self.m.stop(life, "handle", "redo", "approve")
        self.m.start(life, "gate", self.now)
        self.m.moved(life, "gate_review", self.now)

    def released(self, life: Life, n: int) -> None:
        promises = self.do.release(life.id, self.p.coordinators[n % 2], sorry=self.owes_apology(life))
        wanted = [max(life.drafted, self.today)] if life.drafted else []
        assert [on for _, on in promises] == wanted
        life.promises += [Promise(number, life.round, on) for number, on in promises]
        self.m.stop(life, "gate", "total")
        if wanted:
            self.m.start(life, "commitment", self.now, agency=life.agency, named=wanted[0])
        self.m.moved(life, "answered", self.now)

    def owes_apology(self, life: Life) -> bool:
        """Whether whoever has the answer now has to apologise."""
        return life.late(self.m.days, self.now) and life.round not in life.sorry

    # --- who can

    def readers(self, life: Life) -> list[int]:
        """Officers of the agency who may take it: an objection is read by somebody else."""
        return [one for one in self.p.officers.get(life.agency or 0, ())
                if not (life.objected and one in life.drafters)]

    def officer_there(self, life: Life) -> bool:
        """Whether the case's officer sits where the case is."""
        return life.officer is not None and life.officer in self.p.officers.get(life.agency or 0, ())

    def can(self, what: str) -> list[Life]:
        """Cases with which this can be done now."""
        may: Callable[[Life], bool] = getattr(self, f"may_{what}")
        return [life for life in self.m.lives if may(life)]

    def one(self, what: str, n: int) -> Life | None:
        """One of them, and a minute goes by."""
        self.passes(minutes=1)
        lives = self.can(what)
        return lives[n % len(lives)] if lives else None

    def may_accept(self, life: Life) -> bool:
        return life.state == "submitted"

    def may_ask(self, life: Life) -> bool:
        return not life.asked and (life.state == "submitted" or (
            life.state == "in_progress" and self.officer_there(life)))

    def may_supply(self, life: Life) -> bool:
        return life.state in ("awaiting_submitter", "awaiting_details")

    def may_propose(self, life: Life) -> bool:
        return life.state in ("submitted", "accepted") and life.wish is None

    def may_wish(self, life: Life) -> bool:
        return life.wish is None and life.state in (
            "submitted", "awaiting_submitter", "accepted", "assigned", "in_progress", "awaiting_details",
            "agency_approval", "gate_review")

    def may_decide(self, life: Life) -> bool:
        return life.wish is not None

    def may_assign(self, life: Life) -> bool:
        return life.state == "accepted"

    def may_transfer(self, life: Life) -> bool:
        return life.state in ("assigned", "in_progress")

    def may_ask_transfer(self, life: Life) -> bool:
        return self.may_transfer(life) and life.request is None and self.p.head(life.agency) is not None and (
            len(self.live()) > 1)

    def may_reply_transfer(self, life: Life) -> bool:
        ask = life.request
        return ask is not None and ask.answered_by is None and self.p.head(ask.to) not in (None, ask.by)

    def may_decide_transfer(self, life: Life) -> bool:
        return life.request is not None

    def may_take(self, life: Life) -> bool:
        return life.state == "assigned" and bool(self.readers(life))

    def may_allot(self, life: Life) -> bool:
        return life.state in ("assigned", "in_progress", "awaiting_details") and bool(self.readers(life)) and (
            self.p.head(life.agency) is not None)

    def may_ask_time(self, life: Life) -> bool:
        return (life.state in ("assigned", "in_progress", "agency_approval") and life.more_time is None
                and life.round not in life.had_time and life.request is None
                and not life.late(self.m.days, self.now) and self.p.head(life.agency) is not None)

    def may_decide_time(self, life: Life) -> bool:
        return life.more_time is not None

    def may_apologise(self, life: Life) -> bool:
        if life.state not in ("assigned", "in_progress", "agency_approval", "gate_review"):
            return False
        total = life.total
        assert total is not None
        return (life.round not in life.early and self.p.head(life.agency) is not None
                and self.today >= self.m.days.nth(total.due(self.m.days)[0], -1))

    def may_answer(self, life: Life) -> bool:
        return life.state == "in_progress" and self.officer_there(life)

    def may_head(self, life: Life) -> bool:
        return life.state == "agency_approval" and self.p.head(life.agency) is not None

    def may_gate(self, life: Life) -> bool:
        return life.state == "gate_review"

    def may_object(self, life: Life) -> bool:
        return (life.state in ("answered", "refused", "guided", "forwarded_outside", "merged", "withdrawn")
                and not life.objected and self.today <= self.m.days.rolled(life.settled(), 15))

    def may_close(self, life: Life) -> bool:
        return life.state == "answered" and not life.open_promises

    def may_keep(self, life: Life) -> bool:
        return life.state == "answered" and self.officer_there(life) and any(
            one.on >= self.today for one in life.open_promises)

    def may_deny(self, life: Life) -> bool:
        return life.state == "answered" and any(
            one.round == life.round and one.kept and not one.broken for one in life.promises)

    def may_ask_part(self, life: Life) -> bool:
        return life.state in ("assigned", "in_progress") and bool(self.contributors(life))

    def contributors(self, life: Life) -> list[int]:
        return [one for one in self.live() if one != life.agency and one not in life.contributions.values()]

    def may_give_part(self, life: Life) -> bool:
        return any(self.p.officers.get(agency) for agency in life.contributions.values())

    def may_instruct(self, life: Life) -> bool:
        return life.agency in self.live()

    def may_report(self, life: Life) -> bool:
        return not all(life.orders.values())

    def may_judge_report(self, life: Life) -> bool:
        return any(life.orders.values())

    def may_explain(self, life: Life) -> bool:
        return any(kind == "explanation" for kind, _ in life.clocks)

    # --- after every step

    def forbidden(self, deed: Callable[[], object]) -> None:
        """The house refuses, and nothing was changed."""
        with self.p.there():
            before = checks.fingerprint()
        try:
            deed()
        except HouseError:
            pass
        else:
            raise AssertionError("this ought to be refused")
        with self.p.there():
            assert checks.fingerprint() == before, "what was refused left something behind"

    @invariant()
    def everything_agrees(self) -> None:
        with self.p.there():
            checks.check(self.m)

    def teardown(self) -> None:
        with self.p.there():
            checks.check_all_history()


