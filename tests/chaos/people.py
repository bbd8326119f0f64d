"""People who complain through the web, try again until they are shown a receipt, and sometimes send it twice."""

import http.client
import random
import re
import threading
import time
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from urllib.parse import urlencode

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_NONCE = re.compile(r'name="nonce"[^>]*value="([0-9a-f]{32})"|value="([0-9a-f]{32})"[^>]*name="nonce"')
_REFERENCE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
_KEY = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b")
AGAIN = 0.1
"""How many send the form once more after they were shown the receipt."""


@dataclass(frozen=True)
class Shown:
    """A receipt as a person saw it."""

    email: str
    reference: str
    key: str


@dataclass
class Crowd:
    """Some people at once, each sending one complaint after the other."""

    port: int
    submissions: int
    pace: float
    """Seconds that one person waits between two complaints."""
    seed: int
    threads: int = 6
    shown: list[Shown] = field(default_factory=list)
    differing: list[tuple[Shown, Shown]] = field(default_factory=list)
    """Receipts that changed when the same form was sent again."""
    tries: int = 0
    _taken: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        """Begin."""
        self._running = [threading.Thread(target=self._person, args=(n,), daemon=True)
                         for n in range(self.threads)]
        for thread in self._running:
            thread.start()

    @property
    def done(self) -> bool:
        """Whether everybody has been shown their receipts."""
        return not any(thread.is_alive() for thread in self._running)

    def stop(self) -> None:
        """Send nobody any more; used when the time is up."""
        self._stop.set()
        for thread in self._running:
            thread.join(20)

    def _person(self, number: int) -> None:
        dice = random.Random(self.seed * 100 + number)
        while (n := self._next()) is not None:
            email = f"nguoi{n}@thu.example"
            receipt = self._complain(email)
            if receipt is None:
                return
            with self._lock:
                self.shown.append(receipt[0])
            if dice.random() < AGAIN:
                again = self._until_shown(email, *receipt[1:])
                if again is not None and again != receipt[0]:
                    self.differing.append((receipt[0], again))
            self._stop.wait(dice.uniform(0.5, 1.5) * self.pace)

    def _next(self) -> int | None:
        with self._lock:
            if self._taken >= self.submissions or self._stop.is_set():
                return None
            self._taken += 1
            return self._taken

    def _complain(self, email: str) -> tuple[Shown, str, dict[str, str]] | None:
        """Load the form, fill it in, send it until there is a receipt."""
        while not self._stop.is_set():
            cookies: dict[str, str] = {}
            try:
                status, page, _ = self._ask("GET", "/complain", cookies)
                if status == 200:
                    break
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        else:
            return None
        nonce = next(group for group in _NONCE.search(page).groups() if group)  # type: ignore[union-attr]
        body = urlencode({
            "csrf_token": _CSRF.search(page).group(1),  # type: ignore[union-attr]
            "nonce": nonce, "step": "check", "go": "send", "narrative": f"Hồ sơ của tôi bị trả lại. {email}",
            "procedure": "", "agency": "", "category": "", "kind": "", "points-0": "Vì sao hồ sơ bị trả lại?",
            "mode": "confidential", "sender": "myself", "name": "", "email": email, "phone": "", "address": ""})
        shown = self._until_shown(email, body, cookies)
        return None if shown is None else (shown, body, cookies)

    def _until_shown(self, email: str, body: str, cookies: dict[str, str]) -> Shown | None:
        """Send this very form again and again until a receipt is on the screen."""
        while not self._stop.is_set():
            self.tries += 1
            try:
                status, _, place = self._ask("POST", "/complain", cookies, body)
                if status == 303 and place.endswith("/complain/receipt"):
                    status, page, _ = self._ask("GET", "/complain/receipt", cookies)
                    reference, key = _REFERENCE.search(page), _KEY.search(page)
                    if status == 200 and reference and key:
                        return Shown(email, reference.group(), key.group())
            except (OSError, http.client.HTTPException):
                pass  # killed in the middle: nobody knows whether it was taken in
            time.sleep(0.1)
        return None

    def _ask(self, method: str, path: str, cookies: dict[str, str], body: str = "") -> tuple[int, str, str]:
        """Status, text and place to go next."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            text = answer.read().decode()
            for header in answer.headers.get_all("Set-Cookie") or []:
                cookies.update({name: crumb.value for name, crumb in SimpleCookie(header).items()})
            return answer.status, text, answer.headers.get("Location", "")
        finally:
            line.close()
