"""Counting afterwards: what was promised to people and to the law, against what is there and what went out."""

import re
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select

from feedback.domain.references import key_hash
from feedback.extensions import db
from feedback.models.cases import Case
from feedback.models.deadlines import Escalation
from feedback.models.outbox import Outbox
from feedback.queries.verification import verify_all
from tests.chaos.people import Crowd
from tests.chaos.stack import Stack

REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@dataclass
class Verdict:
    """Figures of a run, and every sentence that is a fault of the house."""

    figures: dict[str, int | float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing lost, nothing doubled."""
        return not self.faults

    def demand(self, so: bool, otherwise: str) -> None:
        """Write down a fault unless ``so``."""
        if not so:
            self.faults.append(otherwise)


def judge(house: Stack, crowd: Crowd, old: list[int], *, pepper: str, coordinator: str) -> Verdict:
    """Look at the database and at the mails that arrived."""
    verdict = Verdict()
    with house.app.app_context():
        _receipts(verdict, crowd, old, pepper)
        _escalations(verdict, old)
        faults = [f"{fault.chain} {fault.n}: {fault.kind}" for fault in verify_all().faults]
        verdict.demand(not faults, f"history is broken: {faults[:3]}")
        verdict.figures["owed at the end"] = db.session.scalar(
            select(func.count()).where(Outbox.sent_at.is_(None), Outbox.dead_at.is_(None))) or 0
        db.session.rollback()
    _mails(verdict, house, crowd, old, coordinator)
    return verdict


def _receipts(verdict: Verdict, crowd: Crowd, old: list[int], pepper: str) -> None:
    verdict.figures |= {"receipts shown": len(crowd.shown), "forms sent": crowd.tries}
    verdict.demand(len(crowd.shown) == crowd.submissions, "not everybody was shown a receipt in time")
    verdict.demand(not crowd.differing, f"a form sent again showed another receipt: {crowd.differing[:3]}")
    stored = {row.reference: row.key_hash for row in db.session.execute(select(Case.reference, Case.key_hash))}
    verdict.figures["cases stored"] = len(stored)
    lost = [r for r in crowd.shown if stored.get(r.reference) != key_hash(pepper.encode(), r.key)]
    verdict.demand(not lost, f"{len(lost)} receipts lead to no case")
    verdict.demand(len({r.reference for r in crowd.shown}) == len(crowd.shown), "two people have one reference")
    verdict.demand(len(stored) == len(crowd.shown) + len(old),
                   f"{len(stored)} cases for {len(crowd.shown) + len(old)} complaints: some were doubled")


def _escalations(verdict: Verdict, old: list[int]) -> None:
    fired = Counter(db.session.scalars(select(Escalation.case_id)))
    verdict.figures |= {"escalations due": len(old), "escalations fired": fired.total()}
    missing = [case_id for case_id in old if not fired[case_id]]
    verdict.demand(not missing, f"{len(missing)} due escalations did not happen")
    twice = [case_id for case_id, times in fired.items() if times > 1 or case_id not in old]
    verdict.demand(not twice, f"{len(twice)} cases were escalated twice or for nothing")


def _mails(verdict: Verdict, house: Stack, crowd: Crowd, old: list[int], coordinator: str) -> None:
    ids: dict[str, list[str]] = {}
    for message in list(house.sink.messages):
        ids.setdefault(str(message["To"]), []).append(str(message["Message-ID"]))
    arrived = sum(len(found) for found in ids.values())
    copies = arrived - sum(len(set(found)) for found in ids.values())
    verdict.figures |= {"notices due": len(crowd.shown) + len(old), "mails arrived": arrived,
                        "copies with the same Message-ID": copies}
    untold = [r.email for r in crowd.shown if r.email not in ids]
    verdict.demand(not untold, f"{len(untold)} senders were never told that their complaint came in")
    doubled = [email for email, found in ids.items() if email != coordinator and len(set(found)) > 1]
    verdict.demand(not doubled, f"{len(doubled)} senders were told twice")
    told = _told(house, coordinator)
    verdict.demand(len(told) == len(old), f"the coordinator was told of {len(told)} overdue cases, not {len(old)}")
    verdict.demand(set(told.values()) <= {1}, "the coordinator was told twice of one overdue case")
    verdict.demand(copies <= max(40, arrived // 20), f"{copies} copies are too many")


def _told(house: Stack, address: str) -> Counter[str]:
    """In how many mails each case stands that this address was told of: several may share one mail."""
    letters = {str(message["Message-ID"]): str(message.get_body(("plain",)).get_content())
               for message in list(house.sink.messages) if str(message["To"]) == address}
    return Counter(reference for text in letters.values() for reference in set(REFERENCE.findall(text)))
