"""What people do to cases, as rules. Each does it, and says in the model what it ought to have meant."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.services.whole_life.machine import NUMBER, Base
from tests.services.whole_life.model import GONE, Life, MoreTime, Promise, Request, Wish

YES = st.booleans()


def someone(what: str):  # type: ignore[no-untyped-def]
    """Only when there is a case with which this can be done."""
    return precondition(lambda self: bool(self.can(what)))


class BeforeTheAgency(Base):
    """Receipt, reading, leaving without an answer."""

    @precondition(lambda self: len(self.m.lives) < 6)
    @rule(urgent=YES)
    def somebody_complains(self, urgent: bool) -> None:
        self.passes(minutes=1)
        self.submitted(urgent=urgent)

    @precondition(lambda self: bool(self.m.lives))
    @rule(n=NUMBER)
    def the_same_form_comes_again(self, n: int) -> None:
        self.passes(minutes=1)
        life = self.m.lives[n % len(self.m.lives)]
        case, repeated = self.do.submit(99, life.nonce, urgent=not life.urgent)
        assert (case, repeated) == (life.id, True)

    @someone("accept")
    @rule(n=NUMBER, kind=st.sampled_from(["behaviour", "behaviour", "rule"]))
    def intake_accepts(self, n: int, kind: str) -> None:
        life = self.one("accept", n)
        assert life is not None
        self.accepted(life, kind, n)

    @someone("ask")
    @rule(n=NUMBER)
    def the_sender_is_asked(self, n: int) -> None:
        life = self.one("ask", n)
        assert life is not None
        officer = life.state == "in_progress"
        by = life.officer if officer else self.p.intake[n % 2]
        assert by is not None
        self.do.ask(life.id, by, officer=officer)
        self.m.stop(life, "receive")
        self.m.pause(life, self.now)
        self.m.start(life, "supply", self.now)
        life.asked = True
        self.m.moved(life, "awaiting_details" if officer else "awaiting_submitter", self.now)

    @someone("supply")
    @rule(n=NUMBER)
    def the_sender_supplements(self, n: int) -> None:
        life = self.one("supply", n)
        assert life is not None
        self.do.supply(life.id)
        self.m.go_on(life, self.now)
        self.m.moved(life, life.state, self.now)

    @someone("propose")
    @rule(n=NUMBER, action=st.sampled_from(["refuse", "guide", "forward_outside", "merge"]))
    def an_end_without_answer_is_proposed(self, n: int, action: str) -> None:
        life = self.one("propose", n)
        assert life is not None
        others = [one.id for one in self.m.lives if one is not life and one.state not in GONE]
        if action == "merge" and not others:
            return
        into = others[n % len(others)] if action == "merge" else None
        by = self.p.intake[n % 2]
        number = self.do.propose(life.id, by, action, into=into)
        life.wish = Wish(number, action, by, into)

    @someone("wish")
    @rule(n=NUMBER, pressed=YES)
    def the_sender_wants_to_withdraw(self, n: int, pressed: bool) -> None:
        life = self.one("wish", n)
        assert life is not None
        life.wish = Wish(self.do.wish(life.id, pressed=pressed), "withdraw", None, pressed=pressed)

    @someone("decide")
    @rule(n=NUMBER, agree=YES)
    def a_second_person_decides(self, n: int, agree: bool) -> None:
        life = self.one("decide", n)
        assert life is not None
        assert life.wish is not None
        wish, by = life.wish, self.p.coordinators[n % 2]
        if agree and any(one.id == wish.into and one.state in GONE for one in self.m.lives):
            self.forbidden(lambda: self.do.decide(life.id, by, wish.id, agree=True))
            return
        self.do.decide(life.id, by, wish.id, agree=agree)
        life.wish = None
        if agree:
            self.m.ends(life, wish.action, self.now)

    @someone("assign")
    @rule(n=NUMBER, agency=NUMBER, complex_=st.sampled_from([False, False, True]))
    def it_is_given_to_an_agency(self, n: int, agency: int, complex_: bool) -> None:
        life = self.one("assign", n)
        assert life is not None
        self.assigned(life, self.live()[agency % len(self.live())], complex_=complex_)


class BetweenAgencies(BeforeTheAgency):
    """Passing on, joint handling, more time."""

    @someone("transfer")
    @precondition(lambda self: len(self.live()) > 1)
    @rule(n=NUMBER, agency=NUMBER)
    def the_office_passes_it_on(self, n: int, agency: int) -> None:
        life = self.one("transfer", n)
        assert life is not None
        others = [one for one in self.live() if one != life.agency]
        self.do.transfer(life.id, self.p.coordinators[n % 2], others[agency % len(others)])
        self.m.to_agency(life, others[agency % len(others)], self.now)

    @someone("ask_transfer")
    @rule(n=NUMBER, agency=NUMBER)
    def the_head_names_another_agency(self, n: int, agency: int) -> None:
        life = self.one("ask_transfer", n)
        assert life is not None
        assert life.agency is not None
        head = self.p.head(life.agency)
        assert head is not None
        others = [one for one in self.live() if one != life.agency]
        to = others[agency % len(others)]
        number = self.do.ask_transfer(life.id, head, to)
        life.request = Request(number, life.agency, to, head)
        self.m.start(life, "transfer_reply", self.now, subject=number, agency=to)

    @someone("reply_transfer")
    @rule(n=NUMBER, takes=YES)
    def the_named_agency_replies(self, n: int, takes: bool) -> None:
        life = self.one("reply_transfer", n)
        assert life is not None
        assert life.request is not None
        ask, head = life.request, self.p.head(life.request.to)
        assert head is not None
        self.do.reply_transfer(life.id, head, ask.id, takes=takes)
        life.clocks.pop(("transfer_reply", ask.id))
        ask.answered_by = head
        if takes:
            self.m.drop_request(life)
            self.m.to_agency(life, ask.to, self.now)

    @someone("decide_transfer")
    @rule(n=NUMBER, grant=YES)
    def the_office_decides_about_it(self, n: int, grant: bool) -> None:
        life = self.one("decide_transfer", n)
        assert life is not None
        assert life.request is not None
        ask = life.request
        self.do.decide_transfer(life.id, self.p.coordinators[n % 2], ask.id, grant=grant)
        self.m.drop_request(life)
        if grant:
            self.m.to_agency(life, ask.to, self.now)

    @someone("ask_part")
    @rule(n=NUMBER, agency=NUMBER)
    def a_second_agency_is_asked(self, n: int, agency: int) -> None:
        life = self.one("ask_part", n)
        assert life is not None
        others = self.contributors(life)
        to = others[agency % len(others)]
        number = self.do.ask_part(life.id, self.p.coordinators[n % 2], to)
        life.contributions[number] = to
        self.m.start(life, "contribute", self.now, subject=number, agency=to)

    @someone("give_part")
    @rule(n=NUMBER)
    def it_gives_its_part(self, n: int) -> None:
        life = self.one("give_part", n)
        assert life is not None
        number, agency = next((a, b) for a, b in life.contributions.items() if self.p.officers.get(b))
        self.do.give_part(self.p.officers[agency][0], number)
        self.m.drop_contribution(life, number)

    @someone("ask_time")
    @rule(n=NUMBER, days=st.integers(1, 6))
    def more_time_is_asked_for(self, n: int, days: int) -> None:
        life = self.one("ask_time", n)
        assert life is not None
        assert life.agency is not None
        assert life.total is not None
        head, until = self.p.head(life.agency), self.m.days.nth(life.total.due(self.m.days)[0], days)
        assert head is not None
        number = self.do.ask_time(life.id, head, until)
        life.more_time = MoreTime(number, head, life.agency, until)
        self.m.start(life, "extension", self.now, subject=number)

    @someone("decide_time")
    @rule(n=NUMBER, grant=st.sampled_from([True, True, False]))
    def the_office_decides_about_time(self, n: int, grant: bool) -> None:
        life = self.one("decide_time", n)
        assert life is not None
        assert life.more_time is not None
        assert life.total is not None
        more, days, by = life.more_time, self.m.days, self.p.coordinators[n % 2]
        due = life.total.due(days)[0]
        if grant and not (more.until > due and more.until >= self.today and days.works(more.until)):
            self.forbidden(lambda: self.do.decide_time(life.id, by, more.id, grant=True))
            return
        self.do.decide_time(life.id, by, more.id, grant=grant)
        self.m.drop_time(life)
        life.had_time.add(life.round)
        if grant:
            more_days = days.between(due, more.until)
            for kind in ("handle", "redo"):
                if (clock := life.clocks.get((kind, 0))) is not None:
                    clock.named, clock.extended, clock.fired = days.nth(clock.due(days)[0], more_days), True, {}
            life.total.named, life.total.extended, life.total.fired = more.until, True, {}


class AtTheAgency(BetweenAgencies):
    """From the officer's desk to the gate."""

    @someone("take")
    @rule(n=NUMBER, who=NUMBER)
    def an_officer_takes_it(self, n: int, who: int) -> None:
        life = self.one("take", n)
        assert life is not None
        readers = self.readers(life)
        self.taken(life, readers[who % len(readers)])

    @someone("allot")
    @rule(n=NUMBER, who=NUMBER)
    def the_head_gives_it_to_an_officer(self, n: int, who: int) -> None:
        life = self.one("allot", n)
        assert life is not None
        readers, head = self.readers(life), self.p.head(life.agency)
        assert head is not None
        self.do.allot(life.id, head, readers[who % len(readers)])
        life.officer = readers[who % len(readers)]
        self.m.moved(life, "in_progress" if life.state == "assigned" else life.state, self.now)

    @someone("answer")
    @rule(n=NUMBER, days=st.sampled_from([0, 2, 4, 9]))
    def the_officer_answers(self, n: int, days: int) -> None:
        life = self.one("answer", n)
        assert life is not None
        assert life.officer is not None
        late, officer = life.late(self.m.days, self.now), life.officer
        promised = self.m.days.nth(self.today, days) if days else None
        if late and life.round not in life.sorry:
            self.forbidden(lambda: self.do.answer(life.id, officer, promised=promised, sorry=False))
        if late and promised and life.round in life.early and life.early[life.round] < self.today:
            # A second new date after the first was missed (Decree 61/2018/NĐ-CP, article 12.5).
            self.forbidden(lambda: self.do.answer(life.id, officer, promised=promised, sorry=True))
            return
        self.answered(life, promised)

    @someone("apologise")
    @rule(n=NUMBER, days=st.integers(1, 3))
    def the_head_apologises_before_the_answer(self, n: int, days: int) -> None:
        life = self.one("apologise", n)
        assert life is not None
        assert life.total is not None
        head = self.p.head(life.agency)
        assert head is not None
        new_on = self.m.days.nth(max(self.today, life.total.due(self.m.days)[0]), days)
        self.do.apologise(life.id, head, new_on)
        life.early[life.round] = new_on

    @someone("head")
    @rule(n=NUMBER, agree=st.sampled_from([True, True, False]))
    def the_head_reads_the_answer(self, n: int, agree: bool) -> None:
        life = self.one("head", n)
        assert life is not None
        head = self.p.head(life.agency)
        assert head is not None
        if agree:
            if self.owes_apology(life):
                self.forbidden(lambda: self.do.approve(life.id, head, sorry=False))
            self.approved(life)
            return
        self.do.send_back(life.id, head)
        self.m.stop(life, "approve")
        self.m.moved(life, "in_progress", self.now)

    @someone("gate")
    @rule(n=NUMBER, lets_through=st.sampled_from([True, True, False]))
    def the_gate_reads_the_answer(self, n: int, lets_through: bool) -> None:
        life = self.one("gate", n)
        assert life is not None
        by = self.p.coordinators[n % 2]
        if lets_through:
            if self.owes_apology(life):
                self.forbidden(lambda: self.do.release(life.id, by, sorry=False))
            self.released(life, n)
            return
        self.do.give_back(life.id, by)
        self.m.stop(life, "gate")
        self.m.start(life, "redo", self.now, agency=life.agency)
        self.m.moved(life, "in_progress", self.now)

    @someone("instruct")
    @rule(n=NUMBER, days=st.integers(0, 5))
    def the_head_is_instructed(self, n: int, days: int) -> None:
        life = self.one("instruct", n)
        assert life is not None
        assert life.agency is not None
        due_on = self.m.days.nth(self.today, days) if days else self.today
        number = self.do.instruct(life.id, self.p.coordinators[n % 2], life.agency, due_on)
        if number not in life.orders:
            life.orders[number] = False
            self.m.start(life, "instruction", self.now, subject=number, agency=life.agency, named=due_on)

    @someone("report")
    @rule(n=NUMBER)
    def the_head_reports(self, n: int) -> None:
        life = self.one("report", n)
        assert life is not None
        number = next(id_ for id_, reported in life.orders.items() if not reported)
        clock = life.clocks[("instruction", number)]
        head = self.p.head(self.m.now_called(clock.agency or 0))
        assert head is not None
        self.do.report(head, number)
        life.orders[number], clock.paused = True, self.now

    @someone("judge_report")
    @rule(n=NUMBER, accept=YES)
    def the_office_reads_the_report(self, n: int, accept: bool) -> None:
        life = self.one("judge_report", n)
        assert life is not None
        number = next(id_ for id_, reported in life.orders.items() if reported)
        self.do.judge_report(self.p.coordinators[n % 2], number, accept=accept)
        if accept:
            del life.orders[number], life.clocks[("instruction", number)]
        else:
            life.orders[number], life.clocks[("instruction", number)].paused = False, None

    @someone("explain")
    @rule(n=NUMBER)
    def the_head_explains(self, n: int) -> None:
        life = self.one("explain", n)
        assert life is not None
        number, agency = self.do.owed_explanation(life.id)[0]
        head = self.p.head(self.m.now_called(agency))
        assert head is not None
        self.do.explain(head, number)
        del life.clocks[("explanation", number)]


class AfterTheAnswer(AtTheAgency):
    """The sender's word, and promises."""

    @someone("object")
    @rule(n=NUMBER)
    def the_sender_objects(self, n: int) -> None:
        life = self.one("object", n)
        assert life is not None
        self.do.object_to(life.id)
        self.m.comes_back(life, self.now, objected=True)

    @someone("close")
    @rule(n=NUMBER)
    def the_sender_is_content(self, n: int) -> None:
        life = self.one("close", n)
        assert life is not None
        self.do.close(life.id)
        self.m.moved(life, "closed", self.now)

    @someone("keep")
    @rule(n=NUMBER)
    def a_promise_is_reported_as_kept(self, n: int) -> None:
        life = self.one("keep", n)
        assert life is not None
        assert life.officer is not None
        promise = self._waiting(life)
        self.do.keep(life.id, life.officer, promise.id)
        promise.kept = self.now
        self.m.stop(life, "commitment")

    @staticmethod
    def _waiting(life: Life) -> Promise:
        return life.open_promises[0]

    @someone("deny")
    @rule(n=NUMBER)
    def the_sender_denies_it(self, n: int) -> None:
        life = self.one("deny", n)
        assert life is not None
        promise = next(one for one in life.promises if one.round == life.round and one.kept and not one.broken)
        self.do.deny(life.id, promise.id)
        promise.broken = True
        self.m.comes_back(life, self.now, objected=False)
