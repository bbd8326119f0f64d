"""What the page of components (``/trial/components``) shows: every macro's data, in both languages.

The texts are samples, so they stand here beside each other and not in the catalogues.
"""

from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FileField,
    Form,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

_WORDS: dict[str, tuple[str, str]] = {
    "office": ("Văn phòng UBND tỉnh", "Provincial office"),
    "agency": ("Sở Xây dựng", "Department of Construction"),
    "agency2": ("UBND phường Hòa Bình", "People's Committee of Hoa Binh ward"),
    "what": ("Điều gì đã xảy ra?", "What happened?"),
    "what_hint": (
        "Kể theo thứ tự: bạn nộp gì, ở đâu, ngày nào, người ta trả lời ra sao.",
        "Tell it in order: what you filed, where, on which day, what you were told."),
    "what_error": ("Hãy kể chuyện đã xảy ra, ít nhất một câu.", "Tell what happened, at least one sentence."),
    "name": ("Họ và tên", "Full name"),
    "phone": ("Số điện thoại", "Phone number"),
    "phone_hint": ("Chỉ để báo khi có trả lời.", "Only to tell you when there is an answer."),
    "phone_error": ("Số điện thoại có 10 chữ số, ví dụ 0912 345 678.",
                    "A phone number has 10 digits, such as 0912 345 678."),
    "password": ("Mật khẩu", "Password"),
    "day": ("Ngày nộp hồ sơ", "Day you filed the dossier"),
    "day_error": ("Ngày này chưa tới. Hãy xem lại.", "That day has not come yet. Please look again."),
    "procedure": ("Thủ tục", "Procedure"),
    "unknown": ("Tôi không biết", "I do not know"),
    "procedure1": ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "Building permit for a private house"),
    "procedure2": ("Đăng ký khai sinh", "Birth registration"),
    "who": ("Bạn muốn gửi thế nào?", "How do you want to send it?"),
    "who_error": ("Hãy chọn một cách gửi.", "Choose one way of sending."),
    "confidential": ("Giữ kín", "Confidential"),
    "confidential_note": (
        "Bên trả lời không biết bạn là ai.",
        "The agency that answers never sees who you are."),
    "anonymous": ("Không để lại tên", "Anonymous"),
    "anonymous_note": ("Giữ kỹ mã theo dõi: đó là cách duy nhất để xem trả lời.",
                       "Keep the tracking key: it is the only way to read the answer."),
    "named": ("Để tên", "Named"),
    "reasons": ("Vì sao trả lại?", "Why is it returned?"),
    "reason1": ("Chưa có kết quả", "No result"),
    "reason2": ("Chưa có ngày", "No date"),
    "reason3": ("Còn ý chưa trả lời", "A point is not answered"),
    "reasons_error": ("Hãy đánh dấu ít nhất một lý do.", "Tick at least one reason."),
    "agree": ("Tôi đã đọc và thấy đúng ý mình", "I have read it and it says what I mean"),
    "agree_error": ("Hãy đọc lại rồi đánh dấu vào đây.", "Read it again, then tick here."),
    "papers": ("Giấy tờ kèm theo", "Papers to go with it"),
    "points": ("Bạn muốn được trả lời những ý nào?", "Which points do you want answered?"),
    "points_hint": ("Mỗi ô một câu hỏi. Mỗi ý sẽ được trả lời riêng.",
                    "One question in each box. Each will be answered on its own."),
    "points_error": ("Hãy viết ý này hoặc bỏ nó đi.", "Write this point or remove it."),
    "asked1": ("Vì sao hồ sơ cấp phép xây dựng nộp ngày 05/10/2026 đến nay chưa có kết quả?",
               "Why has the building permit filed on 5 October 2026 no result yet?"),
    "answered1": (
        "Hồ sơ thiếu bản vẽ hệ thống cấp thoát nước. Lẽ ra chúng tôi phải báo cho Ông/Bà trước ngày 09/10 "
        "nhưng đã không báo. Chúng tôi xin lỗi về thiếu sót này.",
        "The drawing of the water supply was missing. We should have told you before 9 October and did not. "
        "We are sorry for this."),
    "asked2": (
        "Ai chịu trách nhiệm và bao giờ có giấy phép?",
        "Who is responsible, and when will the permit come?"),
    "send": ("Gửi phản ánh", "Send the complaint"),
    "return": ("Trả lại để viết rõ hơn", "Return it to be made clearer"),
    "later": ("Để sau", "Later"),
    "cases": ("Hồ sơ của bạn", "Your cases"),
    "reference": ("Mã hồ sơ", "Reference"),
    "subject": ("Nội dung", "About"),
    "due": ("Hạn trả lời", "Due"),
    "holder": ("Đang giữ", "Held by"),
    "days": ("Số ngày giữ", "Days held"),
    "subject1": ("Giấy phép xây dựng chậm sáu tuần, không có văn bản báo lý do",
                 "Building permit six weeks late, no reason in writing"),
    "subject2": ("Bị yêu cầu nộp bản sao giấy khai sinh đã có trên hệ thống",
                 "Asked for a copy of a birth certificate that is already in the system"),
    "subject3": ("Ki-ốt lấy số ở trung tâm phục vụ hỏng từ thứ Hai",
                 "The ticket machine at the service centre has been broken since Monday"),
    "waiting": ("Đang chờ Sở Xây dựng trả lời.", "Waiting for the Department of Construction to answer."),
    "waiting_since": ("Đã ở đây 4 ngày làm việc.", "It has been there for 4 working days."),
    "overdue": ("Sở Xây dựng trả lời trễ 2 ngày làm việc.",
                "The Department of Construction is 2 working days late."),
    "overdue_since": ("Lãnh đạo Sở và Văn phòng UBND tỉnh đã được báo.",
                      "The head of the department and the provincial office have been told."),
    "done": ("Đã có trả lời.", "It has been answered."),
    "done_since": ("Bạn có 15 ngày để nói trả lời này đã đúng ý chưa.",
                   "You have 15 days to say whether it answers your points."),
    "t1": ("Bạn gửi phản ánh", "You sent the complaint"),
    "t2": ("Văn phòng UBND tỉnh nhận và chuyển cho Sở Xây dựng",
           "The provincial office accepted it and gave it to the Department of Construction"),
    "t2_text": ("“Đúng thẩm quyền của Sở: cấp phép xây dựng nhà ở riêng lẻ.”",
                "“This is for the department to decide: permits for private houses.”"),
    "t2_lay": ("Nằm ở Sở Xây dựng 9 ngày làm việc, trễ hạn 2 ngày.",
               "It lay at the department for 9 working days, 2 days past the date."),
    "t3": ("Câu trả lời bị trả lại vì chung chung", "The answer was returned because it was vague"),
    "t4": ("Sở Xây dựng đang viết lại câu trả lời", "The department is writing the answer again"),
    "off": ("thứ Bảy và Chủ nhật không tính", "Saturday and Sunday do not count"),
    "received": ("ngày nhận, chưa tính", "the day it came, not counted"),
    "next1": ("Văn phòng đọc và giao đúng cơ quan phải trả lời, chậm nhất 2 ngày làm việc.",
              "The office reads it and gives it to the agency that must answer, within 2 working days."),
    "next2": ("Bạn nhận được trả lời cho từng ý, chậm nhất ngày 27/11/2026.",
              "You receive an answer to each point by 27 November 2026."),
    "next3": ("Nếu quá hạn, cấp trên được báo ngay. Bạn không phải làm gì.",
              "If it is late, those above are told at once. You need to do nothing."),
    "key": ("Mã theo dõi", "Tracking key"),
    "key_warning": (
        "Chỉ hiện một lần này. Hãy chép lại hoặc in ra.",
        "Shown this once. Copy it or print it."),
    "outcome": ("Đã cấp giấy phép và xin lỗi vì chậm trễ", "Permit granted, with an apology for the delay"),
    "mark1": ("đã bị trả lại 1 lần vì chung chung", "returned once for being vague"),
    "mark2": ("chuyển qua 3 cơ quan", "went through 3 agencies"),
    "mark3": ("người gửi nói: đã đúng ý", "the sender says: answered"),
    "month": ("tháng 10/2026", "October 2026"),
    "month_head": ("Tháng", "Month"),
    "found": ("Kiểm tra thấy gì", "What was found"),
    "found_text": ("Hồ sơ thiếu 1 bản vẽ; không có thông báo bổ sung trong 3 ngày làm việc đầu.",
                   "One drawing was missing; no notice in the first 3 working days."),
    "by": ("Ai làm", "By whom"),
    "next_step": ("Bước tiếp theo", "Next step"),
    "seg1": (
        "Sở đã kiểm tra hồ sơ ngày 12/11/2026. ",
        "The department checked the dossier on 12 November 2026. "),
    "seg2": ("Sở sẽ xem xét, giải quyết theo quy định", "It will be considered according to regulations"),
    "seg3": (" và thông báo đến Ông/Bà ", " and you will be told "),
    "seg4": ("trong thời gian sớm nhất", "as soon as possible"),
    "f1": ("Không dứt khoát", "Not decided"),
    "f1_why": ("Câu này không nói được, không được, hay đã làm gì.",
               "This sentence does not say yes, no, or what was done."),
    "f1_do": ("Hãy ghi kết quả: cấp, không cấp, hay cần bổ sung gì.",
              "Write the result: granted, refused, or what is missing."),
    "f2": ("Hứa không thời hạn", "A promise without a date"),
    "f2_why": ("“Sớm nhất” không phải là một ngày. Hãy ghi ngày cụ thể.",
               "“As soon as possible” is not a day. Write the day."),
    "f3": ("Có ngày kiểm tra", "The check has its day"),
    "f3_why": ("Người đọc biết việc đã làm vào ngày nào.", "The reader knows when it was done."),
    "question": ("Cơ quan nào trả lời trễ nhiều nhất?", "Which agency is late most often?"),
    "late_cases": ("Hồ sơ trễ", "Late cases"),
    "month_question": ("Mỗi tháng có bao nhiêu phản ánh?", "How many complaints come each month?"),
    "received_cases": ("Đã nhận", "Received"),
}


def _form_class(say: dict[str, str]) -> type[Form]:
    """One field of each sort, labelled in the reader's language."""

    class SampleForm(Form):
        token = HiddenField()
        what = TextAreaField(say["what"], [InputRequired(say["what_error"])], description=say["what_hint"])
        name = StringField(say["name"])
        phone = StringField(
            say["phone"], [Optional(), Length(10, 10, say["phone_error"])], description=say["phone_hint"])
        password = PasswordField(say["password"])
        day = DateField(say["day"], [InputRequired(say["day_error"])])
        procedure = SelectField(say["procedure"], choices=_choices(
            ("", say["unknown"]), ("1", say["procedure1"]), ("2", say["procedure2"])))
        who = RadioField(say["who"], [InputRequired(say["who_error"])], choices=_choices(
            ("confidential", say["confidential"]), ("anonymous", say["anonymous"]), ("named", say["named"])))
        reasons = SelectMultipleField(say["reasons"], [InputRequired(say["reasons_error"])], choices=_choices(
            ("1", say["reason1"]), ("2", say["reason2"]), ("3", say["reason3"])))
        agree = BooleanField(say["agree"], [InputRequired(say["agree_error"])])
        papers = FileField(say["papers"])
        points = FieldList(
            TextAreaField(validators=[InputRequired(say["points_error"])]), say["points"],
            description=say["points_hint"], min_entries=2)

    return SampleForm


def _choices(*pairs: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


def sample(lang: str) -> dict[str, Any]:
    """Return everything ``templates/trial/components.html`` needs, in ``lang`` ("vi" or "en")."""
    say = {name: texts[1 if lang == "en" else 0] for name, texts in _WORDS.items()}
    form_class = _form_class(say)
    fresh = form_class(data={"what": "", "points": [say["asked1"], say["asked2"]]}, prefix="fresh")
    wrong = form_class(prefix="wrong", formdata=MultiDict({
        "wrong-phone": "0912", "wrong-points-0": say["asked1"], "wrong-points-1": "", "wrong-day": "",
        "wrong-procedure": ""}))
    wrong.validate()
    day = date(2026, 11, 27)
    return {
        "say": say,
        "fresh": fresh,
        "wrong": wrong,
        "day": day,
        "dues": [
            {"state": "running", "days": 8}, {"state": "near", "days": 3}, {"state": "near", "days": 0},
            {"state": "late", "days": 2}, {"state": "stopped", "days": 0}, {"state": "ended", "days": 0},
            {"state": "met", "days": 0}, {"state": "met_late", "days": 1}],
        "why": [
            {"on": date(2026, 11, 20), "counted": False, "number": None, "why": say["received"]},
            {"on": date(2026, 11, 21), "counted": False, "number": None, "why": say["off"]},
            {"on": date(2026, 11, 23), "counted": True, "number": 1, "why": ""},
            {"on": date(2026, 11, 24), "counted": False, "number": None, "why": ""},
            {"on": date(2026, 11, 25), "counted": True, "number": 2, "why": ""}],
        "facts": [
            {"term": say["reference"], "value": "HA-2026-004821"},
            {"term": say["holder"], "value": say["agency"], "note": say["waiting_since"]},
            {"term": say["procedure"], "value": say["procedure1"], "url": "#facts"}],
        "timeline": [
            {"on": date(2026, 11, 2), "title": say["t1"]},
            {"on": date(2026, 11, 3), "title": say["t2"], "who": say["office"], "text": say["t2_text"],
             "lay": say["t2_lay"], "tone": "late"},
            {"on": date(2026, 11, 16), "title": say["t3"], "who": say["office"], "tone": "near"},
            {"on": None, "title": say["t4"], "who": say["agency"], "now": True}],
        "cases": [
            {"reference": "HA-2026-004821", "subject": say["subject1"], "due": "late", "days": 2, "held": 9,
             "holder": say["agency"], "unread": True, "on": date(2026, 11, 18)},
            {"reference": "HA-2026-004907", "subject": say["subject2"], "due": "near", "days": 1, "held": 4,
             "holder": say["agency2"], "unread": True, "on": date(2026, 11, 23)},
            {"reference": "HA-2026-005013", "subject": say["subject3"], "due": "running", "days": 6,
             "held": 1, "holder": say["agency2"], "unread": False, "on": date(2026, 12, 1)}],
        "pairs": [
            {"number": 1, "asked": say["asked1"], "answered": say["answered1"]},
            {"number": 2, "asked": say["asked2"], "answered": ""}],
        "structured": [
            {"term": say["found"], "value": say["found_text"]},
            {"term": say["by"], "value": say["agency"]},
            {"term": say["next_step"], "value": "", "missing": True}],
        "segments": [
            {"text": say["seg1"], "finding": None}, {"text": say["seg2"], "finding": 1, "strong": True},
            {"text": say["seg3"], "finding": None}, {"text": say["seg4"], "finding": 2},
            {"text": ".", "finding": None}],
        "found": [
            {"number": 1, "title": say["f1"], "reason": say["f1_why"], "severity": "strong",
             "quote": say["seg2"], "advice": say["f1_do"]},
            {"number": 2, "title": say["f2"], "reason": say["f2_why"], "severity": "soft",
             "quote": say["seg4"]},
            {"number": None, "title": say["f3"], "reason": say["f3_why"], "severity": "good"}],
        "marks": [
            {"text": say["mark1"], "tone": "near"}, {"text": say["mark2"]},
            {"text": say["mark3"], "tone": "good"}],
        "chips": [
            {"label": say["holder"], "value": say["agency"], "remove_url": "#chips"},
            {"label": say["procedure"], "value": say["procedure2"], "remove_url": "#chips"}],
        "late_by_agency": [
            {"label": say["agency"], "value": 14, "tone": "late", "url": "#charts"},
            {"label": say["agency2"], "value": 5}, {"label": say["office"], "value": 1}],
        "by_month": [
            {"label": f"{month}/2026", "value": value, "short": str(month)}
            for month, value in ((6, 212), (7, 260), (8, 241), (9, 305), (10, 288), (11, 190))],
    }
