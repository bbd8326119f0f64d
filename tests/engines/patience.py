"""Waiting for another process: until something is so, and no longer than a bound."""

import time
from collections.abc import Callable


def wait_until(so: Callable[[], object], *, seconds: float = 10.0, what: str = "") -> None:
    """Return as soon as `so()` is true; fail the test after `seconds`."""
    give_up = time.monotonic() + seconds
    while not so():
        if time.monotonic() > give_up:
            raise AssertionError(f"waited {seconds} s in vain {what}")
        time.sleep(0.02)


def fails_with(error: type[Exception], deed: Callable[[], object]) -> Callable[[], bool]:
    """A condition for `wait_until`: that `deed()` fails in this way."""

    def failed() -> bool:
        try:
            deed()
        except error:
            return True
        return False

    return failed
