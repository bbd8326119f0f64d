"""The words around an apology on paper: official, in Vietnamese, after form 04 of Circular 01/2018/TT-VPCP."""

from datetime import date

from flask import current_app
from flask_babel import force_locale

from feedback.adapters import documents
from feedback.domain.province import Text
from feedback.models.cases import Case
from feedback.queries.lateness import Told
from feedback.queries.province import texts
from feedback.web.late_words import cause_name


def apology_pdf(case: Case, one: Told, *, number: str, signatory: str, dated_on: date) -> bytes:
    """An apology as a letter (PDF/UA). The sender is addressed without a name: who they are is sealed. Raises as
    ``documents.render``."""
    settings, words = current_app.extensions["settings"], texts()
    province = words[Text.NAME][0] or settings.province_vi
    position, _, name = signatory.strip().partition("\n")
    again = f"{one.row.new_on:%d/%m/%Y}" if one.row.new_on else ""
    subject = ("Xin lỗi và hẹn lại ngày trả lời" if again and not one.with_answer
               else "Xin lỗi vì trả lời chậm") + f" phản ánh, kiến nghị mã số {case.reference}"
    with force_locale("vi"):
        cause = cause_name(one.row.cause)
    rows = [("Nguyên nhân", cause), ("Lý do", one.row.reason),
            ("Số ngày làm việc chậm đến khi viết thư này", str(one.row.days_late) if one.row.days_late else ""),
            ("Ngày hẹn lại", again)]
    return documents.render("apology_letter", {
        "lang": "vi", "title": subject, "body_name": words[Text.LETTERHEAD][0] or province,
        "agency": one.agency.name_vi, "number": number.strip(),
        "place_date": f"{province}, ngày {dated_on.day} tháng {dated_on.month} năm {dated_on.year}",
        "subject": subject, "to": f"Kính gửi: Ông/Bà đã gửi phản ánh, kiến nghị mã số {case.reference}.",
        "text": one.row.text, "rows": [{"term": term, "value": value} for term, value in rows if value],
        "closing": "Trân trọng./.", "position": position, "signed_by": name.strip(),
        "recipients_title": "Nơi nhận:",
        "recipients": ["Như trên;", "Văn phòng UBND tỉnh (để theo dõi);", f"Lưu: hồ sơ {case.reference}."],
        "foot": f"Mã số {case.reference} – tra cứu bằng mã theo dõi tại {settings.base_url}"})
