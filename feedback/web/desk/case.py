"""One case as staff see it, and the deeds that are possible now."""

from collections.abc import Sequence
from dataclasses import replace

from flask import render_template, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from feedback.domain.lifecycle import MOVES, Action, State
from feedback.domain.permissions import Actor, CaseFacts, Permission, acting_role, reads_original
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.cases import Case, Note
from feedback.models.deadlines import Deadline, Limit
from feedback.queries.calendar import load_calendar
from feedback.queries.cases import case_for, notes_of, reviews_of, versions_of
from feedback.queries.contributions import contributions_of
from feedback.queries.deadlines import as_due
from feedback.queries.history import TimelineEntry, timeline
from feedback.queries.holdings import held_by
from feedback.queries.silence import by_the_clock
from feedback.queries.visibility import facts_of
from feedback.services import asking, contributions, papers, seen
from feedback.services.lifecycle import open_proposal
from feedback.services.masking import hide_sender
from feedback.web.casework import due_row, pairs, point_text, review_lines, story, structured_rows
from feedback.web.desk import bp, files
from feedback.web.desk.case_lateness import lateness_of
from feedback.web.desk.intake_words import marks, marks_for_the_agency
from feedback.web.desk.notes import about
from feedback.web.desk.pages_of_moves import PAGES
from feedback.web.desk.proposal import may_confirm
from feedback.web.desk.side_doors import side_doors
from feedback.web.guards import current_actor, requires
from feedback.web.labels import button
from feedback.web.oversight import oversight
from feedback.web.paper_words import note_items
from feedback.web.passing_words import contribution_rows, held_rows, held_summary
from feedback.web.time_words import notices as time_notices
from feedback.web.time_words import replaced, still_possible, two_clocks
from feedback.web.transfer_words import notices
from feedback.web.why import why_each
from feedback.web.wishes import proposal_for, without_wishes


@bp.get("/cases/<reference>")
@requires(Permission.CASE_READ)
def case(reference: str) -> str:
    """The whole case: points, clocks, answers with what was decided, the story, and what can be done next. Who may
    not read the sender's own words sees intake's copy, and what the sender added later with the sender hidden."""
    actor = current_actor()
    case = case_for(actor, reference)
    facts = facts_of(case)
    original = reads_original(actor, facts)
    calendar = load_calendar()
    clocks = db.session.execute(
        select(Deadline, Limit.legal_basis).outerjoin(Limit, Limit.id == Deadline.limit_id)
        .where(Deadline.case_id == case.id).order_by(Deadline.id)).all()
    answers = versions_of(case)
    reviews = reviews_of(answers)
    notes = notes_of(case, kinds=("reason", "override", "supplement"))
    told = without_wishes(actor, facts, timeline(case.id))
    words = {n.id: n.body for n in notes}
    proposal = proposal_for(actor, facts, open_proposal(case))
    text = case.narrative if original else (case.masked or "")
    told_of = "\n".join([text, *(point_text(p, original=original) for p in case.points)])
    asked = any(entry.type == "transfer_asked" for entry in told)  # else there is nothing to look for
    transfers = notices(actor, case, facts) if asked else []
    joint = any(entry.type == "contribution_asked" for entry in told)
    held = held_by(case.id) if case.agency_id is not None else []
    rows, more_time = [row for row, _basis in clocks], time_notices(actor, case, facts, told)
    went_on, why = replaced(rows), why_each(rows, calendar)
    late = any(as_due(row, calendar).state in ("near", "late", "met_late") for row, _basis in clocks) or any(
        entry.type in ("apologised", "explanation_demanded") for entry in told)
    page = render_template(
        "desk/case.html", case=case, original=original,
        late=lateness_of(actor, case, facts) if late else None,
        silent=any(by_the_clock(row) for row, _basis in clocks if row.kind == "total"),
        text=text, demanded=note_items(papers.papers_demanded(case, told_of), told_of, mend=False),
        transfers=transfers + more_time,
        two=two_clocks(rows, told, calendar),
        points=[{"n": p.n, "text": point_text(p, original=original)} for p in case.points],
        clocks=[{**due_row(as_due(row, calendar)), "basis": basis or "", "why": why.get(row.id, []),
                 **({"state": "extended"} if row.id in went_on else {})} for row, basis in clocks],
        running=[due_row(as_due(row, calendar)) for row, _basis in clocks
                 if row.stopped_at is None and row.paused_at is None],
        versions=[{"answer": a, "pairs": pairs(case, a, original=original), "rows": structured_rows(a),
                   "reviews": review_lines(reviews[a.id], words), "why": words.get(a.override_note_id or 0, "")}
                  for a in answers],
        story=story(told if original else _hidden(case, told, notes), calendar),
        # A colleague's proposal is decided first; a wish to withdraw stops nobody's work.
        deeds=doors(case, deeds(actor, case, facts=facts, told=told))
        if proposal is None or proposal.proposed_by_id is None else [],
        oversight=oversight(actor, case, facts),
        marks=marks(case) if original else marks_for_the_agency(case),
        side_doors=side_doors(actor, case, facts, passing=any(one["open"] for one in transfers),
                              more_time=still_possible(rows, told)),
        files=files.about(actor, case, everything=original), held=held_rows(held), held_words=held_summary(held),
        contributions=contribution_rows(contributions_of(case.id)) if joint else [],
        leads=joint and contributions.leading_role(actor, case, facts) is not None,
        proposal=proposal, proposal_why=words.get(proposal.note_id, "") if proposal and original else "",
        may_confirm=proposal is not None and may_confirm(actor, case, proposal), **about(actor, case))
    read(actor, case)
    return page


def read(actor: Actor, case: Case) -> None:
    """This person has read the case as it stands; nothing is written when they had before."""
    case_id, version = case.id, case.version
    if actor.person_id is not None and seen.is_news(person_id=actor.person_id, case_id=case_id, version=version):
        with writing():  # the page is drawn: ending the read costs nothing
            seen.mark(person_id=actor.person_id, case_id=case_id, version=version)


FIRST_READERS = frozenset({Role.INTAKE.value, Role.RESTRICTED_DESK.value})
"""Who reads a complaint before an agency has it."""


def _hidden(case: Case, told: Sequence[TimelineEntry], notes: Sequence[Note]) -> list[TimelineEntry]:
    """The story with the sender hidden in the sender's own notes; without those words when the vault is silent.
    Why somebody withdraws, and who pressed for it, is for the province office alone. So is what those wrote who
    read the case before it was given away: they write to the sender, by name, and to each other."""
    by_sender = [n.id for n in notes if n.author_id is None]
    bodies, complete = hide_sender(case, [n.body for n in notes if n.author_id is None])
    masked = dict(zip(by_sender, bodies if complete else [""] * len(bodies), strict=True))
    return [replace(entry, note=None if _for_the_office_alone(entry)
                    else masked.get(entry.payload.get("note"), entry.note)) for entry in told]


def _for_the_office_alone(entry: TimelineEntry) -> bool:
    """Words the agency does not read: what first readers wrote, what the sender answered to them (the copy that
    intake made has it), and everything about a wish to withdraw."""
    return (entry.role in FIRST_READERS or Action.WITHDRAW.value in (entry.type, entry.payload.get("action"))
            or (entry.type == Action.SUPPLEMENT.value and entry.payload.get("to") == State.SUBMITTED.value))


DOORS = {
    Action.ACCEPT: _l("Read and accept"),
    Action.PROPOSE_ANSWER: _l("Write the answer"),
    Action.RELEASE: _l("Read the answer"),
}
"""Where a page has more to it than the step it ends with."""
FIRST = (Action.ACCEPT, Action.PROPOSE_ANSWER, Action.RELEASE, Action.APPROVE, Action.TAKE, Action.ASSIGN)


def doors(case: Case, actions: Sequence[Action]) -> list[dict[str, str]]:
    """Words and address of each step, the likeliest first. Sending and returning have one page together."""
    ordered = sorted((a for a in actions if a is not Action.RETURN),
                     key=lambda a: FIRST.index(a) if a in FIRST else len(FIRST))
    return [{"label": str(DOORS.get(action) or button(action)),
             "url": url_for(PAGES[action], reference=case.reference,
                            **({"action": action.value} if PAGES[action] == "desk.act" else {}))}
            for action in ordered]


def deeds(actor: Actor, case: Case, *, facts: CaseFacts | None = None,
          told: Sequence[TimelineEntry] | None = None) -> list[Action]:
    """The actions this person may start now, in the order of the table. Who has read the case's facts and story
    already gives them along, so that they are not asked for again."""
    if case.historical:
        return []
    facts = facts or facts_of(case)
    found: list[Action] = []
    for move in MOVES:  # not by role: a conflict of interest makes somebody stand in for another role
        if (move.from_ == case.state and move.action in PAGES and move.action not in found
                and acting_role(actor, move, facts) is not None
                and (move.action is not Action.ASK_SUBMITTER or not _asked(case, told))):
            found.append(move.action)
    return found


def _asked(case: Case, told: Sequence[TimelineEntry] | None) -> bool:
    """Whether the sender was asked for more before."""
    if told is None:
        return asking.asked_already(case)
    return any(entry.type == Action.ASK_SUBMITTER.value for entry in told)
