"""Asking the sender for more, once and for everything: each thing in a box of its own, with why it is needed."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, StringField, TextAreaField

from feedback.domain import asking as rules
from feedback.domain.errors import BadInput, ReasonMissing
from feedback.domain.lifecycle import Action, State
from feedback.domain.permissions import Permission, reads_original
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.cases import case_for
from feedback.queries.papers import published_list
from feedback.queries.visibility import facts_of
from feedback.services import asking, papers
from feedback.web.casework import point_text
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk import bp
from feedback.web.desk.case import deeds
from feedback.web.desk.officer_ask import MEND, OVERRIDE, OVERRIDE_HINT, SIGNED, SIGNED_HINT, officer_asks
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import shown_version
from feedback.web.paper_words import note_items, published
from feedback.web.redirects import see

WHAT = _l("Thing %(number)s: what exactly?")
WHY = _l("Thing %(number)s: why is it needed?")
FAULTS = {
    "missing": _l("Write what you need from the sender."),
    "no_why": _l("Say why it is needed, so that the sender knows what it is for."),
    "too_short": _l("Say it in full: which paper, which day, which place?"),
    "vague": _l("This names nothing that could be sent. Name the paper or the fact itself."),
}


@bp.route("/cases/<reference>/ask_submitter", methods=["GET", "POST"])
@requires(Permission.CASE_ACT)
def ask_submitter(reference: str) -> ResponseReturnValue:
    """Intake asks the sender: ``what_1`` … ``what_5``, each with its ``because_…``; ``signed_online`` and, for
    what the published list does not allow, ``override``. Asked once a case, whoever asks: the second time, a case
    that cannot wait now, or one that changed meanwhile answers 409 with what was typed."""
    case = case_for(current_actor(), reference)
    if case.state == State.IN_PROGRESS.value:
        return officer_asks(reference)
    form: Any = _form(request.form if request.method == "POST" else None, signed=papers.signed_online(case))
    if asking.asked_already(case):
        return conflict(case, "asked_once", typed=_typed(form))
    if Action.ASK_SUBMITTER not in deeds(current_actor(), case):
        return conflict(case, not_now(case, Action.ASK_SUBMITTER), typed=_typed(form))
    if request.method == "GET":
        return _page(case, form)
    if not form.validate() or not _concrete(form):
        return _page(case, form), 422
    try:
        with writing():
            asking.ask_for_details(case_for(current_actor(), reference), actor=current_actor(),
                                   what=_question(form), signed_online=form.signed_online.data,
                                   override=form.override.data, expected_version=shown_version(request.form))
    except BadInput as error:
        form.what_1.errors = [*form.what_1.errors, str(FAULTS.get(error.code, FAULTS["vague"]))]
        return _page(case_for(current_actor(), reference), form), 422
    except ReasonMissing:
        form.override.errors = [str(MEND)]
        return _page(case_for(current_actor(), reference), form), 422
    except CLASHES as error:
        return conflict(case_for(current_actor(), reference), error, typed=_typed(form))
    return see("desk.case", reference=reference, done=Action.ASK_SUBMITTER.value)


def _form(posted: Any, *, signed: bool) -> HouseForm:
    fields: dict[str, Any] = {"signed_online": BooleanField(SIGNED, description=SIGNED_HINT),
                              "override": TextAreaField(OVERRIDE, [at_most(REASON_LONGEST)],
                                                        description=OVERRIDE_HINT)}
    for n in range(1, rules.MOST_THINGS + 1):
        fields[f"what_{n}"] = StringField(str(WHAT) % {"number": n}, [at_most(500)])
        fields[f"because_{n}"] = StringField(str(WHY) % {"number": n}, [at_most(300)])
    return type("AskForm", (HouseForm,), fields)(posted, **({} if posted else {"data": {"signed_online": signed}}))


def _concrete(form: Any) -> bool:
    """Whether each thing is concrete and has its reason; puts what is wrong beside the box."""
    asked = [n for n in range(1, rules.MOST_THINGS + 1)
             if _line(form, f"what_{n}") or _line(form, f"because_{n}")]
    if not asked:
        form.what_1.errors = [str(FAULTS["missing"])]
        return False
    for n in asked:
        wrong = rules.fault(_line(form, f"what_{n}"))
        if wrong is not None:
            form[f"what_{n}"].errors = [str(FAULTS[wrong[0]])]
        if not _line(form, f"because_{n}"):
            form[f"because_{n}"].errors = [str(FAULTS["no_why"])]
    return not form.errors


def _line(form: Any, name: str) -> str:
    return " ".join((form[name].data or "").split())


def _question(form: Any) -> str:
    """One thing a line, each with its reason, as the sender reads it."""
    return "\n".join(f"{_line(form, f'what_{n}')} ({_line(form, f'because_{n}')})" for n in _asked(form))


def _asked(form: Any) -> list[int]:
    """The numbers of the boxes that ask for something."""
    return [n for n in range(1, rules.MOST_THINGS + 1) if _line(form, f"what_{n}")]


def _notes(case: Case, form: Any, listed: Any) -> dict[int, list[dict[str, Any]]]:
    """What the list does not allow, by the number of the box that asks for it."""
    question, asked = _question(form), _asked(form)
    notes: dict[int, list[dict[str, Any]]] = {}
    for one in papers.read_question(case, question, signed=bool(form.signed_online.data), listed=listed):
        box = asked[question.count("\n", 0, one.start)]
        notes.setdefault(box, []).extend(note_items([papers.note_of(one, listed, field=f"what_{box}")], question))
    return notes


def _page(case: Case, form: HouseForm) -> str:
    original = reads_original(current_actor(), facts_of(case))
    listed = published_list(case)
    return render_template(
        "desk/ask.html", case=case, form=form, numbers=range(1, rules.MOST_THINGS + 1), original=original,
        notes=_notes(case, form, listed), published=published(case, listed),
        text=case.narrative if original else case.masked or "",
        points=[point_text(point, original=original) for point in case.points])


def _typed(form: HouseForm) -> list[tuple[str, str]]:
    return [(str(field.label.text), field.data) for field in form if isinstance(field.data, str)]
