"""Each first number is clicked: the list behind it holds the published cases it counts, none else."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from feedback import clock
from feedback.domain.first_numbers import SORTED_BY
from feedback.extensions import db, writing
from feedback.models.deadlines import Deadline, Escalation
from feedback.models.publications import Publication, PublicationPoint
from feedback.queries import register_best, register_match
from feedback.services import standing
from feedback.services.overdue_list import FEW
from feedback.services.register_counts import recount
from tests.fixtures import many_cases
from tests.fixtures.client import Client
from tests.fixtures.many_cases import TODAY, Province, Told
from tests.fixtures.pages import Element, Page

Holds = Callable[[Told], bool]
LISTED: dict[str, Holds] = {
    "received": lambda _: True, "answered": lambda _: True, "median_days": lambda _: True,
    "p90_days": lambda _: True, "in_time": lambda one: one.late, "returned_vague": lambda one: one.returned,
    "passed_on": lambda one: one.passed_on, "objected": lambda one: one.objected}
"""What is true of the published cases to which a figure leads."""
pytestmark = pytest.mark.both_engines  # each engine has its own search


def published(one: Told) -> bool:
    """Two people published it: of what is answered all but every fifth, never what is read in confidence."""
    return bool(one.answered_on and one.agency and one.id % 5) and not (one.restricted or one.historical)


def publish(one: Told) -> None:
    """The public row of a case, as the release writes it."""
    row = Publication(
        reference=f"{one.id:04d}-MIXD", status="published", title=f"Việc {one.id} chậm", summary="Chậm.",
        language="vi", agency_code=one.agency, agency_vi="Sở", agency_en="Department",
        procedure_code=one.procedure, kind="behaviour", category=one.category, outcome="resolved",
        found="Đã xem.", done="", owner="", ground="", next_step="",
        working_days=5, late_days=3 if one.late else 0, times_returned=int(one.returned),
        times_passed_on=int(one.passed_on), times_objected=int(one.objected), published_on=TODAY, etag="",
        points=[PublicationPoint(n=1, question="Bao giờ xong?", answer="Đã xong.")])
    db.session.add(row)
    db.session.flush()
    db.session.add(register_match.index_row(row, above=ABOVE[one.agency or ""]))


ABOVE = {"A": (), "A.1": ("A",), "A.2": ("A",), "A.1.1": ("A.1", "A"), "A.1.2": ("A.1", "A")}


def year() -> tuple[Province, list[Told]]:
    """A year of cases, published and counted; every second one that is late has climbed to the public list."""
    with writing():
        where = many_cases.province(procedures=2)
        told = many_cases.mixed(where, 160)
        for one in filter(published, told):
            publish(one)
        for row in db.session.scalars(select(Deadline).where(
                Deadline.kind == "total", Deadline.stopped_at.is_(None), Deadline.case_id % 2 == 0)):
            db.session.add(Escalation(deadline_id=row.id, case_id=row.case_id, rung="after_5",
                                      fired_at=clock.now(), days_late=5))
    standing.sweep_first_numbers()
    with writing():
        recount()
    return where, told


def overdue(one: Told) -> bool:
    """It stands on the public list."""
    return (one.state in ("assigned", "in_progress", "gate_review") and one.late and not one.paused
            and one.id % 2 == 0 and not one.restricted and not one.historical)


def reached(client: Client, link: str) -> int:
    """How many rows the page behind a link has."""
    page = client.open("GET", link.replace("&amp;", "&"), status=200, in_language=False).page
    if "/overdue" in link:
        return len(re.findall(r"\d{4}-MIXD", page.text))
    heading = next(one for one in page.all("h2") if one.get("id") == "results")
    return int(re.search(r"\d+", heading.text)[0])


def links_of(line: Element) -> list[str]:
    """By figure in the order of the columns; empty where the number is no link."""
    cells = [cell for cell in line.walk() if cell.tag == "td"]
    assert len(cells) == len(SORTED_BY)
    return [next((one.get("href") for one in cell.walk() if one.tag == "a"), "") for cell in cells]


def lines_of(page: Page) -> dict[str, list[str]]:
    """The links of each line, by the code that stands in them."""
    found = {}
    for line in page.all("tr"):
        if any(cell.tag == "th" and cell.get("scope") == "row" for cell in line.walk()):
            links = links_of(line)
            code = next((m[1] for m in (re.search(r"(?:agency|procedure|category)=([\w.]+)", one) for one in links)
                         if m), "")
            found[code] = links
    return found


def test_each_number_of_each_table_leads_to_its_published_cases(app: Flask, client: Client, frozen) -> None:
    client.looks = False
    with app.app_context():
        where, told = year()
    belongs: dict[str, Callable[[str], Holds]] = {
        "agencies": lambda code: lambda one: one.agency is not None and code in (one.agency, *ABOVE[one.agency]),
        "procedures": lambda code: lambda one: one.procedure == code,
        "categories": lambda code: lambda one: one.category == code}
    clicked: set[tuple[str, str]] = set()
    for table, is_of in belongs.items():
        for code, links in lines_of(client.get(f"/statistics/{table}").page).items():
            here = [one for one in told if is_of(code)(one)]
            for name, link in zip(SORTED_BY, links, strict=True):
                if not link:
                    continue
                if name == "overdue_now":
                    on_list = [one for one in here if overdue(one)]
                    if table == "categories":  # few of one agency stand there without it
                        on_list = [one for one in on_list if sum(
                            other.agency == one.agency and other.category == code and overdue(other)
                            for other in told) >= FEW]
                    expected = len(on_list)
                else:
                    expected = sum(published(one) and LISTED[name](one) for one in here)
                assert reached(client, link) == expected, (table, code, name, link)
                clicked.add((table, name) if expected else ("", ""))
    assert {("agencies", name) for name in SORTED_BY} <= clicked
    assert {("procedures", name) for name in ("received", "answered", "objected")} <= clicked
    assert ("procedures", "overdue_now") not in clicked
    assert {("categories", "objected"), ("categories", "overdue_now")} & clicked


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_leads_nowhere_says_why(app: Flask, client: Client, frozen, lang: str) -> None:
    with app.app_context():
        year()
    reader = client.in_english() if lang == "en" else client
    for path, vi, en in (
            ("/statistics/procedures", "thêm tên thủ tục có thể làm lộ người gửi",
             "the procedure beside them could point at who sent it"),
            ("/statistics/procedures", "ngắn hơn, hoặc dài hơn con số", "shorter than its number, or longer"),
            ("/statistics/categories", "các vụ ấy được nêu mà không ghi loại", "they are listed without the kind"),
            ("/statistics", "chỉ những vụ đã được trả lời mới công khai", "only answered cases are published"),
            ("/overdue?category=late_result", "không ghi loại", "without the kind")):
        assert {"vi": vi, "en": en}[lang] in reader.get(path).text, path


def test_the_totals_lead_to_their_published_cases(app: Flask, client: Client, frozen) -> None:
    client.looks = False
    with app.app_context():
        _, told = year()
    public = [one for one in told if published(one)]
    page = client.get("/statistics").page
    main = next(iter(page.all("main")))
    links = [one.get("href").replace("&amp;", "&") for one in main.walk() if one.tag == "a" and one.get("href")]
    found = {link: reached(client, link) for link in links if "/register?" in link or link.endswith("/register")}
    for ask, holds in (("", LISTED["received"]), ("&late=1", LISTED["in_time"]),
                       ("&returned=1", LISTED["returned_vague"]), ("&passed_on=1", LISTED["passed_on"]),
                       ("&objected=1", LISTED["objected"])):
        assert found[f"/register?historical=here{ask}"] == sum(map(holds, public)), ask
    assert found["/register"] == len(public)
    for one in {row.category for row in public}:  # these count published cases: as many as are there
        assert found[f"/register?category={one}"] == sum(row.category == one for row in public)
    assert reached(client, "/overdue") == sum(map(overdue, told))
    assert "/overdue" in links


def test_objected_cases_are_found_page_by_page_with_words_and_with_a_chip(
        app: Flask, client: Client, frozen, monkeypatch) -> None:
    with app.app_context(), writing():
        for n in range(1, 91):
            publish(Told(n, "A.1", None, "late_result", TODAY, objected=n % 2 == 0))
    path, seen = "/register?objected=1&agency=A", []
    while path:
        page = client.get(path).page
        seen += [int(number) for number in re.findall(r"Việc (\d+)", page.text)]
        path = next((link.get("href").replace("&amp;", "&") for link in page.all("a")
                     if link.get("rel") == "next"), "")
    assert seen == list(range(90, 0, -2))
    back = next(link.get("href") for link in page.all("a") if link.get("rel") == "prev").replace("&amp;", "&")
    assert "Việc 50" in client.get(back).text
    assert "Người gửi đã phản đối kết quả" in page.text
    assert "45 vụ việc" in page.text
    for asked in ("q=viec+18", "q=viec+18&sort=best", 'q="việc 18 chậm"'):
        text = client.get(f"/register?objected=1&{asked}").text
        assert ("Việc 18" in text, "Việc 1" in text.replace("Việc 18", "")) == (True, False), asked
    for nothing in ('q="việc 17 chậm"', "historical=before", "agency=A.2"):
        assert not re.search(r"Việc \d", client.get(f"/register?objected=1&{nothing}").text), nothing
    monkeypatch.setattr(register_best, "OBJECTED", 10)
    text = client.get("/register?objected=1&category=late_result").text
    assert "Chỉ tìm phản đối trong 10 vụ mới nhất" in text
    assert "ít nhất 5 vụ việc" in text


def test_looking_for_objections_costs_two_statements_however_many_cases_there_are(
        app: Flask, client: Client, frozen, sql_log) -> None:
    client.looks = False
    client.get("/register")  # names are asked for once in half a minute
    with app.app_context(), writing():
        for n in range(1, 61):
            publish(Told(n, "A.1", None, "late_result", TODAY, objected=n % 2 == 0))
    sql_log.clear()
    client.get("/register?objected=1")
    assert len(sql_log.statements) <= 5  # the stamp, the panel's two, the look and the cards
