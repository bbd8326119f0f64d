"""The nightly files: what stands in them, how they are given out, and what happens when a case is taken out."""

import csv
import hashlib
import io
import json

import pytest

from feedback import clock
from feedback.adapters import storage
from feedback.extensions import db, writing
from feedback.models.publications import OpenDataFile, Publication
from feedback.queries import open_files as kept
from feedback.queries import register
from feedback.services import file_reconciling, open_files, publication_release, standing
from tests.factories import actor_of
from tests.fixtures.json_schema import faults
from tests.web.test_budgets import publish
from tests.web.test_register import make_public


def rows_of(answer):
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def in_pieces():
    return [piece for row in kept.files() for piece in kept.pieces_of(row)]


@pytest.fixture
def made(app, db_session, frozen, cast):
    with writing():
        publish(45)
    return standing.sweep_open_data()


def test_the_files_hold_every_published_case_and_their_checksums_are_right(client, made):
    assert made.seen == 45
    listed = {row.name: row for row in db.session.query(OpenDataFile)}
    assert set(listed) == set(open_files.NAMES)
    for name, row in listed.items():
        answer = client.get(f"/open-data/{name}")
        assert len(answer.body) == row.size == int(answer.headers["Content-Length"])
        assert hashlib.sha256(answer.body).hexdigest() == row.sha256
        assert f"{row.sha256}  {name}\n" in client.get("/open-data/SHA256SUMS").text
        page = client.get("/open-data/")
        assert row.sha256 in page.text
        assert name in page.text
    assert len(rows_of(client.get("/open-data/cases.csv"))) == 45
    assert rows_of(client.get("/open-data/points.csv"))[0]["answer"] == "Đã có."


def test_files_made_empty_are_made_again_when_the_first_case_comes(app, db_session, frozen, cast, client):
    assert standing.sweep_open_data().seen == 0
    assert standing.sweep_open_data().acted == 0
    with writing():
        publish(1)
    assert standing.sweep_open_data().seen == 1
    assert standing.sweep_open_data().acted == 0
    assert len(rows_of(client.get("/open-data/cases.csv"))) == 1


def test_each_line_fits_the_schema_and_is_what_the_interface_says_of_the_case(client, made):
    schema = json.loads(client.get("/open-data/cases.schema.json").body)
    lines = [json.loads(line) for line in client.get("/open-data/cases.jsonl").body.decode().splitlines()]
    assert [found for line in lines for found in faults(line, schema, schema)] == []
    one = next(line for line in lines if line["reference"] == "0007-0007")
    assert one == json.loads(client.get("/api/v1/cases/0007-0007").body)


def test_every_column_is_described_and_in_its_place(client, made):
    described = json.loads(client.get("/open-data/csv-metadata.json").body)
    tables = {table["url"]: table for table in described["tables"]}
    for name in ("cases.csv", "points.csv"):
        columns = [column["name"] for column in tables[name]["tableSchema"]["columns"]]
        assert columns == list(rows_of(client.get(f"/open-data/{name}"))[0])
    row = next(r for r in rows_of(client.get("/open-data/cases.csv")) if r["reference"] == "0007-0007")
    assert [row[name] for name in ("agency_code", "outcome", "historical", "ground")] == [
        "T7", "resolved", "0", "Điều 5."]


def test_no_cell_is_a_formula_and_the_json_keeps_the_text_as_it_is(app, db_session, cast, client):
    with writing():
        publish(1)
        db.session.get(Publication, 1).title = '=HYPERLINK("http://xau.example")'
    standing.sweep_open_data()
    assert rows_of(client.get("/open-data/cases.csv"))[0]["title"] == '\'=HYPERLINK("http://xau.example")'
    assert json.loads(client.get("/open-data/cases.jsonl").body)["title"] == '=HYPERLINK("http://xau.example")'


def test_they_are_made_once_a_day_in_pieces_and_what_the_old_ones_lay_in_goes(client, made, monkeypatch, frozen):
    monkeypatch.setattr(kept, "PIECE", 1_000)
    assert standing.sweep_open_data().seen == 0
    before = set(in_pieces())
    frozen.go_on(days=1)
    assert standing.sweep_open_data().seen == 45
    after, there = set(in_pieces()), {found.name for found in storage.names()}
    assert not before & there
    assert len(after) > 20
    assert after <= there
    row = db.session.get(OpenDataFile, "cases.jsonl")
    assert hashlib.sha256(client.get("/open-data/cases.jsonl").body).hexdigest() == row.sha256
    assert file_reconciling.sweep_files().fault is None


def test_a_case_that_is_taken_out_is_given_away_by_no_file_from_that_moment(db_session, frozen, cast, client):
    gone, other = make_public(cast, 2)
    frozen.go_on(seconds=1)
    standing.sweep_open_data()
    frozen.go_on(hours=1)
    assert gone in client.get("/open-data/cases.jsonl").body.decode()
    tag = client.get("/open-data/cases.jsonl").headers["ETag"]
    with writing():
        publication_release.unpublish(register.one(gone), actor=actor_of(cast.publisher), reason="Soát lại.")
    refused = client.get("/open-data/cases.jsonl", status=503, headers={"If-None-Match": tag})
    assert gone not in refused.body.decode()
    assert "đang được tạo lại" in client.get("/open-data/").text
    frozen.go_on(minutes=10)
    standing.sweep_open_data()
    again = client.get("/open-data/cases.jsonl").body.decode()
    assert gone not in again
    assert other in again


def test_files_are_not_sent_twice_and_set_no_cookie(client, made):
    first = client.get("/open-data/cases.csv")
    assert "Set-Cookie" not in first.headers
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    client.get("/open-data/cases.csv", status=304, headers={"If-None-Match": first.headers["ETag"]})
    client.get("/open-data/no-such.csv", status=404)


def test_before_the_first_night_the_page_says_why_it_is_empty(db_session, client):
    assert "Chưa có tệp nào được tạo" in client.get("/open-data/").text
    assert "No file has been made yet" in client.in_english().get("/open-data/").text


def test_no_request_makes_a_file(client, made, sql_log):
    sql_log.clear()
    client.get("/open-data/cases.csv")
    assert len(sql_log.statements) == 2
    assert clock.local_date(db.session.get(OpenDataFile, "cases.csv").made_at) == clock.today()
