"""One sample case being played: each method is one deed of one person, done through the services."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.config import Settings
from feedback.domain.answers.structured import Outcome
from feedback.domain.answers.taxonomy import Level
from feedback.domain.complaints import Complaint
from feedback.domain.kinds import CaseKind, Category, IdentityMode
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import Actor
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure
from feedback.models.cases import Case, Proposal
from feedback.queries.commitments import open_of
from feedback.services import answers, apologies, asking, cases, citizen, commitments, lapsing, lifecycle
from feedback.services.answers import AnswerText
from feedback.services.apologies import Sorry
from feedback.services.samples.cast import Cast
from feedback.services.samples.data import Story, Written
from feedback.services.verdicts import NOTHING, Said

HIDDEN = "[đã che]"
KEPT = "Ngày {day} cơ quan đã làm xong việc đã hứa và giao kết quả cho người gửi, biên bản số 12/BB-MAU."
OVERRIDE = "Đã đối chiếu hồ sơ gốc, các điểm đều có kết quả và ngày; giữ câu chữ này cho dễ hiểu."
VAGUE = Written(
    outcome="explained", found="Nội dung phản ánh của công dân là chính đáng, cơ quan xin tiếp thu.",
    done="Cơ quan đã quán triệt, chỉ đạo các bộ phận liên quan rà soát, xử lý theo quy định.", owner="", ground="",
    next_step="Mong công dân tiếp tục đồng hành trong thời gian tới.", points=[])
VAGUE_POINT = "Cơ quan sẽ nghiên cứu, xem xét giải quyết theo đúng quy định trong thời gian tới."
CHANGED = "Đã viết lại: nêu kết quả, ngày xong và trả lời từng điểm người dân hỏi."
RETURNED = "Câu trả lời chưa nói kết quả, chưa có ngày và chưa trả lời từng điểm người dân hỏi. Đề nghị viết rõ."

LATE = Sorry(
    cause="staff_absent",
    reason="Cán bộ thụ lý nghỉ ốm hai tuần, hồ sơ không được giao cho người khác nên không ai kiểm tra trong thời "
           "gian đó.",
    text="Cơ quan xin lỗi Ông/Bà vì đã trả lời chậm. Người đứng đầu chịu trách nhiệm; từ nay mỗi hồ sơ đều có "
         "người làm thay khi cán bộ thụ lý vắng mặt.")
"""What every story that answers after its due date says; in time it is kept nowhere."""


@dataclass
class Play:
    """A story on the stage. ``number`` makes its sender and its reference."""

    story: Story
    number: int
    cast: Cast
    settings: Settings
    nonce: str
    case_id: int = 0
    repeated: bool = False

    @property
    def case(self) -> Case:
        """The case with its points."""
        return db.session.scalars(
            select(Case).where(Case.id == self.case_id).options(selectinload(Case.points))).one()

    @property
    def sender(self) -> Actor:
        """The complainant, who holds the tracking key."""
        return citizen.as_sender(self.case_id)

    @property
    def identity(self) -> dict[str, str]:
        """Who sent it: plainly a sample."""
        return {"name": f"Lê Văn Mẫu {self.number:02d}", "phone": f"0900 000 0{self.number:02d}",
                "email": f"nguoi-gui-{self.number:02d}@mau.example",
                "address": f"Số {self.number} đường Mẫu, phường Bến Mẫu"}

    def submit(self) -> None:
        """Hand the complaint in; ``repeated`` when an earlier, broken run had done it."""
        story = self.story
        mode = IdentityMode.ANONYMOUS if story.anonymous else IdentityMode(story.identity)
        procedure = db.session.scalar(select(Procedure.id).where(Procedure.code == (story.procedure or "")))
        receipt = cases.submit(
            Complaint(narrative=self._told(), points=tuple(story.points), identity_mode=mode,
                      identity={} if story.anonymous else self.identity, language=story.language,
                      category=Category(story.category), kind=CaseKind(story.kind), procedure_id=procedure),
            nonce=self.nonce, secret=self.settings.secret_key, pepper=self.settings.pepper)
        self.case_id, self.repeated = receipt.case_id, receipt.repeated

    def accept(self, actor: Actor | None = None) -> None:
        """Intake reads it and makes the copy for the agency."""
        story, told = self.story, self._told()
        if not story.unmasked:
            told = told.replace(self.identity["name"], HIDDEN).replace(self.identity["phone"], HIDDEN)
        cases.accept(self.case, actor=actor or self._intake(), masked=told,
                     masked_points=dict(enumerate(story.points, start=1)), kind=CaseKind(story.kind),
                     category=Category(story.category))

    def ask(self) -> None:
        """Intake asks the sender for what is missing."""
        lifecycle.advance(self.case, Action.ASK_SUBMITTER, actor=self._intake(), why=self.story.ask,
                          tell_sender=True)

    def ask_for_details(self) -> None:
        """The officer asks the sender for one more concrete thing."""
        asking.ask_for_details(self.case, actor=self.officer(0), what=self.story.ask)

    def supply(self) -> None:
        """The sender adds it."""
        citizen.supply(self.case, actor=self.sender, text=self.story.supply)

    def propose(self, action: Action, *, merge_into_id: int | None = None) -> None:
        """Intake proposes to end it without an answer."""
        lifecycle.propose(
            self.case, action, actor=self._intake(), why=self.story.why, merge_into_id=merge_into_id,
            outside_name=self.story.outside or None, outside_code=self.story.outside_code or None)

    def ask_to_withdraw(self) -> None:
        """The sender wishes to withdraw."""
        citizen.ask_to_withdraw(self.case, actor=self.sender, why=self.story.why)

    def confirm(self) -> None:
        """The coordinating office agrees to what was proposed."""
        case = self.case
        proposal = lifecycle.open_proposal(case)
        assert isinstance(proposal, Proposal)
        lifecycle.confirm(case, proposal, actor=self.cast.coordinators[0])

    def assign(self, agency: str) -> None:
        """Intake gives it to an agency."""
        cases.assign(self.case, self._agency(agency), actor=self._intake())

    def transfer(self, agency: str) -> None:
        """The coordinator gives it to another one."""
        cases.transfer(self.case, self._agency(agency), actor=self.cast.coordinators[0],
                       why="Việc này thuộc nhiệm vụ của cơ quan nhận chuyển; hạn trả lời người dân giữ nguyên.")

    def take(self, officer: int = 0) -> None:
        """An officer of the agency takes it on; 1 is the second one."""
        cases.take(self.case, actor=self.officer(officer))

    def answer(self, written: Written, dates: Mapping[str, str], *, due_on: date | None = None,
               officer: int = 0) -> None:
        """The officer writes the answer and sends it to the head of the agency."""
        case, actor = self.case, self.officer(officer)
        points = written.points or [VAGUE_POINT] * len(case.points)
        draft = answers.save_draft(case, AnswerText(
            outcome=Outcome(written.outcome), found=written.found.format(**dates),
            done=written.done.format(**dates), owner=written.owner.format(**dates), due_on=due_on,
            ground=written.ground.format(**dates), next_step=written.next_step.format(**dates),
            points={n: text.format(**dates) for n, text in enumerate(points, start=1)}), actor=actor)
        apologies.keep_draft(case, draft, LATE, actor=actor)
        override = OVERRIDE if answers.findings_of(case, newest(case)) else None
        answers.submit_answer(case, actor=actor, override=override)

    def approve(self) -> None:
        """The head of the agency signs."""
        answers.approve(self.case, actor=self.cast.heads[self.story.agency], statement=CHANGED,
                        sorry=LATE if apologies.missing(self.case) else None)

    def send_back(self) -> None:
        """The head wants it written better."""
        answers.send_back(self.case, actor=self.cast.heads[self.story.agency],
                          why="Chưa có số tiền cụ thể và căn cứ. Viết lại, nêu rõ mức thu của từng nơi.")

    def give_back(self) -> None:
        """The gate returns the answer."""
        answers.return_answer(self.case, actor=self.cast.coordinators[self.number % 2], why=RETURNED,
                              codes=["generic", "open_promise"], said=self._said(Level.NOT_CLEAR))

    def release(self) -> None:
        """The gate sends the answer to the sender."""
        answers.release(self.case, actor=self.cast.coordinators[self.number % 2], said=self._said(Level.CLEAR),
                        sorry=LATE)

    def _said(self, level: Level) -> Said:
        """What the coordinator says where an answer is read closely: the notes are wrong of a clear answer."""
        answer = newest(self.case)
        if answer is None or not answer.close_reading:
            return NOTHING
        notes = range(len(json.loads(answer.findings)))
        return Said(level=level, right=dict.fromkeys(notes, level is not Level.CLEAR))

    def keep_promises(self) -> None:
        """The officer reports that what the answer promised by a day has been done."""
        for row in open_of(self.case):
            commitments.keep(self.case, row.id, actor=self.officer(0), text=KEPT.format(day=day(clock.today())))

    def close(self) -> None:
        """The sender is content."""
        case = self.case
        citizen.say_answered(case, actor=self.sender, answered={point.n: True for point in case.points})
        citizen.close(case, actor=self.sender)

    def object(self) -> None:
        """The sender objects."""
        case = self.case
        citizen.say_answered(case, actor=self.sender, answered={case.points[0].n: False})
        citizen.object_to(case, actor=self.sender, why=self.story.objection)

    def promise_broken(self) -> None:
        """The promised day has passed: the clock takes the case back."""
        lapsing.reopen(self.case_id)

    def _told(self) -> str:
        return self.story.narrative.format(**self.identity)

    def _intake(self) -> Actor:
        return self.cast.intake[self.number % len(self.cast.intake)]

    def officer(self, place: int = 0) -> Actor:
        """An officer of the agency that is to answer; 1 is the second one."""
        officers = self.cast.officers[self.story.agency]
        return officers[place % len(officers)]

    def _agency(self, code: str) -> Agency:
        return db.session.get_one(Agency, self.cast.agencies[code])


def newest(case: Case) -> answers.Answer:
    """The version just written."""
    found = answers.newest(case)
    assert found is not None
    return found


def day(value: date) -> str:
    """A day as sample answers write it."""
    return f"{value:%d/%m/%Y}"
