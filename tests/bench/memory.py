"""P18: what a web worker and a queue worker take, at the start and after many mixed requests."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import quote_plus

from feedback.processes import dies_with_parent
from tests.bench import load, serving
from tests.bench.measured import Bench, Measured
from tests.engines.valkey import valkey

START, PEAK, GROWTH, QUEUE = 90.0, 110.0, 5.0, 120.0
LOOKS = 20
"""How often memory is read on the way."""
SETTLES = 5.0
"""Seconds that the queue worker gets to come up and tick."""
WORDS = ("dat dai", "hộ khẩu", '"giấy phép xây dựng"', "cap giay", "đường Hùng Vương", "qua hen")


def measure(bench: Bench) -> list[Measured]:
    """Resident megabytes from /proc; the largest of the workers counts."""
    if not Path("/proc/self/status").exists():
        return [Measured("P18", "memory of the web workers", bench.database, None, "MB", ("<=", PEAK),
                         void="this system has no /proc to read memory from")]
    looks: list[float] = []
    peaks: list[float] = []
    bad = 0
    with serving.product_server(bench.settings) as server:
        addresses = _mixed(bench, server.url)
        load.mixed(addresses[:20], seconds=30, most=20)
        first = max(_rss(server.workers()))
        a_time = max(1, bench.scale.requests // LOOKS)
        for number in range(LOOKS):
            turned = addresses[number * a_time % len(addresses):] + addresses
            found = load.mixed(list(islice(turned, a_time)), connections=4, seconds=600, most=a_time)
            bad += sum(many for status, many in found.statuses.items() if status[:1] not in "234")
            looks.append(max(_rss(server.workers())))
        peaks = _rss(server.workers(), "VmHWM")
    growth = looks[-1] - looks[LOOKS // 4 - 1]
    queue = _queue_worker(bench)
    raw = {"start": round(first, 1), "looks": [round(one, 1) for one in looks], "requests": bench.scale.requests,
           "peak": round(max(peaks), 1), "bad": bad}
    void = f"{bad} answers were faults" if bad else ""
    many = f"{bench.scale.requests:,}"
    return [
        Measured("P18", "web worker: memory at the start", bench.database, first, "MB", ("<=", START), raw=raw,
                 void=void),
        Measured("P18", f"web worker: most memory during {many} mixed requests", bench.database, max(peaks), "MB",
                 ("<=", PEAK), raw=raw, void=void),
        Measured("P18", f"web worker: growth from a quarter to the end of {many} requests", bench.database, growth,
                 "MB", ("<=", GROWTH), raw=raw, void=void),
        Measured("P18", "queue worker: memory once it ticks", bench.database, queue, "MB", ("<=", QUEUE))]


def _mixed(bench: Bench, url: str) -> list[str]:
    """What readers and programs ask for, a few hundred addresses."""
    known = bench.facts
    paths = ["/", "/register", "/en/register", "/statistics", "/overdue", "/complain?step=start", "/track",
             "/about", "/api/v1/cases", "/api/v1/agencies", "/register.atom", "/open311/v2/requests.json",
             "/register/0000-0000", *(f"/register/{one}" for one in known.unpublished[:3])]
    paths += [f"/register?q={quote_plus(words)}" for words in WORDS]
    for number, reference in enumerate(known.references):
        paths.append(f"/register/{reference}")
        if number % 4 == 0:
            paths.append(f"/register?agency={known.agencies[number % len(known.agencies)]}")
            paths.append(f"/register?category={known.categories[number % len(known.categories)]}"
                         f"&month={known.months[number % len(known.months)]}")
            paths.append(f"/api/v1/cases/{reference}")
    return [url + path for path in paths]


def _rss(pids: Sequence[int], field: str = "VmRSS") -> list[float]:
    """Megabytes of each process."""
    found = []
    for pid in pids:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                found.append(int(line.split()[1]) / 1024)
    if not found:
        raise RuntimeError("the server has no workers")
    return found


def _queue_worker(bench: Bench) -> float:
    """Resident megabytes of ``feedback worker`` after some ticks."""
    with bench.copy(cases=min(bench.cases, bench.scale.small)) as copy, valkey() as redis_url:
        given = {**serving.environment(copy.settings), "FEEDBACK_REDIS_URL": redis_url}
        with (copy.settings.data / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "feedback", "worker"], env={**serving.plain_environment(), **given},
                cwd=serving.ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=dies_with_parent(signal.SIGTERM))
        try:
            give_up = time.monotonic() + SETTLES
            most = 0.0
            while time.monotonic() < give_up and process.poll() is None:
                time.sleep(0.25)
                most = max(most, *_rss([process.pid]))
            if process.poll() is not None:
                raise RuntimeError("the queue worker ended by itself")
            return most
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
