"""What came of a run: the figures, and everything that must not be."""

from collections import Counter
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import func, select

from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Deadline
from feedback.models.extensions import Extension
from feedback.models.holdings import Holding
from feedback.models.outbox import Outbox
from feedback.models.reader import Commitment, TransferRequest
from feedback.queries.verification import verify_case
from feedback.simulation.counter import day_of
from feedback.simulation.expected import Ran
from feedback.simulation.places import impossible
from feedback.simulation.plan import Outcome
from feedback.simulation.reading import clocks_by_case, fired, told
from feedback.simulation.world import World

CHAINS = 200
"""Cases whose history is verified, drawn by the seed."""
SHOWN = 20
"""Faults of one sort that are told one by one."""


def judge(world: World, *, seconds: float) -> Outcome:
    """Count everything anew and compare. In an app context; reads only."""
    clocks = clocks_by_case(world)
    every = [ran for one in clocks.values() for ran in one]
    wrong = [f"clock {ran.id} ({ran.kind}) of case {ran.case_id}: due {ran.due.isoformat()}, counted "
             f"{ran.ends[-1][2].isoformat()}" for ran in every
             if ran.due != ran.ends[-1][2] or ran.paused_days != ran.given_back + ran.carried]
    rungs = _rungs(every)
    lost = impossible()
    chains = _broken_chains(world)
    faults = [*world.faults[:SHOWN], *(f"wrong due date: {line}" for line in wrong[:SHOWN]),
              *(f"{sort}: {line}" for sort, lines in rungs.items() for line in lines[:SHOWN]),
              *(f"impossible: {line}" for line in lost[:SHOWN]), *(f"history: {line}" for line in chains)]
    made = _per_rung(((ran.kind, key) for ran in every for key in ran.fired), fired(), every)
    figures: dict[str, Any] = {
        **_figures(world), **made, "missing": len(rungs["missing"]), "doubled": len(rungs["doubled"]),
        "not_owed": len(rungs["not owed"]), "wrong_due_dates": len(wrong), "due_dates": len(every),
        "impossible_states": len(lost), "chains_verified": min(CHAINS, len(clocks)), "chains_broken": len(chains),
        "refused": world.counts["refused"], "seconds": round(seconds, 1),
        "cases_a_second": round(world.counts["cases"] / seconds, 1) if seconds else 0.0}
    return Outcome(figures, faults)


def _rungs(every: list[Ran]) -> dict[str, list[str]]:
    rows, events = fired(), told()
    wanted = {(ran.id, key): at for ran in every for key, at in ran.fired.items()}
    missing = [f"{key} of clock {id_}, owed at {at:%Y-%m-%d %H:%M} UTC" for (id_, key), at in wanted.items()
               if (id_, key) not in rows]
    doubled = [f"{key} of clock {id_}, {max(len(ats), events[(id_, key)])} times"
               for (id_, key), ats in rows.items() if len(ats) > 1 or events[(id_, key)] > 1]
    not_owed = [f"{key} of clock {id_}, fired at {ats[0]:%Y-%m-%d %H:%M} UTC" + _instead(wanted.get((id_, key)))
                for (id_, key), ats in rows.items() if wanted.get((id_, key)) != ats[0]]
    return {"missing": missing, "doubled": doubled, "not owed": not_owed}


def _instead(at: datetime | None) -> str:
    return "" if at is None else f" instead of {at:%Y-%m-%d %H:%M}"


def _per_rung(wanted: Any, rows: dict[tuple[int, str], list[datetime]], every: list[Ran]) -> dict[str, Any]:
    kinds = {ran.id: ran.kind for ran in every}
    due = Counter(f"{kind}.{key}" for kind, key in wanted)
    made = Counter(f"{kinds.get(id_, '?')}.{key}" for (id_, key), ats in rows.items() for _ in ats)
    climbs = {name for name in due | made if ".after" in name}
    return {"escalations_due": {name: due[name] for name in sorted(climbs)},
            "escalations_made": {name: made[name] for name in sorted(climbs)},
            "reminders_due": sum(n for name, n in due.items() if name not in climbs),
            "reminders": sum(n for name, n in made.items() if name not in climbs)}


def _broken_chains(world: World) -> list[str]:
    ids = list(db.session.scalars(select(Case.id).order_by(Case.id)))
    drawn = Random(world.plan.seed).sample(ids, min(CHAINS, len(ids)))
    return [f"case {case_id}: {fault}" for case_id in sorted(drawn) for fault in verify_case(case_id).faults]


def _figures(world: World) -> dict[str, Any]:
    scalar = db.session.scalar
    total = Deadline.kind == "total"
    states = dict(db.session.execute(select(Case.state, func.count()).group_by(Case.state)).all())
    late = Deadline.met.is_(False) | (Deadline.stopped_at.is_(None) & (Deadline.due_at < world.now))
    kept = scalar(select(func.count()).where(Commitment.kept_at.is_not(None), Commitment.broken_at.is_(None)))
    return {
        "cases": scalar(select(func.count()).select_from(Case)) or 0,
        "answered": scalar(select(func.count()).where(Case.answered_at.is_not(None))) or 0,
        "late": scalar(select(func.count(func.distinct(Deadline.case_id))).where(total, late)) or 0,
        "states": dict(sorted(states.items())),
        "extensions": scalar(select(func.count()).where(Extension.granted.is_(True))) or 0,
        "transfers": scalar(select(func.count()).where(TransferRequest.granted.is_(True))) or 0,
        "loops": scalar(select(func.count()).where(Holding.loop.is_(True))) or 0,
        "commitments_kept": kept or 0,
        "commitments_broken": scalar(select(func.count()).where(Commitment.broken_at.is_not(None))) or 0,
        "mails_owed": scalar(select(func.count()).where(Outbox.sent_at.is_(None))) or 0,
        "paused_days": scalar(select(func.sum(Deadline.paused_days)).where(total)) or 0,
        **{name: world.counts[name] for name in (
            "objections", "objected_in_vain", "supplied", "supplied_too_late", "returned", "restarts", "ticks",
            "ticks_missed", "ticks_distrusted", "extensions_asked", "extensions_refused",
            "nobody_left", "contributions", "apologies", "explained", "swept_at_once", "calendar_moved_cases")},
        "until": day_of(world.now).isoformat(),
    }
