"""Two versions of an answer beside each other, with what was added and what was taken out."""

from flask import render_template, request
from flask_babel import gettext

from feedback.domain.permissions import Permission
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.cases import case_for, notes_of, reviews_of, versions_of
from feedback.services import answers
from feedback.web.casework import changes, review_lines
from feedback.web.desk import bp
from feedback.web.filters import date_words
from feedback.web.guards import current_actor, requires
from feedback.web.numbers import whole


@bp.get("/cases/<reference>/versions")
@requires(Permission.CASE_READ)
def versions(reference: str) -> str:
    """``old`` and ``new`` are ids of versions of this case; without them the newest is shown beside the one
    before. Who writes the answer finds the draft among them."""
    case = case_for(current_actor(), reference)
    known = _readable(case)
    by_id = {version.id: version for version in known}
    new = by_id.get(whole(request.args.get("new", "")) or 0) or (known[0] if known else None)
    later = known.index(new) + 1 if new else 0
    old = by_id.get(whole(request.args.get("old", "")) or 0) or (known[later] if later < len(known) else None)
    words = {n.id: n.body for n in notes_of(case, kinds=("reason",))}
    return render_template(
        "desk/versions.html", case=case, old=old, new=new, options=[(v.id, _name(v)) for v in known],
        rows=changes(old, new) if old and new else [],
        lines=review_lines(reviews_of([old])[old.id], words) if old else [])


def _readable(case: Case) -> list[Answer]:
    """The submitted versions, newest first, and before them the draft for the officer who writes it."""
    submitted = versions_of(case)
    newest = answers.newest(case)
    own = newest is not None and newest.submitted_at is None and case.officer_id == current_actor().person_id
    return [newest, *submitted] if own and newest is not None else submitted


def _name(version: Answer) -> str:
    if version.submitted_at is None:
        return gettext("The draft, round %(round)s, version %(version)s", round=version.round + 1,
                       version=version.version)
    return gettext("Round %(round)s, version %(version)s, %(day)s", round=version.round + 1,
                   version=version.version, day=date_words(version.submitted_at))
