"""The promises of an answer: sentences in which the agency says that something is done by a day from today on.

No promise is a day of the past or of a law, what the citizen has to do, office hours, statistics, or what hangs
on an "if". Who writes the answer sees each before sending, because each becomes a deadline with a public line.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from feedback.domain.answers import promise_words as words
from feedback.domain.answers.promise_days import Named, named_days
from feedback.domain.answers.sentences import cut, masked
from feedback.domain.answers.view import View, view
from feedback.domain.calendar import WorkingCalendar

LONGEST_LINE = 500
MOST_PROMISES = 50
"""Of one answer: each becomes a row, a clock in its turn and a line on the sender's page."""
_LOOK_BACK = 300


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised by a day. ``line``: the answer's own words; ``start``–``end``: where they stand in the
    text as given (code points; 0–0 for the day of the form). ``owner``: the unit that the words name, or empty."""

    line: str
    start: int
    end: int
    on: date
    owner: str


def promises(text: str, today: date, calendar: WorkingCalendar | None = None) -> tuple[Promise, ...]:
    """The dated promises of ``text`` in order. ``today``: the Viet Nam date on which it is said; ``calendar``
    counts working days (without one they count as days). Pure and bounded: ``view.MAX_CHARS`` letters are read."""
    seen = view(text)
    said = masked(seen.norm)
    found: list[Promise] = []
    for start, end in cut(seen):
        found += _of_sentence(seen, said, start, end, today, calendar)
    return tuple(found)


def tells_a_past_day(text: str, today: date) -> bool:
    """Whether ``text`` names a day that has come: what a report of something done cannot do without."""
    seen = view(text)
    if words.YESTERDAY.of(seen.plain).search(seen.norm):
        return True
    said = masked(seen.norm)
    return any(one.on <= today or one.rolled for one in named_days(
        said, 0, len(said), today=today, plain=seen.plain, calendar=None))


def promised(texts: Iterable[str], *, today: date, due_on: date | None = None, owner: str = "",
             calendar: WorkingCalendar | None = None) -> tuple[Promise, ...]:
    """The promises of a whole answer, the earliest first (MOST_PROMISES of them), each sentence and day once.
    ``texts`` are its parts; ``due_on`` is the day of the form's own "by when": a promise of its own, with an empty
    line, unless a sentence promises for that day."""
    kept: dict[tuple[str, date], Promise] = {}
    for text in texts:
        for one in promises(text, today, calendar):
            kept.setdefault((" ".join(one.line.casefold().split()), one.on), one)
    if due_on is not None and due_on not in {one.on for one in kept.values()}:
        kept["", due_on] = Promise("", 0, 0, due_on, owner.strip())
    return tuple(sorted(kept.values(), key=lambda one: one.on)[:MOST_PROMISES])


def _of_sentence(seen: View, said: str, start: int, end: int, today: date,
                 calendar: WorkingCalendar | None) -> list[Promise]:
    plain = seen.plain
    if said[start:end].rstrip('"” )').endswith("?") or words.NEVER.of(plain).search(said, start, end):
        return []
    named = named_days(said, start, end, today=today, plain=plain, calendar=calendar)
    read = [(one, _promised_on(said, start, end, one, named[place + 1:], plain, today))
            for place, one in enumerate(named)]
    told = (words.DONE.of(plain).search(said, start, end) is not None
            and words.FIRM.of(plain).search(said, start, end) is None)
    # "Hôm nay đã trả" tells what was done; what is promised for today says so.
    days = [(one, on) for one, on in read if on is not None and (on > today or (on == today and not told))]
    if len({on for _, on in days}) == 1:
        days = days[-1:]
    spans = _pieces(said, start, end, [one for one, _ in days], plain)
    if len(spans) < len(days):
        days = [max(days, key=lambda day: day[1])]
    return [_promise(seen, first, last, on) for (first, last), (_, on) in zip(spans, days, strict=True)]


def _promise(seen: View, start: int, end: int, on: date) -> Promise:
    first, last = seen.span(start, end)
    line = " ".join(seen.source[first:last].split())
    if len(line) > LONGEST_LINE:
        line = line[:LONGEST_LINE].rsplit(" ", 1)[0] + " …"
    unit = words.UNIT.search(line)
    owner = unit.group().strip()[:120] if unit else ""
    return Promise(line, first, last, on, owner if " " in owner else "")  # "Sở" alone names nobody


def _pieces(said: str, start: int, end: int, days: Sequence[Named], plain: bool) -> list[tuple[int, int]]:
    """The sentence cut at a joint between two promised days; whole where a joint is missing."""
    if not days:
        return []
    begins, ends = [start], []
    for before, after in zip(days, days[1:], strict=False):
        joint = words.JOINT.of(plain).search(said, before.end, after.start)
        if joint is None:
            return [(start, end)]
        ends.append(joint.start())
        begins.append(joint.end())
    return list(zip(begins, [*ends, end], strict=True))


def _promised_on(said: str, start: int, end: int, named: Named, later: Sequence[Named],
                 plain: bool, today: date) -> date | None:
    """The day that is promised where ``named`` stands, or None where it is no promise."""
    head = said[max(start, named.start - _LOOK_BACK):named.start]
    tail = said[named.end:min(end, named.end + 60)]
    if _excluded(head, tail, plain) or words.DOCUMENT.of(plain).search(head):
        return None
    whole = said[start:named.start] + " " + said[named.end:end]
    mood = words.MOOD.of(plain).search(whole) is not None or words.LABEL.of(plain).search(head) is not None
    acts = words.DO.of(plain).search(whole) is not None
    done = words.DONE.of(plain).search(said, start, end) is not None
    limit = words.LIMIT.of(plain).search(head)
    if named.rolled and done and not mood:
        return None  # "ngày 10/6 đã trả": this year's, and past
    if named.kind == "span":
        now = words.NOW.of(plain).search(said[named.start:named.end] + tail[:24])
        lawful = words.LAWFUL.of(plain).search(said, start, end)
        return named.on if (mood or now or (acts and not done)) and (now or not lawful) else None
    if limit is not None:
        return _by(named, limit["word"], mood, acts, done, whole, today)
    if words.FROM.of(plain).search(head):
        runs_on = any(words.UNTIL.of(plain).search(said[named.end:one.start]) for one in later[:1])
        return named.on if mood and not runs_on else None
    if words.UNTIL.of(plain).search(head):
        return named.on if mood else None
    return _on_that_day(named, head, mood, acts, done, whole, plain)


def _by(named: Named, word: str, mood: bool, acts: bool, done: bool, whole: str, today: date) -> date | None:
    """The day of a limit. "Before" a month, quarter or year ends the day before it begins."""
    inside = word in ("trong", "during", "hết", "het", "cuối", "cuoi", "đầu", "dau", "giữa", "giua")
    if inside and not (mood or acts or _short(whole)):
        return None
    if inside and done and not mood and named.first <= today:
        return None  # "trong tháng này đã …" tells of what happened
    if named.kind == "period" and word in ("trước", "truoc", "before"):
        return named.first - timedelta(days=1)
    return named.on


def _on_that_day(named: Named, head: str, mood: bool, acts: bool, done: bool, whole: str,
                 plain: bool) -> date | None:
    """A day without a word of limit: promised when the sentence promises, or says what happens on a coming day."""
    clear = named.kind != "day" or words.DAY_WORD.of(plain).search(head) is not None or mood
    if mood and clear:
        return named.on
    if named.kind == "period" or done or not clear:
        return None
    return named.on if acts or _short(whole) else None


def _short(whole: str) -> bool:
    """Whether hardly anything stands beside the day: the plain answer to the question "when?"."""
    return len(re.findall(r"[^\W_]+", whole)) <= 3


def _excluded(head: str, tail: str, plain: bool) -> bool:
    """Whether the day is the citizen's, or hangs on a condition, or stands in the citizen's own request."""
    if words.OVER.of(plain).search(head) or words.IF.of(plain).search(head) or words.ASKED.of(plain).search(head):
        return True
    if words.DUTY_LIMIT.of(plain).search(head):
        return True
    duty = words.DUTY.of(plain).search(head)
    if duty is not None and not words.AGENCY_FIRST.of(plain).search(head[:duty.start()]):
        return True
    return len(head) < 40 and words.DUTY_AFTER.of(plain).search(tail) is not None
