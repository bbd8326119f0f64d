"""How well the reading of answers tells clear from defective: run ``python -m tests.bench.answers``.

Prints precision, recall, F1 and macro-F1 for each set of pairs beside two baselines that must be beaten:
counting digits, and a list of soft words. The sets were open while the rules were written, so the figures are
optimistic.
"""

import argparse
import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from feedback.domain.answers.taxonomy import Flag
from feedback.domain.answers.verdict import read_answer
from feedback.domain.folding import fold

DATA = Path(__file__).resolve().parent.parent / "data"
SETS = ("dev.jsonl", "published.jsonl")
SOFT = (
    "xem xet|theo quy dinh|thoi gian toi|nghien cuu|phoi hop|tang cuong|quan tam|ghi nhan"
    "|tiep thu|lien he|will be"
)

Pair = dict[str, str]


def pairs(name: str) -> list[Pair]:
    """The pairs of one file: ``complaint``, ``answer``, ``label`` (clear or defective), maybe ``flags``."""
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines() if line.strip()]


def by_reader(pair: Pair) -> bool:
    """The house's reading."""
    return read_answer(pair["complaint"], pair["answer"]).defective


def by_digits(pair: Pair) -> bool:
    """Baseline: fewer than six digits."""
    return sum(c.isdigit() for c in pair["answer"]) < 6


def by_keywords(pair: Pair) -> bool:
    """Baseline: any soft word."""
    return bool(re.search(SOFT, fold(pair["answer"])))


def score(found: Sequence[bool], true: Sequence[bool]) -> dict[str, float]:
    """Precision, recall and F1 of ``defective``, false positive rate, and macro-F1 over both labels."""

    def f1(hit: int, wrong: int, missed: int) -> float:
        return 2 * hit / (2 * hit + wrong + missed) if hit else 0.0

    both = list(zip(found, true, strict=True))
    tp, fp = sum(f and t for f, t in both), sum(f and not t for f, t in both)
    fn, tn = sum(t and not f for f, t in both), sum(not f and not t for f, t in both)
    return {
        "precision": tp / max(tp + fp, 1),
        "recall": tp / max(tp + fn, 1),
        "f1": f1(tp, fp, fn),
        "fpr": fp / max(fp + tn, 1),
        "macro_f1": (f1(tp, fp, fn) + f1(tn, fn, fp)) / 2,
    }


READERS: tuple[tuple[str, Callable[[Pair], bool]], ...] = (
    ("reader", by_reader),
    ("digits < 6", by_digits),
    ("soft words", by_keywords),
)


def main() -> None:
    """Print the table; ``--show`` also prints what each flag found on dev and every pair judged wrongly."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--show", action="store_true")
    args = parser.parse_args()
    for name in SETS:
        rows = pairs(name)
        true = [row["label"] == "defective" for row in rows]
        print(f"{name}: {len(rows)} pairs, {sum(true)} defective")
        for label, judge in READERS:
            started = time.perf_counter()
            figures = score([judge(row) for row in rows], true)
            spent = (time.perf_counter() - started) / len(rows) * 1000
            line = " ".join(f"{key} {value:.2f}" for key, value in figures.items())
            print(f"  {label:<11} {line}  ({spent:.2f} ms each)")
        if args.show:
            _show(rows)


def _show(rows: Sequence[Pair]) -> None:
    for flag in Flag:
        found = [{mark.code for mark in read_answer(row["complaint"], row["answer"]).marks} for row in rows]
        if any("flags" in row for row in rows):
            figures = score([flag in f for f in found], [flag.name in row.get("flags", ()) for row in rows])
            true = sum(flag.name in row.get("flags", ()) for row in rows)
            print(f"    {flag.name:<13} n={true:<3} p {figures['precision']:.2f} r {figures['recall']:.2f}")
    for row in rows:
        if by_reader(row) != (row["label"] == "defective"):
            shown = [mark.code.name for mark in read_answer(row["complaint"], row["answer"]).marks]
            print("   ", row["id"], row["label"], row.get("flags") or row.get("kind"), "->", shown)


if __name__ == "__main__":
    main()
