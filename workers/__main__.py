"""``python -m workers``: one worker process. ``… run NAME [ID]``: one job, by hand. ``… simulate``: a synthetic
province on a database of its own."""

import os
import sys

from feedback.app import create_app
from feedback.config import UnsafeSettings


def main(words: list[str]) -> int:
    """Work until told to stop, or run one job; the exit code."""
    os.umask(0o077)  # the database and its journal are for their owner alone
    if words[:1] == ["simulate"]:
        from workers.simulating import main as simulate

        return simulate(words[1:])
    try:
        app = create_app()  # before any fork: each job's child has everything imported already
    except UnsafeSettings as problem:
        print(f"Error: {problem}", file=sys.stderr)
        return 1
    if not words:
        from workers.process import work

        return work(app)
    if words[0] == "run" and len(words) in (2, 3) and (len(words) == 2 or words[2].isdigit()):
        from workers.by_hand import run

        return run(app, words[1], int(words[2]) if len(words) == 3 else 0)
    print("usage: python -m workers [run NAME [ID]]", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
