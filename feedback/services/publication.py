"""Publishing: a redacted copy that one person confirms and another approves; a last scan decides (design §5).

draft → confirmed → approved → (time to object) → published; or held with a reason at any step before. Restricted
cases never get a draft. Known identity blocks without override; what else looks like somebody's data has to be
hidden, allowed by a person with its words, or the draft is held.
"""

import json
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from feedback import clock
from feedback.domain.errors import BadInput, MoveNotAllowed, NotPermitted, ReasonMissing, SamePerson
from feedback.domain.permissions import GRANTS, SYSTEM, Actor, Permission
from feedback.domain.roles import Role
from feedback.extensions import db
from feedback.models.cases import Case, Conflict
from feedback.models.publications import PublicationDraft
from feedback.services import history, publication_body, publication_copy, publication_promises, publication_scan
from feedback.services.publication_body import Body
from feedback.services.publication_day import publish_after

CHAIN = "sys:publication"
PROPOSED, CONFIRMED, APPROVED, PUBLISHED, HELD = "proposed", "confirmed", "approved", "published", "held"
OPEN = (PROPOSED, CONFIRMED, APPROVED)
SCAN_HIT = "scan_hit"
REOPENED = "reopened"
TAKEN_OUT = "scan_hit_later"
HELD_BY_HOUSE = (SCAN_HIT, REOPENED, TAKEN_OUT)
"""Reasons that the house itself gives, as codes; people give theirs in words."""
MOST_DRAFTS = 50
"""Drafts that a sweep, or a press of a publisher, makes at most."""


class StillNamed(BadInput):
    """The copy still says who complained. There is no override; the words have to go. ``fields`` are the paths;
    ``marks`` what else the scanner found."""

    def __init__(self, fields: tuple[str, ...], marks: list[publication_scan.Mark]) -> None:
        super().__init__(fields[0], "still_named")
        self.fields, self.marks = fields, marks


class StillFound(BadInput):
    """The scanner still finds what looks like somebody's data: hide it, or allow the words."""

    def __init__(self, marks: list[publication_scan.Mark]) -> None:
        super().__init__(marks[0].field, "still_found")
        self.marks = marks


def draft_for(case: Case, *, actor: Actor = SYSTEM) -> PublicationDraft | None:
    """The publication draft of a settled case, with what ought to be hidden hidden already. Made once; when the
    case was reopened and answered anew, an unpublished draft starts again from the new answer.

    None when there is nothing to publish: not settled, restricted, or only a promise so far. Raises
    VaultUnavailable: without the vault nothing is copied.
    """
    answer = publication_copy.released_answer(case)
    if answer is None or not publication_copy.may_be_public(case, answer):
        return None
    draft = db.session.scalar(select(PublicationDraft).where(PublicationDraft.case_id == case.id))
    if draft is not None and (draft.status == PUBLISHED
                              or publication_body.load(draft.body)["answer_id"] == answer.id):
        return draft
    body, marks = publication_scan.propose(
        case.id, publication_copy.body_of(case, answer), historical=case.historical)
    if draft is None:
        draft = PublicationDraft(case_id=case.id, reference=case.reference, created_at=clock.now())
        db.session.add(draft)
    draft.status, draft.held_reason, draft.publish_after = PROPOSED, None, None
    draft.confirmed_by_id = draft.confirmed_at = draft.approved_by_id = draft.approved_at = None
    draft.body = publication_body.dump(body)
    draft.marks = json.dumps(publication_scan.dump(marks), ensure_ascii=False)
    draft.hits = 0
    _record(draft, "publication_proposed", actor=actor, payload={"marks": len(marks)})
    return draft


def propose_missing(*, limit: int = MOST_DRAFTS) -> int:
    """Make drafts of settled cases that have none, oldest first, at most ``limit``; how many were made. Called
    by a sweep and by the publishers' list. Raises VaultUnavailable."""
    # A draft that waits for an earlier answer is looked at again when its case was answered anew.
    without = select(Case).outerjoin(PublicationDraft, PublicationDraft.case_id == Case.id).where(
        Case.state.in_(publication_copy.SETTLED), Case.restricted.is_(False), Case.historical.is_(False),
        Case.answered_at.is_not(None),
        Case.outcome.is_distinct_from("in_progress") | publication_promises.has_kept(),
        PublicationDraft.id.is_(None) | ((PublicationDraft.status != PUBLISHED)
                                         & (PublicationDraft.created_at < Case.answered_at)))
    made = 0
    for case in db.session.scalars(
            without.options(selectinload(Case.points)).order_by(Case.id).limit(limit)).all():
        draft = draft_for(case)
        if draft is not None:
            draft.created_at = clock.now()
            made += 1
    return made


def confirm(draft: PublicationDraft, *, actor: Actor, body: Body) -> None:
    """The first person has read the copy, mended it and stands for it. Only words may differ from the draft.

    Raises NotPermitted, MoveNotAllowed when the draft is past this step, BadInput for words that are missing,
    StillNamed, StillFound, VaultUnavailable. A held draft is taken up again this way.
    """
    role = _demand(draft, actor, Permission.PUBLICATION_DRAFT, from_=(PROPOSED, HELD))
    case = db.session.get_one(Case, draft.case_id)
    _still_public(case, draft)
    new = publication_body.edited(publication_body.load(draft.body), body)
    found = publication_scan.left(draft.case_id, new, historical=new["historical"])
    _refuse(found)
    before = publication_body.texts(publication_body.load(draft.body))
    changed = {path for path, text in publication_body.texts(new).items() if text != before[path]}
    draft.marks = json.dumps([m for m in json.loads(draft.marks) if m["field"] not in changed],
                             ensure_ascii=False)
    draft.body, draft.hits = publication_body.dump(new), 0
    draft.status, draft.held_reason = CONFIRMED, None
    draft.confirmed_by_id, draft.confirmed_at = actor.person_id, clock.now()
    draft.approved_by_id = draft.approved_at = draft.publish_after = None
    _record(draft, "publication_confirmed", actor=actor, role=role,
            payload={"edited": len(changed), "allowed": len(new["allowed"])})


def allow(draft: PublicationDraft, mark_n: int, *, actor: Actor) -> None:
    """Show the words of one mark again, wherever they were hidden: a person says that they name nobody private.
    Never for what the vault knew. Raises BadInput for such a mark and for one that is not there, else as
    ``confirm``."""
    role = _demand(draft, actor, Permission.PUBLICATION_DRAFT, from_=(PROPOSED, HELD))
    marks = json.loads(draft.marks)
    chosen = next((mark for mark in marks if mark["n"] == mark_n), None)
    if chosen is None or chosen["words"] is None:
        raise BadInput("mark", "cannot_be_shown")
    body = publication_body.load(draft.body)
    body["allowed"].append({"kind": chosen["kind"], "words": chosen["words"]})
    same = [mark for mark in marks if (mark["kind"], mark["words"]) == (chosen["kind"], chosen["words"])]
    for mark in same:
        text = publication_body.texts(body)[mark["field"]]
        body = publication_body.with_texts(
            body, {mark["field"]: text[:mark["start"]] + mark["words"] + text[mark["end"]:]})
        marks.remove(mark)
        grown = len(mark["words"]) - (mark["end"] - mark["start"])
        for later in marks:
            if later["field"] == mark["field"] and later["start"] > mark["start"]:
                later["start"], later["end"] = later["start"] + grown, later["end"] + grown
    draft.body, draft.marks = publication_body.dump(body), json.dumps(marks, ensure_ascii=False)
    _record(draft, "publication_allowed", actor=actor, role=role,
            payload={"mark": mark_n, "kind": chosen["kind"], "places": len(same)})


def allow_each(draft: PublicationDraft, numbers: Collection[int], *, actor: Actor) -> None:
    """Show the words of several marks again, as ``allow``, all or none. Marks with the same words go together.
    Raises BadInput('mark', 'nothing_ticked') for no number at all, else as ``allow``."""
    if not numbers:
        raise BadInput("mark", "nothing_ticked")
    there = {mark["n"] for mark in json.loads(draft.marks)}
    for number in sorted(numbers):
        if number not in there or number in {mark["n"] for mark in json.loads(draft.marks)}:
            allow(draft, number, actor=actor)


def approve(draft: PublicationDraft, *, actor: Actor, seen: str | None = None) -> None:
    """A second person agrees. ``seen`` is the digest of the body they read: BadInput('body', 'changed') when it
    is not that any more. The day of publication is the end of the time to object and one working day more; an
    imported case, public before, is published by the next ``publish_due`` at once (design §13.3, §13.13).

    Raises SamePerson for who confirmed, NotPermitted, MoveNotAllowed, StillNamed, StillFound, VaultUnavailable.
    """
    role = _demand(draft, actor, Permission.PUBLICATION_APPROVE, from_=(CONFIRMED,))
    if actor.person_id == draft.confirmed_by_id:
        raise SamePerson("approve")
    if seen is not None and seen != publication_body.digest(draft.body):
        raise BadInput("body", "changed")
    case = db.session.get_one(Case, draft.case_id)
    _still_public(case, draft)
    body = publication_body.load(draft.body)
    _refuse(publication_scan.left(draft.case_id, body, historical=body["historical"]))
    now = clock.now()
    draft.status, draft.approved_by_id, draft.approved_at = APPROVED, actor.person_id, now
    draft.publish_after = now if body["historical"] else publish_after(case, now)
    _record(draft, "publication_approved", actor=actor, role=role, payload={})


def hold(draft: PublicationDraft, *, actor: Actor, reason: str) -> None:
    """Keep a draft from being published, with the reason. It can be taken up again by confirming it. Raises
    ReasonMissing, NotPermitted, MoveNotAllowed when it is published already."""
    role = _demand(draft, actor, Permission.PUBLICATION_DRAFT, from_=(*OPEN, HELD))
    if not reason.strip():
        raise ReasonMissing("hold")
    _hold(draft, reason.strip()[:1_000])
    _record(draft, "publication_held", actor=actor, role=role, payload={})


def hold_by_house(draft: PublicationDraft, code: str, *, hits: int = 0) -> None:
    """The house itself keeps a draft back: the last scan found something, or the case was reopened."""
    _hold(draft, code)
    draft.hits = hits
    _record(draft, "publication_held", actor=SYSTEM, role=Role.SYSTEM, payload={"why": code, "hits": hits})


def publish_due(now: datetime) -> int:
    """Publish every approved draft whose day has come; how many became public. One that fails is left for the
    next time and stops no other one."""
    from feedback.services.publication_release import publish_all_due  # which stands on this module

    return publish_all_due(now)


def _hold(draft: PublicationDraft, reason: str) -> None:
    draft.status, draft.held_reason, draft.publish_after = HELD, reason, None


def _still_public(case: Case, draft: PublicationDraft) -> None:
    """Raises MoveNotAllowed when the case was restricted, reopened or answered anew since the copy was made."""
    answer = publication_copy.released_answer(case)
    if answer is None or not publication_copy.may_be_public(case, answer) or (
            publication_body.load(draft.body)["answer_id"] != answer.id):
        raise MoveNotAllowed(action="publish", state=case.state, why=REOPENED)


def _refuse(found: list[publication_scan.Mark]) -> None:
    named = tuple(mark.field for mark in found if mark.kind == publication_scan.KNOWN)
    if named:
        raise StillNamed(named, [mark for mark in found if mark.kind != publication_scan.KNOWN])
    if found:
        raise StillFound(found)


def _demand(draft: PublicationDraft, actor: Actor, permission: Permission, *, from_: tuple[str, ...]) -> Role:
    """The role in which the actor may do this to the draft, which nobody else can change from here on. Whom the
    case is hidden from gets no copy either. Raises BadInput('body', 'changed') when it is not what was read."""
    role = next((r for r in Role if r in actor.roles and permission in GRANTS[r]), None)
    if role is None or actor.person_id is None:
        raise NotPermitted("publication is for publishers")
    hidden = select(Conflict.id).where(Conflict.case_id == draft.case_id, Conflict.person_id == actor.person_id)
    if db.session.scalar(hidden) is not None:
        raise NotPermitted("a conflict of interest hides this case")
    read = draft.body
    db.session.refresh(draft, with_for_update=True)  # of two who decide at once, the second finds it decided
    if draft.status not in from_:
        raise MoveNotAllowed(action="publication", state=draft.status)
    if draft.body != read:
        raise BadInput("body", "changed")
    return role


def _record(draft: PublicationDraft, type_: str, *, actor: Actor,
            payload: dict[str, int | str | bool | None], role: Role | None = None) -> None:
    """Into the chain of publication. The case's own chain is told only when it becomes public or ceases to be."""
    db.session.flush()  # the event names the draft's id
    history.record(chain=CHAIN, type=type_, actor=actor, role=role, payload={"draft": draft.id, **payload})
