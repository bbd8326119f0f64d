"""Making the reader's weights from the labelled answers: ``python -m tests.bench.fit_reader --version V``.

Reads ``tests/data/answers/*.jsonl`` (sample data: written for this project, or retold) and writes ``senses.json``,
``tone.json`` and ``model.json`` into ``feedback/domain/answers``. Everything is plain Python and comes out alike
each time. What the later steps learn from was read by weights that had not seen the file it stands in, so that
they learn how good the earlier steps really are. Prints the figures of each file as read by such weights.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from math import log
from pathlib import Path

from feedback.domain.answers import points, sparse
from feedback.domain.answers.features import MOST_ASKS, Seen, features_of, join, pair_features, sign
from feedback.domain.answers.fit import fit
from feedback.domain.answers.fit_sparse import Pace, fit_sparse
from feedback.domain.answers.groups import GROUPS, KINDS, groups_of
from feedback.domain.answers.metrics import auc, confusion
from feedback.domain.answers.model import DEFECTIVE, LINK, Head, Model, dump
from feedback.domain.answers.senses import SENSES, TONES, Asked, asked_of, clues, sense, take, tone_clues
from feedback.domain.answers.sentences import Reading, read
from feedback.domain.answers.sparse import Sparse
from feedback.domain.answers.taxonomy import Flag

DATA = Path(__file__).resolve().parent.parent / "data" / "answers"
MODELS = Path(__file__).resolve().parents[2] / "feedback" / "domain" / "answers"
TONE = Pace(passes=6, rate=2.0, least=0.3, pull=0.05, smallest=0.4)
REAL = 2.0
"""What a pair retold from one that was really published counts for; one that was written counts 1."""
PULL, LINK_PULL, FLAG_PULL = 3.0, 10.0, 1.0
FOLDS = 4
"""Parts, each of whole files, into which the pairs are dealt where one fit a file would take too long."""
Row = Mapping[str, float]


@dataclass
class Pair:
    """One labelled pair, read once; what the steps find out is added."""

    raw: dict
    file: str
    reading: Reading = field(init=False)
    asked: Asked = field(init=False)
    wanted: list[str] = field(init=False)
    own: list[int | None] = field(init=False)
    seen: Seen | None = None

    def __post_init__(self) -> None:
        self.reading, self.asked = read(self.raw["answer"]), asked_of(self.raw["complaint"])
        self.own = [self._nearest(s.start, s.end) for s in self.reading.body]
        self.wanted = ["context" if at is None else self.raw["senses"][at][0] for at in self.own]

    def _nearest(self, start: int, end: int) -> int | None:
        """The labelled stretch that shares most with a sentence."""
        first, last = self.reading.view.span(start, end)
        shares = [min(last, b) - max(first, a) for _, a, b in self.raw["senses"]]
        return max(range(len(shares)), key=shares.__getitem__) if shares else None

    @property
    def defective(self) -> bool:
        return self.raw["label"] == "defective"

    @property
    def flags(self) -> frozenset[Flag] | None:
        """The labelled flags; None where only a kind is known."""
        return frozenset(Flag[name] for name in self.raw["flags"]) if "flags" in self.raw else None

    @property
    def groups(self) -> frozenset[str] | None:
        if self.flags is not None:
            return groups_of(self.flags)
        kind = self.raw.get("kind")
        return None if kind is None else frozenset({KINDS[kind]} if kind in KINDS else ())


def pairs() -> list[Pair]:
    """All labelled pairs by file, without the frozen ones, of which nothing is learned."""
    frozen = {row["id"] for row in _rows(MODELS / "frozen.jsonl")}
    return [Pair(row, path.stem) for path in sorted(DATA.glob("*.jsonl")) for row in _rows(path)
            if row["id"] not in frozen]


def _rows(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def sentences_fit(known: Sequence[Pair]) -> tuple[Sparse, Sparse]:
    """Senses and tone of these pairs' sentences."""
    rows, labels, tones, fails = [], [], [], []
    for pair in known:
        for sentence, label in zip(pair.reading.body, pair.wanted, strict=True):
            taken = take(sentence, plain=pair.reading.view.plain)
            rows.append(clues(taken, pair.asked))
            labels.append(label)
            tones.append(tone_clues(taken))
            fails.append(TONES[pair.defective])
    return fit_sparse(rows, labels, SENSES), fit_sparse(tones, fails, TONES, pace=TONE)


def _without(file: str) -> tuple[str, Sparse, Sparse]:
    return (file, *sentences_fit([pair for pair in pairs() if pair.file != file]))


def _sensed(pair: Pair, senses: Sparse, tone: Sparse) -> list:
    return sense(pair.reading, pair.asked, senses=senses, tone=tone)


def link_fit(known: Sequence[Pair], sensed: Mapping[int, list]) -> Head:
    """Which sentence answers which question, from the labelled questions."""
    rows: list[Row] = []
    labels: list[bool] = []
    for pair in known:
        asks = pair.raw["asks"][:MOST_ASKS]
        joined = pair_features([ask["text"] for ask in asks], sensed[id(pair)], pair.asked)
        for ask, row in zip(asks, joined, strict=True):
            for own, found in zip(pair.own, row, strict=True):
                rows.append(found)
                labels.append(own in ask["by"])
    return fit(rows, labels, l2=LINK_PULL)


def cut(head: Head, labels: Sequence[bool], chances: Sequence[float]) -> Head:
    """The head moved so that one half is where F1 was best for ``chances`` of rows it had not seen."""
    def f1(at: float) -> float:
        return confusion([chance >= at for chance in chances], labels).f1 or 0.0
    at = max((place / 50 for place in range(3, 40)), key=f1)
    return Head(head.bias - log(at / (1 - at)), head.weights)


def unseen(rows: Sequence[Row], labels: Sequence[bool], files: Sequence[str], **how: object) -> list[float]:
    """Each row's chance by a head fitted without the row's file."""
    chances = [0.0] * len(rows)
    for file in sorted(set(files)):
        others = [at for at, name in enumerate(files) if name != file]
        weights = how.get("weights")
        head = fit([rows[at] for at in others], [labels[at] for at in others], l2=how["l2"], sign=how.get("sign"),
                   weights=[weights[at] for at in others] if weights else None)
        for at, name in enumerate(files):
            if name == file:
                chances[at] = head.probability(rows[at])
    return chances


def main() -> None:
    """Fit, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", required=True)
    parser.add_argument("--author", default="Hồi Âm")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    known = pairs()
    files = sorted({pair.file for pair in known})
    with ProcessPoolExecutor(args.processes) as workers:
        fitted = {file: (senses, tone) for file, senses, tone in workers.map(_without, files)}
    sensed = {id(pair): _sensed(pair, *fitted[pair.file]) for pair in known}
    rows = []
    for part in range(FOLDS):
        here = [pair for pair in known if files.index(pair.file) % FOLDS == part]
        link = link_fit([pair for pair in known if files.index(pair.file) % FOLDS != part], sensed)
        for pair in here:
            complaint = pair.raw["complaint"]
            asks = points.propose(complaint)
            pair.seen = join(complaint, pair.reading, sensed[id(pair)], pair.asked, asks, link)
    for pair in known:
        rows.append(features_of(pair.seen))
    labels, names = [pair.defective for pair in known], [pair.file for pair in known]
    weights = [REAL if name == "published" else 1.0 for name in names]
    chances = unseen(rows, labels, names, l2=PULL, sign=sign, weights=weights)
    for file in [*files, ""]:
        here = [at for at, name in enumerate(names) if file in ("", name)]
        counted = confusion([chances[at] >= 0.5 for at in here], [labels[at] for at in here])
        print(f"{file or 'all':<12} n {len(here):<4} macro-F1 {counted.macro_f1:.2f} recall {counted.recall:.2f} "
              f"fpr {counted.fpr:.2f} AUC {auc([chances[at] for at in here], [labels[at] for at in here]):.2f}")
    heads = {DEFECTIVE: fit(rows, labels, l2=PULL, sign=sign, weights=weights), LINK: link_fit(known, sensed)}
    for group in GROUPS:
        told = [(at, pair.groups) for at, pair in enumerate(known) if pair.groups is not None]
        heads[group] = _one_of(group, told, rows, names)
    for flag in Flag:
        told = [(at, pair.flags) for at, pair in enumerate(known) if pair.flags is not None]
        heads[flag.value] = _one_of(flag, told, rows, names)
    senses, tone = sentences_fit(known)
    today = date.today().isoformat()
    for path, found in (("senses.json", senses), ("tone.json", tone)):
        whole = Sparse(args.version, found.classes, found.bias, found.weights)
        (MODELS / path).write_text(sparse.dump(whole, made_on=today, author=args.author), "utf-8")
    note = f"fitted on {len(known)} labelled pairs of {len(files)} files"
    made = Model(args.version, today, args.author, note, 0.5, 0.8, heads)
    (MODELS / "model.json").write_text(dump(made), "utf-8")


def _one_of(name: object, told: Sequence[tuple[int, frozenset]], rows: Sequence[Row], names: Sequence[str]
            ) -> Head:
    """The head of one flag or group, among the pairs whose flags are known."""
    own = [rows[at] for at, _ in told]
    labels = [name in found for _, found in told]
    folds = [str(sorted(set(names)).index(names[at]) % FOLDS) for at, _ in told]
    chances = unseen(own, labels, folds, l2=FLAG_PULL)
    head = cut(fit(own, labels, l2=FLAG_PULL), labels, chances)
    print(f"  {name!s:<14} n {sum(labels):<4} AUC {auc(chances, labels):.2f}")
    return head


if __name__ == "__main__":
    main()
