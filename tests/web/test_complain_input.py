"""Every field of the complaint against what nobody should write into it: a message beside the field, nothing lost,
nothing taken in, and never a broken page."""

from itertools import cycle
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from feedback.extensions import db
from feedback.models.cases import Case
from feedback.web.public import complain
from tests.fixtures.client import Client
from tests.web.complaining import FORM, STORY, onward, step_of, to, values

FIRM = {"sender": "firm", "firm_name": "Công ty Bến Mẫu", "tax_code": "0101248141", "representative": "Trần Bích",
        "phone": "0912 345 678"}


CHOSEN = {"mode", "sender", "category", "kind", "procedure", "agency", "urgent"}
"""What is chosen from a list comes back as the list offers it; what was typed comes back as it was."""


def how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Case)) or 0


@pytest.mark.parametrize(("step", "fields", "field"), [
    ("what", {"narrative": ""}, "narrative"),
    ("what", {"narrative": " \t\r\n "}, "narrative"),
    ("what", {"narrative": "\u200b\u202e\u00ad"}, "narrative"),
    ("what", {"narrative": "a" * 20_001}, "narrative"),
    ("wrong", {"category": "²"}, "category"),
    ("wrong", {"kind": "\ufffd"}, "kind"),
    ("procedure", {"procedure": "999999"}, "procedure"),
    ("procedure", {"procedure": "'; DROP TABLE case_file; --"}, "procedure"),
    ("procedure", {"procedure": "9" * 400}, "procedure"),
    ("procedure", {"procedure_q": "x" * 201}, "procedure_q"),
    ("agency", {"agency": "-1"}, "agency"),
    ("agency", {"agency": "٣"}, "agency"),
    ("agency", {"agency_q": "x" * 201}, "agency_q"),
    ("dossier", {"dossier_number": "1" * 61}, "dossier_number"),
    ("urgent", {"urgent": "yes"}, "hindrance"),
    ("urgent", {"urgent": "yes", "hindrance": "\u200b \u202e"}, "hindrance"),
    ("urgent", {"urgent": "perhaps"}, "urgent"),
    ("urgent", {"hindrance": "x" * 501}, "hindrance"),
    ("points", {"points-0": "", "points-1": " "}, "points"),
    ("points", {"points-0": "x" * 2_001}, "points-0"),
    ("mode", {"mode": ""}, "mode"),
    ("mode", {"mode": "everybody"}, "mode"),
    ("mode", {"sender": "a ghost"}, "sender"),
    ("who", {"email": ""}, "email"),
    ("who", {"name": "An", "email": " "}, "email"),
    ("who", {"mode": "named", "phone": "0912 345 678"}, "name"),
    ("who", {"email": "an@"}, "email"),
    ("who", {"email": "an@thu.example\r\nBcc: x@y.z"}, "email"),
    ("who", {"phone": "12"}, "phone"),
    ("who", {"phone": "٠٩١٢٣٤٥٦٧٨"}, "phone"),
    ("who", {"name": "n" * 201, "phone": "0912 345 678"}, "name"),
    ("who", {"address": "n" * 301, "phone": "0912 345 678"}, "address"),
    ("who", {**FIRM, "firm_name": "  "}, "firm_name"),
    ("who", {**FIRM, "firm_name": "n" * 201}, "firm_name"),
    ("who", {**FIRM, "tax_code": ""}, "tax_code"),
    ("who", {**FIRM, "tax_code": "0101248142"}, "tax_code"),
    ("who", {**FIRM, "tax_code": "0101248141-000"}, "tax_code"),
    ("who", {**FIRM, "tax_code": "chưa có"}, "tax_code"),
    ("who", {**FIRM, "tax_code": "000099012345"}, "tax_code"),
    ("who", {**FIRM, "tax_code": "1" * 5_000}, "tax_code"),
    ("who", {**FIRM, "representative": "\u00ad"}, "representative"),
    ("who", {**FIRM, "position": "x" * 101}, "position"),
    ("who", {**FIRM, "phone": ""}, "email"),
    ("who", {"sender": "behalf", "phone": "0912 345 678", "relation": "con"}, "behalf_name"),
    ("who", {"sender": "behalf", "phone": "0912 345 678", "behalf_name": "Bà Sáu"}, "relation"),
    ("who", {"sender": "several", "phone": "0912 345 678", "signers": "Hoàng Thị Bình"}, "name"),
    ("who", {"sender": "several", "phone": "0912 345 678", "name": "An", "signers": " \n \u200b"}, "signers"),
    ("who", {"sender": "several", "phone": "0912 345 678", "name": "An", "signers": "Bình\n" * 20}, "signers"),
    ("who", {"sender": "several", "phone": "0912 345 678", "name": "An", "signers": "n" * 201}, "signers"),
])
def test_bad_input_is_told_beside_its_field_and_kept(
        client: Client, db_session: scoped_session[Session], step: str, fields: dict[str, Any],
        field: str) -> None:
    page = to(client, step, **{"phone": "", **fields} if step == "who" else {})
    names = set(page.page.form(action=FORM).names)
    refused = onward(client, page, status=422, **{k: v for k, v in fields.items() if k in names})
    assert step_of(refused) == step
    assert f"#{field}" in refused.page.links, "the summary leads to the field"
    assert refused.page.by_id.get(f"{field}-error") is not None or field == "points"
    assert "vẫn còn nguyên" in refused.text
    for name, value in fields.items():
        if name not in CHOSEN and value.strip() and name in values(refused):
            assert " ".join(values(refused)[name][0].split()) == " ".join(value.split()), name
    assert how_many() == 0


HOSTILE = ["", "   ", "\t\r\n", "\u202eelif", "a\u0301" * 3_000, "👩‍👩‍👧‍👦" * 50, "=cmd|' /C calc'!A0",
           "<script>alert(1)</script>", "{{7*7}}%(x)s{0}", "' OR 1=1 --", "../../etc/passwd", "\ufffe\uffff",
           "٣²½",
           "-1", "9" * 400, "true", "x" * 30_000, "\u0085\u2028\u2029", "\r\nBcc: a@b.c", "y\x0by\x0cy",
           "ộ" * 500]
ANYTHING = (200, 303, 400, 422)
DOORS = [("check", "send"), ("who", "next"), ("procedure", "find"), ("check", "send"), ("points", "what")]
FIELDS = ["narrative", "category", "kind", "procedure", "procedure_q", "agency", "agency_q", "agency_tier",
          "dossier_number", "dossier_shared", "urgent", "hindrance", "points-0", "mode", "sender", "firm_name",
          "tax_code", "representative", "position", "behalf_name", "relation", "name", "signers", "email", "phone",
          "address", "step", "go", "nonce", "from_check", "similar_seen", "opened", "website", "task", "proof"]


@pytest.mark.parametrize("field", FIELDS)
def test_no_text_in_any_field_breaks_the_form(
        client: Client, db_session: scoped_session[Session], field: str) -> None:
    """With everything else filled in, alone and as a list where one value belongs, through several doors."""
    client.looks = False
    form = dict(to(client, "check", **FIRM).page.form(action=FORM).values)
    for value, (step, go) in zip([*HOSTILE, HOSTILE], cycle(DOORS), strict=False):
        reply = client.post("/complain", {**form, "step": step, "go": go, field: value}, status=ANYTHING)
        if reply.status == 422:
            assert STORY.split(".")[0] in reply.body.decode() or field == "narrative"
    missing = {key: value for key, value in form.items() if key != field}
    for name in (field, f"{field}[]"):
        client.post("/complain", {**missing, name: "x"}, status=ANYTHING)
    assert client.post("/complain", {**form, field: "a" * 1_100_000}, status=413).status == 413


def test_what_a_browser_could_never_send_is_refused_without_a_crash(
        client: Client, db_session: scoped_session[Session]) -> None:
    form = to(client, "check").page.form(action=FORM)
    for odd in ({"points-²": "x"}, {"points-" + "9" * 5000: "x"}, {"points--1": "x"}, {"tier": "²"},
                {"step": "agency", "tier": "commune' --"}, {"narrative": "a\x00b"},
                {f"points-{n}": "x" for n in range(40)}):
        client.post("/complain", {**form.values, "go": "send", **odd}, status=ANYTHING)
    client.post("/complain", {"csrf_token": form.values["csrf_token"]}, status=422)


def test_half_characters_do_not_break_the_form(client: Client) -> None:
    token = client.get("/complain").page.form(action=FORM).values["csrf_token"][0]
    client.open("POST", "/complain", status=ANYTHING, data=f"csrf_token={token}&narrative=%ED%A0%80",
                content_type="application/x-www-form-urlencoded")


def test_a_form_with_a_nonce_that_is_not_ours_is_shown_again_with_a_new_one(
        client: Client, db_session: scoped_session[Session]) -> None:
    page = to(client, "check")
    again = client.submit(page, action=FORM, go="send", nonce="deadbeef")
    assert how_many() == 0
    assert step_of(again) == "check"
    client.submit(again, action=FORM, go="send")
    assert how_many() == 1


def test_too_many_complaints_from_one_network_are_never_dropped_silently(
        client: Client, db_session: scoped_session[Session], monkeypatch: pytest.MonkeyPatch) -> None:
    check = to(client, "check")
    monkeypatch.setattr(complain, "submission_allowed", lambda **_: False)
    refused = client.submit(check, action=FORM, go="send", status=429)
    assert "chưa được gửi" in refused.text
    assert STORY.split(".")[0] in refused.text
    monkeypatch.setattr(complain, "submission_allowed", lambda **_: True)
    client.submit(refused, action=FORM, go="send")
    assert how_many() == 1


def test_a_later_page_cannot_be_reached_past_a_fault(client: Client, db_session: scoped_session[Session]) -> None:
    page = to(client, "check")
    refused = client.submit(page, action=FORM, go="send", narrative="", status=422)
    assert refused.page.h1 == "Chuyện gì đã xảy ra?"
    assert how_many() == 0
