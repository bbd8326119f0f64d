"""Answers on paper: which ones have to be posted, the letter as PDF, and the day when it left."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from feedback import clock
from feedback.domain.errors import BadInput
from feedback.domain.letters import NUMBER_LONGEST, SIGNATORY_LONGEST, Posting
from feedback.domain.permissions import Permission, reads_original
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.models.letters import Letter
from feedback.queries.cases import case_for
from feedback.queries.letters_owed import letters_owed
from feedback.queries.visibility import facts_of
from feedback.services import letters as deeds
from feedback.web.conflict import CLASHES, conflict
from feedback.web.desk import bp
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.labels import label
from feedback.web.letter_paper import hand_out, letter_pdf
from feedback.web.redirects import see

_DAY = _l("Choose a day from the day of the answer up to today.")
WRONG = {
    ("dated_on", "missing"): _DAY, ("dated_on", "outside"): _DAY,
    ("posted_on", "missing"): _l("Choose a day from the day of the letter up to today."),
    ("posted_on", "outside"): _l("Choose a day from the day of the letter up to today."),
    ("posted_on", "again"): _l("The posting of this letter was recorded before. Nothing was changed."),
}


class LetterForm(HouseForm):
    """What a letter needs besides the answer."""

    number = StringField(_l("Number of the document"), [
        required(_l("Write the number that your register gives this letter.")), at_most(NUMBER_LONGEST)])
    dated_on = DateField(_l("Date of the letter"), [Optional()])
    signatory = TextAreaField(_l("Who signs"), [
        required(_l("Write position and name of who signs.")), at_most(SIGNATORY_LONGEST)])


class PostingForm(HouseForm):
    """How and when the letter left."""

    posted_on = DateField(_l("Day on which it left"), [Optional()])
    how = SelectField(_l("How it left"), [required(_l("Choose how it left."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.how.choices = [(one.value, label(one)) for one in Posting]


Posted = tuple[int, PostingForm]
"""The id of a letter and what was typed about its posting."""


@bp.get("/letters")
@requires(Permission.CASE_READ_ORIGINAL)
def letters() -> str:
    """Answers that no mail can bring: no e-mail was given, or mail came back. The longest waiting come first."""
    return render_template("desk/letters.html", rows=letters_owed(current_actor()))


@bp.route("/cases/<reference>/letter", methods=["GET", "POST"])
@requires(Permission.CASE_READ_ORIGINAL)
def letter(reference: str) -> ResponseReturnValue:
    """Make the answer of a case into a letter: number, date, signatory. The letters made before stand below."""
    case = _case(reference)
    form = LetterForm(request.form if request.method == "POST" else None, data={"dated_on": clock.today()})
    if request.method == "GET":
        return _page(case, form)
    if not form.validate():
        return _page(case, form), 422
    about: dict[str, Any] = {"number": form.number.data or "", "signatory": form.signatory.data or "",
                             "dated_on": form.dated_on.data}
    try:
        deeds.check(case, **about)
        pdf = letter_pdf(case, **about)
        with writing():
            deeds.file_letter(_case(reference), pdf, actor=current_actor(), **about)
    except BadInput as wrong:
        form.fail(wrong, WRONG)
        return _page(_case(reference), form), 422
    except CLASHES as error:
        return conflict(_case(reference), error, typed=[(str(f.label.text), str(f.data or "")) for f in form])
    return see("desk.letter", reference=reference, done="letter_made")


@bp.get("/cases/<reference>/letter/<letter_token>")
@requires(Permission.CASE_READ_ORIGINAL)
def letter_file(reference: str, letter_token: str) -> ResponseReturnValue:
    """One letter as PDF, to print. Never kept by browsers or proxies."""
    case = _case(reference)
    return hand_out(case, _letter(case, letter_token))


@bp.post("/cases/<reference>/letter/<letter_token>")
@requires(Permission.CASE_READ_ORIGINAL)
def letter_posted(reference: str, letter_token: str) -> ResponseReturnValue:
    """Record that a letter left: on which day and how."""
    case = _case(reference)
    found = _letter(case, letter_token)
    form = PostingForm(request.form)
    if not form.validate():
        return _page(case, LetterForm(None, data={"dated_on": clock.today()}), posting=(found.id, form)), 422
    try:
        with writing():
            deeds.record_posting(_letter(_case(reference), letter_token), how=Posting(form.how.data),
                                 on=form.posted_on.data, actor=current_actor())
    except BadInput as wrong:
        form.fail(wrong, WRONG)
        case = _case(reference)
        return _page(case, LetterForm(None, data={"dated_on": clock.today()}), posting=(found.id, form)), 422
    return see("desk.letter", reference=reference, done="letter_posted")


def _case(reference: str) -> Case:
    """The case, for who may read what its sender wrote; else there is none."""
    case = case_for(current_actor(), reference)
    if case.historical or not reads_original(current_actor(), facts_of(case)):
        abort(404)
    return case


def _letter(case: Case, letter_token: str) -> Letter:
    found = db.session.scalar(select(Letter).where(Letter.case_id == case.id, Letter.token == letter_token))
    if found is None:
        abort(404)
    return found


def rows_of_letters(letters: Iterable[Letter], address: Callable[[Letter], tuple[str, str]],
                    posting: Posted | None = None) -> list[dict[str, Any]]:
    """Letters that were made, each with its file and, until it left, the form that says so. ``address``: of the
    file, and of the form; ``posting``: the letter whose form was filled in wrongly."""
    rows = []
    for n, one in enumerate(letters, start=1):
        url, post_url = address(one)
        form = posting[1] if posting and posting[0] == one.id else PostingForm(
            None, data={"posted_on": clock.today()})
        for field in form:  # several letters, several forms: each label and each fault leads to its own box
            field.id = f"{field.name}-{n}"
        rows.append({"title": gettext("Letter %(number)s", number=one.number), "on": one.dated_on, "url": url,
                     "post_url": post_url, "posted_on": one.posted_on, "how": one.posted_how,
                     "form": None if one.posted_on else form})
    return rows


def _page(case: Case, form: LetterForm, *, posting: Posted | None = None) -> str:
    def address(one: Letter) -> tuple[str, str]:
        url = url_for("desk.letter_file", reference=case.reference, letter_token=one.token)
        return url, url

    return render_template("desk/letter.html", case=case, form=form, ready=deeds.released_answer(case) is not None,
                           made=rows_of_letters(deeds.letters_of(case), address, posting))
