"""Days and years that a word calls somebody's birthday: in digits, in words, in both."""

import re
from collections.abc import Iterator

from feedback.domain.redaction.letters import Letters
from feedback.domain.redaction.marks import Mark, MarkKind

_CUE = re.compile(
    r"(?<![a-z])(?:(?:(?:ngay|nam|thang)[ ,/]{1,3}){1,3}sinh|n\.? ?sinh|sn|ns|sinh(?: (?:ngay|nam|vao|nhat))?|"
    r"de (?:ngay|nam|vao)|date of birth|dob|birthday|born(?: (?:on|in))?)(?![a-z])"
    r"(?: cua (?:(?:con|vo|chong|bo|me) )?(?:toi|chau|em|minh|ong|ba|anh|chi|co|chu|bac)(?![a-z]))?"
    r"[ :.,(\"'=-]{0,4}(?:(?:la|vao|ngay|nam|is|on|in) ){0,2}"
)
_MONTHS = ("january|february|march|april|may|june|july|august|september|october|november|december|"
           "jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec")
_NUMBER_WORDS = frozenset([
    "mot", "hai", "ba", "bon", "tu", "nam", "lam", "sau", "bay", "tam", "chin", "muoi", "tram", "nghin",
    "ngan", "linh", "le", "khong", "gieng", "chap", "ram",
])
_WORD = re.compile(rf"[0-9]{{1,8}}|(?:ngay|thang|nam|mung|mong|{_MONTHS})(?![a-z])|"
                   rf"(?:{'|'.join(sorted(_NUMBER_WORDS))})(?![a-z])")
_GAP = re.compile(r"[ ./,\-·]{0,3}")
_LONGEST = 18
"""Words of the longest birthday: "ngày mười hai tháng ba năm một nghìn chín trăm tám mươi lăm"."""
_COHORT_BEFORE = re.compile(r"(?<![a-z])(?:tre(?: em)?|hoc sinh|nguoi|cong dan|chau|em|those|children|people)"
                            r"(?: (?:duoc|co|da|deu|were))?(?: (?:ngay|nam))? $")
_COHORT_AFTER = re.compile(r"\)?,? {0,2}(?:tro ve|tro di|tro len|den|hoac|-|trong|duoc|or|and)(?![a-z])")
_NOT_BIRTH = re.compile(r"(?:hoc|khai|ve|phat|tuyen|thi|ho|tai|moi|thuong|hy|giam|ky|thai|he|diet|quang"
                        r"|khai|da) $")


def birthdays(seen: Letters) -> Iterator[Mark]:
    """Dates and years that a word calls somebody's birthday. The year of a whole cohort ("trẻ em sinh năm 2020",
    "người sinh năm 1960 trở về trước") is nobody's."""
    text = seen.plain
    for match in _CUE.finditer(text):
        if _NOT_BIRTH.search(text, max(0, match.start() - 8), match.start()):
            continue
        end, words = match.end(), []
        at = end
        while len(words) < _LONGEST and (word := _WORD.match(text, at)):
            if word.group() == "tu" and seen.accented(*word.span()) == "từ":
                break  # "from", not "four"
            words.append(word.group())
            end = word.end()
            gap = _GAP.match(text, end)
            at = gap.end() if gap else end
        if words and _is_date(words) and not (_year_only(words) and _cohort(text, match.start(), end)):
            yield Mark(*seen.span(match.end(), end), MarkKind.BIRTH_DATE, "born")


def _is_date(words: list[str]) -> bool:
    digits = [word for word in words if word.isdigit()]
    if any(len(word) == 8 or (len(word) == 4 and word[:2] in ("19", "20")) for word in digits):
        return True
    months = any(word in _MONTHS.split("|") for word in words)
    spelled = sum(word in _NUMBER_WORDS for word in words)
    return len(digits) + months >= 3 or spelled >= 3 or (len(digits) + spelled >= 2 and "thang" in words)


def _year_only(words: list[str]) -> bool:
    return len(words) == 1


def _cohort(text: str, start: int, end: int) -> bool:
    return bool(_COHORT_BEFORE.search(text, max(0, start - 24), start) and _COHORT_AFTER.match(text, end)
                or re.match(r"\)? {0,2}(?:tro ve|tro di|tro len)", text[end:end + 12]))
