"""An answer is read while it is typed: marked in place, nothing kept, and without a script the button does it."""

import html
import json
import re

import pytest

from feedback.domain.answers import findings
from feedback.domain.lifecycle import Action
from feedback.extensions import db
from feedback.services import answers
from tests.factories import GOOD_ANSWER, case_of
from tests.fixtures.pages import Page
from tests.web.stage import bring, fact
from tests.web.test_answer import GOOD

EMPTY_WORDS = "Đã tiếp nhận, sẽ xem xét theo quy định."
PLACE = "Ngày trả kết quả: [[ngày/tháng/năm]]"


@pytest.fixture
def case(app, cast):
    return bring(app, cast, Action.TAKE)


@pytest.fixture
def chi(sign_in, cast):
    return sign_in(cast.chi)


@pytest.fixture
def path(case):
    return f"/desk/cases/{case.reference}/answer"


@pytest.fixture
def places(monkeypatch):
    """Each reason has a place to fill in, whatever is written in its file."""
    rows = {key: {**row, "insert_vi": PLACE, "insert_en": "Day of the result: [[day/month/year]]"}
            for key, row in findings.reasons().items()}
    monkeypatch.setattr(findings, "reasons", lambda: rows)
    monkeypatch.setattr("feedback.web.desk.reading_notes.reasons", lambda: rows)


def values(page):
    return {name: found[0] for name, found in page.page.form(field="seen").values.items() if found}


def read(browser, path, *, status=200, page=None, **fields):
    """What the script gets for these fields."""
    page = page or browser.get(path)
    return json.loads(browser.post(f"{path}/read", {**values(page), **fields}, status=status).body)


def slots(said):
    """The places of a reply by their names, each as a page."""
    pieces = re.split(r'<div data-slot="(\w+)">', said["html"])[1:]
    return dict(zip(pieces[::2], (Page(f"<body>{piece.rsplit('</div>', 1)[0]}</body>") for piece in pieces[1::2]),
                    strict=True))


def marked(page):
    """The words under marks, without the numbers that stand in them."""
    return ["".join(c for c in mark.children if isinstance(c, str)) for mark in page.all("mark")]


def drawn(page):
    """The text that stands in a place with its marks, letter for letter, without the numbers."""
    def words(element):
        return "".join(child if isinstance(child, str) else words(child) if child.tag != "a" else ""
                       for child in element.children)
    return words(next(e for e in page.elements if "data-words" in e.attributes))


def tables(app):
    """Every row of every table, except when a session was last used."""
    with app.app_context():
        found = {table.name: sorted(map(repr, db.session.execute(table.select())))
                 for table in db.metadata.sorted_tables if table.name not in ("staff_session", "seen_case")}
        db.session.rollback()
        return found


# What is said ---------------------------------------------------------------------------------------------------


def test_a_vague_text_is_marked_where_it_is_vague_and_the_level_is_said_in_words(chi, path):
    said = read(chi, path, outcome="explained", point_1=f"\n  {EMPTY_WORDS}  ", point_2=GOOD["point_2"],
                found=GOOD["found"])
    found = slots(said)
    assert marked(found["point_1"])
    assert all(words in EMPTY_WORDS and words == words.strip() for words in marked(found["point_1"]))
    assert found["top"].text.split(" – ")[0] in ("Chưa rõ", "Không trả lời")
    assert "%" not in found["top"].text
    assert re.search(r"\d+ nhận xét\.", said["said"])
    assert said["reason"] is True


def test_a_point_without_an_answer_is_listed_on_top_with_the_way_to_its_box(chi, path):
    top = slots(read(chi, path, **{**GOOD, "point_2": "  \r\n "}))["top"]
    assert "#point_2" in top.links
    assert "#point_1" not in top.links


def test_mending_everything_leaves_no_mark_no_note_and_no_demand_for_a_reason(chi, path):
    said = read(chi, path, **GOOD)
    assert [marked(page) for page in slots(said).values() if page.all("mark")] == []
    assert "Rõ" in said["said"]
    assert said["reason"] is False


def test_what_is_missing_altogether_cannot_be_made_good_by_a_reason(chi, path):
    assert read(chi, path, point_1=GOOD["point_1"])["reason"] is False  # no outcome: it is blocked


@pytest.mark.parametrize("before", ["", "  ", "\n\n", "\u00a0\t", "🙂 a\u0301 "])
def test_the_marks_stand_on_the_same_words_however_the_text_begins(chi, path, before):
    alone = marked(slots(read(chi, path, point_1=EMPTY_WORDS))["point_1"])
    page = slots(read(chi, path, point_1=before + EMPTY_WORDS))["point_1"]
    assert marked(page)[-1].endswith(alone[-1])
    assert drawn(page) == before + EMPTY_WORDS


def test_the_notes_speak_the_language_of_the_page(chi, path):
    english = chi.in_english()
    said = read(english, path, page=english.get(path), point_1=EMPTY_WORDS)
    assert re.search(r"\d+ notes?\.", said["said"])
    assert "needs mending" in slots(said)["point_1"].text


def test_a_place_still_to_be_filled_in_is_named(chi, path):
    found = slots(read(chi, path, **{**GOOD, "next_step": "Gặp [[tên người]] tại phòng 3."}))
    assert "tên người" in found["next_step"].text
    assert "#next_step" in found["top"].links


HOSTILE = ['<mark id="x">', "</textarea><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;",
           "{{ 7*7 }}", "' onfocus=alert(1) '", "<!--", "]]>", "\u202e<b>"]


@pytest.mark.parametrize("words", HOSTILE)
def test_markup_in_the_text_is_words(chi, path, words):
    text = f"{words} {EMPTY_WORDS} {words}"
    said = read(chi, path, point_1=text, found=text)
    source = said["html"].replace(html.escape(words), "")
    assert words not in source or words in ("&lt;b&gt;", "{{ 7*7 }}")
    assert {e.tag for page in slots(said).values() for e in page.elements} <= {
        "body", "div", "p", "strong", "h3", "ul", "li", "a", "span", "mark", "button"}
    assert drawn(slots(said)["point_1"]) == text


# Who, and what is kept ------------------------------------------------------------------------------------------


def test_reading_keeps_nothing_and_says_nothing_to_the_log(app, chi, path, caplog):
    page = chi.get(path)
    before = tables(app)
    read(chi, path, page=page, found="Ký hiệu bí mật 5521.", point_1=EMPTY_WORDS)
    assert tables(app) == before
    assert "5521" not in caplog.text


def test_an_officer_of_another_agency_may_not_know_of_it(sign_in, cast, chi, path):
    dung = sign_in(cast.dung)
    token = dung.get("/account/sessions").page.form(action="/sign-out").values["csrf_token"][0]
    said = json.loads(dung.post(f"{path}/read", {"csrf_token": token, "found": "x"}, status=404).body)
    assert set(said) == {"words"}


def test_once_it_was_sent_nothing_is_read_any_more(app, chi, path, case):
    page = chi.get(path)
    chi.submit(page, field="seen", do="propose", **GOOD)
    assert fact(app, case, "state") == "agency_approval"
    assert "bước khác" in read(chi, path, page=page, status=409, found="x")["words"]


def test_a_reading_without_the_forms_token_is_refused(chi, path):
    page = chi.get(path)
    chi.post(f"{path}/read", {**values(page), "csrf_token": "x"}, status=400)


def test_what_is_too_long_is_not_read(chi, path):
    page = chi.get(path)
    assert "quá dài" in read(chi, path, page=page, status=422, found="a" * 10_001)["words"]
    chi.post(f"{path}/read", {**values(page), "found": "ă" * 1_000_000}, status=413)
    assert "quá dài" in read(chi, path, page=page, status=422, due_on="31/02")["words"]


# The whole page, without a script -------------------------------------------------------------------------------


def test_the_button_marks_the_same_words_as_the_reading_while_one_types(chi, path):
    typed = {"outcome": "explained", "point_1": f" {EMPTY_WORDS}", "point_2": GOOD["point_2"]}
    live = slots(read(chi, path, **typed))
    page = chi.submit(chi.get(path), field="seen", status=200, do="check", **typed).page
    assert marked(page) == [words for part in live.values() for words in marked(part)]
    assert live["top"].text.split(" Mỗi nhận xét")[0] in page.all("section", id="findings")[0].text


def test_a_draft_that_is_opened_again_is_read_at_once_and_an_empty_page_is_not(chi, path):
    assert chi.get(path).page.all("li", class_="finding") == []
    chi.submit(chi.get(path), field="seen", do="save", point_1=EMPTY_WORDS)
    assert marked(chi.get(path).page)


def test_the_reason_is_asked_for_as_long_as_there_are_notes(chi, path):
    def offered(page):
        return "override" in page.page.form(field="seen").names

    assert not offered(chi.get(path))
    vague = chi.submit(chi.get(path), field="seen", status=200, do="check", outcome="explained",
                       point_1=EMPTY_WORDS)
    assert offered(vague)
    assert not offered(chi.submit(vague, field="seen", status=200, do="check", **GOOD))


def test_enter_in_a_line_puts_nothing_in(app, chi, path, case, places):
    """A browser presses the first button of a form then."""
    page = chi.submit(chi.get(path), field="seen", status=200, do="check", point_1=EMPTY_WORDS)
    first = next(e for e in page.page.form(field="seen").element.walk() if e.tag == "button")
    after = chi.submit(page, field="seen", status=200, do=first.get("value"))
    assert values(after)["point_1"] == EMPTY_WORDS


# A place to fill in, instead of a sentence ----------------------------------------------------------------------


def test_one_click_puts_a_place_into_the_box_and_it_cannot_be_sent_unfilled(app, chi, path, case, places):
    checked = chi.submit(chi.get(path), field="seen", status=200, do="check",
                         **{**GOOD, "point_2": EMPTY_WORDS})
    button = next(e for e in checked.page.all("button", name="do") if "data-insert" in e.attributes)
    assert (button.get("data-insert"), button.get("data-into")) == (PLACE, "point_2")
    after = chi.submit(checked, field="seen", do=button.get("value"))
    assert values(after)["point_2"] == f"{EMPTY_WORDS}\n{PLACE}"
    assert "chỗ cần điền đã nằm trong ô" in after.text
    refused = chi.submit(after, field="seen", status=422, do="propose", point_2=PLACE)
    assert "“ngày/tháng/năm”" in refused.text
    assert fact(app, case, "state") == "in_progress"


def test_a_box_for_a_day_or_a_choice_takes_no_place(chi, path, places):
    page = chi.submit(chi.get(path), field="seen", status=200, do="check", outcome="in_progress",
                      point_1=EMPTY_WORDS).page
    into = {e.get("data-into") for e in page.all("button") if "data-insert" in e.attributes}
    assert into
    assert into.isdisjoint({"outcome", "due_on"})


@pytest.mark.parametrize("do", ["insert_place:", "insert_place:found:no_such", "insert_place:seen:holding",
                                "insert_place:point_99:holding", "insert_place:override:holding", "insert_place"])
def test_a_place_that_nobody_offered_changes_nothing(app, chi, path, case, places, do):
    chi.submit(chi.get(path), field="seen", do="save", found="Đã kiểm tra.")
    after = chi.submit(chi.get(path), field="seen", do=do)
    assert values(after)["found"] == "Đã kiểm tra."
    with app.app_context():
        assert answers.newest(case_of(case)).found == "Đã kiểm tra."


def test_a_full_box_takes_no_place(chi, path, places):
    full = chi.submit(chi.get(path), field="seen", status=422, do="insert_place:found:holding", found="a" * 9_990)
    assert "#found" in full.page.links


def test_a_good_answer_has_nothing_to_put_in(chi, path, places):
    assert GOOD_ANSWER.points
    page = chi.submit(chi.get(path), field="seen", status=200, do="check", **GOOD).page
    assert [e for e in page.all("button") if "data-insert" in e.attributes] == []


def test_nobody_keeps_the_machine_busy_by_having_a_draft_read_again_and_again(chi, path, monkeypatch):
    monkeypatch.setattr("feedback.web.desk.reading.reading_of", lambda *_, **__: {"said": "", "count": 0,
                                                                                  "blocked": False})
    monkeypatch.setattr("feedback.web.desk.reading.render_template", lambda *_, **__: "")
    page = chi.get(path)
    for _ in range(60):
        read(chi, path, page=page, found="Đã xem xét.")
    assert "trong một phút" in read(chi, path, page=page, status=429, found="Đã xem xét.")["words"]
