"""How often, so that guessing is hopeless and nobody starves the others. A complaint is never refused silently.

Guesses are counted in Redis, shared by all web processes; while Redis does not answer, each process counts by
itself. Complaints and searches are counted in the process's memory alone: no call to Redis may stand before
the reply to a complaint (design §6), and a search costs this process, not the others. Keys are keyed hashes
that change every day: no address is stored anywhere.

The ``limits`` library is used without Flask-Limiter, whose one module-level object would be shared by all apps of
a process and whose counting after the response fails when Redis dies in between.
"""

import hashlib
import hmac
import ipaddress
import logging
import time
from enum import Enum
from functools import cached_property

from flask import Flask, current_app, request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

from feedback import clock
from feedback.services import accounts

REDIS_SECONDS = 0.3
"""Longest wait for Redis to connect or to answer; then it is left alone for ``SILENT_SECONDS``."""
SILENT_SECONDS = 30.0

log = logging.getLogger("feedback.web")


class Limit(Enum):
    """How much of what is allowed. The first six count what went wrong, the others what was asked."""

    SIGN_IN_ACCOUNT = "10 per 15 minutes"  # tries for one account from one place
    SIGN_IN_ANYWHERE = "100 per 15 minutes"  # tries for one account from all unknown places together
    SECOND_STEP = "5 per minute"
    SECOND_STEP_DAY = "60 per day"
    SIGN_IN_ADDRESS = "30 per 15 minutes"  # an office shares one address
    TRACKING_ADDRESS = "10 per hour"
    SUBMIT_ADDRESS = "30 per hour"  # in each process; a service centre with one address for all stays below
    SUBMIT_DOUBTFUL = "10 per hour"  # of these, what looks as if a machine had sent it (no script counts too)
    DRAFT_ADDRESS = "60 per hour"  # new drafts; saving one again is free
    LOST_ADDRESS = "20 per hour"  # questions for a new tracking key, and codes typed
    VISIT_ENDED = "1 per 30 minutes"  # no limit of tries: that a visit has ended, as long as its cookie lives
    SEARCH_ADDRESS = "60 per minute"
    ME_TOO_ADDRESS = "20 per hour"  # presses of "it happened to me too", in each process
    CONTACT_SEARCH = "40 per hour"  # staff who look for a sender's telephone number or e-mail, in each process
    READING_PERSON = "60 per minute"  # drafts read while somebody types, in each process
    API_KEY = "300 per hour"  # complaints of one other system, in each process
    UPLOAD_ADDRESS = "150 per hour"  # in each process; five files for each of the complaints above


_ITEMS: dict[Limit, RateLimitItem] = {limit: parse(limit.value) for limit in Limit}


class Counts:
    """The counters of one app: in Redis when it answers, else in memory."""

    def __init__(self, redis_url: str) -> None:
        self.memory = MovingWindowRateLimiter(MemoryStorage())
        self.silent_until = 0.0
        self._redis_url = redis_url

    @cached_property
    def shared(self) -> MovingWindowRateLimiter:
        """Those in Redis. Made at the first question: the client takes eight megabytes, and most of what a process
        shows asks no limit."""
        # Whole, before the library looks for it: of one that another thread is just importing it finds no version.
        import redis  # noqa: F401

        return MovingWindowRateLimiter(RedisStorage(
            self._redis_url.replace("unix://", "redis+unix://", 1), socket_timeout=REDIS_SECONDS,
            socket_connect_timeout=REDIS_SECONDS))

    def is_over(self, limit: Limit, key: str) -> bool:
        """Whether nothing more is allowed now; counts nothing."""
        if time.monotonic() >= self.silent_until:
            from redis.exceptions import RedisError  # see ``shared``

            try:
                return not self.shared.test(_ITEMS[limit], limit.name, key)
            except RedisError as fault:
                self._leave_alone(fault)
        return not self.memory.test(_ITEMS[limit], limit.name, key)

    def count(self, limit: Limit, key: str) -> None:
        """Count one. In memory always, so that a Redis that dies now does not bring the guesses back to zero."""
        self.memory.hit(_ITEMS[limit], limit.name, key)
        if time.monotonic() >= self.silent_until:
            from redis.exceptions import RedisError  # see ``shared``

            try:
                self.shared.hit(_ITEMS[limit], limit.name, key)
            except RedisError as fault:
                self._leave_alone(fault)

    def allows(self, limit: Limit, key: str) -> bool:
        """Count one in memory alone and say whether it is still within the limit."""
        return self.memory.hit(_ITEMS[limit], limit.name, key)

    def _leave_alone(self, fault: Exception) -> None:
        self.silent_until = time.monotonic() + SILENT_SECONDS
        log.warning("limits_without_redis", extra={"fault": type(fault).__name__})


def init_limits(app: Flask) -> None:
    """Give the app its counters. Connects to nothing."""
    app.extensions["limits"] = Counts(app.extensions["settings"].redis_url)


def sign_in_refused(email: str, *, known: bool = False) -> bool:
    """Whether too many sign-ins failed lately for this account from here, from this address for all accounts, or
    for this account from everywhere: answer 429. The last is left out for a browser in which the account has
    signed in before (``known``): strangers who type wrong passwords must not lock the owner out."""
    if _counts().is_over(Limit.SIGN_IN_ACCOUNT, _from_here(email, known)) or _address_over(Limit.SIGN_IN_ADDRESS):
        return True
    return not known and _counts().is_over(Limit.SIGN_IN_ANYWHERE, accounts.account_code(email))


def count_failed_sign_in(email: str, *, known: bool = False) -> None:
    """A sign-in failed. Unknown addresses count like known ones."""
    _counts().count(Limit.SIGN_IN_ACCOUNT, _from_here(email, known))
    if not known:
        _counts().count(Limit.SIGN_IN_ANYWHERE, accounts.account_code(email))
    _count_address(Limit.SIGN_IN_ADDRESS)


def second_step_refused(person_id: int) -> bool:
    """Whether too many codes of this person were wrong in the last minute or day: answer 429. Only who knows the
    password gets so far, so an outsider can lock nobody out here."""
    return any(_counts().is_over(limit, f"step-{person_id}")
               for limit in (Limit.SECOND_STEP, Limit.SECOND_STEP_DAY))


def count_wrong_code(person_id: int) -> None:
    """A code of the second step was wrong."""
    for limit in (Limit.SECOND_STEP, Limit.SECOND_STEP_DAY):
        _counts().count(limit, f"step-{person_id}")


def tracking_refused() -> bool:
    """Whether too many wrong tracking keys came from this address: answer 429."""
    return _address_over(Limit.TRACKING_ADDRESS)


def count_wrong_key() -> None:
    """A tracking key was wrong (a typing fault that the check symbol shows does not count)."""
    _count_address(Limit.TRACKING_ADDRESS)


def count_end_of_visit(visit: str) -> None:
    """Somebody left their case: this visit's cookie opens nothing any more, whoever copied it."""
    _counts().count(Limit.VISIT_ENDED, visit)


def visit_has_ended(visit: str) -> bool:
    """Whether this visit was ended. While Redis is silent only the process that was told knows."""
    return _counts().is_over(Limit.VISIT_ENDED, visit)


def submission_allowed(*, doubtful: bool = False) -> bool:
    """Count one complaint and say whether it may be taken in now. When not, the form is shown again with what
    was written, the status 429 and clear words; nothing is dropped. ``doubtful``: it looks automatic
    (``web/public/doubts``), so fewer are taken within an hour."""
    if is_local():
        return True
    if doubtful and not _counts().allows(Limit.SUBMIT_DOUBTFUL, address_key()):
        return False
    return _counts().allows(Limit.SUBMIT_ADDRESS, address_key())


def draft_allowed() -> bool:
    """Count one new draft and say whether it may be kept. In memory alone: no draft waits for Redis."""
    return is_local() or _counts().allows(Limit.DRAFT_ADDRESS, address_key())


def lost_key_allowed() -> bool:
    """Count one question for a new tracking key, or one typed code, and say whether it may be looked at."""
    if is_local():
        return True
    refused = _address_over(Limit.LOST_ADDRESS)
    _count_address(Limit.LOST_ADDRESS)
    return not refused


def upload_allowed() -> bool:
    """Count one file and say whether it may be looked at now. When not, the complaint can be sent without it."""
    return is_local() or _counts().allows(Limit.UPLOAD_ADDRESS, address_key())


def key_allowed(key_id: int) -> bool:
    """Count one complaint of another system's key and say whether it may be taken in now."""
    return _counts().allows(Limit.API_KEY, f"key-{key_id}")


def search_allowed() -> bool:
    """Count one search and say whether it may run."""
    return is_local() or _counts().allows(Limit.SEARCH_ADDRESS, address_key())


def me_too_allowed() -> bool:
    """Count one "it happened to me too" and say whether it may be taken in."""
    return is_local() or _counts().allows(Limit.ME_TOO_ADDRESS, address_key())


def contact_search_allowed(person_id: int) -> bool:
    """Count one search for a sender's telephone number or e-mail by this member of staff and say whether it may
    run: enough to help who calls, too few to try out whether any of a list of people complained."""
    return _counts().allows(Limit.CONTACT_SEARCH, f"person-{person_id}")


def reading_allowed(person_id: int) -> bool:
    """Count one reading of what this member of staff types and say whether it may run: more than anybody pauses in
    a minute, too few to keep a process busy, for the longest answer takes it a second."""
    return _counts().allows(Limit.READING_PERSON, f"person-{person_id}")


def address_key() -> str:
    """A code of where the request comes from, another one every day; IPv6 counts by its /64."""
    return _keyed(f"address:{clock.today().isoformat()}:{_line()}")[:20]


def month_key(subject: str) -> str:
    """A code of where the request comes from, another one for each subject and every month: enough to see that a
    line said the same twice, no use for following it from one subject to the next."""
    return _keyed(f"month:{clock.today():%Y-%m}:{subject}:{_line()}")[:32]


def _line() -> str:
    """The address of who asks, of IPv6 its /64."""
    text = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(text)
        if address.version == 6:
            text = str(ipaddress.ip_network((address, 64), strict=False))
    except ValueError:
        pass  # a unix socket has no address
    return text


def _keyed(message: str) -> str:
    pepper: str = current_app.extensions["settings"].pepper
    return hmac.new(pepper.encode(), message.encode(), hashlib.sha256).hexdigest()


def is_local() -> bool:
    """Whether the request seems to come from this machine: a trial, or a proxy that FEEDBACK_TRUSTED_PROXIES
    does not name. Everybody would share one count then, so counting by address is left out."""
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return True


def _from_here(email: str, known: bool) -> str:
    """An account as tried from one place: a browser it knows, else an address."""
    return f"{accounts.account_code(email)}.{'known' if known else address_key()}"


def _address_over(limit: Limit) -> bool:
    return not is_local() and _counts().is_over(limit, address_key())


def _count_address(limit: Limit) -> None:
    if not is_local():
        _counts().count(limit, address_key())


def _counts() -> Counts:
    counts: Counts = current_app.extensions["limits"]
    return counts
