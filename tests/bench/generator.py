"""Synthetic published cases, the same for the same seed and number: plain rows, ready for either database.

Nothing here is a real case; agencies and procedures are those of the sample province. Texts are 150 to 650 signs
and months three years deep, as ``performance.md`` §2 measured with.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any, cast

from feedback.domain.answers.structured import Outcome
from feedback.domain.answers.taxonomy import Flag
from feedback.domain.kinds import CaseKind, Category
from feedback.domain.references import new_reference
from feedback.models.publications import Publication
from feedback.queries import register_match
from feedback.services.samples.data import rows as sample_rows
from tests.bench import words

ANCHOR = date(2026, 11, 20)
"""The newest day of publication: fixed, so that the same seed gives the same cases on every day."""
DAYS = 1_000
A_CHUNK = 1_000
UNPUBLISHED = 100
"""One in so many was taken out again; they come on top of the public ones."""
TABLES = ("publication", "publication_point", "publication_holder", "publication_step", "publication_promise",
          "publication_tokens")
CATEGORIES = tuple(c.value for c in Category if c not in (Category.UNOFFICIAL_COST, Category.HARASSMENT))

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]


@dataclass(frozen=True)
class Facts:
    """What is known about a filled database."""

    phrases: Mapping[str, int] = field(default_factory=dict)
    """Planted rare phrase → exact number of public cases that hold it, asked for in quotation marks."""
    common: Mapping[str, float] = field(default_factory=dict)
    """Planted common phrase → its share of the public cases, about; 1.0: it stands in every one."""
    never: str = words.NEVER
    """A phrase of syllables that occur, which no case holds."""
    references: tuple[str, ...] = ()
    """Of 200 public cases, spread from the newest to the oldest."""
    unpublished: tuple[str, ...] = ()
    """Of cases that were taken out again: 410."""
    agencies: tuple[str, ...] = ()
    """Codes that occur, those with most cases first."""
    procedures: tuple[str, ...] = ()
    categories: tuple[str, ...] = CATEGORIES
    months: tuple[str, ...] = ()
    """Months of publication, newest first: '2026-11'."""
    tracking: tuple[tuple[str, str], ...] = ()
    """(reference, tracking key) of private cases that can be followed."""
    people: Mapping[str, int] = field(default_factory=dict)
    """Ids of a coordinator, officer, agency_head, intake and publisher who can act; the officer and the head are
    of the agency that holds the open cases."""
    open_cases: int = 0
    private_cases: int = 0
    """Rows of ``case_file``, open ones among them."""
    building: Mapping[str, float] = field(default_factory=dict)
    """Seconds that filling took, by part; for the report."""


@dataclass(frozen=True)
class Share:
    """One piece of the work: the cases from ``first`` up to, not with, ``last``, of ``cases`` public ones."""

    seed: int
    cases: int
    first: int
    last: int


@cache
def _agencies() -> tuple[tuple[dict[str, Any], ...], tuple[float, ...]]:
    """Agencies that answer, with how often each does: a few much more than the others."""
    open_ones = [row for row in sample_rows("agencies") if row["valid_to"] is None and row["parent"]]
    return tuple(open_ones), tuple(1 / (n + 2) for n in range(len(open_ones)))


@cache
def _above() -> dict[str, tuple[str, ...]]:
    parents = {row["code"]: row["parent"] for row in sample_rows("agencies")}
    found = {}
    for code, at in parents.items():
        codes: list[str] = []
        while at:
            codes.append(at)
            at = parents.get(at)
        found[code] = tuple(codes)
    return found


@cache
def _phrases(seed: int, cases: int) -> dict[int, list[str]]:
    by_case: dict[int, list[str]] = {}
    for phrase, numbers in words.planted(seed, cases).items():
        for number in numbers:
            by_case.setdefault(number, []).append(phrase)
    return by_case


def total(cases: int) -> int:
    """Rows of ``publication`` for so many public cases."""
    return cases + max(2, cases // UNPUBLISHED)


def shares(seed: int, cases: int) -> Iterator[Share]:
    """The whole work in pieces."""
    for first in range(0, total(cases), A_CHUNK):
        yield Share(seed, cases, first, min(first + A_CHUNK, total(cases)))


def reference(seed: int, number: int) -> str:
    """The reference of a case: no two of a seed are alike, because the factor is odd."""
    return new_reference(((number * 0x9E3779B97F + seed * 7919 + 12_345) % 2**40).to_bytes(5, "big"))


def day_of(number: int, cases: int) -> date:
    """Its day of publication: the later the number the newer, as in the register."""
    return ANCHOR - timedelta(days=DAYS - DAYS * (number + 1) // total(cases))


def is_public(number: int, cases: int) -> bool:
    """The last ones of the pieces are public all; those taken out lie spread among them."""
    return order(number, cases) is not None


def order(number: int, cases: int) -> int | None:
    """The place of a case among the public ones; None for one that was taken out."""
    out = total(cases) - cases
    step = total(cases) // out
    if number % step == 0 and number // step < out:
        return None
    return number - min(number // step + 1, out)


def make(share: Share) -> Rows:
    """The rows of one piece, by table, in the order of ``columns``."""
    found: Rows = {name: [] for name in TABLES}
    for number in range(share.first, share.last):
        _one(found, share, number)
    return found


def columns(table: str) -> tuple[str, ...]:
    """The columns in which ``make`` gives the rows of a table."""
    return _COLUMNS[table]


_COLUMNS = {
    "publication": (
        "id", "reference", "status", "title", "summary", "language", "agency_code", "agency_vi", "agency_en",
        "procedure_code", "procedure_vi", "procedure_en", "kind", "category", "outcome", "found", "done", "owner",
        "due_on", "ground", "next_step", "received_month", "working_days", "late_days", "times_returned",
        "times_passed_on", "times_objected", "me_too", "changed_at", "historical", "published_on", "etag",
        "unpublished_at", "unpublished_reason"),
    "publication_point": ("publication_id", "n", "question", "answer"),
    "publication_holder": ("publication_id", "n", "agency_code", "agency_vi", "agency_en", "came_by",
                           "working_days", "loop"),
    "publication_step": ("publication_id", "n", "step", "day", "codes"),
    "publication_promise": ("publication_id", "n", "line", "promised_on", "standing"),
    "publication_tokens": ("publication_id", "published_on", "tokens"),
}


def _one(found: Rows, share: Share, number: int) -> None:
    rng = Random(f"{share.seed}:{number}")
    place = order(number, share.cases)
    on, id_ = day_of(number, share.cases), number + 1
    agencies, weights = _agencies()
    agency = rng.choices(agencies, weights)[0]
    values: dict[str, Any] = dict.fromkeys(_COLUMNS["publication"])
    values.update(
        id=id_, reference=reference(share.seed, number), language="vi", agency_code=agency["code"],
        agency_vi=agency["name_vi"], agency_en=agency["name_en"], kind=_kind(rng),
        category=rng.choice(CATEGORIES), outcome=rng.choice(tuple(Outcome)).value, published_on=on,
        historical=rng.random() < 0.1, me_too=int(rng.expovariate(0.7)),
        changed_at=datetime(on.year, on.month, on.day, 2, tzinfo=UTC),
        etag=hashlib.sha256(f"{share.seed}:{number}".encode()).hexdigest()[:32],
        times_returned=rng.choices((0, 1, 2), (80, 16, 4))[0],
        times_passed_on=rng.choices((0, 1, 2), (85, 12, 3))[0],
        times_objected=int(rng.random() < 0.05))
    _time(values, rng)
    if place is None:
        values.update(
            status="unpublished", unpublished_at=values["changed_at"], unpublished_reason="sample",
            **dict.fromkeys(("title", "summary", "found", "done", "owner", "ground", "next_step", "etag"), ""))
        found["publication"].append(tuple(values.values()))
        return
    procedure = rng.choice(procedures()) if rng.random() < 0.8 else None
    points = _words(values, rng, procedure, _phrases(share.seed, share.cases).get(place, []))
    found["publication"].append(tuple(values.values()))
    found["publication_point"] += [(id_, n, asked, told) for n, (asked, told) in enumerate(points, start=1)]
    if not values["historical"]:
        _way(found, values, rng, agencies)
    if rng.random() < 0.05:
        found["publication_promise"].append((id_, 1, "", on + timedelta(days=30), rng.choice(("kept", "open"))))
    case = cast(Publication, SimpleNamespace(**values, points=[
        SimpleNamespace(question=asked, answer=told) for asked, told in points]))
    found["publication_tokens"].append(
        (id_, on, register_match.tokens_of(case, above=_above()[agency["code"]])))


@cache
def procedures() -> tuple[dict[str, Any], ...]:
    """The sample procedures, read once a process."""
    return tuple(sample_rows("procedures"))


def _kind(rng: Random) -> str:
    return rng.choices((CaseKind.BEHAVIOUR, CaseKind.RULE, CaseKind.INITIATIVE), (80, 15, 5))[0].value


def _time(values: dict[str, Any], rng: Random) -> None:
    if values["historical"]:
        values["received_month"] = None
        return
    values["working_days"] = days = 1 + int(rng.expovariate(1 / 11))
    values["late_days"] = max(0, days - 15)
    values["received_month"] = register_match.month_of(values["published_on"] - timedelta(days=days * 7 // 5 + 12))


def _words(values: dict[str, Any], rng: Random, procedure: dict[str, Any] | None,
           phrases: list[str]) -> list[tuple[str, str]]:
    """Fill in the texts; the points with their answers."""
    name = procedure["name_vi"] if procedure else "cấp giấy xác nhận"
    if procedure:
        values.update(procedure_code=procedure["code"], procedure_vi=procedure["name_vi"],
                      procedure_en=procedure["name_en"])
    said = [rng.choice(words.OPENING).format(procedure=name),
            f"Đây là {words.EVERYWHERE} tại {rng.choice(words.PLACE)}."]
    said += [f"Việc này liên quan {phrase}." for phrase, share in words.COMMON.items() if rng.random() < share]
    said += [f"Nơi xảy ra là {phrase}." for phrase in phrases]
    while sum(map(len, said)) < 150 + rng.random() * 350:
        said.append(words.sentence(rng, rng.randrange(6, 18)))
    title = said[0][:90].rstrip(" .")
    values.update(
        status="published", title=title, summary=" ".join(said), found=rng.choice(words.FOUND),
        done=f"{rng.choice(words.DONE)} {words.sentence(rng, 8)}",
        owner=f"Phòng chuyên môn, {values['agency_vi']}",
        ground="Điều 14 Nghị định 104/2022/NĐ-CP.", next_step="Người nộp nhận kết quả tại bộ phận một cửa.")
    return [(rng.choice(words.QUESTION).format(procedure=name),
             f"{rng.choice(words.DONE)} {words.sentence(rng, 7)}")
            for _ in range(rng.choices((1, 2, 3), (40, 40, 20))[0])]


def _way(found: Rows, values: dict[str, Any], rng: Random, agencies: tuple[dict[str, Any], ...]) -> None:
    id_, days = values["id"], values["working_days"]
    steps: list[tuple[str, int, str]] = [("received", 0, ""), ("assigned", min(1, days), "")]
    held = [(values["agency_code"], values["agency_vi"], values["agency_en"], "assigned")]
    for _ in range(values["times_passed_on"]):
        other = rng.choice(agencies)
        held.insert(0, (other["code"], other["name_vi"], other["name_en"], "assigned"))
        steps.append(("transferred", min(2, days), ""))
    held = [(*one[:3], "assigned" if n == 0 else "transferred") for n, one in enumerate(held)]
    steps += [("returned", max(0, days - 2), rng.choice(tuple(Flag)).value)
              for _ in range(values["times_returned"])]
    if values["late_days"]:
        steps.append(("late", 15, ""))
    steps.append(("answered", days, ""))
    found["publication_step"] += [(id_, n, *one) for n, one in enumerate(steps, start=1)]
    found["publication_holder"] += [
        (id_, n, *one, days // len(held), False) for n, one in enumerate(held, start=1)]


def facts(seed: int, cases: int) -> Facts:
    """What is known of the public part."""
    every = total(cases)
    spread = (round(n * (every - 1) / 399) for n in range(399, -1, -1))
    public = [reference(seed, number) for number in dict.fromkeys(spread) if is_public(number, cases)][:200]
    out = [reference(seed, number) for number in range(every) if not is_public(number, cases)][:20]
    months = dict.fromkeys(register_match.month_of(ANCHOR - timedelta(days=back)) for back in range(DAYS))
    return Facts(
        phrases={phrase: len(numbers) for phrase, numbers in words.planted(seed, cases).items()},
        common={**words.COMMON, words.EVERYWHERE: 1.0}, references=tuple(public), unpublished=tuple(out),
        agencies=tuple(row["code"] for row in _agencies()[0]),
        procedures=tuple(row["code"] for row in procedures()), months=tuple(months))


def as_json(known: Facts) -> dict[str, Any]:
    """Facts as they are kept beside a database."""
    return asdict(known)


def from_json(kept: dict[str, Any]) -> Facts:
    """And back."""
    lists = {name: tuple(value) for name, value in kept.items() if isinstance(value, list)}
    lists["tracking"] = tuple((one[0], one[1]) for one in kept.get("tracking", ()))
    return Facts(**{**kept, **lists})
