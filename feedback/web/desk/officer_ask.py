"""The officer asks the sender for more: read against the published list before it is sent, and only once."""

from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, TextAreaField

from feedback.domain.errors import BadInput, ReasonMissing
from feedback.domain.lifecycle import Action
from feedback.domain.permissions import reads_original
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.cases import case_for
from feedback.queries.papers import published_list
from feedback.queries.visibility import facts_of
from feedback.services import asking, papers
from feedback.web.casework import point_text
from feedback.web.conflict import CLASHES, conflict, not_now
from feedback.web.desk.case import deeds
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most, required
from feedback.web.guards import current_actor
from feedback.web.numbers import shown_version
from feedback.web.paper_words import note_items, published
from feedback.web.redirects import see

SIGNED = _l("The file was sent online and signed")
SIGNED_HINT = _l("Ticked when the complaint says so. Then nothing may be asked for on paper that the list does "
                 "not want on paper.")
OVERRIDE = _l("Why do you ask for it all the same?")
OVERRIDE_HINT = _l("The province office reads your reason. The sender does not.")
MEND = _l("Not sent yet. Take out what the list does not allow, or write here why it is needed in this case.")
WORDS = {
    ("why", "too_many"): _l("Ask for five things at most: the sender is asked once and has to understand it all."),
    ("why", "too_short"): _l("Each line has to say what is needed: which paper, of which day, about what."),
    ("why", "vague"): _l("One line names nothing that could be sent, such as “other related papers”. Name each "
                         "paper or fact: nobody may ask for more than the case needs (Decree 61/2018/NĐ-CP, "
                         "article 5)."),
    ("why", "missing"): _l("Write what you need, one thing a line."),
}
EXPLAINED = _l("The sender reads your lines as they stand and is asked only once in the whole case. The "
               "clocks wait until they answer, at most a few working days; then the case comes back to "
               "you.")


class AskForm(HouseForm):
    """What the officer needs from the sender, one thing a line."""

    why = TextAreaField(_l("What do you need? One thing a line."), [
        required(_l("Write what you need, one thing a line.")), at_most(REASON_LONGEST)],
        description=_l("For example: “A photograph of the appointment slip of 3 November 2026”."))
    signed_online = BooleanField(SIGNED, description=SIGNED_HINT)
    override = TextAreaField(OVERRIDE, [at_most(REASON_LONGEST)], description=OVERRIDE_HINT)


def officer_asks(reference: str) -> ResponseReturnValue:
    """The page (GET) and the question (POST ``why``, ``signed_online``, ``override``, ``version``). What the list
    does not allow answers 422 with the findings until a reason is written; a case that moved, or was asked about
    before, 409 with what was typed."""
    actor = current_actor()
    case = case_for(actor, reference)
    form: Any = AskForm(request.form) if request.method == "POST" else AskForm(
        data={"signed_online": papers.signed_online(case)})
    typed = [(str(form.why.label.text), form.why.data or ""), (str(OVERRIDE), form.override.data or "")]
    if asking.asked_already(case):
        return conflict(case, "asked_once", typed=typed)
    if Action.ASK_SUBMITTER not in deeds(actor, case):
        return conflict(case, not_now(case, Action.ASK_SUBMITTER), typed=typed)
    if request.method == "GET":
        return _page(case, form)
    if not form.validate():
        return _page(case, form), 422
    try:
        with writing():
            asking.ask_for_details(
                case_for(actor, reference), actor=actor, what=form.why.data or "",
                signed_online=form.signed_online.data, override=form.override.data,
                expected_version=shown_version(request.form))
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(case_for(actor, reference), form), 422
    except ReasonMissing:
        form.override.errors = [str(MEND)]
        return _page(case_for(actor, reference), form), 422
    except CLASHES as error:
        return conflict(case_for(actor, reference), error, typed=typed)
    return see("desk.case", reference=reference, done=Action.ASK_SUBMITTER.value)


def _page(case: Case, form: Any) -> str:
    original = reads_original(current_actor(), facts_of(case))
    listed = published_list(case)
    what = form.why.data or ""
    found: Sequence = papers.read_question(case, what, signed=bool(form.signed_online.data), listed=listed)
    return render_template(
        "desk/officer_ask.html", case=case, form=form, explained=EXPLAINED, original=original,
        text=case.narrative if original else case.masked or "",
        points=[point_text(point, original=original) for point in case.points], published=published(case, listed),
        notes=note_items((papers.note_of(one, listed, field="why") for one in found), what))
