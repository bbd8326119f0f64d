"""What time, the calendar, the sweeps and the law do, and what nobody may do, as rules."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from feedback.extensions import db
from feedback.services import mailing, watchdog
from tests.services.whole_life import checks
from tests.services.whole_life.machine import NUMBER
from tests.services.whole_life.model import AWAITING, Life
from tests.services.whole_life.province import limit_of
from tests.services.whole_life.rules import YES, AfterTheAnswer
from workers.schedule import DEEDS, tick

SWEPT = ("overdue", "supply", "commitments", "close", "successors")
QUIET = tuple(name for name in DEEDS if name not in SWEPT)
"""Sweeps that change no case."""
AMENDED = ("total", "receive", "transfer", "transfer_reply", "handle", "redo", "approve", "gate", "supply",
           "contribute", "extension", "explanation")


class Lives(AfterTheAnswer):
    """The whole machine."""

    @rule(hours=st.integers(1, 30), minutes=st.integers(0, 59))
    def hours_go_by(self, hours: int, minutes: int) -> None:
        self.passes(hours=hours, minutes=minutes)

    @rule(days=st.integers(1, 9))
    def days_go_by(self, days: int) -> None:
        self.passes(days=days)

    @rule(times=st.integers(1, 3))
    def the_sweeps_run(self, times: int) -> None:
        self.passes(minutes=1)
        for n in range(times):
            before = None
            if n:
                with self.p.there():
                    before = checks.fingerprint()
            for name in SWEPT:
                self._sweep(name)
            if before is not None:
                with self.p.there():
                    assert checks.fingerprint() == before, "a sweep did it twice"

    def _sweep(self, name: str) -> None:
        with self.p.there():
            tally = DEEDS[name]()
            assert tally.failed == 0, tally.fault
            if name == "overdue":
                self.ladder.look()
        getattr(self, f"_after_{name}", lambda: None)()

    def _after_supply(self) -> None:
        for life in self.m.lives:
            if life.state in AWAITING and life.clocks[("supply", 0)].late(self.m.days, self.now):
                self.m.go_on(life, self.now)
                self.m.moved(life, life.state, self.now)

    def _after_commitments(self) -> None:
        for life in self.m.lives:
            clock = life.clocks.get(("commitment", 0))
            if clock is not None and clock.late(self.m.days, self.now):
                for one in life.open_promises:
                    one.broken = one.on < self.today
                self.m.comes_back(life, self.now, objected=False)

    def _after_close(self) -> None:
        for life in self.m.lives:
            if (life.state == "answered" and not life.open_promises
                    and self.m.days.rolled(life.settled(), 15) < self.today):
                self.m.moved(life, "closed", self.now)

    def _after_successors(self) -> None:
        for closed in sorted(self.m.successor):
            self.m.take_over(closed)

    @rule(hours=st.integers(1, 72))
    def the_machines_clock_is_wrong_for_a_moment(self, hours: int) -> None:
        """The watchdog stops what cannot be taken back, behind and after the jump."""
        self.passes(minutes=1)
        right = self.p.now
        with self.p.writing():
            watchdog.confirm_clock(now=right)
        with self.p.there():
            before = checks.fingerprint()
        for instant in (right - timedelta(hours=hours), right):
            self.p.now = instant
            with self.p.there():
                assert not set(tick(leave_out=QUIET, database_clock=lambda: None)) & set(SWEPT)
        with self.p.writing():
            watchdog.confirm_clock(now=right)
        with self.p.there():
            assert checks.fingerprint() == before

    @rule(hours=st.integers(1, 30))
    def the_clock_is_set_back(self, hours: int) -> None:
        """It had been ahead: people go on under the right time."""
        self.p.now -= timedelta(hours=hours)

    @rule(ahead=st.integers(-4, 14))
    def offices_close_for_a_storm(self, ahead: int) -> None:
        self.passes(minutes=1)
        day = self.today + timedelta(days=ahead)
        if not (self.m.days.works(day) and day.weekday() < 5):
            return
        self.do.storm(day, off=True)
        self.m.days.close(day)
        self.storms.append(day)

    @precondition(lambda self: bool(self.storms))
    @rule(n=NUMBER)
    def the_storm_does_not_come(self, n: int) -> None:
        self.passes(minutes=1)
        day = self.storms.pop(n % len(self.storms))
        self.do.storm(day, off=False)
        self.m.days.open(day)

    @rule(key=st.sampled_from(AMENDED), amount=st.integers(1, 5), later=st.integers(0, 3))
    def a_limit_is_amended(self, key: str, amount: int, later: int) -> None:
        self.passes(minutes=1)
        since = self.today + timedelta(days=later)
        if any(row.since > since for row in self.m.limits.rows if row.key == key):
            return
        row = self.do.amend(key, amount + (6 if key == "total" else 0), since)
        with self.p.there():
            self.m.limits.rows.append(limit_of(db.session.merge(row)))

    @precondition(lambda self: len(self.live()) > 1)
    @rule(n=NUMBER, to=NUMBER)
    def an_agency_is_merged_into_another(self, n: int, to: int) -> None:
        self.passes(minutes=1)
        if n > 1:  # seldom
            return
        closed, *others = sorted(self.live(), key=lambda id_: (id_ + to) % 3)
        heir = others[0]
        self.do.reorganise(closed, heir, self.today - timedelta(days=1))
        self.m.successor[closed] = heir
        self.p.heads[heir] += self.p.heads.pop(closed)
        self.p.officers[heir] += self.p.officers.pop(closed)
        self.m.take_over(closed)

    @rule()
    def the_mail_is_sent_twice_over(self) -> None:
        self.passes(minutes=1)
        with self.p.there():
            mailing.deliver_owed()
            sent = len(self.post.messages)
            mailing.deliver_owed()
        names = [message["Message-ID"] for message in self.post.messages]
        assert len(names) == len(set(names)) == sent, "a letter went out twice"

    @rule(n=NUMBER, deed=st.integers(0, 40))
    def somebody_tries_what_is_not_possible_now(self, n: int, deed: int) -> None:
        self.passes(minutes=1)
        life = self.m.lives[n % len(self.m.lives)]
        tries = self._impossible(life)
        self.forbidden(tries[deed % len(tries)])

    @rule(n=NUMBER, deed=st.integers(0, 40))
    def somebody_tries_what_is_for_others(self, n: int, deed: int) -> None:
        self.passes(minutes=1)
        life = self.m.lives[n % len(self.m.lives)]
        tries = self._for_others(life)
        if not tries:
            return
        self.forbidden(tries[deed % len(tries)])

    @rule(n=NUMBER, which=NUMBER, yes=YES, more=NUMBER)
    def somebody_does_what_waits(self, n: int, which: int, yes: bool, more: int) -> None:
        """Replies are rarer than questions when all rules are drawn alike: this one draws among the replies."""
        waits: dict[str, Callable[[], None]] = {
            "supply": lambda: self.the_sender_supplements(n=n),
            "decide": lambda: self.a_second_person_decides(n=n, agree=yes),
            "reply_transfer": lambda: self.the_named_agency_replies(n=n, takes=yes),
            "decide_transfer": lambda: self.the_office_decides_about_it(n=n, grant=yes),
            "give_part": lambda: self.it_gives_its_part(n=n),
            "decide_time": lambda: self.the_office_decides_about_time(n=n, grant=yes),
            "apologise": lambda: self.the_head_apologises_before_the_answer(n=n, days=1 + more % 3),
            "report": lambda: self.the_head_reports(n=n),
            "judge_report": lambda: self.the_office_reads_the_report(n=n, accept=yes),
            "explain": lambda: self.the_head_explains(n=n),
            "keep": lambda: self.a_promise_is_reported_as_kept(n=n),
            "deny": lambda: self.the_sender_denies_it(n=n),
        }
        can = [deed for what, deed in waits.items() if self.can(what)]
        if can:
            can[which % len(can)]()

    def _impossible(self, life: Life) -> list[Callable[[], object]]:
        """By who may, of a case that is not there."""
        do, p, case = self.do, self.p, life.id
        agency = next(iter(self.live()))
        head = self.p.head(life.agency) or self.p.head(agency) or 0
        officer = life.officer or self.p.officers[agency][0]
        every: dict[str, Callable[[], object]] = {
            "accept": lambda: do.accept(case, p.intake[0]),
            "ask": lambda: do.ask(case, p.intake[0], officer=False),
            "supply": lambda: do.supply(case),
            "propose": lambda: do.propose(case, p.intake[0], "refuse"),
            "wish": lambda: do.wish(case, pressed=False),
            "assign": lambda: do.assign(case, p.intake[0], agency),
            "transfer": lambda: do.transfer(case, p.coordinators[0], agency),
            "ask_transfer": lambda: do.ask_transfer(
                case, head, next(one for one in p.agencies if one != life.agency)),
            "take": lambda: do.take(case, officer),
            "allot": lambda: do.allot(case, head, officer),
            "ask_time": lambda: do.ask_time(case, head, self.m.days.nth(self.today, 20)),
            "apologise": lambda: do.apologise(case, head, self.m.days.nth(self.today, 3)),
            "answer": lambda: do.answer(case, officer, promised=None, sorry=True),
            "head": lambda: do.approve(case, head, sorry=True),
            "gate": lambda: do.release(case, p.coordinators[0], sorry=True),
            "object": lambda: do.object_to(case),
            "close": lambda: do.close(case),
        }
        found = [deed for what, deed in every.items() if life not in self.can(what)]
        found += [lambda number=one.id: do.deny(case, number) for one in life.promises
                  if not one.kept or one.broken or one.round != life.round]
        return found

    def _for_others(self, life: Life) -> list[Callable[[], object]]:
        """What could be done now, by somebody who may not, or by who has read an older page."""
        do, p, case = self.do, self.p, life.id
        strangers = [one for agency, them in p.officers.items() if agency != life.agency for one in them]
        strange_heads = [one for agency, them in p.heads.items() if agency != life.agency for one in them]
        other = next((one.id for one in self.m.lives if one is not life), None)
        found: list[Callable[[], object]] = []
        if self.may_accept(life):
            found += [lambda: do.accept(case, p.coordinators[0]), lambda: do.accept(case, p.intake[0], seen=0)]
        if self.may_assign(life):
            found += [lambda: do.assign(case, p.leader, self.live()[0]),
                      lambda: do.assign(case, p.intake[0], self.live()[0], seen=0)]
        if self.may_take(life):
            found += [lambda: do.take(case, p.intake[0]), lambda: do.take(case, self.readers(life)[0], seen=0)]
            found += [lambda: do.take(case, strangers[0])] if strangers else []
            found += [lambda one=one: do.take(case, one) for one in p.officers[life.agency or 0]
                      if one not in self.readers(life)]
        if self.may_head(life):
            found += [lambda: do.approve(case, p.coordinators[0], sorry=True)]
            found += [lambda: do.approve(case, strange_heads[0], sorry=True)] if strange_heads else []
            found += [lambda: do.approve(case, life.officer, sorry=True)] if life.officer else []  # type: ignore
        if self.may_gate(life):
            found += [lambda: do.release(case, p.intake[0], sorry=True), lambda: do.give_back(case, p.leader)]
        if self.may_transfer(life):
            found += [lambda: do.transfer(case, p.intake[0], next(a for a in p.agencies if a != life.agency))]
        if (wish := life.wish) is not None:
            found += [lambda: do.decide(case, p.leader, wish.id, agree=True)]
            found += [lambda: do.decide(case, wish.by or 0, wish.id, agree=True)] if wish.by else []
            found += [lambda: do.decide(case, p.intake[0], wish.id, agree=True)] if wish.pressed else []
            found += [lambda: do.wish(case, pressed=False)]
            head = p.head(life.agency)
            found += [lambda: do.decide(case, head or 0, wish.id, agree=True)] if head else []
        if (ask := life.request) is not None:
            found += [lambda: do.decide_transfer(case, ask.by, ask.id, grant=True),
                      lambda: do.reply_transfer(case, p.coordinators[0], ask.id, takes=True)]
        if (more := life.more_time) is not None:
            found += [lambda: do.decide_time(case, more.by, more.id, grant=True),
                      lambda: do.decide_time(case, p.intake[0], more.id, grant=False)]
        if other is not None:
            found += [lambda: do.wish(case, pressed=True, key_of=other)] if self.may_wish(life) else []
            found += [lambda: do.supply(case, key_of=other)] if self.may_supply(life) else []
            found += [lambda: do.object_to(case, key_of=other)] if self.may_object(life) else []
        for number, agency in life.contributions.items():
            found += [lambda n=number, one=one: do.give_part(one, n)
                      for home, them in p.officers.items() if home != agency for one in them[:1]]
        return found


