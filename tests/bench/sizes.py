"""P4: a page costs the same in a small register and in a large one, and deep in the list as at its beginning.

The empty sweep, the fourth of this target's parts, is P14.
"""

from tests.bench import generator, load, rounds, visiting
from tests.bench.measured import Bench, Measured
from tests.bench.rounds import Side

MOST = 1.5


def measure(bench: Bench) -> list[Measured]:
    """p50 one at a time, both servers up, alternated."""
    with bench.sized(bench.scale.small) as small, bench.server() as large_url, small.server() as small_url:
        sides: dict[str, Side] = {}
        for name, url, filled in (("small", small_url, small), ("large", large_url, bench)):
            cookie = visiting.open_case(url, filled.facts.tracking[1][1])
            cases = visiting.drawn_anew(url, filled.facts.references)
            sides[f"list {name}"] = _one(bench, f"{url}/register")
            sides[f"case {name}"] = _several(bench, cases)
            sides[f"tracking {name}"] = _one(bench, f"{url}/track/case", cookie=cookie)
            for address in (f"{url}/register", cases[0]):
                load.get(address, seconds=2, most=30)
        middle = generator.total(bench.cases) // 2
        deep = f"{large_url}/register?older={generator.day_of(middle - 1, bench.cases)}.{middle}"
        sides["list deep"] = _one(bench, deep)
        found = rounds.alternate(sides, ceiling="list small", figure=rounds.p50, rounds=bench.scale.rounds)
    rows = []
    for name, what in (("list", "list"), ("case", "case page"), ("tracking", "tracking page")):
        large_, small_ = f"{name} large", f"{name} small"
        rows.append(Measured(
            "P4", f"{what}: p50 among {bench.cases:,} cases against {small.cases:,}", bench.database,
            found.ratio(large_, small_), "ratio", ("<=", MOST), spread=found.spread(large_),
            void=found.void_of(large_) or found.void_of(small_), raw=found.raw(large_, small_)))
    rows.append(Measured(
        "P4", "list: a page in the middle against the first page, p50", bench.database,
        found.ratio("list deep", "list large"), "ratio", ("<=", MOST), spread=found.spread("list deep"),
        void=found.void_of("list deep"), raw=found.raw("list deep", "list large")))
    return rows


def _one(bench: Bench, address: str, *, cookie: str = "") -> Side:
    return lambda: load.get(address, seconds=bench.scale.seconds / 2, cookie=cookie)


def _several(bench: Bench, addresses: list[str]) -> Side:
    return lambda: load.mixed(addresses, seconds=bench.scale.seconds / 2)
