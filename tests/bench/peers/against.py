"""P3, P7, P11: the house beside django-helpdesk on the same PostgreSQL and the same machine, in alternated rounds.

Each works under the flags it is run with: the house under those of ``feedback web``, the peer under gunicorn's
sync workers, as many. The peer's answers take seconds among 200,000 tickets: windows end by time, and of searches
few are asked for. Signalen, the other peer of P7, is not run by this command: it wants GeoDjango and a broker.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import psycopg

from tests.bench import load, rounds, search, serving, visiting, words
from tests.bench.load import Load
from tests.bench.measured import Bench, Measured
from tests.bench.peers import helpdesk, visits
from tests.bench.peers.helpdesk import Peer
from tests.bench.rounds import Side, Sides
from tests.bench.serving import Server

LIST, SENT, SEARCH = 50.0, 2.0, 20.0
"""Times faster; times as many; times faster. (P11 wants 30 on SQLite, beside which no peer runs.)"""
CLIENTS = 8
FEW = 5
"""Lists or searches of the peer in a round."""
LONG = 60.0
"""Seconds after which one round of ours ends; one of the peer's after half of them."""
SIGNALEN = "not run: Signalen is not installed by this command"


def measure(bench: Bench) -> list[Measured]:
    """On PostgreSQL alone, the peer's database."""
    if bench.database != "postgresql":
        return []
    with helpdesk.running(bench) as peer, serving.ceiling(bench.settings.data) as ceiling:
        cookie = visits.signed_in(peer)
        with bench.server() as url:
            made = [_listed(bench, peer, f"{ceiling}/page", url, cookie),
                    _searched(bench, peer, f"{ceiling}/page", url, cookie)]
        with bench.copy() as copy, serving.product_server(copy.settings) as ours:
            made.append(_sent(bench, peer, f"{ceiling}/page", ours))
    return [*made, Measured("P7", "complaints taken in/s, multiple of Signalen's", bench.database, None, "ratio",
                            (">=", 10.0), void=SIGNALEN)]


def _listed(bench: Bench, peer: Peer, page: str, url: str, cookie: str) -> Measured:
    """P3: the register's first page, whole, against the JSON of the peer's open tickets alone."""
    address = visits.open_list(peer)
    if visits.found(peer, address, cookie) != (peer.open, visits.ROWS):
        raise RuntimeError("the peer's list does not show its open tickets")
    sides = _alternated(bench, page, {
        "ours": _one(bench, f"{url}/register"), "helpdesk": _few(address, cookie)})
    return Measured(
        "P3", "the register's first page against django-helpdesk's open tickets: p50, times faster",
        bench.database, sides.ratio("helpdesk", "ours"), "ratio", (">=", LIST), spread=sides.spread("helpdesk"),
        void=_small(peer) or _void(sides),
        note=f"{sides.value('ours'):.1f} ms among {bench.cases:,}, {sides.value('helpdesk'):.0f} ms for "
             f"{peer.open:,} open of {peer.tickets:,}; {peer.said}", raw=_raw(sides, peer))


def _searched(bench: Bench, peer: Peer, page: str, url: str, cookie: str) -> Measured:
    """P11: the 95th percentile of our whole mix of searches against the middle of the peer's rare one."""
    phrase, holding = next(iter(words.planted(peer.seed, peer.tickets).items()))
    address = visits.search(peer, phrase)
    if visits.found(peer, address, cookie)[0] != len(holding):
        raise RuntimeError("the peer does not find the tickets that hold the planted phrase")
    mix = [url + path for path in search.addresses(bench.facts).values()]

    def ours() -> Load:
        return load.mixed(mix, seconds=LONG, most=len(mix))

    ours()  # warm
    sides = _alternated(bench, page, {
        "ours": ours, "helpdesk": _few(address, cookie)})
    p95 = median(one.p95 for one in sides.loads["ours"])
    return Measured(
        "P11", "search: p95 of our mix against the p50 of django-helpdesk's rare term, times faster",
        bench.database, sides.value("helpdesk") / p95 if p95 else None, "ratio", (">=", SEARCH),
        spread=sides.spread("helpdesk"), void=_small(peer) or _void(sides),
        note=f"{p95:.1f} ms over {len(mix)} searches among {bench.cases:,}, {sides.value('helpdesk'):.0f} ms for "
             f"a phrase in {len(holding)} of {peer.tickets:,}", raw=_raw(sides, peer))


def _sent(bench: Bench, peer: Peer, page: str, house: Server) -> Measured:
    """P7: whole forms with their tokens from eight clients, counted when they are taken in. Beside it, what one
    cost the web workers in processor time: a busy machine changes that less than the rate."""
    before = _tickets(peer)
    taken, spent = {house: 0, peer.server: 0}, {house: 0.0, peer.server: 0.0}

    def sending(to: Server, make: Callable[[], bytes], accepted: str) -> Side:
        def send() -> Load:
            already = _processor(to)
            sent = load.run(load.address(to.url), make, connections=CLIENTS, seconds=bench.scale.seconds)
            number = sent.statuses.get(accepted, 0)
            taken[to] += number
            spent[to] += _processor(to) - already
            refused = {status: n for status, n in sent.statuses.items() if status != accepted}
            return replace(sent, n=number, statuses={accepted: number} | (
                {"bad": sum(refused.values())} if refused else {}))
        return send

    ours = sending(house, visiting.complaints(house.url), "303")
    theirs = sending(peer.server, visits.tickets(peer), "302")
    ours(), theirs()  # warm: not counted as processor time
    warming = dict(taken)
    spent.update(dict.fromkeys(spent, 0.0))
    sides = rounds.alternate({
        "page": lambda: load.get(page, connections=CLIENTS, seconds=bench.scale.seconds, own=True),
        "ours": ours, "helpdesk": theirs}, ceiling="page", figure=rounds.rate, rounds=bench.scale.rounds)
    lost = taken[peer.server] - (_tickets(peer) - before)
    each = {to: 1000 * spent[to] / max(1, taken[to] - warming[to]) for to in taken}
    return Measured(
        "P7", "complaints taken in/s, multiple of django-helpdesk's", bench.database,
        sides.ratio("ours", "helpdesk"), "ratio", (">=", SENT), spread=sides.spread("ours"),
        void=_void(sides) or (f"{lost} of the peer's tickets are not stored" if lost else ""),
        note=f"{sides.value('ours'):.0f}/s and {sides.value('helpdesk'):.0f}/s from {CLIENTS} clients; "
             f"{each[house]:.0f} and {each[peer.server]:.0f} ms of processor time of the web workers each",
        raw=_raw(sides, peer) | {"processor_ms": {"ours": each[house], "helpdesk": each[peer.server]}})


def _one(bench: Bench, address: str, *, cookie: str = "") -> Side:
    """One request at a time for half a window, and once now, for warming."""
    load.get(address, seconds=2, most=20, cookie=cookie)
    return lambda: load.get(address, seconds=bench.scale.seconds / 2, cookie=cookie)


def _few(address: str, cookie: str) -> Side:
    return lambda: load.get(address, seconds=LONG / 2, most=FEW, cookie=cookie)


def _alternated(bench: Bench, page: str, sides: dict[str, Side]) -> Sides:
    return rounds.alternate({"page": _one(bench, page), **sides}, ceiling="page", figure=rounds.p50,
                            rounds=bench.scale.rounds)


def _void(sides: Sides) -> str:
    return sides.void_of("ours") or sides.void_of("helpdesk")


def _small(peer: Peer) -> str:
    if peer.tickets < helpdesk.MOST:
        return f"the target is about {helpdesk.MOST:,} tickets of the peer; here it has {peer.tickets:,}"
    return ""


def _raw(sides: Sides, peer: Peer) -> dict[str, object]:
    return {"peer": peer.said, "tickets": peer.tickets, "open": peer.open, "filled_in_s": peer.seconds,
            **sides.raw("page", "ours", "helpdesk")}


def _processor(server: Server) -> float:
    """Seconds of processor time that the server's workers have used (Linux; 0 elsewhere)."""
    ticks = 0
    for pid in server.workers():
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(told[11]) + int(told[12])  # user and system, the 14th and 15th of proc(5)
    return ticks / os.sysconf("SC_CLK_TCK")


def _tickets(peer: Peer) -> int:
    with psycopg.connect(peer.database) as connection:
        row = connection.execute("SELECT count(*) FROM helpdesk_ticket").fetchone()
    return int(row[0]) if row else 0
