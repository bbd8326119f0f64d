"""Internal notes: what the agency's people tell each other about a case, on its page."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from feedback.domain.permissions import Actor, Permission
from feedback.extensions import writing
from feedback.models.cases import Case
from feedback.queries.cases import case_for
from feedback.services import notes
from feedback.web.desk import bp
from feedback.web.filters import instant_words
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.redirects import see


class NoteForm(HouseForm):
    """One note."""

    text = TextAreaField(_l("A note for your colleagues"), [
        required(_l("Write the note first; nothing was saved.")), at_most(notes.LONGEST)])


@bp.route("/cases/<reference>/notes", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def case_notes(reference: str) -> ResponseReturnValue:
    """The notes this person may read, and a box for one more (for those who act on cases)."""
    actor = current_actor()
    case = case_for(actor, reference)
    form = NoteForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(case, form)
    if not actor.can(Permission.CASE_ACT):
        return _page(case, form), 403
    if not form.validate():
        return _page(case, form), 422
    with writing():
        notes.add(case_for(actor, reference), actor=actor, text=form.text.data or "")
    return see("desk.case_notes", reference=reference, done="note")


@bp.post("/cases/<reference>/notes/<int:note_id>/erase")
@requires(Permission.CASE_ACT)
def erase_note(reference: str, note_id: int) -> ResponseReturnValue:
    """Take an own note out for good: another's answers 403, one of another case 404."""
    actor = current_actor()
    with writing():
        notes.erase(case_for(actor, reference), note_id, actor=actor)
    return see("desk.case_notes", reference=reference, done="note_erased")


def about(actor: Actor, case: Case) -> dict[str, Any]:
    """What the page of a case shows of its notes."""
    return {"notes": _rows(actor, case)[:3], "may_note": actor.can(Permission.CASE_ACT)}


def _rows(actor: Actor, case: Case) -> list[dict[str, Any]]:
    return [{"id": note.id, "who": author.display_name, "at": instant_words(note.written_at), "text": note.body,
             "own": author.id == actor.person_id} for note, author in notes.of_case(case, actor=actor)]


def _page(case: Case, form: NoteForm) -> str:
    actor = current_actor()
    return render_template("desk/notes.html", case=case, form=form, notes=_rows(actor, case),
                           may=actor.can(Permission.CASE_ACT), title=gettext("Internal notes"))
