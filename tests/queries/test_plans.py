"""Every question that a reader or a program can ask of the register stops early, and so does an inbox: counted in
what the database does among some thousands of cases, not in time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.extensions import db
from feedback.queries import cases, open_data, overdue, register, register_choices, register_match
from feedback.queries.register_page import Cursor, Filters
from tests.bench import filling, generator, private_cases
from tests.factories import actor_of
from tests.queries.plans import worked

CASES = 3_000
"""Public ones, and as many private ones, of which one in twenty is open. To walk through one table of them takes
33,000 steps on SQLite; on PostgreSQL, 3,000 rows."""
MOST = {"sqlite": 16_000, "postgresql": 2_500}
"""A page of twenty, or a count that stops at 1,001 (on PostgreSQL the 2,000 newest rows, or by its index)."""
CANDIDATES = {"sqlite": 100_000, "postgresql": 5_000}
"""Best matches, phrases and likeness read up to 1,000 cases with their points, however many there are."""
SMALL = frozenset({"calendar_version", "register_count", "agency", "procedure", "person", "seen_case", "conflict",
                   "overdue_listing", "publication_promise", "role_grant", "deputy", "category_setting",
                   "ladder_rung", "province_switch", "time_limit"})
"""Tables that may be read from end to end: they do not grow with the register, or are bounded (5,000 overdue)."""

Questions = dict[str, Callable[[], object]]


def lists(facts: generator.Facts) -> Questions:
    """Lists of the register with and without words and filters; the API and the feeds ask the same."""
    page = register.newest()
    for _ in range(3):
        assert page.older is not None
        page = register.newest(cursor=page.older)
    deep = page.older
    assert deep is not None
    back = Cursor(deep.published_on, deep.id, newer=True)
    asked: list[tuple[str, Filters]] = [
        ("", Filters()), ("", Filters(agency=facts.agencies[0])), ("", Filters(late=True)),
        ("", Filters(agency=facts.agencies[-1], category=facts.categories[0])),
        ("", Filters(month=facts.months[-2])), ("", Filters(historical=False)),
        *((text, Filters()) for text in (*facts.common, *list(facts.phrases)[:2], facts.never)),
        (next(iter(facts.common)), Filters(agency=facts.agencies[0], month=facts.months[2]))]
    found: Questions = {}
    for text, narrowed in asked:
        name = f"{text or 'all'} {narrowed.tokens()}"
        found[name] = lambda t=text, f=narrowed: register.newest(f, text=t)  # type: ignore[misc]
        found[f"{name} older"] = lambda t=text, f=narrowed: register.newest(  # type: ignore[misc]
            f, text=t, cursor=deep)
        found[f"{name} newer"] = lambda t=text, f=narrowed: register.newest(  # type: ignore[misc]
            f, text=t, cursor=back)
    first, last = deep.published_on - timedelta(days=90), deep.published_on
    return {
        **found, "months": register.months, "agencies": register.agencies, "choices": register_choices.choices,
        "a case": lambda: register.one(facts.references[9]), "data": lambda: open_data.one(facts.references[9]),
        "cards": lambda: open_data.cards(list(range(90, 110)), base=""),
        "beginnings": lambda: open_data.beginnings(list(range(90, 110))),
        "maps": open_data.stretches, "nightly files": lambda: open_data.batch(after=2_000, size=20),
        "Open311": lambda: open_data.between(first, last, categories=(), most=20),
        "Open311, one service": lambda: open_data.between(first, last, categories=facts.categories[:1], most=20),
        "overdue": overdue.listed, "overdue, further": lambda: overdue.listed("2026-10-20~A"),
        **{f"inbox of {role}": lambda p=person: cases.case_list(  # type: ignore[misc]
            actor_of(p), holder_kinds=("handle", "redo", "approve")) for role, person in facts.people.items()
            if role in ("officer", "agency_head")},
        **{f"late in {role}'s": lambda p=person: cases.case_list(  # type: ignore[misc]
            actor_of(p), late=True, now=clock.now()) for role, person in facts.people.items()
            if role in ("officer", "agency_head")}}


def candidates(facts: generator.Facts) -> Questions:
    """Questions that look at up to 1,000 cases closely."""
    common = next(iter(facts.common))

    def similar() -> object:
        shown = register.one(facts.references[9])
        assert shown is not None
        return register.similar(shown)

    return {"best": lambda: register.best(text=common), "phrase": lambda: register.newest(text=f'"{common}"'),
            "similar": similar}


@pytest.mark.both_engines
def test_every_public_question_and_the_inbox_use_an_index_and_stop_early(app: Flask, engine_name: str) -> None:
    facts = filling.fill(app, seed=7, cases=CASES)
    faults = []
    with app.app_context(), clock.travelling(private_cases.now()):
        # Of candidates 1,000 are read: among the few thousand cases here PostgreSQL rightly reads the whole table.
        for asked, most, may_walk in ((lists(facts), MOST, SMALL),
                                      (candidates(facts), CANDIDATES, {*SMALL, "publication"})):
            for name, question in asked.items():
                for one in worked(question):
                    grows = set(one.walks) - may_walk
                    if one.work > most[engine_name] or grows:
                        faults.append(f"{name}: {one.work} for {sorted(grows)}: {one.statement[:400]}")
    assert faults == [], "\n".join(faults)


@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)  # SQLite's index knows one way alone
def test_near_and_far_cases_are_found_by_the_same_words(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The three ways PostgreSQL is asked give the same page, wherever the borders between them lie."""
    facts = filling.fill(app, seed=7, cases=300)
    with app.app_context():
        wanted = [Filters(agency=facts.agencies[0]).tokens(), ["thu_tuc"], Filters(late=True).tokens()]
        seen = []
        for near, wide, far_pays in ((1_000, 0, 0.75), (40, 0, 0.75), (40, 200, 1e9), (40, 60, 1e9), (1, 0, 0.75)):
            monkeypatch.setattr("feedback.queries.register_walk.NEAR", near)
            monkeypatch.setattr("feedback.queries.register_walk.WIDE", wide)
            monkeypatch.setattr("feedback.queries.register_walk._FAR_PAYS", far_pays)
            seen.append([_asked(tokens) for tokens in wanted])
        assert all(one == seen[0] for one in seen)
        assert all(first and number > len(first) for first, _, _, number in seen[0])


def _asked(tokens: list[str]) -> tuple[list[int], list[int], list[int], int]:
    def ids(**place: int) -> list[int]:
        return list(db.session.scalars(select(register_match.hits(tokens, limit=21, **place).c.id)))

    numbers = {db.session.scalar(select(register_match.how_many(tokens, limit=150, one_in=one_in, among=300)))
               for one_in in (0.01, 1, 300)}
    assert len(numbers) == 1
    return ids(), ids(before=200), ids(after=100), numbers.pop() or 0
