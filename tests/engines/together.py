"""Several threads that start a deed at the same moment, each with an app context of its own."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import TypeVar

from flask import Flask

Result = TypeVar("Result")


def together(app: Flask, deed: Callable[[], Result], *, times: int = 3) -> list[Result]:
    """What the deed gave each of the threads; fewer results than ``times`` when one of them failed."""
    start = Barrier(times)
    results: list[Result] = []

    def run() -> None:
        start.wait()
        with app.app_context():
            results.append(deed())

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
