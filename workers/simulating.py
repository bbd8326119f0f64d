"""``python -m workers simulate``: the synthetic province of ``feedback.simulation`` with the workers' own tick."""

import argparse
import gc
import json
import logging
import sys

from feedback.simulation.plan import Plan
from feedback.simulation.run import simulate
from feedback.simulation.store import NotEmpty
from workers import schedule

LEFT_OUT = frozenset({"outbox", "publish", "counts", "drafts", "identities", "checkpoint", "rescan", "open_data",
                      "files", "first_numbers"})
"""Sweeps that nothing in a simulation waits for: mail is owed and not sent, nothing is published."""


def tick() -> list[str]:
    """One tick of everything that keeps time. The database's own clock stands in the present and is not asked."""
    return schedule.tick(leave_out=LEFT_OUT, database_clock=lambda: None)


def main(words: list[str]) -> int:
    """Run a plan and print its figures; 1 when anything was wrong, 2 when it could not be run."""
    parser = argparse.ArgumentParser(prog="python -m workers simulate", description=__doc__)
    parser.add_argument("--cases", type=int, default=Plan.cases)
    parser.add_argument("--days", type=int, default=Plan.days)
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--database", default="sqlite")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(words)
    spoken_before, collected_before = logging.root.manager.disable, gc.get_threshold()
    logging.disable(logging.WARNING)
    gc.set_threshold(100_000, 20, 50)  # a tenth of the run would go into looking for cycles
    try:
        outcome = simulate(Plan(cases=given.cases, days=given.days, seed=given.seed), tick=tick,
                           database=given.database)
    except NotEmpty as refused:
        print(f"Error: {refused}. Give an empty one.", file=sys.stderr)
        return 2
    finally:
        logging.disable(spoken_before)  # whoever calls this from a longer life keeps its log and its memory
        gc.set_threshold(*collected_before)
    if given.json:
        print(json.dumps({**outcome.figures, "faults": outcome.faults}, ensure_ascii=False, indent=1))
    else:
        for name, figure in outcome.figures.items():
            print(f"{name:24} {json.dumps(figure, ensure_ascii=False)}")
        for fault in outcome.faults:
            print(f"FAULT {fault}")
        print("Nothing missing, nothing doubled." if outcome.ok else "This must not happen.")
    return 0 if outcome.ok else 1
