"""How a deed's cost grows with its input: a ratio of processor time inside one run, never an absolute time."""

import gc
import time
from collections.abc import Callable

LINEAR = 8


def growth(deed: Callable[[str], object], seed: str, characters: int) -> float:
    """Processor time for four times as much text over the time for ``characters``, best of three each. About 4
    when the cost is linear, about 16 when it is quadratic; LINEAR lies between, with room for a busy machine."""
    quarter = (seed * (characters // len(seed) + 1))[:characters]
    return _spent(deed, quarter * 4) / max(_spent(deed, quarter), 0.002)  # below 2 ms the clock itself is seen


def _spent(deed: Callable[[str], object], text: str) -> float:
    best = float("inf")
    gc.collect()
    gc.disable()  # as timeit does: looking for cycles among many objects grows by itself
    try:
        for _ in range(3):
            began = time.process_time()
            deed(text)
            best = min(best, time.process_time() - began)
    finally:
        gc.enable()
    return best
