"""The public register on both databases: newest first by key, found without accents, a bounded cost."""

import unicodedata
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from feedback.extensions import db, writing
from feedback.models.publications import Publication, PublicationPoint
from feedback.queries import register, register_best, register_match
from feedback.queries.register_page import COUNT_CAP, PAGE, Cursor, Filters

START = date(2026, 6, 1)


def put(*titles, **about):
    """Public cases, one a day, in the order given; their ids."""
    ids = []
    with writing():
        for place, title in enumerate(titles):
            ids.append(_add(title, place, **about))
    return ids


def _add(title, place, *, question="Vì sao chậm?", answer="Đã trả.", agency="H1.23", category="late_result",
         outcome="resolved", historical=False, day=None, found=""):
    row = Publication(
        reference=f"T{db.session.query(Publication).count():04d}", status="published", title=title, summary=title,
        language="vi", agency_code=agency, agency_vi=f"Cơ quan {agency}", agency_en=f"Agency {agency}",
        kind="behaviour", category=category, outcome=outcome, found=found, done="", owner="", ground="",
        next_step="", published_on=day or START + timedelta(days=place), etag="", historical=historical,
        times_returned=0, times_passed_on=0, points=[PublicationPoint(n=1, question=question, answer=answer)])
    db.session.add(row)
    db.session.flush()
    db.session.add(register_match.index_row(row))
    return row.id


def titles(page):
    return [entry.title for entry in page.entries]


# each engine has its own full-text search
pytestmark = [pytest.mark.usefixtures("db_session"), pytest.mark.both_engines]


@pytest.mark.parametrize("asked", [
    "đất đai", "dat dai", "ĐẤT ĐAI", "đất  đai!", unicodedata.normalize("NFD", "đất đai"), '"đất đai"',
    '"dat dai"', "đai đất", "dat", "dat dai cham"])
def test_it_is_found_with_and_without_accents_however_composed(asked):
    put("Hồ sơ đất đai của tôi chậm", "Giấy khai sinh của con")
    assert titles(register.newest(text=asked)) == ["Hồ sơ đất đai của tôi chậm"]


@pytest.mark.parametrize("stored", ["NFC", "NFD"])
def test_how_the_text_was_stored_does_not_matter(stored):
    put(unicodedata.normalize(stored, "Thủ tục hoà giải đất"))
    for asked in ("hòa giải", "hoà giải", "hoa giai"):
        assert register.newest(text=asked).total == 1


def test_a_quoted_phrase_of_many_words_stands_word_by_word():
    put("chờ cấp giấy phép xây dựng", "cấp giấy tờ và giấy phép cho xe, cấp phép xây dựng")
    assert titles(register.newest(text='"cấp giấy phép"')) == ["chờ cấp giấy phép xây dựng"]
    assert register.newest(text='"giay phep xay dung"').total == 1
    assert register.newest(text="cấp giấy phép").total == 2


def test_words_in_answers_and_names_of_agencies_are_found():
    put("Một", answer="Đã hoàn tiền lệ phí")
    assert register.newest(text="hoan tien").total == 1
    assert register.newest(text="co quan h1").total == 1
    assert register.newest(text="T0000").total == 1


@pytest.mark.parametrize("hostile", [
    "*", "a OR b", "NEAR(a b)", "' & '", '"', '""', "%", "_fh1", ") OR 1=1 --", "\\"])
def test_no_question_is_a_command(hostile):
    put("Hồ sơ đất đai")
    register.newest(text=hostile)
    register.best(text=hostile)


def test_a_filter_word_typed_into_the_box_filters_nothing():
    put("Hồ sơ", historical=True)
    assert register.newest(text="_fh1").total == 0


def test_filters_narrow_the_list_and_can_be_joined_with_words():
    put("Hồ sơ đất một", agency="H1.23", category="late_result", day=date(2026, 5, 3))
    put("Hồ sơ đất hai", agency="H12.3", category="extra_papers", historical=True, day=date(2026, 6, 3))
    put("Khai sinh ba", agency="H1.23", category="extra_papers", outcome="explained", day=date(2026, 6, 4))
    assert titles(register.newest(Filters(agency="H1.23"))) == ["Khai sinh ba", "Hồ sơ đất một"]
    assert titles(register.newest(Filters(agency="H12.3"))) == ["Hồ sơ đất hai"]
    assert titles(register.newest(Filters(category="extra_papers"), text="dat")) == ["Hồ sơ đất hai"]
    assert titles(register.newest(Filters(outcome="explained"))) == ["Khai sinh ba"]
    assert titles(register.newest(Filters(month="2026-06"))) == ["Khai sinh ba", "Hồ sơ đất hai"]
    assert titles(register.newest(Filters(historical=True))) == ["Hồ sơ đất hai"]
    assert register.newest(Filters(historical=False)).total == 2
    assert register.newest(Filters(agency="H1.23", historical=True)).total == 0


def walk_pages(**asked):
    """All titles by going on from page to page, and then all the way back."""
    onward, page = [], register.newest(**asked)
    while True:
        onward.append(titles(page))
        if page.older is None:
            break
        page = register.newest(cursor=page.older, **asked)
    back = [titles(page)]
    while page.newer is not None:
        page = register.newest(cursor=page.newer, **asked)
        back.append(titles(page))
    return onward, back


@pytest.mark.parametrize("asked", [{}, {"text": "ho so"}, {"text": '"ho so so"'},
                                   {"filters": Filters(category="late_result")}])
def test_pages_by_key_show_each_case_once_onward_and_back(asked):
    names = [f"Hồ sơ số {n}" for n in range(2 * PAGE + 5)]
    put(*names)
    onward, back = walk_pages(**asked)
    assert [len(page) for page in onward] == [PAGE, PAGE, 5]
    assert [name for page in onward for name in page] == names[::-1]
    assert [name for page in reversed(back) for name in page] == names[::-1]


def test_many_cases_of_one_day_are_not_lost_between_pages():
    with writing():
        for n in range(PAGE + 3):
            _add(f"Hồ sơ {n}", 0)
    onward, _ = walk_pages()
    assert [len(page) for page in onward] == [PAGE, 3]


def test_a_case_published_meanwhile_moves_no_page():
    put(*[f"Hồ sơ {n}" for n in range(PAGE + 5)])
    first = register.newest()
    with writing():
        _add("Hồ sơ mới", 90)
    assert titles(register.newest(cursor=first.older)) == [f"Hồ sơ {n}" for n in range(4, -1, -1)]


def test_counting_stops_above_a_thousand(monkeypatch):
    monkeypatch.setattr(register, "COUNT_CAP", 31)
    put(*[f"Hồ sơ {n}" for n in range(40)])
    for page in (register.newest(), register.newest(text="ho so")):
        assert (page.total, page.more) == (30, True)
    assert COUNT_CAP == 1_001


def test_the_best_match_has_the_words_side_by_side():
    put("đất ở xa, đai lưng", "tranh chấp đất đai", "một chuyện khác về đất và nước và đai")
    assert titles(register.best(text="đất đai"))[0] == "tranh chấp đất đai"
    assert titles(register.newest(text="đất đai"))[0] == "một chuyện khác về đất và nước và đai"


def test_of_many_that_hold_the_words_an_old_one_with_them_side_by_side_is_found_first(monkeypatch):
    monkeypatch.setattr(register_best, "CANDIDATES", 5)
    put("tranh chấp đất đai", *[f"đất ở ven sông, đai giữ nước số {n}" for n in range(9)])
    found = register.best(text="đất đai")
    assert titles(found)[0] == "tranh chấp đất đai"
    assert (found.more, found.most, len(found.entries)) == (True, 5, 7)
    assert not register.best(text="tranh chấp đất đai").more


def test_of_a_phrase_that_was_not_looked_for_everywhere_it_is_said_so(monkeypatch):
    monkeypatch.setattr(register_best, "PHRASED", 3)
    put(*[f"giấy phép xây dựng số {n}" for n in range(5)])
    found = register.newest(text='"giấy phép xây dựng"')
    assert (found.more, found.most) == (True, 0)
    assert not register.newest(text='"giấy phép xây dựng số 4"').more


def test_best_matches_go_on_after_those_already_shown():
    put(*[f"Hồ sơ số {n}" for n in range(PAGE + 4)])
    first = register.best(text="ho so")
    rest = register.best(text="ho so", after=first.further)
    assert (len(first.entries), len(rest.entries), rest.further) == (PAGE, 4, None)
    assert not set(titles(first)) & set(titles(rest))


def test_similar_cases_share_rare_words_and_are_at_most_five():
    put(*[f"Xin chuyển mục đích sử dụng đất vườn lần {n}" for n in range(8)],
        "Cổng dịch vụ công báo lỗi thanh toán", "Đăng ký khai sinh cho con")
    one = register.one("T0000")
    alike = register.similar(one)
    assert len(alike) == 5
    assert all("đất vườn" in entry.title for entry in alike)
    assert "T0000" not in {entry.reference for entry in alike}


def test_agencies_and_months_offer_what_there_is():
    put("Một", agency="H2", day=date(2025, 12, 30))
    put("Hai", agency="H1", day=date(2026, 2, 1))
    put("Ba", agency="H2", day=date(2026, 2, 2))
    assert [choice.code for choice in register.agencies()] == ["H1", "H2"]
    assert register.months() == ["2026-02", "2026-01", "2025-12"]


def test_an_empty_register_has_nothing_and_breaks_nothing():
    page = register.newest(text="dat dai")
    assert (page.entries, page.total, page.older, page.newer) == ((), 0, None, None)
    assert (register.agencies(), register.months(), register.one("XXXX-XXXX")) == ([], [], None)


def test_a_place_in_the_list_that_is_gone_still_leads_on():
    put(*[f"Hồ sơ {n}" for n in range(5)])
    assert titles(register.newest(cursor=Cursor(START + timedelta(days=2), 10**9))) == [
        "Hồ sơ 2", "Hồ sơ 1", "Hồ sơ 0"]


@pytest.mark.parametrize("rows", [3, 60])
def test_the_cost_does_not_grow_with_the_register(rows, sql_log):
    put(*[f"Hồ sơ đất đai số {n}" for n in range(rows)])
    for look in (register.newest, lambda: register.newest(text="dat dai"), lambda: register.best(text="dat dai"),
                 lambda: register.newest(text='"ho so dat dai"'),
                 lambda: register.newest(Filters(agency="H1.23"))):
        db.session.expire_all()
        sql_log.clear()
        look()
        assert len(sql_log.statements) <= 2
    sql_log.clear()
    register.agencies()
    register.months()
    assert len(sql_log.statements) == 2
    sql_log.clear()
    register.similar(register.one("T0000"))
    # the case with its promises, its points, who held it, its steps, and what is like it
    assert len(sql_log.statements) <= 5
    if db.engine.dialect.name == "postgresql":  # SQLAlchemy writes "OFFSET 0" behind every LIMIT for SQLite
        assert not [s for s in sql_log.statements if "OFFSET" in s.upper()]


# SQLite asks its FTS5 table, which is the index.
@pytest.mark.parametrize("engine_name", ["postgresql"], indirect=True)
def test_the_search_uses_its_index_on_postgresql(app):
    put(*[f"Hồ sơ đất đai số {n}" for n in range(30)])
    hit = register_match.hits(["dat_dai"], limit=5)
    query = str(select(hit.c.id).compile(db.engine, compile_kwargs={"literal_binds": True}))
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    db.session.execute(text("SET LOCAL enable_indexscan = off"))
    plan = "\n".join(row[0] for row in db.session.execute(text("EXPLAIN " + query.replace(":", r"\:"))))
    assert "ix_publication_tokens_words" in plan
