"""P1, P2, P5: the register's list, a case and the tracking page beside the ceiling's page, under the same
flags."""

from tests.bench import load, rounds, serving, visiting
from tests.bench.measured import Bench, Measured
from tests.bench.rounds import Side, Sides

CONNECTIONS = 16
LIST_RATE = {"sqlite": 0.30, "postgresql": 0.25}
LIST_P50 = {"sqlite": 4.0, "postgresql": 5.0}
CASE_RATE = {"sqlite": 0.40, "postgresql": 0.30}


def measure(bench: Bench) -> list[Measured]:
    """Requests a second with 16 connections, then p50 one at a time."""
    with serving.ceiling(bench.settings.data) as ceiling, bench.server() as url:
        cookie = visiting.open_case(url, bench.facts.tracking[1][1])
        cases = [f"{url}/register/{one}" for one in bench.facts.references]
        anew = visiting.drawn_anew(url, bench.facts.references)
        for address in (f"{ceiling}/page", f"{url}/register", anew[0]):
            load.get(address, seconds=2, most=50)  # warm: templates, catalogues, connections
        # As they are read: each worker has met each case.
        load.mixed(cases, connections=CONNECTIONS, seconds=60, most=8 * len(cases), own=True)
        seconds = bench.scale.seconds

        def many(address: str, *, with_cookie: str = "") -> Side:
            return lambda: load.get(address, connections=CONNECTIONS, seconds=seconds, cookie=with_cookie)

        fast = rounds.alternate({
            "page": many(f"{ceiling}/page"), "hello": many(f"{ceiling}/hello"), "list": many(f"{url}/register"),
            "case": lambda: load.mixed(cases, connections=CONNECTIONS, seconds=seconds),
            "anew": lambda: load.mixed(anew, connections=CONNECTIONS, seconds=seconds),
            "tracking": many(f"{url}/track/case", with_cookie=cookie),
            "api": many(f"{url}/api/v1/cases"), "feed": many(f"{url}/register.atom"),
        }, ceiling="page", figure=rounds.rate, rounds=bench.scale.rounds)

        def one(address: str) -> Side:
            return lambda: load.get(address, seconds=seconds / 2)

        slow = rounds.alternate({
            "page": one(f"{ceiling}/page"), "list": one(f"{url}/register"),
            "case": lambda: load.mixed(cases, seconds=seconds / 2),
        }, ceiling="page", figure=rounds.p50, rounds=bench.scale.rounds)
    return [_share(bench, fast, "P1", "list", "the register's first page", LIST_RATE[bench.database]),
            _multiple(bench, slow, "list", "the register's first page", LIST_P50[bench.database]),
            _multiple(bench, slow, "case", "a case page", None),
            _share(bench, fast, "P5", "case", "a case page", CASE_RATE[bench.database]),
            _share(bench, fast, "P5", "anew", "a case page that was not kept", None),
            _share(bench, fast, "P5", "tracking", "the tracking page", CASE_RATE[bench.database]),
            _share(bench, fast, "P1", "api", "the first page of /api/v1/cases", None),
            _share(bench, fast, "P1", "feed", "the feed of the newest cases", None)]


def _share(bench: Bench, sides: Sides, id_: str, name: str, what: str, target: float | None) -> Measured:
    return Measured(
        id_, f"{what}: requests/s, share of the page's", bench.database, sides.ratio(name), "ratio",
        None if target is None else (">=", target), spread=sides.spread(name), void=sides.void_of(name),
        note="" if target is not None else "for comparison, without a target of its own",
        raw={"cases": bench.cases, "hello_req_s": round(sides.value("hello")), **sides.raw("page", name)})


def _multiple(bench: Bench, sides: Sides, name: str, what: str, target: float | None) -> Measured:
    return Measured(
        "P2", f"{what}: p50 one at a time, multiple of the page's", bench.database, sides.ratio(name), "ratio",
        None if target is None else ("<=", target), spread=sides.spread(name), void=sides.void_of(name),
        note="" if target is not None else "for comparison, without a target of its own",
        raw={"cases": bench.cases, **sides.raw("page", name)})
