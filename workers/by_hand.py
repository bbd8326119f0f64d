"""Running one job or sweep by hand, without Redis."""

import sys

from flask import Flask

from workers import jobs, schedule

JOBS = {"tick": jobs.tick, "deliver": jobs.deliver, "deliver_owed": jobs.deliver_owed}


def run(app: Flask, name: str, row_id: int) -> int:
    """Run it and print what came of it; 0, 1 when it may not run or failed, 2 for an unknown name."""
    with app.app_context():
        if name in JOBS:
            print(f"{name}: {JOBS[name](row_id)}")
            return 0
        if name not in schedule.DEEDS:
            known = ", ".join(sorted({*JOBS, *schedule.DEEDS}))
            print(f"There is no job or sweep {name!r}. There are: {known}.", file=sys.stderr)
            return 2
        try:
            tally = schedule.run_by_hand(name)
        except PermissionError as waits:
            print(f"{name} does not run: {waits}.", file=sys.stderr)
            return 1
    print(f"{name}: seen {tally.seen}, acted {tally.acted}, failed {tally.failed}" +
          (f" ({tally.fault})" if tally.fault else ""))
    return 1 if tally.failed else 0
