"""``python -m tests.chaos --submissions 500 [--naive] [--database postgresql]``: break the house and count.

Exit code 0 when nothing was lost or doubled. With ``--naive`` the outbox is bypassed, and 0 means that the
harness saw the loss.
"""

import argparse
import logging
import sys

from tests.chaos.run import Plan, run


def main() -> int:
    """Run one plan and print what came of it."""
    words = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    words.add_argument("--submissions", type=int, default=500, choices=range(10, 20_001), metavar="10..20000")
    words.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    words.add_argument("--naive", action="store_true", help="bypass the outbox: the run has to fail")
    words.add_argument("--seconds", type=float, default=150.0, help="how long things break")
    words.add_argument("--seed", type=int, default=1)
    given = words.parse_args()
    logging.disable(logging.CRITICAL)
    plan = Plan(submissions=given.submissions, database=given.database, naive=given.naive, seconds=given.seconds,
                seed=given.seed, settle=60.0 if given.naive else 300.0)
    verdict = run(plan, say=lambda line: print(line, flush=True))
    for name, figure in verdict.figures.items():
        print(f"{name:36} {figure}")
    for fault in verdict.faults:
        print(f"FAULT: {fault}")
    if given.naive:
        print("The naive way lost something, as it must." if not verdict.ok else "The harness is blind!")
        return 0 if not verdict.ok else 1
    print("Nothing lost, nothing doubled." if verdict.ok else "This must not happen.")
    return 0 if verdict.ok else 1


if __name__ == "__main__":
    sys.exit(main())
