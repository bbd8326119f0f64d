"""A new tracking key at the counter: what was checked, the second person's word, and the key, shown once."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField

from feedback.domain import references
from feedback.domain.errors import MoveNotAllowed, NotPermitted, SamePerson
from feedback.domain.permissions import Permission
from feedback.extensions import db, writing
from feedback.models.cases import Case, Note
from feedback.models.people import Person
from feedback.models.reissues import KeyReissue
from feedback.queries.cases import case_for
from feedback.services import reissue_counter
from feedback.services.cases import new_nonce
from feedback.web import receipts
from feedback.web.csrf import csrf_token
from feedback.web.desk import bp
from feedback.web.forms import REASON_LONGEST, HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole
from feedback.web.redirects import see

P = Permission


class CheckedForm(HouseForm):
    """What was checked before somebody is given the key to a case."""

    checked = TextAreaField(_l("What did you check, and what did they show or tell?"), [
        required(_l("Write what you checked, so that the second person and the sender can follow it.")),
        at_most(REASON_LONGEST)])


@bp.get("/cases/<reference>/new-key")
@requires(P.CASE_READ_ORIGINAL)
def new_key(reference: str) -> ResponseReturnValue:
    """Where the request stands: none yet, waiting for the second person, or confirmed and to be shown."""
    return _page(case_for(current_actor(), reference), CheckedForm())


@bp.post("/cases/<reference>/new-key")
@requires(P.CASE_READ_ORIGINAL)
def do_new_key(reference: str) -> ResponseReturnValue:
    """``do``: ask (with what was ``checked``), confirm, decline, or show. The last answers with the receipt at
    once: the key has no address to come back to. What the rules refuse now is a 409 with the page as it is."""
    do = request.form.get("do", "")
    case = case_for(current_actor(), reference)
    form = CheckedForm(request.form)
    if do not in ("ask", "confirm", "decline", "show"):
        abort(400)
    if do == "ask" and not form.validate():
        return _page(case, form, status=422)
    try:
        if do == "show":
            return _show(reference, request.form.get("nonce", ""))
        with writing():
            case = case_for(current_actor(), reference)
            if do == "ask":
                reissue_counter.ask(case, actor=current_actor(), checked=form.checked.data or "")
            else:
                reissue_counter.decide(case, _shown_row(case), actor=current_actor(), granted=do == "confirm")
    except (MoveNotAllowed, SamePerson):
        return _page(case_for(current_actor(), reference), form, status=409)
    except NotPermitted:
        abort(403)
    return see("desk.new_key", reference=reference, done={
        "ask": "key_asked", "confirm": "key_confirmed", "decline": "key_declined"}[do])


def _show(reference: str, nonce: str) -> ResponseReturnValue:
    if not references.is_nonce(nonce):
        abort(400)
    with writing():
        case = case_for(current_actor(), reference)
        key = reissue_counter.show(case, _shown_row(case), actor=current_actor(), nonce=nonce)
    shown = receipts.paper(reference, key)
    assert shown is not None  # whoever has a tracking key has a clock
    if request.form.get("as") == "pdf":
        return receipts.pdf(shown)
    return render_template("desk/new_key_shown.html", case=case_for(current_actor(), reference), receipt=shown,
                           words=receipts.words(shown), request_id=request.form.get("request", ""), nonce=nonce,
                           csrf_token=csrf_token())


def _shown_row(case: Case) -> KeyReissue:
    """The request that the page showed. Raises MoveNotAllowed when there is no such one of this case."""
    shown = whole(request.form.get("request", ""))
    row = db.session.get(KeyReissue, shown) if shown is not None else None
    if row is None or row.case_id != case.id or row.way != reissue_counter.COUNTER:
        raise MoveNotAllowed(action="new_key", state=case.state, why="decided")
    return row


def _page(case: Case, form: CheckedForm, *, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    row = reissue_counter.waiting(case.id)
    mine = row is not None and row.asked_by_id == actor.person_id
    asker = db.session.get(Person, row.asked_by_id) if row is not None and row.asked_by_id else None
    note = db.session.get(Note, row.note_id) if row is not None and row.note_id else None
    return render_template(
        "desk/new_key.html", case=case, form=form, row=row, mine=mine, nonce=new_nonce(),
        asker=asker.display_name if asker else "", checked=note.body if note else "",
        may_ask=(row is None and case.key_hash is not None and not case.historical
                 and reissue_counter.may(case, actor, P.CASE_INTAKE)),
        may_decide=row is not None and row.granted is None and not mine,
        may_show=row is not None and bool(row.granted) and mine, clash=status == 409), status
