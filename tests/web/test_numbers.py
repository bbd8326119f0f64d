"""Numbers in addresses and forms that are none: a page says so, or shows its beginning; it never breaks."""

import pytest

from feedback.domain.lifecycle import Action
from tests.web.stage import bring, fact
from tests.web.test_security_sessions import sign_in as sign_in_raw
from tests.web.test_security_sessions import token_on

LONG = "9" * 30
ODD = ["²", "٣", LONG, "9" * 5000, "-1", "1.0", ""]
KEYS = ["2026-01-01T00:00:00~1", f"2026-01-01T00:00:00+00:00~{LONG}", "0001-01-01T00:00:00+14:00~1",
        "9999-12-31T23:59:59-14:00~1", "2026-01-01T00:00:00+00:00~²", "~", "x~1"]


@pytest.mark.parametrize("key", KEYS)
def test_a_mangled_place_in_a_list_shows_its_beginning(app, cast, key):
    for who, lists in ((cast.intake, ["/desk/intake"]), (cast.chi, ["/desk/inbox"]),
                       (cast.ha, ["/supervision/", "/supervision/gate"])):
        client = app.test_client()
        sign_in_raw(client, who)
        for path in lists:
            assert client.get(path, query_string={"after": key}).status_code == 200, path


@pytest.mark.parametrize("number", ODD)
def test_a_year_that_is_no_number_shows_this_year(app, cast, number):
    client = app.test_client()
    sign_in_raw(client, cast.quan)
    assert client.get("/admin/calendar", query_string={"year": number}).status_code == 200


def test_a_number_that_no_database_holds_leads_nowhere(app, cast):
    client = app.test_client()
    sign_in_raw(client, cast.publisher)
    assert client.get(f"/desk/publication/{LONG}").status_code == 404
    data = {"csrf_token": token_on(client, "/desk/publication/batch"), "draft": LONG, "deed": "confirm"}
    assert client.post("/desk/publication/batch", data=data).status_code == 422
    for step in ("confirm", "show", "approve", "hold", "unpublish"):
        assert client.post(f"/desk/publication/{LONG}/{step}", data=data).status_code == 404, step
    assert client.post(f"/account/sessions/{LONG}/revoke", data=data).status_code == 404


@pytest.mark.parametrize("version", ODD)
def test_who_does_not_say_which_version_was_read_moves_nothing(app, cast, version):
    """Two people at once is a 409 also when a form comes without its hidden field, or with a mangled one."""
    for who, to, path, data in (
            (cast.intake, None, "/desk/cases/{}/ask_submitter", {
                "what_1": "Bản chụp giấy hẹn trả kết quả", "because_1": "Để tìm hồ sơ"}),
            (cast.chi, Action.ASSIGN, "/desk/cases/{}/take", {}),
            (cast.ha, Action.APPROVE, "/supervision/cases/{}/answer", {"decision": "release"})):
        receipt = bring(app, cast, to)
        before = fact(app, receipt, "state")
        client = app.test_client()
        sign_in_raw(client, who)
        at = path.format(receipt.reference)
        answer = client.post(at, data={**data, "version": version, "csrf_token": token_on(client, at)})
        assert answer.status_code == 409, at
        assert fact(app, receipt, "state") == before


@pytest.mark.parametrize("place", ODD)
def test_taking_out_a_point_that_is_not_there_changes_nothing(app, cast, place):
    client = app.test_client()
    data = {"csrf_token": token_on(client, "/complain"), "step": "points", "remove_point": place,
            "points-0": "Vì sao chậm?"}
    answer = client.post("/complain", data=data, follow_redirects=True)
    assert answer.status_code == 200
    assert "Vì sao chậm?" in answer.text
