"""Who sends a complaint: a person, a firm, somebody for somebody else, several together. All of it is sealed."""

from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from feedback.adapters import sealing, vault_keys
from feedback.domain import folding
from feedback.models.cases import Case
from feedback.models.identity import SealedIdentity
from tests.fixtures.client import Client
from tests.fixtures.databases import Database
from tests.web.complaining import back, onward, send, step_of, to, values

FIRM = {"sender": "firm", "firm_name": "Công ty TNHH Ngọc Bích Thủy", "tax_code": "0101 248 141-001",
        "representative": "Đoàn Thị Ngọc Bích", "position": "Phó giám đốc", "email": "cty@thu.example"}
BEHALF = {"sender": "behalf", "behalf_name": "Tống Thị Sáu Lành", "relation": "con gái", "name": "Tống Mỹ Duyên",
          "phone": "0987 650 123"}
SEVERAL = {"sender": "several", "name": "Khổng Văn Tám", "address": "9 hẻm Giếng Nước Vàng",
           "signers": "Ngụy Thị Chín\n  Vi Văn Mười Một \n\nÔn Thị Út"}


def opened(app: Flask, session: scoped_session[Session]) -> tuple[Case, dict[str, str]]:
    """The one case and what was sealed with it, opened with the vault's key."""
    case = session.scalars(select(Case)).one()
    keys = vault_keys.load_keyring(app.extensions["settings"].keys).private
    return case, {row.field: sealing.unseal(keys[row.key_id], row.sealed, case.reference, row.field)
                  for row in session.scalars(select(SealedIdentity))}


def test_a_firm_gives_its_name_its_tax_code_and_its_representative(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    asked = to(client, "who", **FIRM)
    assert "name" not in {e.get("name") for e in asked.page.all("input") if e.get("type") != "hidden"}
    send(client, **FIRM)
    case, identity = opened(app, db_session)
    assert (case.sender_kind, case.on_behalf, case.signers) == ("firm", False, 1)
    assert identity == {**{k: v for k, v in FIRM.items() if k != "sender"}, "tax_code": "0101248141-001"}


def test_a_firm_complains_in_english(client: Client, db_session: scoped_session[Session]) -> None:
    receipt = send(client.in_english(), narrative="They asked for one more paper. Why?", **FIRM)
    assert "working days left" in receipt.text
    assert db_session.scalars(select(Case)).one().language == "en"


def test_somebody_writes_for_somebody_else(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    send(client, **BEHALF)
    case, identity = opened(app, db_session)
    assert (case.sender_kind, case.on_behalf, case.signers) == ("person", True, 1)
    assert identity["behalf_name"] == "Tống Thị Sáu Lành"
    assert identity["relation"] == "con gái"


def test_several_sign_one_complaint_and_are_counted(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    check = to(client, "check", **SEVERAL)
    assert "4 người đứng tên." in check.text
    assert "4 người đứng tên." in back(client, check, "who").text
    send(client, **SEVERAL)
    case, identity = opened(app, db_session)
    assert case.signers == 4
    assert [identity[f"signer_{n}"] for n in (2, 3, 4)] == ["Ngụy Thị Chín", "Vi Văn Mười Một", "Ôn Thị Út"]


def test_twenty_may_sign(app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    send(client, **{**SEVERAL, "signers": "\n".join(f"Người thứ {n}" for n in range(2, 21))})
    case, identity = opened(app, db_session)
    assert (case.signers, identity["signer_20"]) == (20, "Người thứ 20")


def test_who_stays_anonymous_is_not_asked_and_leaves_nothing_of_what_was_typed_before(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    page = onward(client, back(client, to(client, "check", **SEVERAL), "mode"), mode="anonymous")
    assert step_of(page) == "check"
    assert "Khổng Văn Tám" not in page.text
    assert "10 trên 10" in page.text
    client.submit(page, action="/complain", go="send")
    case, identity = opened(app, db_session)
    assert (case.identity_mode, identity, case.signers) == ("anonymous", {}, 1)


def test_what_was_typed_for_a_firm_is_kept_on_the_way_but_not_sent_by_a_person(
        app: Flask, client: Client, db_session: scoped_session[Session]) -> None:
    page = onward(client, back(client, to(client, "check", **FIRM), "mode"), sender="myself")
    assert step_of(page) == "check"
    assert values(page)["firm_name"] == [FIRM["firm_name"]]
    client.submit(page, action="/complain", go="send")
    case, identity = opened(app, db_session)
    assert (case.sender_kind, identity) == ("person", {"email": "cty@thu.example"})


@pytest.mark.parametrize("who", [FIRM, BEHALF, SEVERAL], ids=["firm", "behalf", "several"])
def test_no_name_of_anybody_is_readable_in_the_database(
        client: Client, migrated: Database, db_session: scoped_session[Session], who: dict[str, Any]) -> None:
    send(client, **who)
    stored = _everything(migrated)
    assert b"extra_papers" in stored or b"hindrance" in stored, "the case really is there"
    names = [name for text in who.values() for name in text.splitlines() if " " in name.strip()]
    assert len(names) >= 3
    for name in names:
        for form in (name.strip(), folding.fold(name.strip()), name.strip().encode().hex()):
            assert form.encode() not in stored, form


def _everything(migrated: Database) -> bytes:
    if migrated.engine == "sqlite":
        path = Path(migrated.url.removeprefix("sqlite:///"))
        return b"".join(p.read_bytes() for p in path.parent.glob(path.name + "*"))
    with psycopg.connect(migrated.url) as connection:
        tables = [row[0] for row in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
        return "\n".join(str(connection.execute(
            psycopg.sql.SQL("SELECT array_agg(t::text) FROM {} t").format(psycopg.sql.Identifier(table))
        ).fetchone()) for table in tables).encode() + b"hindrance"
