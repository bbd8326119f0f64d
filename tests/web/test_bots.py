"""A robot that walks through every way to narrow the register, and to its last page, costs what a reader costs."""

from itertools import combinations

import pytest

from feedback.extensions import writing
from feedback.services import register_counts
from tests.web.counting import SEARCH, reads_without_end
from tests.web.test_budgets import publish

CHOICES = ("agency=T3", "procedure=1.004194", "kind=behaviour", "category=not_answered", "outcome=resolved",
           "month=2026-09", "historical=here", "returned=1", "passed_on=1", "late=1", "q=dat+dai", "sort=best",
           "shown=900", "agency=khong-co", "month=9999-99", "older=nonsense")
MOST = SEARCH + 1
"""Statements of a list that is drawn: its own, and one that asks whether a kept one still holds."""


@pytest.fixture
def many(app, db_session, client):
    with writing():
        publish(120)
        register_counts.recount()
    client.get("/register?kind=rule")  # what a process asks once in its life is not the robot's


def looked_at(client, sql_log, path):
    """Ask once, as a robot does, and check what it cost."""
    sql_log.clear()
    reply = client.get(path)
    assert len(sql_log.statements) <= MOST, (path, sql_log.statements)
    assert not [found for one in sql_log.statements if (found := reads_without_end(one))], path
    assert "Set-Cookie" not in reply.headers, path
    return reply


def test_every_pair_of_filters_costs_what_one_list_costs_and_is_kept_out_of_search_engines(many, client, sql_log):
    for pair in combinations(CHOICES, 2):
        path = f"/register?{'&'.join(pair)}"
        reply = looked_at(client, sql_log, path)
        narrowed = [one for one in pair if one.split("=")[0] not in ("sort", "shown", "older")
                    and one not in ("month=9999-99",)]
        if narrowed:
            assert any(one.get("name") == "robots" and "noindex" in one.get("content", "")
                       for one in reply.page.all("meta")), path
    assert b"Disallow: /register?" in client.get("/robots.txt").body


def test_a_walk_to_the_last_page_costs_the_same_on_each_and_comes_to_an_end(many, client, sql_log):
    seen, path, pages = set(), "/register", 0
    while path:
        reply = looked_at(client, sql_log, path)
        cases = {link for link in reply.page.links if link.startswith("/register/") and link.count("-") == 1}
        assert not cases & seen, "no case twice"
        seen |= cases
        pages += 1
        assert pages <= 10
        onward = [link for link in reply.page.links if link.startswith("/register?") and "older=" in link]
        path = onward[0] if onward else None
    assert len(seen) == 120


def test_an_address_of_many_kilobytes_is_a_page_or_a_refusal_and_never_a_fault(many, client, sql_log):
    for path in ("/register?" + "&".join(f"agency=T{n}" for n in range(2_000)), "/register?q=" + "dat+" * 4_000,
                 "/register?" + "%F0%9F%98%80" * 500, "/register?older=" + "9" * 5_000):
        sql_log.clear()
        client.open("GET", path, status=(200, 400, 414))
        assert len(sql_log.statements) <= MOST
