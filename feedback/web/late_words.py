"""Lateness in words: causes, what is wrong with an apology, the letter form to fill in, and apologies as rows."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, TextAreaField
from wtforms.validators import Optional

from feedback import clock
from feedback.domain.lateness import LONGEST, Cause
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.lateness import Apology
from feedback.queries.calendar import load_calendar
from feedback.queries.explanations import Given
from feedback.queries.lateness import Standing, Told
from feedback.services.apologies import Sorry
from feedback.web.filters import name_of
from feedback.web.forms import HouseForm, at_most

CAUSES = {
    Cause.WORKLOAD: _l("More work than hands"),
    Cause.OTHER_AGENCY: _l("Waited for another agency"),
    Cause.FILE_LOST: _l("The file was lost or could not be found"),
    Cause.SYSTEM_FAULT: _l("A system did not work"),
    Cause.STAFF_ABSENT: _l("Somebody was away and nobody stood in"),
    Cause.COMPLICATED: _l("The matter is complicated"),
    Cause.OVERLOOKED: _l("It was overlooked"),
    Cause.HANDED_OVER: _l("It came late from whoever had it before"),
    Cause.OTHER: _l("Something else"),
}
GIVEN = {
    Given.OWED: _l("owed"), Given.MISSING: _l("owed, and its day has passed"),
    Given.GIVEN: _l("given in time"), Given.GIVEN_LATE: _l("given late"),
}
STANDINGS = {
    Standing.NONE: _l("none: the answer was there"), Standing.OPEN: _l("still open"),
    Standing.KEPT: _l("kept"), Standing.BROKEN: _l("not kept"),
}

_TEXTS = {
    "missing": _l("This is missing. Without it a late answer cannot go out."),
    "too_long": _l("This is too long. Please shorten it."),
    "unfilled": _l("A place in double square brackets is still to be filled in."),
    "empty_phrase": _l("This is a phrase and says nothing yet. Say what happened in this case: what, when, "
                       "with whom."),
    "no_apology": _l("Nowhere does this text say sorry. The sender waited; tell them so."),
}
_CAUSE = {"missing": _l("Choose the cause."), "unknown": _l("Choose the cause.")}
_DATES = {
    "missing": _l("Choose the new date."),
    "past": _l("The new date has to lie in the future."),
    "before_due": _l("The new date has to lie behind the due date."),
    "not_working": _l("Nobody works on that day. Choose a working day."),
    "too_far": _l("That is too far away: at most 15 working days from today."),
    "once": _l("A new date was told to the sender before, and it was missed. The law allows one new date: finish "
               "the matter and answer with a result."),
}
FAULTS: dict[tuple[str, str], Any] = {
    **{(f"{prefix}cause", code): words for prefix in ("", "late_") for code, words in _CAUSE.items()},
    **{(field, code): words for field in ("reason", "text", "late_reason", "late_text", "happened", "prevents")
       for code, words in _TEXTS.items()},
    **{("new_on", code): words for code, words in _DATES.items()},
    **{("due_on", f"late_{code}"): words for code, words in _DATES.items()},
    ("due_on", "once"): _DATES["once"],
}
"""By field and code of ``domain.lateness`` and ``services.apologies``."""

CAUSE, REASON, TEXT = (_l("Why is it late?"), _l("The reason, as the sender will read it"), _l("The apology"))
REASON_HINT = _l("What happened in this case, on which days. “Heavy workload” alone is no reason.")
TEXT_HINT = _l("Fill in every place in double square brackets, or write it in your own words. The head signs it.")


def cause_name(code: str) -> str:
    """The words for a cause; empty while none was given."""
    return str(CAUSES[Cause(code)]) if code else ""


def cause_choices() -> list[tuple[str, Any]]:
    """The causes for a list to choose from."""
    return [("", _l("Choose…")), *((cause.value, words) for cause, words in CAUSES.items())]


class LateFields(HouseForm):
    """The part about lateness of the pages on which an answer is written, approved and sent."""

    late_cause = SelectField(CAUSE, [Optional()], validate_choice=False)
    late_reason = TextAreaField(REASON, [at_most(LONGEST)], description=REASON_HINT)
    late_text = TextAreaField(TEXT, [at_most(LONGEST)], description=TEXT_HINT)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.late_cause.choices = cause_choices()

    def sorry(self) -> Sorry | None:
        """What was typed; None when the page did not hold the part."""
        if self.late_text.raw_data is None:
            return None
        return Sorry(self.late_cause.data or "", self.late_reason.data or "", self.late_text.data or "")


class EarlyForm(HouseForm):
    """The apology before the answer, with its new date."""

    cause = SelectField(CAUSE, [Optional()], validate_choice=False)
    reason = TextAreaField(REASON, [at_most(LONGEST)], description=REASON_HINT)
    text = TextAreaField(TEXT, [at_most(LONGEST)], description=TEXT_HINT)
    new_on = DateField(_l("The new date"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cause.choices = cause_choices()

    def sorry(self) -> Sorry:
        """What was typed."""
        return Sorry(self.cause.data or "", self.reason.data or "", self.text.data or "", self.new_on.data)


def start_with(case: Case, due: Deadline | None, row: Apology | None, *, prefix: str = "late_") -> dict[str, Any]:
    """What the part starts with: what was kept, else the letter form with its places to fill in."""
    if row is not None and (row.cause or row.reason or row.text):
        return {f"{prefix}cause": row.cause, f"{prefix}reason": row.reason, f"{prefix}text": row.text,
                **({} if prefix else {"new_on": row.new_on})}
    return {f"{prefix}text": letter_form(case, due.due_on)} if due is not None else {}


def letter_form(case: Case, due_on: date) -> str:
    """The apology as a form: what is known stands in it, the rest are labelled places. In Vietnamese, and in
    English below for a sender who wrote in English."""
    late = clock.today() > due_on
    lines = [
        f"Phản ánh mã số {case.reference} được hẹn trả lời ngày {due_on:%d/%m/%Y}. "
        + ("Đến nay đã quá ngày hẹn; chúng tôi xin lỗi Ông/Bà." if late
           else "Chúng tôi không kịp trả lời đúng ngày hẹn và xin lỗi Ông/Bà."),
        "Người chịu trách nhiệm về việc chậm: [[chức vụ, đơn vị]]",
        "Việc đã làm đến nay: [[việc, ngày]]",
        "Việc làm để không chậm như vậy nữa: [[việc cụ thể]]"]
    if case.language == "en":
        lines += ["", f"Your case {case.reference} was to be answered by {due_on:%d/%m/%Y}. "
                  "We are sorry that it is late.",
                  "Responsible for the delay: [[position, office]]", "Done so far: [[what, on which day]]"]
    return "\n".join(lines)


def rows_of(told: list[Told]) -> list[dict[str, Any]]:
    """Apologies for ``components/late.html``, the newest first."""
    today, calendar = clock.today(), load_calendar()
    return [{
        "id": one.row.id, "cause": cause_name(one.row.cause), "reason": one.row.reason, "text": one.row.text,
        "agency": name_of(one.agency), "signed": one.row.signed_at is not None, "told_at": one.told_at,
        "days_late": one.row.days_late, "new_on": one.row.new_on, "standing": one.standing.value,
        "with_answer": one.with_answer, "letter": one.letter_token or "",
        "days": max(0, calendar.working_days_between(today, one.row.new_on)) if one.row.new_on else 0,
    } for one in reversed(told)]
