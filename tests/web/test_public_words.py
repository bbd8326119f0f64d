"""No format shows a text that the scanner did not read: a word of its own is planted in every column of text of a
published case, and every format is searched for all of them."""

import re

import pytest
from sqlalchemy import String, select

from feedback.extensions import db, writing
from feedback.models.publications import (
    Publication,
    PublicationDraft,
    PublicationHolder,
    PublicationPoint,
    PublicationPromise,
    PublicationStep,
)
from feedback.queries import public_words, register, register_match, similar
from feedback.services import publication_body, publication_release, publication_scan, register_counts, standing
from tests.web.test_budgets import publish
from tests.web.test_register import make_public

CASE, OTHER = "0001-0001", "0002-0002"
TABLES = (Publication, PublicationPoint, PublicationPromise, PublicationHolder, PublicationStep)
WORD = re.compile("mocq[a-z]{2}q")

FORMATS = (
    f"/register/{CASE}", f"/en/register/{CASE}", "/register", "/en/register", "/register?q=mocqaaq+dat",
    f"/register/{OTHER}", "/", "/en/", "/statistics", "/register.atom", "/en/register.atom",
    f"/register/{CASE}.atom", f"/en/register/{CASE}.atom", "/api/v1/cases", f"/api/v1/cases/{CASE}",
    "/api/v1/statistics", "/open-data/cases.csv", "/open-data/points.csv", "/open-data/cases.jsonl",
    "/open311/v2/requests.json?start_date=2026-09-01", "/open311/v2/requests.xml?start_date=2026-09-01",
    f"/open311/v2/requests/{CASE}.json", f"/open311/v2/requests/{CASE}.xml", "/sitemap-1.xml", "/overdue",
)


def columns(table):
    return [column.name for column in table.__table__.columns if isinstance(column.type, String)]


@pytest.fixture
def planted(app, db_session, frozen, cast):
    """A case with a word in every column that holds no code, one like it, and the files; the words by column."""
    with writing():
        publish(3)
        shown = register.one(CASE)
        shown.promises = [PublicationPromise(n=1, promised_on=shown.published_on, standing="kept")]
        shown.holders = [PublicationHolder(n=1, agency_code="T7", came_by="assigned", working_days=9)]
        shown.steps = [PublicationStep(n=1, step="assigned", day=3, codes="")]
        shown.procedure_code = "1.004227"
        words = {}
        for table, row in zip(TABLES, (shown, *shown.points, *shown.promises, *shown.holders, *shown.steps),
                              strict=True):
            name = table.__tablename__
            for column in columns(table):
                if column not in public_words.CODES[name]:
                    n = len(words)
                    words[f"{name}.{column}"] = word = f"mocq{chr(97 + n // 26)}{chr(97 + n % 26)}q"
                    setattr(row, column, f"Đất đai {word} hồ sơ")
        db.session.delete(db.session.get(register_match.PublicationTokens, shown.id))
        db.session.flush()
        db.session.add(register_match.index_row(shown))
        register_counts.recount()
    standing.sweep_open_data()
    return words


def seen_by_scanner(monkeypatch):
    """The words in the texts that reach the scanner when the case is read again."""
    read = []
    real = publication_scan.redaction.scan
    monkeypatch.setattr(publication_scan.redaction, "scan", lambda text: read.append(text) or real(text))
    publication_scan.left_public(publication_release.published(CASE), case_id=None, allowed=[])
    return set(WORD.findall(" ".join(read)))


def test_every_text_of_a_case_is_read_by_the_scanner_or_shown_by_no_format(planted, client, monkeypatch):
    read = seen_by_scanner(monkeypatch)
    kept_back = {planted[f"{table}.{column}"] for table, names in public_words.NEVER.items() for column in names}
    assert read | kept_back == set(planted.values())
    case = register.one(CASE)
    assert read == set(WORD.findall(" ".join([*public_words.written(case).values(),
                                              *public_words.named(case).values()])))
    shown = set()
    for address in FORMATS:
        reply = client.get(address)
        found = set(WORD.findall(reply.body.decode())) | set(WORD.findall(str(reply.headers)))
        assert found <= read, (address, found - read)
        shown |= found
    for one in similar.like("Đất đai hồ sơ", ["Hồ sơ đất đai?"]):
        shown |= set(WORD.findall(f"{one.entry} {one.asked} {one.answered}"))
    assert shown == read, "a text that is read and shown nowhere does not belong to a publication"


def test_every_kind_of_address_that_can_tell_of_a_case_is_searched(app):
    """A new public address of the register has to come into FORMATS."""
    known = {app.url_map.bind("localhost").match(path.split("?")[0].removeprefix("/en") or "/", "GET")[0]
             for path in FORMATS}
    kept = {rule.endpoint for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith(("api.", "open311.", "open_data.", "maps."))
            or "register" in rule.endpoint or "feed" in rule.endpoint}
    of_no_case = {"api.openapi", "api.agencies", "api.procedures", "api.categories", "open311.discovery",
                  "open311.services", "open311.service", "open311.submit", "open_data.listing",
                  "open_data.checksums", "maps.robots", "maps.sitemap",
                  "api.agency_statistics", "api.procedure_statistics", "api.category_statistics"}
    assert {one for one in kept if one.startswith(("public.", "api.", "open311.", "open_data.", "maps."))} \
        - of_no_case - {one for one in kept if ".statistic" in one or ".number" in one} <= known


def test_codes_are_columns_and_nothing_else_is_left_unread():
    for table in TABLES:
        assert set(public_words.CODES[table.__tablename__]) <= set(columns(table))


def test_what_is_read_before_publishing_is_what_is_read_afterwards(db_session, cast):
    make_public(cast)
    body = publication_body.load(db.session.scalars(select(PublicationDraft.body)).one())
    row = register.one(db.session.scalars(select(Publication.reference)).one())
    assert publication_scan.shown(body) == public_words.written(row)


def test_an_office_may_be_called_after_somebody_but_its_name_holds_no_number(db_session, cast):
    with writing():
        publish(1)
        register.one(CASE).agency_en = "People's Committee of Nguyen Hue Ward"
    assert publication_scan.left_public(register.one(CASE), case_id=None, allowed=[]) == []
    with writing():
        register.one(CASE).procedure_vi = "Cấp phép, hỏi 0912 345 678"
    found = publication_scan.left_public(register.one(CASE), case_id=None, allowed=[])
    assert [(one.field, one.kind) for one in found] == [("procedure_vi", "phone")]
