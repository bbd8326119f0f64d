"""A visitor of the product over HTTP: a case opened with its key, complaints sent, receipts read."""

import http.client
import re
import secrets
from collections.abc import Callable, Sequence
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from feedback.web import kept_pages
from tests.bench import load

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
STORY = (
    "Tôi nộp hồ sơ cấp giấy phép xây dựng tại bộ phận một cửa, đã quá hẹn mười ngày mà không ai trả lời. Cán bộ "
    "tiếp nhận yêu cầu nộp thêm bản sao hộ khẩu dù thông tin đã có trên hệ thống, lần sau lại yêu cầu giấy xác "
    "nhận tạm trú. Tôi đã đi lại bốn lần, mỗi lần được hướng dẫn một cách khác nhau, và không nhận được văn bản "
    "nào nói rõ còn thiếu giấy tờ gì.")


def open_case(url: str, key: str) -> str:
    """Open a case with its tracking key as a person does; the cookie that reads it for half an hour."""
    page, cookie = _fetch(url, "/track")
    status, _text, cookie = _post(url, "/track", {"csrf_token": _token(page), "key": key}, cookie)
    if status != 303:
        raise RuntimeError(f"the tracking key opened nothing: {status}")
    return cookie


def drawn_anew(url: str, references: Sequence[str]) -> list[str]:
    """Addresses of these cases, so many that asked for in turn each page is drawn: of three times what a process
    keeps, each of two processes meets more than it keeps before one comes round again."""
    times = 1 + 3 * kept_pages.MOST // len(references)
    return [f"{url}/register/{one}?turn={number}" for number in range(times) for one in references]


def complaints(url: str) -> Callable[[], bytes]:
    """Gives one whole complaint after the other as the last page of the form sends it, each with a nonce of its
    own, all from one browser."""
    page, cookie = _fetch(url, "/complain?step=start")
    token = _token(page)

    def following() -> bytes:
        form = {
            "csrf_token": token, "step": "check", "go": "send", "nonce": secrets.token_hex(16),
            "similar_seen": "1", "narrative": STORY, "category": "late_result", "kind": "behaviour",
            "procedure": "1", "agency": "", "urgent": "no", "points-0": "Vì sao hồ sơ của tôi quá hẹn?",
            "points-1": "Bao giờ tôi nhận được kết quả?",
            "mode": "confidential", "sender": "myself", "name": "Người gửi thử",
            "email": "nguoi.gui@mau.example"}
        return load.request("POST", f"{url}/complain", cookie=cookie, body=urlencode(form).encode())

    return following


def cookie_in(head: bytes) -> str:
    """The visitor's cookie that an answer sets, as 'name=value'; empty when it sets none."""
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"set-cookie: visit="):
            return line.partition(b": ")[2].partition(b";")[0].decode()
    return ""


def receipt(url: str, cookie: str) -> str:
    """The receipt that this cookie may see, as HTML; empty when there is none."""
    status, text, _cookie = _get(url, "/complain/receipt", cookie)
    return text if status == 200 else ""


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise RuntimeError("the page has no form token")
    return found[1]


def _fetch(url: str, path: str) -> tuple[str, str]:
    status, text, cookie = _get(url, path, "")
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return text, cookie


def _get(url: str, path: str, cookie: str) -> tuple[int, str, str]:
    return _ask(url, "GET", path, None, {"Cookie": cookie} if cookie else {}, cookie)


def _post(url: str, path: str, form: dict[str, str], cookie: str) -> tuple[int, str, str]:
    return _ask(url, "POST", path, urlencode(form), {
        "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}, cookie)


def _ask(url: str, method: str, path: str, body: str | None, headers: dict[str, str],
         cookie: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(*load.address(url), timeout=60)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        crumbs = SimpleCookie("; ".join(answer.headers.get_all("Set-Cookie") or []))
        if "visit" in crumbs:
            cookie = f"visit={crumbs['visit'].value}"
        return answer.status, text, cookie
    finally:
        connection.close()
