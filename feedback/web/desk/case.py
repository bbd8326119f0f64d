"""One case as staff see it, and the deeds that are possible now."""

from flask import render_template
from sqlalchemy import select

from feedback.domain.lifecycle import TABLE, Action, State, moves_from
from feedback.domain.permissions import Actor, Permission, acting_role, confirming_role
from feedback.extensions import db
from feedback.models.cases import Case, Proposal
from feedback.models.deadlines import Deadline, Limit
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for, notes_of, reviews_of, versions_of
from feedback.queries.deadlines import as_due
from feedback.queries.history import timeline
from feedback.queries.visibility import facts_of
from feedback.services.lifecycle import open_proposal
from feedback.web.casework import due_row, pairs, point_text, review_lines, story, structured_rows
from feedback.web.desk import bp
from feedback.web.desk.pages_of_moves import PAGES
from feedback.web.guards import current_actor, requires


@bp.get("/cases/<reference>")
@requires(Permission.CASE_READ)
def case(reference: str) -> str:
    """The whole case: points, clocks, answers with what was decided, the story, and what can be done next."""
    actor = current_actor()
    case = case_for(actor, reference)
    original = actor.can(Permission.CASE_READ_ORIGINAL)
    calendar = load_calendar()
    clocks = db.session.execute(
        select(Deadline, Limit.legal_basis).outerjoin(Limit, Limit.id == Deadline.limit_id)
        .where(Deadline.case_id == case.id).order_by(Deadline.id)).all()
    answers = versions_of(case)
    reviews = reviews_of(answers)
    notes = {n.id: n.body for n in notes_of(case, kinds=("reason", "override", "supplement"))}
    proposal = open_proposal(case)
    return render_template(
        "desk/case.html", case=case, original=original,
        text=case.narrative if original else (case.masked or ""),
        points=[{"n": p.n, "text": point_text(p, original=original)} for p in case.points],
        clocks=[{**due_row(as_due(row, calendar)), "basis": basis or ""} for row, basis in clocks],
        versions=[{"answer": a, "pairs": pairs(case, a, original=original), "rows": structured_rows(a),
                   "reviews": review_lines(reviews[a.id], notes), "why": notes.get(a.override_note_id, "")}
                  for a in answers],
        story=story(timeline(case.id), calendar), deeds=deeds(actor, case),
        proposal=proposal, proposal_why=notes.get(proposal.note_id, "") if proposal else "",
        may_confirm=proposal is not None and may_confirm(actor, case, proposal))


def deeds(actor: Actor, case: Case) -> list[Action]:
    """The actions this person may start now, in the order of the table."""
    if case.historical:
        return []
    facts = facts_of(case)
    found: list[Action] = []
    for role in sorted(actor.roles):
        for move in moves_from(State(case.state), role):
            if move.action in PAGES and move.action not in found and acting_role(actor, move, facts) is not None:
                found.append(move.action)
    return found


def may_confirm(actor: Actor, case: Case, proposal: Proposal) -> bool:
    """Whether this person may be the second one: another person, in a role that may confirm this move."""
    move = TABLE.get((Action(proposal.action), State(case.state)))
    return (move is not None and actor.person_id is not None and actor.person_id != proposal.proposed_by_id
            and confirming_role(actor, move, facts_of(case)) is not None)
