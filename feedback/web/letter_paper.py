"""The words on an answer letter: official, in Vietnamese, as Decree 30/2020/NĐ-CP lays letters out.

They stand here and not in the catalogues, because those follow the reader's language and a letter does not.
"""

from datetime import date

from flask import Response, current_app, make_response

from feedback import clock
from feedback.adapters import documents
from feedback.domain.answers.structured import Outcome
from feedback.domain.province import Text
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.models.letters import Letter
from feedback.queries.calendar import limit_in_force, load_calendar
from feedback.queries.commitments import settled_on
from feedback.queries.province import texts
from feedback.services.letters import pdf_of, released_answer

OUTCOMES = {
    Outcome.RESOLVED: "Đã giải quyết xong.",
    Outcome.IN_PROGRESS: "Đang giải quyết, có hẹn ngày.",
    Outcome.EXPLAINED: "Đã giải trình, cung cấp thông tin.",
    Outcome.UNFOUNDED: "Không có cơ sở; lý do nêu trong thư này.",
    Outcome.PASSED_ON: "Chuyển cấp có thẩm quyền giải quyết.",
    Outcome.RECORDED_FOR_RULE_CHANGE: "Ghi nhận để kiến nghị sửa đổi quy định.",
}


def letter_pdf(case: Case, *, number: str, signatory: str, dated_on: date) -> bytes:
    """The released answer of this case as a letter (PDF/UA). The sender is addressed without a name: who they are
    is sealed, and the envelope is written by whoever has leave to open it. Raises as ``documents.render``."""
    answer = released_answer(case)
    assert answer is not None, "services.letters.check comes first"
    settings, words = current_app.extensions["settings"], texts()
    province = words[Text.NAME][0] or settings.province_vi
    agency = case.agency.name_vi if case.agency else words[Text.OFFICE_NAME][0] or province
    position, _, name = signatory.strip().partition("\n")
    given = {p.n: p.text for p in answer.points}
    return documents.render("answer_letter", {
        "lang": "vi", "title": f"Trả lời phản ánh, kiến nghị mã số {case.reference}",
        "body_name": words[Text.LETTERHEAD][0] or province, "agency": agency, "number": number.strip(),
        "place_date": f"{province}, ngày {dated_on.day} tháng {dated_on.month} năm {dated_on.year}",
        "subject": f"Về việc trả lời phản ánh, kiến nghị mã số {case.reference}",
        "to": f"Kính gửi: Ông/Bà đã gửi phản ánh, kiến nghị mã số {case.reference}.",
        "opening": _opening(case, agency),
        "pairs": [{"label": f"Nội dung {p.n}", "asked": p.text,
                   "answered": given.get(p.n) or "Nội dung này chưa được trả lời riêng."} for p in case.points],
        "rows": _rows(answer), "english_title": "In English", "english": answer.english,
        "disagree_title": "Nếu Ông/Bà không đồng ý", "disagree": _ways(case, answer, words[Text.LEGAL_ROUTES][0]),
        "closing": "Trân trọng./.", "position": position, "signed_by": name.strip(),
        "recipients_title": "Nơi nhận:",
        "recipients": ["Như trên;", "Văn phòng UBND tỉnh (để theo dõi);", f"Lưu: hồ sơ {case.reference}."],
        "foot": f"Mã số {case.reference} – tra cứu bằng mã theo dõi tại {settings.base_url}"})


def hand_out(case: Case, letter: Letter) -> Response:
    """A letter as a download with our name. The caller has asked whether this reader may have it."""
    response = make_response(pdf_of(letter))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{case.reference}-{letter.id}.pdf"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _opening(case: Case, agency: str) -> str:
    received = f"Ngày {case.received_on:%d/%m/%Y}, " if case.received_on else ""
    about = f" về thủ tục “{case.procedure.name_vi}”" if case.procedure else ""
    return (f"{received}tỉnh đã nhận phản ánh, kiến nghị của Ông/Bà{about}. Sau khi kiểm tra, {agency} trả lời "
            "từng nội dung như sau:")


def _rows(answer: Answer) -> list[dict[str, str]]:
    rows = [
        ("Kết quả", OUTCOMES[Outcome(answer.outcome)] if answer.outcome else ""),
        ("Đã kiểm tra và kết luận", answer.found), ("Đã làm", answer.done),
        ("Người hoặc đơn vị phụ trách", answer.owner),
        ("Thời hạn hoàn thành", f"{answer.due_on:%d/%m/%Y}" if answer.due_on else ""),
        ("Căn cứ", answer.ground), ("Việc Ông/Bà có thể làm tiếp", answer.next_step)]
    return [{"term": term, "value": value} for term, value in rows if value]


def _ways(case: Case, answer: Answer, law: str) -> list[str]:
    """What the sender can do: the objection on this site while it is open, then what the law offers."""
    ways = []
    if not case.objected and case.ended_at is not None:
        limit = limit_in_force("objection", clock.today())
        last = load_calendar().add_calendar_days(settled_on(case, case.ended_at), limit.amount)
        ways.append(f"Ông/Bà có thể phản đối một lần, có nêu lý do, đến hết ngày {last:%d/%m/%Y}: trên trang theo "
                    "dõi bằng mã theo dõi, hoặc đến nơi tiếp nhận, hoặc gửi thư. Người khác sẽ đọc lại hồ sơ.")
    elif case.objected:
        ways.append("Ông/Bà đã phản đối một lần; câu trả lời này là kết quả đọc lại.")
    return [*ways, law]
