"""What stands behind the placeholders of the access tables: rows that are somebody else's, made before the doors
are tried."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from feedback import clock
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.registers import fingerprint
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.agencies import Agency, Procedure, ProcedurePaper
from feedback.models.answers import Answer
from feedback.models.appointments import Deputy, RoleRequest
from feedback.models.attachments import Attachment
from feedback.models.cases import Case, Note
from feedback.models.deadlines import Deadline, LadderRung, Limit
from feedback.models.desks import SavedFilter, TextBlock
from feedback.models.extensions import Extension
from feedback.models.holdings import Contribution
from feedback.models.identity import IdentityGrant
from feedback.models.instructions import FollowUp, Instruction
from feedback.models.lateness import Apology, Explanation
from feedback.models.letters import Letter
from feedback.models.people import Person, StaffSession
from feedback.models.publications import ApiKey, PublicationDraft
from feedback.models.reader import Commitment, PaperFinding, TransferRequest
from feedback.queries.calendar import load_calendar
from feedback.queries.reason_register import kept_reason
from feedback.services import (
    api_keys,
    attachments,
    cases,
    contributions,
    deputies,
    explanations,
    extensions,
    follow_ups,
    identity,
    instructions,
    invitations,
    letters,
    notes,
    open_files,
    reasons,
    saved_filters,
    text_blocks,
    transfer_requests,
)
from tests import factories
from tests.adapters import hostile_pieces
from tests.domain.test_time_changes import EVIDENCE, REASON
from tests.factories import actor_of
from tests.fixtures.cast import Cast
from tests.fixtures.late import SORRY

VALUES: dict[str, Callable[[], object]] = {
    "<int:session_id>": lambda: db.session.scalar(select(func.min(StaffSession.id))),  # the first is another's
    "<int:grant_id>": lambda: db.session.scalar(select(func.min(IdentityGrant.id))),
    "<int:draft_id>": lambda: db.session.scalar(select(func.min(PublicationDraft.id))),
    "<int:person_id>": lambda: db.session.scalar(select(func.max(Person.id)).where(Person.password_hash == "")),
    "<int:request_id>": lambda: db.session.scalar(select(func.min(RoleRequest.id))),
    "<token>": lambda: _link_of_the_guest().rsplit("/", 1)[1],
    "<letter_token>": lambda: db.session.scalar(select(func.min(Letter.token))),
    "<file_token>": lambda: db.session.scalar(select(func.min(Attachment.token))),
    "<int:agency_id>": lambda: db.session.scalar(select(func.max(Agency.id))),
    "<int:procedure_id>": lambda: db.session.scalar(select(func.min(Procedure.id))),
    "<int:paper_id>": lambda: db.session.scalar(select(func.min(ProcedurePaper.id))),
    "<category_code>": lambda: Category.LATE_RESULT.value,
    "<reason_code>": lambda: "unclear",
    "<limit_key>": lambda: "handle",
    "<int:limit_id>": lambda: db.session.scalar(select(func.min(Limit.id)).where(Limit.complex.is_(True))),
    "<int:rung_id>": lambda: db.session.scalar(select(func.min(LadderRung.id))),
    "<clock_kind>": lambda: "gate",
    "<day>": lambda: "2026-02-16",
    "<int:filter_id>": lambda: db.session.scalar(select(func.min(SavedFilter.id))),
    "<int:block_id>": lambda: db.session.scalar(select(func.min(TextBlock.id))),
    "<int:note_id>": lambda: db.session.scalar(select(func.min(Note.id)).where(Note.kind == notes.KIND)),
    "<int:commitment_id>": lambda: db.session.scalar(select(func.min(Commitment.id))),
    "<int:finding_id>": lambda: db.session.scalar(select(func.min(PaperFinding.id))),
    "<int:apology_id>": lambda: db.session.scalar(select(func.min(Apology.id))),
    "<int:explanation_id>": lambda: db.session.scalar(select(func.min(Explanation.id))),
    "<int:transfer_id>": lambda: db.session.scalar(select(func.min(TransferRequest.id))),
    "<list_name>": lambda: "late",
    "<int:extension_id>": lambda: db.session.scalar(select(func.min(Extension.id))),
    "<int:contribution_id>": lambda: db.session.scalar(select(func.min(Contribution.id))),
    "<int:instruction_id>": lambda: db.session.scalar(select(func.min(Instruction.id))),
    "<int:follow_up_id>": lambda: db.session.scalar(select(func.min(FollowUp.id))),
    "<int:key_id>": lambda: db.session.scalar(select(func.min(ApiKey.id))),
    "<service_code>": lambda: Category.LATE_RESULT.value,
    "<int:stretch>": lambda: 0,
    "<file_name>": lambda: "cases.csv",
    "<int:deputy_id>": lambda: db.session.scalar(select(func.min(Deputy.id))),
}
"""By placeholder of an address: the value to put there. Each page with a new one adds its own."""

FURNISHERS: list[Callable[[Cast, Case], None]] = []
"""Each makes rows that pages need, inside one write: called with the cast and An's case in Chi's hands."""


def _letter_of_an_answer(cast: Cast, _ours: Case) -> None:
    answered = db.session.scalars(select(Case).where(Case.answered_at.is_not(None))).one()
    letters.file_letter(answered, b"%PDF-1.7", number="1/VP", signatory="Chánh Văn phòng", dated_on=clock.today(),
                        actor=actor_of(cast.intake))


FURNISHERS.append(_letter_of_an_answer)


def _somebody_invited(cast: Cast, _ours: Case) -> None:
    second = factories.member("Trịnh Văn Hai", Role.ADMINISTRATOR, agency_id=cast.office)
    invitations.invite(email="khach@tinh.example", name="Khách", agency=db.session.get(Agency, cast.office),
                       language="vi", roles=[Role.INTAKE], actor=actor_of(second))


FURNISHERS.append(_somebody_invited)


def _registers(cast: Cast, _ours: Case) -> None:
    """A procedure with a paper, and a listed reason in the province's own words."""
    procedure_id = factories.procedure()
    db.session.add(ProcedurePaper(procedure_id=procedure_id, n=1, name_vi="Đơn đề nghị", name_en="Application"))
    kept = kept_reason("unclear")
    assert kept is not None
    reasons.change(replace(kept.listed, name_vi="Chưa rõ"), active=True,
                   shown=fingerprint(reasons.values_of(kept)), actor=actor_of(cast.quan))


FURNISHERS.append(_registers)


def _file_of_the_sender(_cast: Cast, ours: Case) -> None:
    """A picture that An sent and that intake has not shared."""
    attachments.receive(attachments.prepare("anh.png", hostile_pieces.png()), actor=cases.SENDER, case=ours)


FURNISHERS.append(_file_of_the_sender)


def _link_of_the_guest() -> str:
    guest = db.session.scalars(select(Person).where(Person.password_hash == "")).one()
    return invitations.path_of_link(guest.id, now=clock.now()) or "/account/welcome/used"


def _request_for_an_identity(cast: Cast, ours: Case) -> None:
    identity.ask_grant(ours, actor=actor_of(cast.second_intake), why="Cần số nhà.")


FURNISHERS.append(_request_for_an_identity)


def _what_chi_and_her_head_keep(cast: Cast, ours: Case) -> None:
    """Chi's filter, text block and note; a deputy of her head's who begins in a month."""
    chi, head = actor_of(cast.chi), db.session.get_one(Person, cast.chi_head.id)
    saved_filters.keep(person_id=cast.chi.id, list_="inbox", name="Trễ", query="show=late")
    text_blocks.keep(person_id=cast.chi.id, name="Đã xem hồ sơ", body="Ngày [[ngày]], Sở đã kiểm tra.")
    notes.add(ours, actor=chi, text="Chờ phòng Một cửa tìm sổ.")
    later = clock.today() + timedelta(days=30)
    deputies.name_deputy(head, person_id=cast.chi.id, from_on=later, to_on=later, actor=actor_of(cast.chi_head))


FURNISHERS.append(_what_chi_and_her_head_keep)


def _promise_of_an_answer(_cast: Cast, _ours: Case) -> None:
    """Something that the answered case promised for next week."""
    answer = db.session.scalars(select(Answer).where(Answer.released_at.is_not(None))).one()
    db.session.add(Commitment(case_id=answer.case_id, answer_id=answer.id, line="Sở trả bản vẽ trong tuần tới.",
                              promised_on=clock.today() + timedelta(days=7)))


FURNISHERS.append(_promise_of_an_answer)


def _papers_and_transfers(cast: Cast, _ours: Case) -> None:
    """A question beyond a published list, and a request to pass on a case of the other agency's."""
    receipt = factories.complaint()
    case = factories.walk(receipt, Action.ASSIGN, hands=replace(cast.hands, agency_id=cast.land))
    db.session.add(PaperFinding(case_id=case.id, asked_by_id=cast.dung.id, asked_at=clock.now(),
                                code="beyond_list", line="Bản sao hộ khẩu", source="Nghị định 61/2018/NĐ-CP"))
    transfer_requests.ask(case, to_agency_id=cast.building, actor=actor_of(cast.dung), ground=(
        "Điều 5 Quyết định 15/2025/QĐ-UBND giao quản lý nhà ở xã hội; căn hộ tầng 8 bị thấm nước."))


FURNISHERS.append(_papers_and_transfers)


def _request_for_more_time(cast: Cast, _ours: Case) -> None:
    """Asked by the other agency for a case of its own."""
    case = factories.walk(factories.complaint(), Action.ASSIGN, hands=replace(cast.hands, agency_id=cast.land))
    due_on = extensions.total_of(case.id).due_on
    extensions.ask(case, ground="site_inspection", reason=REASON, evidence=EVIDENCE, actor=actor_of(cast.dung),
                   new_on=load_calendar().next_working_day(due_on))


FURNISHERS.append(_request_for_more_time)


def _part_of_a_second_agency(cast: Cast, ours: Case) -> None:
    """What the land department has to give for An's case, which Chi leads."""
    contributions.ask(ours, agency_id=cast.land, actor=actor_of(cast.chi),
                      wanted="Cho biết thửa đất có nằm trong hành lang đường bộ không.")


FURNISHERS.append(_part_of_a_second_agency)


def _instruction_and_note(cast: Cast, ours: Case) -> None:
    """Hà's instruction to Chi's agency about its work, and a note of hers on An's case."""
    ha, later = actor_of(cast.ha), clock.today() + timedelta(days=5)
    instructions.issue(actor=ha, agency_id=cast.building, due_on=later,
                       body="Rà soát 12 hồ sơ trễ hạn, trả lời từng hồ sơ và gửi bảng tổng hợp.")
    follow_ups.write(ours, actor=ha, text="Xem lại bảng niêm yết ở quầy 3.", on=later)


FURNISHERS.append(_instruction_and_note)


def _late_words(cast: Cast, ours: Case) -> None:
    """An apology of Chi's head to An, and an explanation that the head owes. Only the rows count."""
    clocks_of_ours = {row.kind: row for row in db.session.scalars(
        select(Deadline).where(Deadline.case_id == ours.id, Deadline.stopped_at.is_(None)))}
    db.session.add(Apology(
        case_id=ours.id, deadline_id=clocks_of_ours["total"].id, agency_id=cast.building, cause=SORRY.cause,
        reason=SORRY.reason, text=SORRY.text, days_late=0, made_by_id=cast.chi.id, made_at=clock.now(),
        signed_by_id=cast.chi_head.id, signed_at=clock.now(), new_on=clock.today() + timedelta(days=30)))
    explanations.demand_all([(ours, clocks_of_ours["handle"])])


FURNISHERS.append(_late_words)


def _file_and_key_of_open_data(cast: Cast, _ours: Case) -> None:
    sink = open_files.Sink("cases.csv", clock.now())
    sink.write("reference\r\n")
    db.session.add(sink.done())
    api_keys.make("Ứng dụng mẫu", actor=actor_of(cast.quan))


FURNISHERS.append(_file_and_key_of_open_data)


def value_of(placeholder: str) -> str:
    """The text to put for a placeholder. Fails for one that nobody explained."""
    assert placeholder in VALUES, f"say in access_ids.py what to put for {placeholder}"
    return str(VALUES[placeholder]())


def furnish(cast: Cast, ours: Case) -> None:
    """Make everything the placeholders stand for."""
    for make in FURNISHERS:
        make(cast, ours)
