"""Letters for the sender: the same paper that goes by post, an answer or an apology."""

from flask import abort
from flask.typing import ResponseReturnValue

from feedback.queries import tracking
from feedback.services import letters
from feedback.web.guards import current_actor, tracked
from feedback.web.letter_paper import hand_out
from feedback.web.public import bp


@bp.get("/track/letter/<letter_token>")
@tracked
def own_letter(letter_token: str) -> ResponseReturnValue:
    """One letter of the sender's own case as PDF. 404 for any other."""
    case = tracking.own_case(current_actor())
    found = next((one for one in letters.letters_of(case, kind=None) if one.token == letter_token), None)
    if found is None:
        abort(404)
    return hand_out(case, found)
