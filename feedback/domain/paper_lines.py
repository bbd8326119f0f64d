"""Which papers one line asks for, each with its kind, the form it is wanted in and its telling words."""

import re
from dataclasses import dataclass

from feedback.domain.answers.view import View
from feedback.domain.folding import fold
from feedback.domain.paper_words import (
    FORMS,
    Name,
    all_of,
    begins,
    how,
    papers_and_forms,
    small_words,
    stands,
)

_BREAK = re.compile(
    r"[,;!?]|\.(?=\s|$)|(?<!\w)(?:và|cùng với|kèm theo|kèm|hoặc|va|cung voi|kem theo|kem|hoac|and|or|plus)(?!\w)")
_PURPOSE_ENDS = re.compile(r"[,;]|\.(?=\s|$)")
_BRACKETS = re.compile(r"\([^()]{0,500}(?:\)|$)")
_SMALL = re.compile(r"[\s\d:–-]+|(?:cho|tôi|toi|một|hai|mot|the|an?|your|any|us|me|with|of|lại|lai|thêm|them|phải"
                    r"|phai|i|đây|day|nộp|nop|còn|con|my|we|they)(?!\w)")
_HAVE = re.compile(r"(?<!\w)(?:có|đã|co|da)(?!\w).{0,200}(?<!\w)(?:không|chưa|khong|chua)\s*\?")
_QUESTION_WORDS_VI = re.compile(
    r"(?<!\w)(?:nào|gì|vì sao|tại sao|bao giờ|bao nhiêu|ở đâu|mấy giờ|thế nào|vi sao|tai sao|bao gio|bao nhieu|"
    r"o dau|may gio|the nao|khi nao|ngay nao)(?!\w)")
_SYLLABLE = re.compile(r"[a-z0-9]+")
STOP = small_words()
"""Syllables that tell no paper from another."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One paper that a line asks for, at ``start``–``end`` of the view. ``kind`` is '' when only a form is named
    ("the paper copy"); ``words`` are the folded syllables that tell it apart."""

    kind: str
    start: int
    end: int
    forms: frozenset[str]
    words: frozenset[str]

    @property
    def proof(self) -> bool:
        """It tells of the complaint itself: an appointment slip, a screenshot."""
        return bool(self.kind) and how(self.kind) == "proof"

    @property
    def wants_list(self) -> bool:
        """Whether it can be beyond a list: "papers" alone names nothing that could be compared."""
        return not self.proof and (self.kind != "paper" or bool(self.words))


def mentions(seen: View) -> list[Mention]:
    """The papers that the line asks for; none where it asks for a fact, tells why, or says "need not"."""
    if _is_question(seen):
        return []
    names = papers_and_forms(seen)
    silent = [*(m.span() for m in _BRACKETS.finditer(seen.norm)), *_purposes(seen)]
    found: list[Mention] = []
    denied = False
    for start, end in _segments(seen, names):
        here = [n for n in names if start <= n.start < end and not any(a <= n.start < b for a, b in silent)]
        if stands("give", seen, start, end) or stands("polite", seen, start, end):
            denied = False
        first = here[0].start if here else end
        denied = denied or stands("not_asked", seen, start, first)
        head = _head(seen, start, end)
        if denied or not here or begins("explain", seen, head) or (
                head < first and begins("fact", seen, head)):
            continue
        if (mention := _mention(seen, here, end, silent)) is not None:
            found.append(mention)
    return found


def kinds_of(seen: View) -> frozenset[str]:
    """The kinds of papers that a name or a line speaks of: the first of each part."""
    names = papers_and_forms(seen)
    found = []
    for start, end in _segments(seen, names):
        papers = [n.code for n in names if start <= n.start < end and n.code not in FORMS]
        found += papers[:1]
    return frozenset(found)


def words_of(text: str) -> frozenset[str]:
    """The folded syllables that tell a paper or a question apart, without what stands in brackets."""
    return frozenset(_SYLLABLE.findall(fold(_BRACKETS.sub(" ", text)))) - STOP


def _is_question(seen: View) -> bool:
    """Whether the line asks for a fact. "Could you send the birth certificate?" does not."""
    asked = "?" in seen.norm
    polite = next(iter(all_of("polite", seen)), None)
    if polite is not None and stands("give", seen, polite[1]) and not stands("explain", seen):
        return False
    head = _head(seen, 0, len(seen.norm))
    return (_QUESTION_WORDS_VI.search(seen.norm) is not None
            or (asked and (_HAVE.search(seen.norm) is not None or stands("question", seen)))
            or begins("question", seen, head) is not None)


def _purposes(seen: View) -> list[tuple[int, int]]:
    """From each word that says what it is for, to the end of that clause."""
    found = []
    for start, end in all_of("purpose", seen):
        stop = _PURPOSE_ENDS.search(seen.norm, end)
        found.append((start, stop.start() if stop else len(seen.norm)))
    return found


def _segments(seen: View, names: list[Name]) -> list[tuple[int, int]]:
    """The line cut at commas and "and", but never inside the name of a paper."""
    cuts = [0]
    for match in _BREAK.finditer(seen.norm):
        if not any(n.start < match.end() and match.start() < n.end for n in names):
            cuts.append(match.end())
    return list(zip(cuts, [*cuts[1:], len(seen.norm)], strict=True))


def _head(seen: View, start: int, end: int) -> int:
    """Where the thing itself begins, behind "please send us the"."""
    at = start
    while at < end:
        onward = None
        small = _SMALL.match(seen.norm, at, end)
        if small:
            onward = small.end()
        for role in ("polite", "give", "addressed"):
            if (past := begins(role, seen, at)) is not None:
                onward = max(onward or 0, past)
        if onward is None or onward <= at:
            return at
        at = onward
    return at


def _mention(seen: View, here: list[Name], end: int, silent: list[tuple[int, int]]) -> Mention | None:
    forms = frozenset(n.code for n in here if n.code in FORMS)
    papers = [n for n in here if n.code not in FORMS]
    proof = next((n for n in papers if how(n.code) == "proof"), None)
    paper = proof or (papers[0] if papers else None)
    if paper is None:
        stop = min([end, *(a for a, _b in silent if a >= here[0].end)])
        words = words_of(seen.norm[here[-1].end:stop]) - {"ho", "so", "nop"}
        copied = forms & {"certified", "copy"} and words
        if not copied and not forms & {"certified", "copy", "on_paper"}:
            return None
        return Mention("paper" if copied else "", here[0].start, here[-1].end, forms, words)
    begin = here[0].start if here[0].start < paper.start else paper.start
    stop = min([end, *(a for a, _b in silent if a >= paper.end)])
    if how(paper.code) == "words":  # what kind of application it is, its further words say
        words = words_of(seen.norm[paper.start:stop])
        return Mention(paper.code, begin, _trimmed(seen, paper.end, stop), forms, words)
    return Mention(paper.code, begin, paper.end, forms, words_of(seen.norm[paper.start:stop]))


def _trimmed(seen: View, least: int, stop: int) -> int:
    return max(least, len(seen.norm[:stop].rstrip(" ,;.?!")))
