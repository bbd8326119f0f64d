"""Search without accents: the same folding for what is indexed and for what is asked, on both databases.

A text becomes a *set* of tokens without positions: folded syllables, pairs of neighbouring syllables
(``den_duong``, for most Vietnamese words are two syllables) and filter tokens (``_fa45``). A phrase is an AND
of pairs, a filter is one more token. Every token is made of ``[a-z0-9_]`` only, so it can be put into an FTS5
MATCH or a tsquery as it is.
"""

import re
import unicodedata
from dataclasses import dataclass

MAX_TOKENS = 4_000
"""Most tokens one text gives to the index; what comes later in a longer text is not searchable."""
MAX_QUERY_TOKENS = 12
MAX_SYLLABLE = 32
"""Longer runs of letters are cut, in the index and in the question alike."""
MAX_QUERY_CHARS = 400
MAX_TEXT_CHARS = 200_000
_MOST_REMEMBERED = 20_000

_SYLLABLE = re.compile(r"[a-z0-9]+")
_SENTENCE_END = re.compile(r"[.!?;:…]+(?=\s|$)|[\r\n\u2028\u2029]+")
_QUOTED = re.compile(r'"([^"]*)"')
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‟": '"', "＂": '"'})
_NOT_FACET = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody looks for. ``tokens`` must all be present; ``phrases`` are the quoted phrases, folded and
    single-spaced, for whoever checks candidates word by word."""

    tokens: tuple[str, ...]
    phrases: tuple[str, ...] = ()

    @property
    def phrase(self) -> str:
        """The first quoted phrase, folded, or an empty string."""
        return self.phrases[0] if self.phrases else ""

    def __bool__(self) -> bool:
        return bool(self.tokens)


class _Marks(dict[int, int | None]):
    """What ``str.translate`` drops: marks and invisible characters, looked up once each."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code)) in ("Mn", "Me", "Cf") else code
        if len(self) < _MOST_REMEMBERED:
            self[code] = kept
        return kept


_MARKS = _Marks()


def fold(text: str) -> str:
    """``text`` without accents and case: decomposed, marks and invisible characters dropped, đ→d, casefolded.

    thuỷ and thủy, NFC and NFD, ĐẤT and đất fold to the same. Compatibility forms are folded too (m² → m2,
    full-width digits), which SQLite's and PostgreSQL's own folding do not do alike. Length may change.
    """
    if text.isascii():
        return text.casefold()
    kept = unicodedata.normalize("NFKD", text).translate(_MARKS)
    return kept.casefold().replace("đ", "d").replace("ð", "d")


def tokens(text: str) -> list[str]:
    """The distinct tokens of ``text`` in order of first appearance, at most ``MAX_TOKENS``.

    Syllables and pairs; no pair crosses a sentence end or a line end.
    """
    seen: dict[str, None] = {}
    for sentence in _SENTENCE_END.split(fold(text[:MAX_TEXT_CHARS])):
        before = ""
        for match in _SYLLABLE.finditer(sentence):
            syllable = match.group()[:MAX_SYLLABLE]
            seen.setdefault(syllable)
            if before:
                seen.setdefault(f"{before}_{syllable}")
            before = syllable
            if len(seen) >= MAX_TOKENS:
                return list(seen)[:MAX_TOKENS]
    return list(seen)


def tokens_text(text: str, *facets: str) -> str:
    """What is written into the index column: the facets, then the tokens of ``text``, space-joined."""
    return " ".join([*facets, *tokens(text)])


def facet(kind: str, value: object) -> str:
    """A filter token: ``facet("a", 45)`` is ``_fa45``.

    The leading underscore keeps it apart from words: no text that a citizen writes can produce it.
    Raises ValueError when the kind or the value has nothing to keep.
    """
    folded_kind, folded_value = (_NOT_FACET.sub("", fold(str(part))) for part in (kind, value))
    if not folded_kind or not folded_value:
        raise ValueError("a facet needs a kind and a value with letters or digits")
    return f"_f{folded_kind}{folded_value}"


def query_tokens(text: str) -> Query:
    """What a person typed, as at most ``MAX_QUERY_TOKENS`` tokens that all have to be present.

    A quoted phrase becomes its pairs (one syllable: itself); the rest becomes its syllables of two letters or
    more. A lone single letter counts only next to another syllable ("y te" also asks for ``y_te``). All
    else (operators, wildcards, punctuation) is dropped, never interpreted.
    """
    asked = text[:MAX_QUERY_CHARS].translate(_QUOTES)
    wanted: dict[str, None] = {}
    phrases: list[str] = []
    for quoted in _QUOTED.findall(asked):
        words = _words(quoted)
        if not words:
            continue
        phrases.append(" ".join(words))
        for token in _pairs(words) if len(words) > 1 else [w for w in words if len(w) > 1]:
            wanted.setdefault(token)
    loose = _words(_QUOTED.sub(" ", asked))
    for place, word in enumerate(loose):
        if len(word) > 1:
            wanted.setdefault(word)
        elif place + 1 < len(loose) and not word.isdigit():
            wanted.setdefault(f"{word}_{loose[place + 1]}")
    return Query(tuple(wanted)[:MAX_QUERY_TOKENS], tuple(phrases))


def _words(text: str) -> list[str]:
    return [m.group()[:MAX_SYLLABLE] for m in _SYLLABLE.finditer(fold(text))]


def _pairs(words: list[str]) -> list[str]:
    return [f"{a}_{b}" for a, b in zip(words, words[1:], strict=False)]
