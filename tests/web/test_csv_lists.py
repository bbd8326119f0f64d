"""Each list is a file too: the same rows under the same filter, what the list shows and no more, never a
formula."""

import csv
import io

import pytest

from feedback.domain.lifecycle import Action
from feedback.domain.roles import Role
from feedback.extensions import db, writing
from feedback.models.agencies import Agency
from feedback.web import csv_lists
from tests import factories
from tests.web.stage import bring


def file_of(browser, path: str) -> list[list[str]]:
    """The rows of the file behind an address."""
    reply = browser.get(path)
    assert reply.raw.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.raw.headers["Content-Disposition"].startswith("attachment; filename=")
    assert reply.raw.headers["Cache-Control"] == "no-store"
    assert reply.body.startswith(b"\xef\xbb\xbf"), "Excel takes it for another encoding without the mark"
    return list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))


LISTS = [("/desk/inbox", "chi"), ("/desk/intake", "intake"), ("/supervision/gate", "ha"), ("/supervision/", "ha"),
         ("/admin/people", "quan"), ("/admin/agencies", "quan")]


@pytest.mark.parametrize(("path", "who"), LISTS)
def test_each_list_leads_to_its_file_in_both_languages(app, cast, sign_in, path, who):
    bring(app, cast, Action.TAKE), bring(app, cast), bring(app, cast, Action.APPROVE)
    own = sign_in(getattr(cast, who))
    link = next(link for link in own.get(path).page.links if "format=csv" in link)
    vietnamese, english = file_of(own, link), file_of(own.in_english(), link)
    assert len(vietnamese) == len(english) > 1
    assert vietnamese[0] != english[0], "the heads are in the reader's language"
    assert len({len(row) for row in vietnamese}) == 1


def test_the_file_holds_all_pages_of_the_list_and_only_what_the_filter_leaves(app, cast, sign_in, monkeypatch):
    made = [bring(app, cast, Action.TAKE, points=["Bao giờ?"]) for _ in range(28)]
    other = bring(app, cast, Action.ASSIGN)
    monkeypatch.setattr("feedback.web.supervision.overview.BATCH", 10)
    ha = sign_in(cast.ha)
    everything = [row[0] for row in file_of(ha, "/supervision/?format=csv")[1:]]
    assert sorted(everything) == sorted([*(r.reference for r in made), other.reference])
    taken = [row[0] for row in file_of(ha, "/supervision/?state=in_progress&format=csv")[1:]]
    assert sorted(taken) == sorted(r.reference for r in made)
    assert file_of(sign_in(cast.dung), "/desk/inbox?format=csv")[1:] == [], "nobody's file reaches further"


def test_a_file_ends_at_its_bound(app, cast, sign_in, monkeypatch):
    for _ in range(4):
        bring(app, cast)
    monkeypatch.setattr(csv_lists, "MOST_ROWS", 3)
    assert len(file_of(sign_in(cast.intake), "/desk/intake?format=csv")) == 1 + 3


def test_a_name_that_would_be_a_formula_is_text(app, cast, sign_in):
    with app.app_context(), writing():
        db.session.get_one(Agency, cast.building).name_vi = '=HYPERLINK("http://x.example")'
        factories.member("\u200b@SUM(1+1)", Role.OFFICER, agency_id=cast.building)
    bring(app, cast, Action.TAKE)
    cells = [cell for path, who in LISTS for row in file_of(sign_in(getattr(cast, who)), f"{path}?format=csv")
             for cell in row]
    assert "'=HYPERLINK(\"http://x.example\")" in cells
    assert "'\u200b@SUM(1+1)" in cells
    assert not any(cell.lstrip("\u200b \t")[:1] in ("=", "@", "+", "-") for cell in cells)


def test_no_file_holds_who_sent_a_case_or_what_they_wrote(app, cast, an, sign_in):
    case = an.complains(narrative="Nhà tôi ở cạnh chợ nổi Cái Răng.")
    with app.app_context(), writing():
        factories.walk(case, Action.APPROVE, hands=cast.hands)
    an.complains()
    for path, who in LISTS:
        words = sign_in(getattr(cast, who)).get(f"{path}?format=csv").body.decode()
        assert not any(value in words for value in (*an.identity.values(), "Cái Răng", factories.POINTS[0])), path


def test_a_file_is_for_who_may_open_the_list(app, cast, sign_in, client):
    assert client.get("/desk/inbox?format=csv", status=302).location.startswith("/sign-in")
    sign_in(cast.quan).get("/desk/inbox?format=csv", status=403)
    sign_in(cast.chi).get("/supervision/?format=csv", status=403)
