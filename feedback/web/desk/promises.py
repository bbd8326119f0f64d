"""What the answers of a case promised by a day: the list, and the report that a promise was kept."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from feedback.domain.answers.taxonomy import Flag
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries import commitments as asked
from feedback.queries.cases import case_for
from feedback.queries.commitments import Standing
from feedback.queries.visibility import facts_of
from feedback.services import commitments
from feedback.services.commitments import EmptyReport
from feedback.web.conflict import CLASHES, conflict
from feedback.web.desk import bp
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.language import current_language
from feedback.web.redirects import see


class KeptForm(HouseForm):
    """The report of how a promise was kept."""

    text = TextAreaField(_l("What was done, on which day, with which document?"), [
        required(_l("Write what was done, on which day, and with which document.")), at_most(commitments.LONGEST)],
        description=_l("The sender reads these words as they stand and can say whether it is so."))


WORDS = {
    ("text", "missing"): _l("Write what was done, on which day, and with which document."),
    ("text", "no_day"): _l("Say on which day it was done, for example 20/11/2026."),
    ("text", "too_long"): _l("This is too long."),
    ("text", "unfilled"): _l("A place in double square brackets is still to be filled in."),
}
NO_WORDS = _l("This does not say what was done. Name the deed, the day and the document.")
FITTING = (Flag.HOLDING, Flag.LINK_ONLY, Flag.GENERIC, Flag.RESTATE, Flag.OPEN_PROMISE, Flag.BLAME)
"""Flags whose reasons are as true of a report as of an answer; the others speak of questions and refusals."""


@bp.get("/cases/<reference>/promises")
@requires(Permission.CASE_READ)
def promises(reference: str) -> str:
    """The promises of the case, each with its day and how it stands; open ones can be reported as kept by the
    officer of the case and the head of its agency."""
    return _page(case_for(current_actor(), reference))


@bp.post("/cases/<reference>/promises/<int:commitment_id>/kept")
@requires(Permission.CASE_ACT)
def promise_kept(reference: str, commitment_id: int) -> ResponseReturnValue:
    """Report that a promise was kept (``text``). A phrase without a deed is refused with the reader's reason
    (422), and no written reason gets around that; 409 when the promise is not open, its day has passed or the step
    is somebody else's; 404 for a promise of another case."""
    actor = current_actor()
    case = case_for(actor, reference)
    form = KeptForm(request.form)
    typed = [(str(form.text.label.text), form.text.data or "")]
    if not form.validate():
        return _page(case, form, at=commitment_id), 422
    try:
        with writing():
            commitments.keep(case_for(actor, reference), commitment_id, actor=actor, text=form.text.data or "")
    except EmptyReport as empty:
        form.text.errors = _why(empty)
        return _page(case_for(actor, reference), form, at=commitment_id), 422
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(case_for(actor, reference), form, at=commitment_id), 422
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=typed)
    return see("desk.promises", reference=reference, done="promise_kept")


def _why(empty: EmptyReport) -> list[str]:
    """What a report has to say, and the reader's reasons in the reader's language where they fit a report."""
    lang = current_language()
    return [str(NO_WORDS), *(mark.words[f"reason_{lang}"] for mark in empty.marks[:3] if mark.code in FITTING)]


def _page(case: Case, form: KeptForm | None = None, *, at: int | None = None) -> str:
    rows = asked.watched(case)
    may = commitments.reporting_role(current_actor(), facts_of(case)) is not None
    wrong = form if form is not None and form.errors else None
    return render_template("desk/promises.html", case=case, promises=rows, may=may, blank=KeptForm(), wrong=wrong,
                           at=at, first=next((one.id for one in rows if one.standing is Standing.OPEN), None))
