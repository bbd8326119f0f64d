"""What a page may cost: a fixed number of statements however many rows there are, one commit a submission, and no
call to Redis or the mail server before the reply."""

import ast
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete

from feedback.adapters import queue
from feedback.domain.kinds import Category
from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.cases import Case, Point
from feedback.models.deadlines import Deadline
from feedback.models.publications import Publication, PublicationPoint, PublicationTokens
from feedback.queries import register_match
from tests import factories
from tests.fixtures.cast import Cast
from tests.fixtures.client import Client
from tests.house.source import dotted, nodes
from tests.web.counting import (
    CASE_PAGE,
    INBOX,
    REGISTER_LIST,
    SEARCH,
    connections,
    cost,
    last_page,
    reads_without_end,
    send_unclosed,
)

pytestmark = pytest.mark.both_engines  # statements are counted on both

DASHBOARD = 16
"""The province's list with the dashboard above it: all the dashboard's numbers are one statement."""


def publish(many: int) -> None:
    """Publications with points and index rows, as the release writes them, and nothing else."""
    for table in (PublicationTokens, PublicationPoint, Publication):
        db.session.execute(delete(table))
    rows = [
        Publication(
            id=n, reference=f"{n:04d}-{n:04d}", status="published", title=f"Đất đai, hồ sơ {n}", language="vi",
            summary="Nộp hồ sơ đất đai đã lâu chưa có kết quả.", agency_code=f"T{n % 12}", etag=str(n),
            agency_vi="Sở Xây dựng", agency_en="Department", procedure_vi=None, procedure_en=None,
            kind="behaviour", category=[*Category][n % len(Category)].value, outcome="resolved",
            found="Đã kiểm tra.", done="Đã cấp giấy.", owner="Phòng Đất đai", due_on=None, ground="Điều 5.",
            next_step="Đến nhận.", received_month="2026-08", working_days=9, late_days=0, historical=False,
            published_on=date(2026, 9, 1) + timedelta(days=n // 50),
            points=[PublicationPoint(n=1, question="Bao giờ có?", answer="Đã có.")])
        for n in range(1, many + 1)]
    db.session.add_all(rows)
    db.session.flush()  # the index rows point to the publications
    db.session.add_all([register_match.index_row(row) for row in rows])


PUBLIC = [
    ("/register", REGISTER_LIST), ("/register?q=dat+dai", SEARCH), ("/register?q=dat+dai&sort=best", SEARCH),
    ("/register?agency=T3", SEARCH), ('/register?q="nop+ho+so"', SEARCH), ("/register/0001-0001", CASE_PAGE),
    ("/", REGISTER_LIST), ("/statistics", CASE_PAGE), ("/overdue", REGISTER_LIST),
]


def test_public_pages_cost_the_same_for_20_and_for_200_cases(app, client, sql_log):
    client.looks = False
    costs: dict[int, dict[str, int]] = {}
    for many in (20, 200):
        with app.app_context(), writing():
            publish(many)
        costs[many] = {path: cost(sql_log, client, path)[0] for path, _ in PUBLIC}
    assert {path: found for path, most in PUBLIC if (found := costs[200][path]) > most} == {}
    # A list that fits on its page need not be counted; beyond that nothing may grow.
    assert {path for path, _ in PUBLIC if not 0 <= costs[200][path] - costs[20][path] <= 1} == set()


def work(many: int, cast: Cast) -> None:
    """So many cases in Chi's hands."""
    for _ in range(many):
        factories.walk(factories.complaint(points=["Bao giờ có kết quả?"]), Action.TAKE, hands=cast.hands)


def multiply(times: int) -> None:
    """Copy every case with its points and clocks: the rows matter here, not how they came about. Every other copy
    is with an agency and an officer of its own, so that a page that asks for each one's name shows."""
    cases = db.session.execute(Case.__table__.select()).mappings().all()
    elsewhere = [factories.agency(f"Xã {n}") for n in range(len(cases))]
    officers = [factories.member(f"Cán bộ {n}", Role.OFFICER, agency_id=at).id for n, at in enumerate(elsewhere)]
    for turn in range(1, times):
        for place, row in enumerate(cases):
            new_id = row["id"] + turn * 10_000
            whose = {"agency_id": elsewhere[place], "officer_id": officers[place]} if turn % 2 else {}
            db.session.execute(Case.__table__.insert().values({
                **row, "id": new_id, "reference": f"{row['reference']}-{turn}", "key_hash": None,
                "nonce_hash": None, **whose}))
            for table in (Point.__table__, Deadline.__table__):
                for part in db.session.execute(table.select().where(table.c.case_id == row["id"])).mappings():
                    db.session.execute(table.insert().values({
                        **part, "id": part["id"] + turn * 10_000, "case_id": new_id}))


# Beside the inbox these numbers only notice when a page begins to ask row by row.
DESKS = [("/desk/inbox", "chi", INBOX), ("/desk/inbox?show=late", "chi", INBOX),
         ("/desk/inbox", "chi_head", INBOX), ("/desk/intake", "intake", 9),
         ("/supervision/", "ha", DASHBOARD), ("/supervision/lists/late", "ha", 12),
         ("/supervision/lists/stuck", "ha", 12), ("/supervision/late", "ha", 9),
         ("/supervision/morning", "ha", 12), ("/supervision/?late=1", "ha", 13),
         ("/supervision/gate", "ha", INBOX), ("/desk/day", "chi", 11), ("/desk/day", "chi_head", 16),
         ("/desk/morning", "chi_head", 14)]


def test_desks_cost_the_same_for_20_and_for_hundreds_of_cases(app, cast, sign_in, sql_log):
    own = {name: sign_in(getattr(cast, name)) for name in ("chi", "chi_head", "ha", "intake")}
    for browser in own.values():
        browser.looks = False
    costs: dict[int, dict[tuple[str, str], int]] = {}
    with app.app_context(), writing():
        work(20, cast)
    for many in (20, 400):
        if many > 20:
            with app.app_context(), writing():
                multiply(many // 20)
        costs[many] = {(path, who): cost(sql_log, own[who], path)[0] for path, who, _ in DESKS}
    assert {(path, who): found for path, who, most in DESKS if (found := costs[400][path, who]) > most} == {}
    assert costs[400] == costs[20]


def test_a_case_page_costs_the_same_however_long_its_story_is(app, cast, an, sign_in, sql_log):
    """The desk shows everything about a case: text, points, clocks, versions, decisions, notes and the story."""
    own = sign_in(cast.chi)
    own.looks = False
    short, long = an.complains(), an.complains(points=[f"Câu hỏi số {n}?" for n in range(1, 11)])
    with app.app_context(), writing():
        factories.walk(short, Action.TAKE, hands=cast.hands)
        factories.walk(long, Action.RELEASE, hands=cast.hands)
    costs = [cost(sql_log, own, f"/desk/cases/{receipt.reference}")[0] for receipt in (short, long)]
    # more time, who held it, parts of others, lateness and orders each ask once, whatever they find
    assert max(costs) <= 25, sql_log.statements
    assert abs(costs[0] - costs[1]) <= 3, "an answer brings its points, decisions and apologies, once"


PAGES = {
    "client": [path for path, _ in PUBLIC] + ["/register?q=dat+dai&category=other", "/complain", "/contact"],
    "chi": ["/desk/inbox", "/desk/inbox?show=mine", "/desk/inbox?show=unassigned", "/account/sessions"],
    "intake": ["/desk/intake"], "ha": ["/supervision/gate"], "publisher": ["/desk/publication"],
    "quan": ["/admin/people", "/admin/agencies", "/admin/calendar"], "auditor": ["/admin/audit"],
}


def test_no_query_skips_rows():
    """OFFSET reads what it throws away. (SQLite's dialect writes OFFSET 0 beside every LIMIT by itself.)"""
    assert [(name, node.lineno) for name, node in nodes(ast.Call)
            if isinstance(node, ast.Call) and dotted(node.func).endswith(".offset")] == []


def test_no_page_counts_without_end(app, client, cast, sign_in, sql_log):
    """An exact count reads everything. On PostgreSQL the statements are read for OFFSET too."""
    with app.app_context(), writing():
        publish(40)
        work(3, cast)
    faults = []
    for who, paths in PAGES.items():
        own = client if who == "client" else sign_in(getattr(cast, who))
        own.looks = False
        for path in paths:
            sql_log.clear()
            own.get(path)
            for statement in sql_log.statements:
                if wrong := reads_without_end(statement):
                    faults.append((path, wrong, statement))
    assert faults == []


def test_a_list_of_more_than_a_thousand_says_so_and_counts_no_further(app, client, sql_log):
    with app.app_context(), writing():
        publish(1_050)
    client.looks = False
    for path in ("/register", "/register?q=dat+dai"):
        reply = client.get(path)
        assert "1.050" not in reply.text
        assert "1.000" in reply.text, "more than 1,000 is all that is said"


# Submissions ----------------------------------------------------------------------------------------------------


def test_an_accepted_submission_is_one_commit(app, client, cast, sql_log):
    page = last_page(client)
    sql_log.clear()
    client.submit(page, action="/complain", status=303, follow=False)
    assert sql_log.commits == 1
    with app.app_context():
        assert db.session.query(Case).count() == 1


def test_neither_redis_nor_the_mail_server_is_called_before_the_reply(
        app: Flask, client: Client, cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(queue, "_silent_until", {})
    page = last_page(client, mode="confidential", name="Nguyễn Văn An", email="an@thu.example")
    with connections() as calls:
        status, before = send_unclosed(app, client, page, calls)
        assert status.startswith("303")
        assert before == [], "these were called before the reply had been sent"
        assert any("valkey" in call for call in calls), "the bell rings once the reply is on its way"


@pytest.mark.parametrize("field", ["nonce"])
def test_the_same_form_again_makes_nothing_new(app, client, cast, sql_log, field):
    page = last_page(client)
    first = client.submit(page, action="/complain", field=field)
    again = client.submit(page, action="/complain", field=field)
    assert first.page.all("code") == [] or first.text.split()[:5] == again.text.split()[:5]
    with app.app_context():
        assert db.session.query(Case).count() == 1


def test_reading_commits_nothing(app, client, cast, sign_in, sql_log):
    own = sign_in(cast.chi)
    client.looks = own.looks = False
    for browser, paths in ((client, ["/", "/register", "/complain", "/track"]), (own, ["/desk/inbox"])):
        for path in paths:
            sql_log.clear()
            browser.get(path)
            assert (path, sql_log.commits) == (path, 0)


