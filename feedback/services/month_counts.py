"""The numbers of the first page and of the statistics: how many complaints come, are answered, are late.

Counted by a sweep over the cases, so that no reader's request ever counts; readers see the totals alone.
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from feedback import clock
from feedback.extensions import db
from feedback.models.answers import Review
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline


def month_counts() -> dict[str, int]:
    """``now.open``, ``now.late`` and ``now.paused`` (waiting for the sender), and for this month and the one
    before ``month.<2026-11>.received``, ``.answered``, of these ``.in_time`` (by the due date of the limit) and
    ``.extended`` (by a later one that was granted before the first had passed), ``.paused_cases`` and
    ``.paused_days`` (answered cases whose clock had waited for the sender, and their working days),
    ``.returned`` and ``.silent`` (due dates that passed without an answer). A case that is open within its time is
    in none of them: it was not answered. Imported cases count nowhere: nobody here handled them."""
    this = clock.today().replace(day=1)
    return {**_now(), **_month(_before(this), this), **_month(this, _after(this))}


def _now() -> dict[str, int]:
    running = select(func.count()).select_from(Deadline).where(
        Deadline.kind == "total", Deadline.stopped_at.is_(None))
    return {"now.open": _number(running),
            "now.late": _number(running.where(Deadline.paused_at.is_(None), Deadline.due_at < clock.now())),
            "now.paused": _number(running.where(Deadline.paused_at.is_not(None)))}


def _month(first: date, following: date) -> dict[str, int]:
    start, end = _midnight(first), _midnight(following)
    cases = select(func.count()).select_from(Case).where(Case.historical.is_(False))
    answered = cases.join(Deadline, (Deadline.case_id == Case.id) & (Deadline.round == Case.round)).where(
        Case.answered_at >= start, Case.answered_at < end, Deadline.kind == "total", Deadline.met.is_not(None))
    first_due = aliased(Deadline)
    name = f"month.{first:%Y-%m}"
    now = clock.now()
    silent = select(func.count()).select_from(Deadline).join(Case, Case.id == Deadline.case_id).where(
        Deadline.kind == "total", Deadline.due_on >= first, Deadline.due_on < following, Deadline.due_at < now,
        Deadline.paused_at.is_(None), Case.historical.is_(False),
        Deadline.stopped_at.is_(None) | (Deadline.stopped_at > Deadline.due_at))
    return {
        f"{name}.silent": _number(silent),
        f"{name}.received": _number(cases.where(Case.received_on >= first, Case.received_on < following)),
        f"{name}.answered": _number(cases.where(Case.answered_at >= start, Case.answered_at < end)),
        f"{name}.in_time": _number(answered.where(Deadline.met.is_(True), Deadline.replaces_id.is_(None))),
        # Granted only after the first due date had passed, it takes nothing back: such a case stays late.
        f"{name}.extended": _number(answered.join(first_due, first_due.id == Deadline.replaces_id).where(
            Deadline.met.is_(True), first_due.stopped_at <= first_due.due_at)),
        f"{name}.paused_cases": _number(answered.where(Deadline.paused_days > 0)),
        f"{name}.paused_days": _number(answered.with_only_columns(func.sum(Deadline.paused_days))),
        f"{name}.returned": _number(select(func.count()).select_from(Review).where(
            Review.action == "return", Review.at >= start, Review.at < end)),
    }


def _number(counted: Select[Any]) -> int:
    return db.session.scalar(counted) or 0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), clock.VIETNAM)


def _after(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _before(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)
