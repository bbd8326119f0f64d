"""P10 and P12: what searching the register costs over terms and filters, and that it finds what was planted.

The product's own query functions in this process, then the whole page through the test client (no network in it).
"""

import time
import unicodedata
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from urllib.parse import urlencode

from flask import Flask

from feedback.domain import folding
from feedback.extensions import db
from feedback.queries import register
from feedback.queries.register_page import EVERYTHING, Cursor, Filters
from tests.bench.generator import ANCHOR, Facts
from tests.bench.measured import Bench, Measured
from tests.fixtures.client import Client

P95 = {"sqlite": 15.0, "postgresql": 40.0}
SLOWEST = {"sqlite": 40.0, "postgresql": 100.0}
MOST_FOUND = 200
"""Cases that are walked through for one phrase; none is planted in more."""

Class = tuple[str, str]
"""A term and the name of a filter."""


def terms(facts: Facts) -> list[str]:
    """Fifteen: planted rarely, in a thousandth, a third, everywhere, never; with and without accents; quoted;
    single syllables; one as long as is read; and what has tripped search engines before."""
    rare, common = list(facts.phrases)[:4], list(facts.common)
    return [rare[0], folding.fold(rare[1]), f'"{rare[2]}"', rare[3].upper(), *common[:4], folding.fold(common[-1]),
            f'"{facts.never}"', facts.never, "thu", "d", " ".join(f"{a} {b}" for a, b in zip(
                common[0].split(), common[-1].split(), strict=False)),
            " ".join([*common, *rare])[:200]]


def filters(facts: Facts) -> dict[str, Filters]:
    """Four: none, the agency with most cases, three that leave next to nothing, one that half of all meet."""
    return {"none": EVERYTHING, "agency": Filters(agency=facts.agencies[0]),
            "narrow": Filters(agency=facts.agencies[-1], category=facts.categories[0], month=facts.months[-2]),
            "wide": Filters(historical=False)}


def measure(bench: Bench) -> list[Measured]:
    """Times against the page of this run, then what is found."""
    rounds = 5 if bench.scale.full_form else 1
    with bench.app() as app:
        classes = [(term, name) for term in terms(bench.facts) for name in filters(bench.facts)]
        page = bench.page_ms(anew=True)
        asked = _timed(classes, rounds, _asking(app, bench.facts))
        opened = _timed(classes, rounds, _opening(app, bench.facts))
        best = _timed(classes, rounds, _opening(app, bench.facts, sort="best"))
        page = (page + bench.page_ms(anew=True)) / 2
        found = _found(app, bench.facts)
    return [*_times(bench, "queries in this process", asked, page),
            *_times(bench, "whole page, newest first", opened, page),
            *_times(bench, "whole page, best match", best, page), *(_told(bench, *one) for one in found)]


def _times(bench: Bench, what: str, times: dict[Class, list[float]], page: float) -> list[Measured]:
    every = sorted(one for spent in times.values() for one in spent)
    middles = {key: median(spent) for key, spent in times.items()}
    worst = max(middles, key=lambda key: middles[key])
    p95 = quantiles(every, n=20)[-1]
    raw = {"page_ms": round(page, 3), "p50_ms": round(median(every), 2), "p95_ms": round(p95, 2),
           "max_ms": round(every[-1], 2), "classes": len(times),
           "slowest": [{"term": key[0], "filter": key[1], "ms": round(middles[key], 2)}
                       for key in sorted(middles, key=lambda key: -middles[key])[:8]]}
    return [
        Measured("P10", f"search, {what}: p95 as multiple of the page's p50", bench.database, p95 / page, "ratio",
                 ("<=", P95[bench.database]), raw=raw),
        Measured("P10", f"search, {what}: slowest of {len(times)} classes, as multiple of the page's p50",
                 bench.database, middles[worst] / page, "ratio", ("<=", SLOWEST[bench.database]),
                 note=f"“{worst[0][:40]}”, filter: {worst[1]}", raw=raw)]


def _timed(classes: list[Class], rounds: int, deed: Callable[[Class], object]) -> dict[Class, list[float]]:
    """Milliseconds of each class, forwards and backwards in turn; the first time of each is for warming."""
    times: dict[Class, list[float]] = {one: [] for one in classes}
    for turn in range(rounds + 1):
        for one in (classes if turn % 2 else reversed(classes)):
            began = time.perf_counter()
            deed(one)
            if turn:
                times[one].append((time.perf_counter() - began) * 1000)
    return times


def _asking(app: Flask, facts: Facts) -> Callable[[Class], object]:
    narrowed = filters(facts)

    def ask(one: Class) -> None:
        with app.app_context():
            register.newest(narrowed[one[1]], text=one[0])
            db.session.rollback()

    return ask


def _opening(app: Flask, facts: Facts, **more: str) -> Callable[[Class], object]:
    client = Client(app, set())
    client.looks = False
    paths = addresses(facts, **more)
    return lambda one: client.get(paths[one])


def addresses(facts: Facts, **more: str) -> dict[Class, str]:
    """The path of the register's page for each term and filter."""
    narrowed = {}
    for name, chosen in filters(facts).items():
        given = {"agency": chosen.agency, "category": chosen.category, "month": chosen.month,
                 "historical": None if chosen.historical is None else "here"}
        narrowed[name] = {key: value for key, value in given.items() if value}
    return {(term, name): "/register?" + urlencode({"q": term, **narrowed[name], **more})
            for term in terms(facts) for name in narrowed}


# What is found --------------------------------------------------------------------------------------------------


def _found(app: Flask, facts: Facts) -> list[tuple[str, int, list[str]]]:
    """Of each claim: its words, how many checks were made, and those that failed."""
    same: list[str] = []
    planted: list[str] = []
    with app.app_context():
        for phrase, number in facts.phrases.items():
            ids = {form: _ids(f'"{form}"') for form in forms(phrase)}
            same += [form for form in ids if ids[form] != ids[phrase]]
            loose = {form: _ids(form) for form in forms(phrase)}
            same += [form for form in loose if loose[form] != loose[phrase]]
            if len(ids[phrase]) != number or not all(_in_its_place(phrase, entry_id) for entry_id in ids[phrase]):
                planted.append(phrase)
        for phrase in facts.common:
            first = {form: [entry.id for entry in register.newest(text=form).entries] for form in forms(phrase)}
            same += [form for form in first if first[form] != first[phrase] or not first[form]]
        if _ids(f'"{facts.never}"'):
            planted.append(facts.never)
        db.session.rollback()
    checks = sum(2 * len(forms(phrase)) for phrase in facts.phrases) + sum(map(len, map(forms, facts.common)))
    return [("the same cases with and without accents, đ and Đ, composed or not", checks, same),
            ("planted phrases found, each in exactly as many cases as hold it", len(facts.phrases) + 1, planted)]


def _in_its_place(phrase: str, entry_id: int) -> bool:
    """Whether the phrase's words without quotation marks find the case where it belongs: first of all that are no
    newer. Others with the same words may be many more than anybody walks through."""
    page = register.newest(text=phrase, cursor=Cursor(ANCHOR, entry_id + 1))
    return bool(page.entries) and page.entries[0].id == entry_id


def forms(phrase: str) -> list[str]:
    """As different people and machines write it; the first is the phrase itself."""
    decomposed = unicodedata.normalize("NFD", phrase)
    folded = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    plain = folded.replace("đ", "d").replace("Đ", "D")
    return list(dict.fromkeys([phrase, unicodedata.normalize("NFC", phrase), decomposed, phrase.upper(),
                               folded, plain, plain.upper()]))


def _ids(text: str) -> list[int]:
    return [entry_id for page in _pages(text) for entry_id in page][:MOST_FOUND]


def _pages(text: str) -> Iterator[list[int]]:
    cursor = None
    for _ in range(MOST_FOUND // 20):
        page = register.newest(text=text, cursor=cursor)
        yield [entry.id for entry in page.entries]
        if (cursor := page.older) is None:
            return


def _told(bench: Bench, what: str, checks: int, failed: list[str]) -> Measured:
    return Measured("P12", what, bench.database, 100 * (checks - len(failed)) / checks, "percent", ("=", 100),
                    note="; ".join(failed[:5]), raw={"checks": checks, "failed": failed[:50]})
