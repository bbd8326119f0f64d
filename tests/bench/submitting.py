"""P6 and P9: complaints taken in, against what this disk and this processor can do; and that none is lost.

Everything is written into a copy. A complaint is the whole last page of the form: token, validation, case, points,
clocks, sealed sender, event, notices, one durable commit.
"""

from statistics import median
from typing import Any

from sqlalchemy import select

from feedback.extensions import db
from feedback.models.cases import Case
from tests.bench import built, ceiling, load, rounds, serving, visiting
from tests.bench.load import Load
from tests.bench.measured import Bench, Measured

CLIENTS = 8
SHARE, OF_PAGE, TAIL = 0.6, 0.15, 10.0
LOOKED_AT = 20
"""Receipts that are opened again over HTTP; of the others the signed cookie is read."""


def measure(bench: Bench) -> list[Measured]:
    """Complaints a second, their tail, and the three numbers that have to be the same."""
    cookies: list[str] = []
    statuses: list[str] = []
    raw_commits: list[float] = []
    with (bench.copy() as copy, serving.ceiling(bench.settings.data) as page_url,
          serving.product_server(copy.settings) as server):
        before = _references(copy)
        make = visiting.complaints(server.url)
        seconds = bench.scale.seconds

        def send(most: int = load.MOST) -> Load:
            return load.run(load.address(server.url), make, connections=CLIENTS, seconds=seconds, most=most,
                            seen=seen)

        def seen(status: str, head: bytes) -> None:
            statuses.append(status)
            if status == "303":
                cookies.append(visiting.cookie_in(head))

        def page() -> Load:
            return load.get(f"{page_url}/page", connections=CLIENTS, seconds=seconds, own=True)

        def raw() -> Load:
            found = ceiling.commits(copy.url, scratch=bench.house.scratch, seconds=min(2.0, seconds))
            raw_commits.append(found)
            return Load(int(found), 1.0, 0, 0, 0)

        send(CLIENTS * 2)  # warm
        found = rounds.alternate({"page": page, "raw": raw, "send": send}, ceiling="page", figure=rounds.rate,
                                 rounds=bench.scale.rounds)
        stored = _references(copy) - before
        shown, opened = _receipts(copy, server.url, cookies)
        log = server.log.read_text("utf-8", errors="replace")
    least = min(found.value("raw"), OF_PAGE * found.value("page"))
    limit = "commits of this disk" if found.value("raw") < OF_PAGE * found.value("page") else "15 % of the page"
    accepted = statuses.count("303")
    tail = median(one.p99 / one.p50 for one in found.loads["send"] if one.p50)
    different = len(stored ^ shown) + abs(accepted - len(stored)) + (min(LOOKED_AT, len(cookies)) - opened)
    figures = {"accepted": accepted, "stored": len(stored), "receipts": len(shown), "receipts_opened": opened,
               "raw_commits_s": [round(one) for one in raw_commits], **found.raw("page", "send")}
    failed = len(statuses) - accepted
    return [
        Measured("P6", "complaints taken in/s, share of the lower of raw commits and 15 % of the page",
                 bench.database, found.value("send") / least if least else None, "ratio", (">=", SHARE),
                 spread=found.spread("send"), void=found.void_of("send"),
                 note=f"{found.value('send'):.0f}/s; the lower one: {limit}, {least:.0f}/s", raw=figures),
        Measured("P9", f"complaints from {CLIENTS} clients at once: p99 as multiple of p50", bench.database, tail,
                 "ratio", ("<=", TAIL), void=found.void_of("send"), raw=figures),
        Measured("P9", "complaints accepted that are not stored, or stored without a receipt", bench.database,
                 different, "count", ("=", 0), raw=figures,
                 void="" if accepted else "no complaint was accepted"),
        Measured("P9", "complaints not accepted ('database is locked' and any other fault)", bench.database,
                 failed, "count", ("=", 0), note=_faults(log) if failed else "", raw=figures,
                 void="" if statuses else "no complaint was sent")]


def _references(bench: Bench) -> set[str]:
    with bench.app() as app, app.app_context():
        return set(db.session.scalars(select(Case.reference)))


def _receipts(bench: Bench, url: str, cookies: list[str]) -> tuple[set[str], int]:
    """The references that the senders' receipts name, and how many of the first ones opened."""
    shown: set[str] = set()
    opened = 0
    with built.open_app(bench.settings) as app:
        interface: Any = app.session_interface
        signer = interface.get_signing_serializer(app)
        for number, cookie in enumerate(cookies):
            kept = signer.loads(cookie.partition("=")[2]).get("receipt", {}) if cookie else {}
            reference = str(kept.get("reference", ""))
            shown.add(reference)
            if number < LOOKED_AT and reference and reference in visiting.receipt(url, cookie):
                opened += 1
    return shown, opened


def _faults(log: str) -> str:
    return f"'database is locked' stands {log.count('database is locked')} times in the server's log"
