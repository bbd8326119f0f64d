"""P17: what reading an answer costs, against the page of the same run, and how it grows on hostile text."""

import gc
import time
from collections.abc import Callable
from itertools import zip_longest
from statistics import median, quantiles

from feedback.domain.answers.verdict import read_answer
from feedback.domain.answers.view import MAX_CHARS
from tests.bench.answers import Pair, pairs
from tests.bench.measured import Bench, Measured

SETS = ("dev.jsonl", "published.jsonl")
P50, P95, DOUBLED = 4.0, 15.0, 2.5
LONGEST = 215.0
"""200 ms beside the 0.93 ms that the page took where the target was set."""
SHORTER = (5_000, 10_000)
"""Lengths of hostile text before ``MAX_CHARS``, beyond which nothing is read."""
TURNS, MOST_TURNS = 7, 21
"""How often each length is read: so often, and where the ratio is above the target up to so often. Real growth
stays above it; a busy machine's does not."""
HOSTILE = {
    "digits": "1", "amounts": "1.234.567 ", "one letter": "a", "one accented letter": "ệ", "spaces": " ",
    "line ends": "a\n", "full stops": ". ", "brackets": "(", "marks alone": "e\u0301", "dates": "ngày 5 tháng ",
    "provisions": "khoản 1 Điều 5 Nghị định 61/2018/NĐ-CP, ", "soft words": "sẽ xem xét theo quy định, ",
}
"""What is repeated: each has once made some pattern of some reader look back again and again."""
COMPLAINT = "Tôi nộp hồ sơ cấp giấy chứng nhận từ tháng 6. Bao giờ tôi nhận được kết quả?"

_measured: list[str] = []


def measure(bench: Bench) -> list[Measured]:
    """Once a run: no database is in it."""
    if _measured:
        return []
    _measured.append(bench.database)
    few = not bench.scale.full_form
    asked = [pair for both in zip_longest(*map(pairs, SETS)) for pair in both if pair]
    asked = asked[:20] if few else asked
    page = bench.page_ms(anew=True)
    times = sorted(_read(asked, rounds=1 if few else 3))
    p50, p95 = median(times), quantiles(times, n=20)[-1]
    raw = {"answers": len(times), "page_ms": round(page, 3), "p50_ms": round(p50, 2), "p95_ms": round(p95, 2),
           "slowest_ms": round(times[-1], 2)}
    grown = {name: _doubling(seed) for name, seed in HOSTILE.items()}
    worst = max(grown, key=lambda name: grown[name][0])
    slow = max(grown, key=lambda name: grown[name][1])
    return [
        Measured("P17", "an answer is read: p50 as multiple of the page's p50", "-", p50 / page, "ratio",
                 ("<=", P50), raw=raw),
        Measured("P17", "an answer is read: p95 as multiple of the page's p50", "-", p95 / page, "ratio",
                 ("<=", P95), raw=raw),
        Measured("P17", f"{len(HOSTILE)} hostile texts: most time for twice the letters, up to {MAX_CHARS:,}", "-",
                 grown[worst][0], "ratio", ("<=", DOUBLED), note=f"worst: {worst}",
                 raw={name: round(found[0], 2) for name, found in grown.items()}),
        Measured("P17", f"{MAX_CHARS:,} hostile letters are read, as multiple of the page's p50", "-",
                 grown[slow][1] / page, "ratio", ("<=", LONGEST),
                 note=f"slowest: {slow}, {grown[slow][1]:.0f} ms",
                 raw={name: round(found[1], 1) for name, found in grown.items()})]


def _read(asked: list[Pair], *, rounds: int) -> list[float]:
    """Milliseconds of each answer, the best of some rounds: the reader is warm, the machine is not alone."""
    read_answer(COMPLAINT, COMPLAINT)
    times = [float("inf")] * len(asked)
    for _ in range(rounds):
        for at, pair in enumerate(asked):
            began = time.perf_counter()
            read_answer(pair["complaint"], pair["answer"])
            times[at] = min(times[at], (time.perf_counter() - began) * 1000)
    return times


def _doubling(seed: str) -> tuple[float, float]:
    """The worse of the two ratios t(2n)/t(n) up to the longest text that is read, in processor time; and the
    milliseconds of the longest. The lengths take turns: a neighbour that slows the processor for a moment meets
    all of them, and the best turn of each is compared."""
    texts = [(seed * (size // len(seed) + 1))[:size] for size in (*SHORTER, MAX_CHARS)]
    best = [float("inf")] * len(texts)
    ratio = float("inf")
    for turn in range(MOST_TURNS):
        for at, text in enumerate(texts):
            best[at] = min(best[at], _spent(lambda text=text: read_answer(COMPLAINT, text)))
        # Below 2 ms it is the clock itself that is seen.
        ratio = max(b / max(a, 2.0) for a, b in zip(best, best[1:], strict=False))
        if turn + 1 >= TURNS and ratio <= DOUBLED:
            break
    return ratio, best[-1]


def _spent(deed: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()  # as timeit does
    try:
        began = time.process_time()
        deed()
        return (time.process_time() - began) * 1000
    finally:
        gc.enable()
