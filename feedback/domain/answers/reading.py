"""What is wrong with an answer's words as a whole. Absence weighs more than soft words.

A sentence counts as substance when it says what was done, decided, checked, why, or when: and only then. The
rules ask for substance first; a soft word alone never makes a finding.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.domain.answers.sentences import Reading, Sentence, overlap, read, words
from feedback.domain.answers.taxonomy import Flag

COPIED = 0.3
"""Share of the answer's word triples that may stand in the complaint before it counts as copied."""
_TOO_SHORT = 3
_PLACEHOLDERS = frozenset(("", "không có", "khong co", "chưa có", "chua co", "n a", "none", "ok", "x"))


@dataclass(frozen=True, slots=True)
class Remark:
    """A flag and the range of the text (letters of the source) that shows it."""

    flag: Flag
    start: int
    end: int


def _dated(s: Sentence) -> bool:
    """A commitment with a day: not a day of the past, nor a law's."""
    if s.plays("statistic"):
        return False
    due = s.plays("forward") and s.plays("date", "hour")
    return due or s.plays("dated_promise") or (s.plays("promise") and s.plays("relative_date"))


def _decides(s: Sentence) -> bool:
    """A decision or a deed on this matter. What a law says decides nothing until it speaks to the citizen."""
    if s.plays("statistic", "policy", "disclaim"):
        return False
    if s.plays("judgement") and not s.plays("promise", "hedge", "reviewing"):
        return True
    if s.plays("law", "citation") and not s.plays("you", "applied", "found"):
        return False
    done = s.plays("done") and not (s.plays("vague_done") and not s.plays("date", "money", "document"))
    return done or (s.plays("verdict") and not s.plays("promise", "hedge"))


def is_substance(s: Sentence) -> bool:
    """Whether the sentence tells the citizen something about their own matter."""
    if _decides(s) or _dated(s):
        return True
    if s.plays("send_away", "link", "hedge", "receipt"):
        return False
    if s.plays("reason") and not s.plays("budget", "policy", "blame"):
        return True
    if s.plays("law", "policy", "statistic", "citation"):
        return False
    return s.plays("found", "instruction", "applied", "hour", "phone")


def _first(sentences: Sequence[Sentence], *roles: str) -> Sentence | None:
    return next((s for s in sentences if s.plays(*roles)), None)


def _without_substance(body: Sequence[Sentence]) -> list[tuple[Flag, Sentence]]:
    found: list[tuple[Flag, Sentence]] = []
    for flag, roles in (
        (Flag.LINK_ONLY, ("link", "url")),
        (Flag.BUCK, ("disclaim", "send_away")),
        (Flag.BLAME, ("blame",)),
        (Flag.NO_REASON, ("refusal",)),
        (Flag.HOLDING, ("receipt", "reviewing")),
        (Flag.OPEN_PROMISE, ("promise", "budget")),
        (Flag.INDEFINITE, ("vague_done", "hedge")),
        (Flag.GENERIC, ("law", "policy", "statistic", "citation")),
    ):
        shown = _first(body, *roles)
        if shown is not None:
            found.append((flag, shown))
    return found


def _excused(body: Sequence[Sentence], at: int) -> bool:
    """A promise is excused by a date or a decision in its own or the next sentence."""
    return any(_dated(s) or _decides(s) or s.plays("date") for s in body[at : at + 2])


def _beside_substance(body: Sequence[Sentence]) -> list[tuple[Flag, Sentence]]:
    found: list[tuple[Flag, Sentence]] = []
    decided = any(_decides(s) for s in body)
    dated = any(_dated(s) for s in body)
    refusal = _first(body, "refusal")
    if refusal is not None and not any(s.plays("reason", "instruction", "money", "date") for s in body):
        found.append((Flag.NO_REASON, refusal))
    if not decided and not dated:
        for at, s in enumerate(body):
            if s.plays("promise", "reviewing", "budget") and not _excused(body, at):
                found.append((Flag.OPEN_PROMISE, s))
                break
        hedge = _first(body, "hedge", "vague_done")
        if hedge is not None and not any(s.plays("reason") for s in body):
            found.append((Flag.INDEFINITE, hedge))
    away = _first(body, "disclaim", "send_away")
    if (
        away is not None
        and not decided
        and not dated
        and not any(s.plays("handed_on", "phone") for s in body)
    ):
        found.append((Flag.BUCK, away))
    blame = _first(body, "blame")
    if blame is not None and not decided:
        found.append((Flag.BLAME, blame))
    return found


def remarks(reading: Reading, complaint: str = "") -> tuple[Remark, ...]:
    """The flags of a text as a whole, each with the sentence that shows it.

    ``complaint`` is what the citizen wrote, to see whether it was only copied; empty leaves that out.
    """
    body = reading.body
    shown: list[tuple[Flag, Sentence]] = []
    if " ".join(w for s in body for w in words(s.text)) in _PLACEHOLDERS:
        return (Remark(Flag.NONE, 0, len(reading.view.source)),)
    if not any(is_substance(s) for s in body):
        if sum(s.words for s in body) <= _TOO_SHORT:
            return (Remark(Flag.NONE, 0, len(reading.view.source)),)
        shown = _without_substance(body)
    else:
        shown = _beside_substance(body)
    if complaint and (copied := _copied(reading, complaint)) is not None:
        shown.append((Flag.RESTATE, copied))
    return tuple(Remark(flag, *reading.view.span(s.start, s.end)) for flag, s in shown)


def _copied(reading: Reading, complaint: str) -> Sentence | None:
    """The most copied sentence, when most of the answer is the complaint again and nothing was added."""
    asked = words(complaint)
    said = [w for s in reading.body for w in words(s.text)]
    if overlap(said, asked) <= COPIED or any(is_substance(s) for s in reading.body if not _mostly(s, asked)):
        return None
    return max(reading.body, key=lambda s: overlap(words(s.text), asked))


def _mostly(s: Sentence, asked: Sequence[str]) -> bool:
    return overlap(words(s.text), asked) > COPIED


def remarks_on(text: str, complaint: str = "") -> tuple[Remark, ...]:
    """``remarks`` of a plain text: how an answer that came without the form is read."""
    return remarks(read(text), complaint)
