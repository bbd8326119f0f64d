"""Staff search: one box for a reference, a dossier number, a telephone number or an e-mail, or words.

What is looked for may be somebody's name or number, so it travels in the body of a POST and stands in no address,
no history of a browser and no log.
"""

from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.queries.case_search import Findings, Found, looks_like_contact, search
from feedback.services import identity
from feedback.services.identity import blind_index
from feedback.web.csv_lists import Column, csv_wanted, send_csv
from feedback.web.desk import bp
from feedback.web.filters import name_of
from feedback.web.guards import current_actor, requires
from feedback.web.labels import FILTERS
from feedback.web.limits import contact_search_allowed
from feedback.web.numbers import whole

LONGEST = 200
"""Characters of what is looked for; the rest is left off."""

HOW = {"reference": _l("by its reference"), "dossier": _l("by its dossier number"),
       "contact": _l("by the sender's contact"), "words": _l("by the words")}
COLUMNS: tuple[Column[Found], ...] = (
    Column(_l("Reference"), lambda found: found.case.reference),
    Column(_l("Category"), lambda found: FILTERS["category"](found.case.category)),
    Column(_l("Procedure"), lambda found: name_of(found.case.procedure) if found.case.procedure else ""),
    Column(_l("Where it is"), lambda found: FILTERS["state"](found.case.state)),
    Column(_l("Agency"), lambda found: name_of(found.case.agency) if found.case.agency else ""),
    Column(_l("Received"), lambda found: found.case.received_on),
    Column(_l("Found"), lambda found: str(HOW[found.how])),
)


@bp.route("/search", methods=["GET", "POST"])
@requires(Permission.CASE_READ)
def find() -> ResponseReturnValue:
    """The box (GET), and what was found (POST ``q``; ``after``: the key of the last page; ``format=csv``: as a
    file). A reference that leads to one case leads there at once. Only cases within reach, and of those only by
    what this person may read. A search for a sender's contact is written into the history; too many of
    them: 429."""
    if request.method == "GET":
        return _page("", None)
    asked = request.form.get("q", "").strip()[:LONGEST]
    after = whole(request.form.get("after", ""))
    may_reach_senders = current_actor().can(Permission.CASE_READ_ORIGINAL)
    if after is None and may_reach_senders and (kind := looks_like_contact(asked)) is not None:
        if not contact_search_allowed(current_actor().person_id or 0):
            return _page(asked, None, too_many=True), 429
        _note(asked, kind)
    if csv_wanted(request.form):
        return send_csv("search", COLUMNS, _all_of(asked))
    found = _search(asked, after=after) if asked else Findings([])
    if after is None and len(found.rows) == 1 and found.rows[0].how == "reference":
        return redirect(url_for("desk.case", reference=found.rows[0].case.reference), code=303)
    return _page(asked, found)


def _note(asked: str, kind: str) -> None:
    """To find a case by a telephone number is to know who sent it: whoever does so is written down first, with the
    cases (trust.md A3). What was typed is not."""
    found = [one.case.id for one in _search(asked).rows if one.how == "contact"]
    with writing():
        identity.note_search(found, kind=kind, actor=current_actor())


def _search(asked: str, *, after: int | None = None, size: int = 25) -> Findings:
    kind = looks_like_contact(asked)
    pepper = current_app.extensions["settings"].pepper
    code = blind_index(kind, asked, pepper=pepper) if kind else None
    return search(current_actor(), asked, contact_codes=[code] if code else [], after=after, size=size)


def _all_of(asked: str) -> Any:
    """Everything that is found, page by page; nothing for an empty box."""
    after: int | None = None
    while asked:
        found = _search(asked, after=after, size=500)
        yield from found.rows
        if found.after is None:
            return
        after = found.after


def _page(asked: str, found: Findings | None, *, too_many: bool = False) -> str:
    rows = [] if found is None else [
        {"reference": one.case.reference, "url": url_for("desk.case", reference=one.case.reference),
         "category": one.case.category, "procedure": one.case.procedure, "state": one.case.state,
         "agency": one.case.agency, "on": one.case.received_on, "how": str(HOW[one.how])} for one in found.rows]
    return render_template("desk/search.html", asked=asked, too_many=too_many, rows=rows,
                           searched=found is not None and bool(asked),
                           after=found.after if found is not None else None,
                           by_contact=current_actor().can(Permission.CASE_READ_ORIGINAL))
