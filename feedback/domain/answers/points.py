"""A complaint's text proposed as numbered points. Rules only propose: the citizen or the clerk confirms."""

import re

from feedback.domain.answers.lexicon import find
from feedback.domain.answers.sentences import cut
from feedback.domain.answers.view import View, view

MAX_POINTS = 10
_MARK = re.compile(
    r"(?:^|(?<=[\s:;.]))(?:\(?(\d{1,2})\)|(\d{1,2})[.)]|\(?([a-eđ])\)|[-•*+–])(?=\s+\S)", re.MULTILINE
)
# Looking back makes a run of spaces or commas be tried once, not once from each of its signs.
_JOINT = re.compile(r"[,;]\s+(?:và\s+|va\s+|and\s+)?|(?<!\s)\s+(?:và|va|and)\s+")
_TAIL = re.compile(r"(?<![\s,;])[\s,;]+(?:và|va|and)$", re.IGNORECASE)
_PAPER = re.compile(r"\b(?:hồ sơ|đơn|tờ khai|giấy|thủ tục|ho so|don|to khai|giay|thu tuc)\s+$")
"""What names a paper: "hồ sơ xin cấp sổ" tells what was filed, it asks for nothing."""
_LETTER = re.compile(r"[^\W_]")


def propose(text: str) -> tuple[str, ...]:
    """The points of a complaint, in the writer's own words, at most ``MAX_POINTS``.

    A list the writer numbered is kept; else every question and request is a point; else the whole text is
    one.
    What does not fit into ten stays in the tenth, so that nothing is lost. An empty text has no points.
    """
    seen = view(text)
    if not _LETTER.search(seen.norm):
        return ()
    spans = _listed(seen) or _asked(seen) or [(0, len(seen.norm))]
    if len(spans) > MAX_POINTS:
        spans = [*spans[: MAX_POINTS - 1], (spans[MAX_POINTS - 1][0], spans[-1][1])]
    found: list[str] = []
    for start, end in spans:
        first, last = seen.span(start, end)
        point = " ".join(seen.source[first:last].split()).strip(" ,;:-–•*+")
        point = _TAIL.sub("", point)
        if _LETTER.search(point) and point not in found:
            found.append(point[:1].upper() + point[1:])
    return tuple(found)


def _listed(seen: View) -> list[tuple[int, int]]:
    """The items of a list with at least two of one kind of mark, numbers in order."""
    marks = list(_MARK.finditer(seen.norm))
    for kind in (1, 2, 3, 0):
        same = [m for m in marks if (m[kind] if kind else not (m[1] or m[2] or m[3]))]
        if kind == 0:
            same = [m for m in same if m.start() == 0 or seen.norm[m.start() - 1] == "\n"]
        elif kind < 3:
            same = _in_order(same, kind)
        if len(same) >= 2:
            ends = [m.start() for m in same[1:]] + [len(seen.norm)]
            return [(m.end(), end) for m, end in zip(same, ends, strict=True)]
    return []


def _in_order(marks: list[re.Match[str]], kind: int) -> list[re.Match[str]]:
    kept: list[re.Match[str]] = []
    for mark in marks:
        if int(mark[kind]) == len(kept) + 1:
            kept.append(mark)
    return kept


def _asked(seen: View) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for start, end in cut(seen):
        question = seen.norm[start:end].rstrip('"” )').endswith("?")
        if question or _request(seen, start, end) or find("question", seen, start, end):
            spans.extend(_parts(seen, start, end))
    return spans


def _request(seen: View, start: int, end: int) -> bool:
    """Whether something is asked for here; the name of a paper that was filed is no request."""
    hit = find("ask", seen, start, end)
    while hit and _PAPER.search(seen.norm, max(start, hit[0] - 12), hit[0]):
        hit = find("ask", seen, hit[1], end)
    return hit is not None


def _parts(seen: View, start: int, end: int) -> list[tuple[int, int]]:
    """One sentence cut where a new question or request begins after a comma or an "and"."""
    cuts = [start]
    opened = bool(find("ask", seen, start, end) or find("question", seen, start, end))
    for joint in _JOINT.finditer(seen.norm, start, end):
        begins = find("opens", seen, joint.end(), min(joint.end() + 40, end))
        if begins and begins[0] == joint.end() and opened and _is_asking(seen, cuts[-1], joint.start()):
            cuts.append(joint.end())
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _is_asking(seen: View, start: int, end: int) -> bool:
    """Whether the piece before a joint already asks something, so that a new point may begin after it."""
    return any(find(role, seen, start, end) for role in ("ask", "question", "opens"))
