"""Visitors of django-helpdesk over HTTP: staff who read and search its list, and people who send tickets.

It has no public list: what its page shows is fetched as JSON by the page's table (DataTables). That JSON is asked
for here, as a signed-in member of staff, without the page around it; both count in its favour.
"""

import base64
import http.client
import json
import re
from collections.abc import Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode

from tests.bench import load, visiting
from tests.bench.peers.helpdesk import STAFF, STAFF_PASSWORD, Peer

ROWS = 20
"""Rows of a page, as many as the house shows."""
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def signed_in(peer: Peer) -> str:
    """The cookies of a member of staff."""
    page, crumbs = _ask(peer, "GET", "/login/")
    form = {"csrfmiddlewaretoken": _token(page), "username": STAFF, "password": STAFF_PASSWORD, "next": "/"}
    _page, crumbs = _ask(peer, "POST", "/login/", form=form, cookies=crumbs, expected=302)
    return _line(crumbs)


def open_list(peer: Peer) -> str:
    """Address of the first rows of the open tickets: what its start page asks for."""
    return _table(peer, {"filtering": {"status__in": [1, 2]}, "sorting": "created", "search_string": "",
                         "sortreverse": False})


def search(peer: Peer, text: str) -> str:
    """Address of the first rows of the tickets that hold this text: what its search field asks for."""
    return _table(peer, {"filtering": {}, "filtering_null": {}, "sorting": "created", "sortreverse": None,
                         "search_string": text})


def found(peer: Peer, address: str, cookie: str) -> tuple[int, int]:
    """How many tickets a list says it has, and how many of them it shows."""
    said, _crumbs = _ask(peer, "GET", address.removeprefix(peer.url), cookies={"": cookie})
    listed = json.loads(said)
    return int(listed["recordsTotal"]), len(listed["data"])


def tickets(peer: Peer) -> Callable[[], bytes]:
    """Gives one whole ticket after the other as its public form sends it, with the words of the house's own bench,
    all from one browser. It answers 302 when the ticket is taken, 200 when the form is shown again."""
    page, crumbs = _ask(peer, "GET", "/tickets/submit/")
    cookie, token = _line(crumbs), _token(page)
    number = 0

    def following() -> bytes:
        nonlocal number
        number += 1
        form = {"csrfmiddlewaretoken": token, "queue": str(peer.queue), "title": f"Hồ sơ quá hẹn {number}",
                "body": visiting.STORY, "priority": "3", "due_date": "",
                "submitter_email": "nguoi.gui@mau.example"}
        return load.request("POST", f"{peer.url}/tickets/submit/", cookie=cookie, body=urlencode(form).encode())

    return following


def _table(peer: Peer, query: dict[str, Any]) -> str:
    packed = base64.b64encode(json.dumps(query).encode()).decode("ascii")
    return f"{peer.url}/datatables_ticket_list/{quote(packed)}?draw=1&start=0&length={ROWS}"


def _ask(peer: Peer, method: str, path: str, *, form: dict[str, str] | None = None,
         cookies: dict[str, str] | None = None, expected: int = 200) -> tuple[str, dict[str, str]]:
    """The page and the cookies as they are after it."""
    known = dict(cookies or {})
    headers = {"Cookie": known.get("") or _line(known)} if known else {}
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection(*load.address(peer.url), timeout=120)
    try:
        connection.request(method, path, None if form is None else urlencode(form), headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        if answer.status != expected:
            raise RuntimeError(f"the peer answered {answer.status} to {method} {path.partition('?')[0][:60]}")
        crumbs = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie") or []))
        return text, known | {name: crumb.value for name, crumb in crumbs.items()}
    finally:
        connection.close()


def _line(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _token(page: str) -> str:
    match = _TOKEN.search(page)
    if match is None:
        raise RuntimeError("the peer's page has no form token")
    return match[1]
