"""The forms in which something known may come back: a name turned round or cut short, the end of a number."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from feedback.domain.redaction.letters import letters

_PHONE_END = 9
"""Digits of a Vietnamese telephone number behind its 0 or +84."""
_TAIL = 6
_LONG_NAME = 6
"""Words of the longest name that is turned round; a longer known text is an address or a sentence."""
_MAIL_NAME = 6
"""Letters from which on the part of an e-mail address before its @ is known by itself."""
_WAYS = r"(?:(?:duong|pho|ngo|ngach|hem|kiet|d|p|street|road|st)[ .]{1,2})?"
_HOUSE = re.compile(
    r"(?:so |so nha |nha )?([0-9]{1,4}[a-z]?(?:/[0-9]{1,4}[a-z]?){0,4}),? "
    r"(?:duong |pho |ngo |ngach |hem |kiet )?([a-z]{2,12}(?: [a-z0-9]{1,12}){1,4})(?:,|\Z)"
)
_ONES = ("", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``letters`` as they stand in a stream of letters and digits alone, of so many ``words``. ``whole``: only
    between word ends, however long."""

    letters: str
    words: int
    whole: bool = False


def wanted(text: str) -> Iterator[Wanted]:
    """What is looked for in the stream of letters because of one known text."""
    plain = letters(text).plain
    said = "".join(c for c in plain if c.isalnum())
    if said.isdigit() and len(said) > _PHONE_END and text.strip().startswith(("0", "+84", "84")):
        said = said[-_PHONE_END:] if len(said) <= 11 else said
    if len(said) < 2:
        return
    yield Wanted(said, len(text.split()))
    if said.isdigit():
        if len(said) >= _PHONE_END:
            yield Wanted(said[-_TAIL:], 1, whole=True)
        return
    user, at, _ = plain.partition("@")
    if at:
        name = "".join(c for c in user if c.isalnum())
        if len(name) >= _MAIL_NAME:
            yield Wanted(name, 1, whole=True)
        return
    words = _name(plain)
    if words is None:
        return
    yield Wanted(said[::-1], len(words), whole=True)
    given, others = words[-1], words[:-1]
    orders = [[given, *others], [given, *reversed(others)]]
    if len(words) >= 3:
        orders += [[words[0], given], [given, words[0]], words[-2:]]
    for order in orders:
        yield Wanted("".join(order), len(order), whole=True)


def initials(text: str) -> Iterator[tuple[re.Pattern[str], bool]]:
    """Patterns of a known name with some of its words cut to initials, or all; True: only in capitals."""
    words = _name(letters(text).plain)
    if words is None or len(words) < 2:
        return
    stop = r"\.[ ]{0,2}"
    said = [f"({re.escape(word)}|{word[0]})" for word in words[:-1]]
    left_out = range(len(said)) if len(said) > 2 else ()  # of four words one may be missing
    for before in (said, *([*said[:n], *said[n + 1:]] for n in left_out)):
        together = r"[. ]{1,3}".join([*before, f"({re.escape(words[-1])})"])
        yield re.compile(rf"(?<![a-z0-9.]){together}(?![a-z0-9])"), True
    if len(words) >= 3:
        every = stop.join(f"({word[0]})" for word in words)
        yield re.compile(rf"(?<![a-z0-9.]){every}(?!\.?[ ]?[a-z0-9]\.)(?![a-z0-9])"), True


def street(text: str) -> Iterator[tuple[re.Pattern[str], bool]]:
    """Patterns of a known address without the word for a street, and with its number in words."""
    match = _HOUSE.match(letters(text).plain.strip())
    if match is None:
        return
    number, name = match[1], r"[ ]{1,2}".join(map(re.escape, match[2].split()))
    forms = [re.escape(number)]
    if number.isdigit() and 0 < int(number) < 100:
        forms.append(_in_words(int(number)))
    for form in forms:
        yield re.compile(rf"(?<![a-z0-9/]){form}[ ,]{{1,3}}{_WAYS}{name}(?![a-z0-9])"), False


def _name(plain: str) -> list[str] | None:
    """The words of a known text that reads like a name: letters alone, two to six words."""
    words = plain.split()
    if not 2 <= len(words) <= _LONG_NAME or not all(re.fullmatch(r"[a-z']{1,12}", word) for word in words):
        return None
    return words


def _in_words(number: int) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _ONES[ones]
    last = {0: "", 1: "(?:mot)", 4: "(?:bon|tu)", 5: "(?:lam|nham|nam)"}.get(ones, _ONES[ones])
    first = "muoi" if tens == 1 else f"{_ONES[tens]}(?: muoi)?"
    return f"{first} {last}" if last else first
