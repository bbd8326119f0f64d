"""The first numbers as people and programs read them: looked up, sorted, defined, never counted on a request."""

import csv
import io
import json
import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.first_numbers import FIGURES, SORTED_BY, Scope
from feedback.extensions import db, writing
from feedback.models.agencies import Agency, Procedure
from feedback.models.overdue import OverdueListing
from feedback.models.publications import FirstNumber
from feedback.queries import first_numbers
from feedback.services import standing
from feedback.web import kept_pages
from feedback.web.security import LIST_CACHE
from tests import factories
from tests.fixtures import invented_numbers, many_cases
from tests.fixtures.client import Client
from tests.fixtures.many_cases import TODAY, Told
from tests.fixtures.pages import Element

TABLES = ("/statistics/agencies", "/statistics/procedures", "/statistics/categories")


def within(element: Element, tag: str) -> list[Element]:
    """The elements of this kind inside another."""
    return [found for found in element.walk() if found.tag == tag]


def names_in(table: Element) -> list[str]:
    """The names of a table's lines."""
    return [cell.text for cell in within(table, "th") if cell.get("scope") == "row"]


def one(scope: str, code: str, value: int = 24, of: int = 30, **other: tuple[int | None, int | None]) -> None:
    """One line with the same figure everywhere, but for ``other``."""
    for name in FIGURES:
        said, out_of = other.get(name, (value, of))
        db.session.add(FirstNumber(scope=scope, code=code, name=name, value=said, of=out_of,
                                   computed_at=clock.now()))


def procedures(**cases: int) -> dict[str, str]:
    """A procedure for each name with so many cases behind it; their codes."""
    found = {}
    for name, of in cases.items():
        number = factories.procedure(name)
        found[name] = db.session.get_one(Procedure, number).code
        one("procedure", found[name], value=of, of=of)
    return found


def test_a_procedure_with_29_cases_is_not_ranked_and_with_30_it_is(app: Flask, client: Client, frozen) -> None:
    with app.app_context(), writing():
        procedures(Ít=29, Đủ=30, Nhiều=300)
    for by in SORTED_BY:
        page = client.get(f"/statistics/procedures?sort={by}").page
        tables = page.all("table")
        assert len(tables) == 2, by
        assert [sorted(names_in(table)) for table in tables] == [["Nhiều", "Đủ"], ["Ít"]]
        assert "Chưa đủ 30 vụ để so sánh" in page.text


def test_the_line_that_needs_attention_stands_on_top(app: Flask, client: Client, frozen) -> None:
    with app.app_context(), writing():
        for name, value in (("Giữa", 24), ("Kém", 15), ("Tốt", 30)):
            number = factories.procedure(name)
            one("procedure", db.session.get_one(Procedure, number).code, value=value, of=30)
    for by, order in (("in_time", ["Kém", "Giữa", "Tốt"]), ("objected", ["Tốt", "Giữa", "Kém"]),
                      ("median_days", ["Tốt", "Giữa", "Kém"]), ("no_such", ["Kém", "Giữa", "Tốt"])):
        page = client.get(f"/statistics/procedures?sort={by}").page
        assert names_in(page.all("table")[0]) == order, by


def test_a_table_stands_by_the_name_that_is_read(app: Flask, client: Client, frozen) -> None:
    with app.app_context(), writing():
        for vi, en in (("Đất", "Land"), ("Khai sinh", "Birth"), ("Ảnh", "Zebra")):
            there = db.session.get_one(Procedure, factories.procedure(vi))
            there.name_en = en
            one("procedure", there.code, of=20)
    path = "/statistics/procedures"
    assert names_in(client.get(path).page.all("table")[0]) == ["Ảnh", "Đất", "Khai sinh"]
    assert names_in(client.in_english().get(path).page.all("table")[0]) == ["Birth", "Land", "Zebra"]


def test_a_table_pages_by_key_and_loses_nobody(app: Flask, client: Client, frozen) -> None:
    with app.app_context(), writing():
        for n in range(60):
            number = factories.procedure(f"Thủ tục {n:02d}")
            one("procedure", db.session.get_one(Procedure, number).code, value=n % 7, of=30 if n < 55 else 20)
    seen: list[str] = []
    path = "/statistics/procedures"
    for _ in range(2):
        page = client.get(path).page
        seen += [name for table in page.all("table") for name in names_in(table)]
        path = next((link.get("href") for link in page.all("a") if link.get("rel") == "next"), "")
    assert path == ""
    assert len(seen) == 60
    assert sorted(seen) == [f"Thủ tục {n:02d}" for n in range(60)]
    assert client.get("/statistics/procedures?after=nobody").page.all("svg")


def test_what_is_too_small_is_said_to_be_not_shown(app: Flask, client: Client, frozen) -> None:
    with app.app_context(), writing():
        one("category", "late_result", objected=(None, None), median_days=(None, 0))
    page = client.get("/statistics/categories")
    cells = [cell.text for cell in within(page.page.all("table")[0], "td")]
    assert any(text.endswith("ẩn") for text in cells), cells
    assert "“Ẩn” là khi con số từ 1 đến 4" in page.text
    with app.app_context(), writing():
        one("agency", "H99", value=24, of=30)
    assert "từ 1 đến 4" not in client.get("/statistics/agencies").text
    line = json.loads(client.get("/api/v1/statistics/categories").body)["categories"][0]
    assert line["figures"]["objected"] == {"value": None, "of": None}
    assert line["figures"]["median_days"] == {"value": None, "of": 0}
    assert line["name_vi"] != line["name_en"]
    row = next(csv.DictReader(io.StringIO(client.get("/statistics/categories.csv").body.decode("utf-8-sig"))))
    assert (row["objected"], row["objected_of"], row["answered"], row["answered_of"]) == ("", "", "24", "30")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_each_figure_leads_to_its_rows_and_to_its_definition(
        app: Flask, cast, client: Client, frozen, lang: str) -> None:
    with app.app_context(), writing():
        code = db.session.get_one(Agency, cast.building).code
        one("agency", code)
        one("province", "")
    reader = client.in_english() if lang == "en" else client
    page = reader.get("/statistics/agencies").page
    root = "/en" if lang == "en" else ""
    links = [link.attributes["href"] for link in within(within(page.all("table")[0], "tbody")[0], "a")]
    assert f"{root}/register?agency={code}&historical=here" in [link.replace("&amp;", "&") for link in links]
    for way in ("late", "returned", "passed_on", "objected"):
        assert any(f"{way}=1" in link and code in link for link in links), way
    assert f"{root}/overdue?agency={code}" in links
    for link in links:
        reader.open("GET", link, status=200, in_language=False)
    definitions = reader.get("/statistics/definitions").page
    ids = {heading.attributes.get("id") for heading in definitions.all("h2")}
    assert set(FIGURES) <= ids
    asked = [urlsplit(link.attributes["href"]) for link in page.all("a") if "#" in link.attributes.get("href", "")]
    assert {one.fragment for one in asked if one.path.endswith("/definitions")} == set(SORTED_BY)
    summary = reader.get("/statistics").page
    assert {urlsplit(link.attributes["href"]).fragment for link in summary.all("a")
            if "/definitions#" in link.attributes.get("href", "")} == set(FIGURES)


def test_the_drawing_says_in_words_what_it_shows(app: Flask, client: Client, frozen) -> None:
    with app.app_context(), writing():
        procedures(Đủ=30, Nhiều=300)
    drawing = next(svg for svg in client.get("/statistics/procedures").page.all("svg")
                   if svg.attributes.get("role") == "img")
    assert within(drawing, "title")
    assert "Nhiều: 100" in within(drawing, "desc")[0].text
    assert len(within(drawing, "rect")) == 2
    assert "style" not in client.get("/statistics/procedures").body.decode().split("<main")[1].split("</main")[0]


def test_the_overdue_list_of_an_agency_holds_those_below_it_and_nobody_elses(
        app: Flask, client: Client, frozen) -> None:
    with app.app_context(), writing():
        where = many_cases.province()
        for n, code in enumerate(where.agencies):
            db.session.add(OverdueListing(
                reference=f"{n:04d}-0000", agency_code=code, agency_vi=code, agency_en="", due_on=TODAY,
                category="late_result" if n else "", days_late=9, counted_at=clock.now()))
    for asked, seen in (("agency=A.1", {1, 3, 4}), ("agency=A.2", {2}), ("agency=A", {0, 1, 2, 3, 4}),
                        ("agency=NOBODY", set()), ("agency=a b", {0, 1, 2, 3, 4}),
                        ("category=late_result", {1, 2, 3, 4}), ("category=x", {0, 1, 2, 3, 4})):
        text = client.get(f"/overdue?{asked}").text
        assert {n for n in range(5) if f"{n:04d}-0000" in text} == seen, asked


@pytest.mark.parametrize("path", [*TABLES, "/statistics", "/statistics/definitions", "/statistics/agencies.csv"])
def test_the_tables_set_no_cookie_and_are_not_sent_twice(app: Flask, client: Client, frozen, path: str) -> None:
    with app.app_context(), writing():
        one("province", "")
    first = client.get(path)
    assert "Set-Cookie" not in first.headers
    assert first.headers["Cache-Control"] == LIST_CACHE
    again = client.open("GET", path, headers={"If-None-Match": first.headers["ETag"]}, status=304)
    assert again.headers["Cache-Control"] == LIST_CACHE
    same = client.in_english().get(path).headers["ETag"] == first.headers["ETag"]
    assert same == path.endswith(".csv"), "a file without rows has words in no language, a page always"


@pytest.mark.parametrize("path", ["/statistics", "/statistics/agencies"])
def test_a_page_is_drawn_once_a_count_and_new_at_once_with_the_next(
        app: Flask, client: Client, frozen, sql_log, path: str) -> None:
    with app.app_context(), writing():
        one("province", "")
        one("agency", db.session.get_one(Agency, factories.agency("Sở Xây dựng")).code, value=24, of=30)
    etag = client.get(path).headers["ETag"]
    sql_log.clear()
    client.open("GET", path, headers={"If-None-Match": etag}, status=304)
    assert len(sql_log.statements) == 1  # whether anything was counted since
    frozen.go_on(seconds=1)
    with app.app_context(), writing():
        for row in db.session.scalars(select(FirstNumber)):
            row.value, row.computed_at = 12, clock.now()
    assert client.get(path, headers={"If-None-Match": etag}).headers["ETag"] != etag


def test_programs_read_every_line_by_code(app: Flask, client: Client, frozen, monkeypatch) -> None:
    monkeypatch.setattr("feedback.web.api.statistics_tables.PAGE", 20)
    with app.app_context(), writing():
        codes = list(procedures(**{f"Thủ_tục_{n}": n for n in range(45)}).values())
    seen, path = [], "/api/v1/statistics/procedures"
    while path:
        answer = json.loads(client.get(path).body)
        seen += [row["code"] for row in answer["procedures"]]
        path = (answer["next"] or "").replace("http://localhost", "").replace("http://127.0.0.1:8000", "")
        path = path[path.index("/api"):] if "/api" in path else ""
    assert seen == sorted(codes)
    assert (answer["since"], answer["until"], answer["counted_on"]) == ("2025-11-17", "2026-11-16", "2026-11-16")
    assert client.get("/api/v1/statistics/agencies?cursor=a%20b", status=400)


@pytest.mark.both_engines
def test_a_readers_request_counts_nothing_however_many_cases_there_are(
        app: Flask, client: Client, frozen, sql_log) -> None:
    client.looks = False
    with app.app_context():
        with writing():
            where = many_cases.province()
        costs: dict[int, dict[str, int]] = {}
        for first, many in ((0, 20), (20, 200)):
            with writing():
                for n in range(first, many):
                    many_cases.put(where, Told(n + 1, [*where.agencies][n % 5], [*where.procedures][n % 6],
                                               "late_result", TODAY))
            standing.sweep_first_numbers()
            costs[many] = {}
            for path in (*TABLES, "/statistics", "/statistics/definitions", *(f"{one}.csv" for one in TABLES),
                         *(f"/api/v1{one}" for one in TABLES)):
                client.get(path)
                kept_pages.forget()
                sql_log.clear()
                client.get(path)
                costs[many][path] = len(sql_log.statements)
                assert not re.search(r"case_file|deadline|count\s*\(", " ".join(sql_log.statements)), path
    assert costs[200] == costs[20]
    assert {path: most for path, most in costs[200].items() if most > (6 if path == "/statistics" else 3)} == {}


def test_hundreds_of_lines_cost_two_statements(app: Flask, sql_log, frozen) -> None:
    with app.app_context():
        with writing():
            for n in range(70):
                factories.agency(f"Phường {n}", parent=None)
            invented_numbers.write(list(db.session.scalars(select(Agency.code))), ["1.1"], cases=500)
        sql_log.clear()
        found = first_numbers.table(Scope.AGENCY, by="in_time")
        assert len(found.rows) == first_numbers.PAGE
        assert len(sql_log.statements) == 2
