"""The words of an instruction (chỉ đạo): an order that says what is to be done, not that something should be.

"Khẩn trương xử lý dứt điểm theo quy định" instructs nobody: nothing in it can be reported as done. What is left
after such phrases has to name something.
"""

import re
from enum import StrEnum

from feedback.domain.answers.blanks import blanks
from feedback.domain.folding import fold

LONGEST = 4_000
"""Characters of an instruction, a report or a reason."""
SHORTEST = 30
"""Characters below which nothing concrete can be said."""
FEWEST_WORDS = 5
"""Different syllables or words that have to be left when the phrases are taken out."""
FARTHEST_DAYS = 180
"""Calendar days from today after which a due date orders nothing any more."""

_PHRASES = tuple(re.compile(rf"\b{words}\b") for words in (
    r"(?:de nghi|yeu cau|giao|chi dao)", r"(?:khan truong|kip thoi|som nhat|som|ngay lap tuc|nhanh chong|gap rut)",
    r"(?:nghiem tuc|quyet liet|tich cuc|chu dong|triet de|dut diem|thuc chat|hieu qua)",
    r"(?:tang cuong|day manh|quan tam|chu trong|nang cao|phat huy|chan chinh|ra soat|don doc|quan triet)",
    r"(?:xem xet|xu ly|giai quyet|thuc hien|to chuc|trien khai|chi dao|phoi hop|bao cao|tham muu)",
    r"(?:theo|dung|phu hop)(?:\s+(?:voi|cac|dung))*\s+"
    r"(?:quy dinh|tham quyen|phap luat|chuc nang|nhiem vu|thuc te)",
    r"(?:quy dinh(?:\s+cua\s+phap luat)?|tham quyen|(?:trong )?thoi gian (?:toi|qua)?|cac don vi|lien quan)",
    r"(?:thu truong|nguoi dung dau|lanh dao|co quan|don vi|so|phong|ubnd|xa|phuong|tinh|quy co quan)",
    r"(?:cong tac|cong viec|vu viec|noi dung|van de|phan anh|kien nghi|nguoi dan|ket qua|ho so|viec|nay|tren)",
    r"(?:please|kindly|urgently|promptly|as soon as possible|seriously|properly|thoroughly|effectively)",
    r"(?:handle|deal with|resolve|consider|review|strengthen|improve|pay attention|implement|report back)",
    r"(?:in accordance with|according to|as required by|the law|the regulations|relevant|matter|case|issue)"))
_WORD = re.compile(r"[a-z0-9]+")
_SMALL = frozenset((
    "cac", "va", "de", "cho", "cua", "voi", "ve", "den", "tu", "la", "co", "duoc", "phai", "se", "da",
    "hon", "moi", "nhung", "mot", "the", "a", "an", "and", "or", "of", "to", "for", "with", "in", "on",
    "by", "all", "any", "this", "that", "it", "be", "is", "are", "must", "shall", "should"))


class Outcome(StrEnum):
    """How an instruction ended."""

    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


class Entry(StrEnum):
    """The kinds of entries in the story of an instruction."""

    REPORT = "report"
    SENT_BACK = "sent_back"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    NOTE = "note"


def fault(text: str) -> str | None:
    """What keeps an instruction from being given: 'missing', 'too_long', 'unfilled' (a place in double square
    brackets), 'too_short', or 'vague' (phrases only: nothing that could be reported as done). None: it can go."""
    words = " ".join(text.split())
    if not words:
        return "missing"
    if len(text) > LONGEST:
        return "too_long"
    if blanks(text):
        return "unfilled"
    if len(words) < SHORTEST:
        return "too_short"
    said = " ".join(fold(words).split())
    for phrase in _PHRASES:
        said = phrase.sub(" ", said)
    return "vague" if len(set(_WORD.findall(said)) - _SMALL) < FEWEST_WORDS else None
