"""Saving the draft every few seconds while somebody types. A comfort of the script: the button does the same."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from feedback import clock
from feedback.domain.errors import OutOfReach, StaleEdit
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.queries.cases import case_for
from feedback.services import answers, apologies
from feedback.web.conflict import CLASHES
from feedback.web.desk import bp
from feedback.web.desk.answer_form import form_for, text_of
from feedback.web.guards import current_actor, requires


@bp.post("/cases/<reference>/answer/autosave")
@requires(Permission.CASE_DRAFT)
def autosave(reference: str) -> ResponseReturnValue:
    """Save the draft and answer in JSON: ``words`` for the person and, when it was saved (200), ``seen``, the mark
    that the next saving has to show. 409: another window saved, or the case went on; 404: it is out of reach; 422:
    a text is too long. Nothing is overwritten in any of these."""
    actor = current_actor()
    try:
        case = case_for(actor, reference)
        form = form_for(case, request.form, None)
        if not form.validate():
            return {"words": gettext("Not saved yet: press Save to see which box needs another look.")}, 422
        with writing():
            case = case_for(actor, reference)
            draft = answers.save_draft(case, text_of(form, case), actor=actor, seen=request.form.get("seen", ""))
            mark = answers.draft_mark(draft)
            if (sorry := form.sorry()) is not None:
                apologies.keep_draft(case, draft, sorry, actor=actor)
    except StaleEdit:
        return {"words": gettext("Not saved: this answer was saved in another window. Nothing was overwritten; "
                                 "press Save to see both texts.")}, 409
    except OutOfReach:
        return {"words": gettext("Not saved: this case is not with you any more. Your text is still here: press "
                                 "Save to get it for copying.")}, 404
    except CLASHES:
        return {"words": gettext("Not saved: the case went on meanwhile. Your text is still here: press Save to "
                                 "get it for copying.")}, 409
    at = clock.now().astimezone(clock.VIETNAM)
    return {"words": gettext("Saved at %(time)s", time=f"{at:%H:%M}"), "seen": mark}
