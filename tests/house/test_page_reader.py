"""The reader that looks over every page finds what it is there for."""

import pytest

from tests.fixtures.pages import Page

GOOD = """<!doctype html><html lang="vi"><head><title>Tra cứu – Hồi Âm</title></head><body><main>
<h1>Tra cứu</h1><form method="post" action="/track"><input type="hidden" name="csrf_token" value="t">
<label for="key">Mã tra cứu</label><input id="key" name="key" value="a"><p id="hint">Gợi ý</p>
<select name="kind" aria-label="Loại"><option value="1">Một</option>
<option value="2" selected>Hai</option></select>
<textarea name="why" aria-describedby="hint" aria-label="Vì sao">
vì vậy</textarea><label><input type="checkbox" name="agree" value="y" checked> Đồng ý</label>
<button name="go" value="send">Gửi</button></form></main></body></html>"""


def test_a_good_page_has_no_faults():
    assert Page(GOOD).faults("vi") == []


@pytest.mark.parametrize(("old", "new", "fault"), [
    ('lang="vi"', 'lang="en"', "lang"),
    ("<h1>Tra cứu</h1>", "", "0 h1"),
    ("<h1>Tra cứu</h1>", "<h1>Một</h1><h1>Hai</h1>", "2 h1"),
    ("<h1>Tra cứu</h1>", "<h1> </h1>", "h1"),
    ("Tra cứu – Hồi Âm", "– Hồi Âm", "title"),
    ("<main>", "<div>", "main"),
    ('<label for="key">Mã tra cứu</label>', "", "no label"),
    ('<label for="key">Mã tra cứu</label>', '<label for="key"></label>', "no label"),
    ('<label for="key">', '<label for="other">', "not there"),
    ('aria-describedby="hint"', 'aria-describedby="nowhere"', "not there"),
    ('<p id="hint">', '<p id="key">', "twice"),
    ('value="t"', 'value=""', "csrf_token"),
    ("<button name=\"go\" value=\"send\">Gửi", "<button name=\"go\" value=\"send\">", "without words"),
    ("<p id=\"hint\">Gợi ý</p>", "<p id=\"hint\" style=\"color:red\">Gợi ý</p>", "inline style"),
    ("<p id=\"hint\">", "<p id=\"hint\" onclick=\"x()\">", "inline onclick"),
    ("Gợi ý", "<script>x()</script>", "inline script"),
    ("Gợi ý", "<script type=\"module\">x()</script>", "inline script"),
    ("Gợi ý", "{{ hint }}", "template marks"),
    ("Gợi ý", "&lt;b&gt;Gợi ý&lt;/b&gt;", "template marks"),
    ("Gợi ý", "<img src=\"a.png\">", "without alt"),
    ("Gợi ý", "<fieldset>x</fieldset>", "legend"),
    ("Gợi ý", "<b>Gợi ý</i>", "closes"),
])
def test_each_fault_is_found(old, new, fault):
    assert old in GOOD
    assert any(fault in found for found in Page(GOOD.replace(old, new)).faults("vi"))


@pytest.mark.parametrize("type_", ["application/json", "application/ld+json"])
def test_a_block_of_data_is_no_script(type_):
    assert Page(GOOD.replace("Gợi ý", f'<script type="{type_}">{{"a": 1}}</script>Gợi ý')).faults("vi") == []


def test_a_form_sends_what_a_browser_would_send():
    form = Page(GOOD).form(action="/track")
    assert form.values == {"csrf_token": ["t"], "key": ["a"], "kind": ["2"], "why": ["vì vậy"], "agree": ["y"]}
    assert "go" in form.names


def test_words_are_read_as_people_see_them():
    page = Page(GOOD)
    assert page.h1 == "Tra cứu"
    assert "Mã tra cứu" in page.text
    assert "Hồi Âm" not in page.text, "the title is not on the page"
