"""Numbers that belong to one person: telephone, identity card, tax code, account, plate."""

import re
from collections.abc import Iterator

from feedback.domain.redaction import checks
from feedback.domain.redaction.letters import Letters
from feedback.domain.redaction.marks import Mark, MarkKind, merge

_SEP = r"[ \t\u00a0.\-‐-―_/()·•*,|~:]{0,3}"
_D = r"[0-9oil]"
"""A digit, or the letters that stand in for 0 and 1."""
_CUE = 40
"""How many letters before a number are read for what it is."""

_RUN = re.compile(rf"(?<![0-9a-z])(?<![a-z0-9][.\-/]){_D}(?:{_SEP}{_D}){{5,23}}(?![0-9a-z]|\s?/\s?[a-z])")
_TIGHT = re.compile(r"(?<![0-9.,/\-])[0-9]{9,19}(?![0-9])")
_GROUPED_AMOUNT = re.compile(r"[0-9]{1,3}(?:[., ][0-9]{3})+\Z")
_DATE_LIKE = re.compile(r"[0-9]{1,2}\s?[-./]\s?[0-9]{1,2}\s?[-./]\s?(?:19|20)[0-9]{2}")
_PHONE = re.compile(
    rf"(?<![0-9])(?:\+?\(?(?:00)?84\)?{_SEP}(?:\(?0\)?{_SEP})?|(?:0|(?<![a-z])o){_SEP})"
    rf"(?:[35789](?:{_SEP}{_D}){{8}}|2(?:{_SEP}{_D}){{8,9}})(?![.\-/]?[0-9])"
)
_ID = re.compile(rf"(?<![0-9])(?:0|(?<![a-z])o)(?:[ .\-_·/]{{0,3}}{_D}){{11}}(?![.\-/]?[0-9])")
_TAX_BRANCH = re.compile(r"(?<![0-9.,/\-])[0-9]{10}-[0-9]{3}(?![0-9])")
_HEALTH_CARD = re.compile(r"(?<![a-z0-9])[a-z]{2}[ .-]?[0-9](?:[ .-]?[0-9]){12}(?![0-9])")
_PASSPORT = re.compile(r"(?<![a-z0-9.\-/])[a-z][0-9]{7,8}(?![0-9a-z])")
_PASSPORT_SPACED = re.compile(r"(?<![a-z0-9.\-/])[a-z][ .\-]{0,2}[0-9](?:[ .\-]?[0-9]){6,7}(?![0-9a-z])")
_TAIL = re.compile(
    r"(?<![a-z])(?:so (?:cuoi|duoi)|duoi|ket thuc (?:la|bang)"
    r"|ending(?: in)?)(?![a-z])[^0-9\n.;]{0,30}([0-9]{3,8})(?![0-9])"
)
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ .-]?[0-9]){15}(?![0-9])")
_PLATE = re.compile(
    r"(?<![0-9a-z/.,-])[1-9][0-9]\s?[-.]?\s?[a-hk-z][a-z0-9]?"
    r"(?:\s?[-. ]\s?[0-9]{3}[.]?[0-9]{2}|\s?-\s?[0-9]{4}|[0-9]{5})(?![0-9a-z/])"
)
_S = r"[ .\-_·/]{0,3}"
_PLATE_LOOSE = re.compile(
    rf"(?<![0-9a-z/.,-])[1-9]{_S}[0-9]{_S}[a-z](?:{_S}[a-z])?(?:{_S}[0-9])?{_S}"
    rf"(?:[0-9]{_S}){{3,4}}[0-9](?![0-9a-z]|[ .\-]{{1,2}}[0-9]{{1,3}}(?![0-9]))"
)
"""Read as a plate only behind a word that says so."""
_PLATE_CUE = re.compile(r"(?<![a-z])(?:bien(?: so| kiem soat)?|bks|xe(?: may| tai| o to)?|o to|plate)(?![a-z])")
_DIGIT_WORD = (
    r"(?:khong|mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|zero|one|two|three|four|five|six|seven|eight|nine)"
)
_SPOKEN = re.compile(rf"(?<![a-z])(?:{_DIGIT_WORD}[ \t,.\-]{{1,3}}){{7,14}}{_DIGIT_WORD}(?![a-z])")

_PHONE_CUE = re.compile(r"(?:dt|sdt|dien thoai|tel|zalo|phone|hotline|goi|lien he|viber|mobile|so)\W{0,4}$")
_ID_CUE = re.compile(
    r"(?:cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|ho chieu|passport|identity|id)(?![a-z])"
)
_TAX_CUE = re.compile(r"(?:mst|ma so thue|tax)(?![a-z])")
_INSURANCE_CUE = re.compile(r"(?:bhxh|bhyt|bao hiem|vssid|ma the|so the|(?<!ho )so so|insurance)(?![a-z])")
_BANK_CUE = re.compile(
    r"(?<![a-z])"
    r"(?:stk|tk|tai khoan|account|acc|iban|the ngan hang|bidv|vietcombank|vcb|agribank|vietinbank|"
    r"techcombank|"
    r"mb ?bank|acb|sacombank|vpbank|tpbank|momo)(?![a-z])"
)
_BANK_AFTER = re.compile(r"[ ,(\-]{1,3}(?:ngan hang|bidv|vietcombank|vcb|agribank|vietinbank|techcombank|"
                         r"mb ?bank|sacombank|vpbank|tpbank|momo)(?![a-z])")
_TAIL_OF = re.compile(r"(?<![a-z])(?:cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|the|tai khoan|stk|dt|sdt|"
                      r"dien thoai|may|phone|card|account)(?![a-z])")
_UNIT_AFTER = re.compile(r"\s{0,2}(?:(dong|vnd|d|usd|trieu|t[yi]|m2|km|m|ha|kg|tan)(?![a-z]|/c)|%)")
_UNITS = frozenset(["đồng", "dong", "vnd", "vnđ", "đ", "d", "usd", "triệu", "trieu", "tỷ", "tỉ", "ty", "ti", "m2",
                    "km", "m", "ha", "kg", "tấn", "tan"])
_NO_UNIT = re.compile(r"\s(?:chi|y|bao|thoi|nghiep|su|doi)(?![a-z])")
"""Behind "đồng": đồng chí, đồng ý …"""


def numbers(seen: Letters) -> Iterator[Mark]:
    """Marks of the numbers that name a person, an account or a vehicle."""
    found = [*_shaped(seen), *_cued(seen)]
    yield from found
    edges = merge(found)
    at = 0
    for mark in _long(seen):
        while at < len(edges) and edges[at].end <= mark.start:
            at += 1
        if at == len(edges) or edges[at].start >= mark.end:
            yield mark


def _shaped(seen: Letters) -> Iterator[Mark]:
    """Numbers that are known by their form alone."""
    text = seen.plain
    for kind, pattern, why in (
        (MarkKind.TAX_CODE, _TAX_BRANCH, "tax_code"),
        (MarkKind.SOCIAL_INSURANCE, _HEALTH_CARD, "health_card"),
        (MarkKind.NATIONAL_ID, _PASSPORT, "passport"),
        (MarkKind.PLATE, _PLATE, "plate"),
        (MarkKind.PHONE, _SPOKEN, "spoken_digits"),
    ):
        for match in pattern.finditer(text):
            yield Mark(*seen.span(*match.span()), kind, why)
    for pattern, cue, kind, why in (
        (_PASSPORT_SPACED, _ID_CUE, MarkKind.NATIONAL_ID, "passport"),
        (_PLATE_LOOSE, _PLATE_CUE, MarkKind.PLATE, "plate_after_its_name"),
    ):
        for match in pattern.finditer(text):
            if cue.search(text, max(0, match.start() - _CUE), match.start()):
                yield Mark(*seen.span(*match.span()), kind, why)
    for match in _TAIL.finditer(text):
        if _TAIL_OF.search(text, max(0, match.start() - _CUE), match.end()):
            yield Mark(*seen.span(*match.span(1)), MarkKind.NATIONAL_ID, "last_digits")
    for match in _CARD.finditer(text):
        if checks.luhn(_digits(match.group())):
            yield Mark(*seen.span(*match.span()), MarkKind.BANK_ACCOUNT, "card")
    for match in _PHONE.finditer(text):
        if _is_phone(seen, match):
            yield Mark(*seen.span(*match.span()), MarkKind.PHONE, "phone")
    for match in _ID.finditer(text):
        if (
            _mostly_digits(match.group(), share=0.5)
            and not _DATE_LIKE.match(match.group())
            and not _inside_word(text, match)
            and ("/" not in match.group() or checks.identity_number(_digits(match.group())))
        ):
            yield Mark(*seen.span(*match.span()), MarkKind.NATIONAL_ID, "twelve_digits")


def _is_phone(seen: Letters, match: re.Match[str]) -> bool:
    text, found = seen.plain, match.group()
    if not _mostly_digits(found) or _DATE_LIKE.search(found) or _is_amount(seen, match):
        return False
    if _inside_word(text, match):
        return bool(_PHONE_CUE.search(text, max(0, match.start() - 12), match.start()))
    return True


def _inside_word(text: str, match: re.Match[str]) -> bool:
    """Whether the number goes on from letters or a code before it, as in a file number."""
    start = match.start()
    before = text[max(0, start - 2) : start]
    return bool(re.search(r"[a-z]$|[a-z0-9][.\-/]$", before))


def _cued(seen: Letters) -> Iterator[Mark]:
    """Runs of six digits and more after a word that says what they are."""
    text = seen.plain
    for match in _RUN.finditer(text):
        found = match.group()
        if not _mostly_digits(found) or _DATE_LIKE.match(found) or _is_amount(seen, match):
            continue
        before = text[max(0, match.start() - _CUE) : match.start()]
        before = re.split(r"[.;\n]\s", before)[-1]
        size = len(_digits(found))
        for cue, kind, fits in (
            (_ID_CUE, MarkKind.NATIONAL_ID, size in (8, 9, 12)),
            (_TAX_CUE, MarkKind.TAX_CODE, size in (10, 12, 13)),
            (_INSURANCE_CUE, MarkKind.SOCIAL_INSURANCE, size in (10, 12, 13, 15)),
            (_BANK_CUE, MarkKind.BANK_ACCOUNT, 6 <= size <= 19 and not _GROUPED_AMOUNT.match(found)),
        ):
            named_after = kind is MarkKind.BANK_ACCOUNT and _BANK_AFTER.match(text, match.end())
            if fits and (cue.search(before) or named_after):
                yield Mark(*seen.span(*match.span()), kind, "after_its_name")
                break


def _long(seen: Letters) -> Iterator[Mark]:
    """Nine digits and more in one piece are nobody's amount: amounts are grouped or followed by a unit."""
    text = seen.plain
    for match in _TIGHT.finditer(text):
        if _is_amount(seen, match):
            continue
        kind = _named_by_itself(match.group())
        yield Mark(*seen.span(*match.span()), kind, "long_number")


def _is_amount(seen: Letters, match: re.Match[str]) -> bool:
    """Whether a unit follows, written as one: "987654321 đồng" is money; "0987654321 đồng" is none, for no amount
    begins with 0 or a plus, and neither is what stands before "Hà Nội", "Tân" or "đồng chí"."""
    unit = None if match.group()[0] in "0o+(" else _UNIT_AFTER.match(seen.plain, match.end())
    if unit is None or unit[1] is None:
        return unit is not None
    start, end = unit.span(1)
    name = seen.capital[start] and not seen.capital[end - 1] and unit[1] in ("ha", "tan", "ty", "ti")
    return not name and seen.accented(start, end) in _UNITS and not (
        unit[1] == "dong" and _NO_UNIT.match(seen.plain, end))


def _named_by_itself(digits: str) -> MarkKind:
    """What a long number is by its structure and check digit alone."""
    if checks.identity_number(digits) or checks.old_identity_card(digits) or len(digits) in (9, 12):
        return MarkKind.NATIONAL_ID
    return MarkKind.TAX_CODE if checks.tax_code(digits) else MarkKind.BANK_ACCOUNT


def _digits(found: str) -> str:
    return "".join({"o": "0", "i": "1", "l": "1"}.get(c, c) for c in found if c in "0123456789oil")


def _mostly_digits(found: str, share: float = 0.6) -> bool:
    digits = sum(c.isdigit() for c in found)
    return digits >= 5 and digits >= share * sum(c.isalnum() for c in found)
