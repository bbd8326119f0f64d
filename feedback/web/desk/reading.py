"""Reading an answer while somebody types. A comfort of the script: the button does the same on the whole page."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback.domain.errors import OutOfReach
from feedback.domain.lifecycle import State
from feedback.domain.permissions import Permission
from feedback.queries.cases import case_for
from feedback.web.desk import bp
from feedback.web.desk.answer_form import form_for
from feedback.web.desk.reading_notes import reading_of
from feedback.web.guards import current_actor, requires
from feedback.web.limits import reading_allowed


@bp.post("/cases/<reference>/answer/read")
@requires(Permission.CASE_DRAFT)
def read_answer(reference: str) -> ResponseReturnValue:
    """Read what is typed and keep nothing. JSON: ``html``, the notes of every box and of the page as they stand in
    ``desk/_reading.html``; ``said``, the sentence to read out; ``reason``, whether sending needs a written reason.
    404: out of reach; 409: not this officer's to write, or the case went on; 422: a text is too long; 429: read
    too often in a minute; then ``words`` say so. The same fields as saving, bounded alike. What is typed is
    compared with the agency's other answers only when the page says so (``compared``): when it was drawn with a
    boilerplate among its notes."""
    actor = current_actor()
    try:
        case = case_for(actor, reference)
    except OutOfReach:
        return {"words": gettext("Not read: this case is not with you any more. Your text is still here.")}, 404
    if case.state != State.IN_PROGRESS.value or case.officer_id != actor.person_id:
        return {"words": gettext("Not read: the case went on meanwhile. Your text is still here.")}, 409
    if not reading_allowed(actor.person_id or 0):
        return {"words": gettext("Not read: too often within a minute. Your text is still here; it is read again "
                                 "when you go on in a moment.")}, 429
    form = form_for(case, request.form, None)
    if not form.validate():
        return {"words": gettext("Not read: a text is too long, or a day is no day. Save shows where.")}, 422
    reading = reading_of(form, case, compared=request.form.get("compared") == "1")
    return {"html": render_template("desk/reading_live.html", reading=reading), "said": reading["said"],
            "reason": reading["count"] > 0 and not reading["blocked"]}
