"""Where somebody lives: house numbers, flats, lanes, plots, hamlets, coordinates."""

import re
from collections.abc import Iterator

from feedback.domain.redaction.letters import Letters
from feedback.domain.redaction.marks import Mark, MarkKind

_WAY = (
    r"(?:duong|pho|ngo|ngach|hem|kiet|hxh|quoc lo|tinh lo|khu|to|thon|ap|xom|khu pho|street|road|st\.|"
    r"lane|alley|d\.)"
)
_SPOKEN = r"(?:(?:mot|hai|ba|bon|tu|nam|lam|sau|bay|tam|chin|muoi|tram|linh|le|mot)(?![a-z])\s?){1,5}"
_NUMBER = r"(?:so\s{0,2})?[0-9]{1,4}[a-z]?(?:\s?[/-]\s?[0-9]{1,4}[a-z]?){0,4}"
_HOUSE = re.compile(
    rf"(?<![a-z])(?:nha\s(?:o\s)?so|so nha|phong tro(?:\sso)?|nha\s"
    rf"(?:o\s)?tai so|house no\.?)\s{{0,2}}:?\s{{0,2}}([a-z]{{0,2}}{_NUMBER})"
)
_STREET = re.compile(rf"(?<![a-z0-9/.,-])({_NUMBER})\s{{0,2}},?\s{{0,2}}{_WAY}\s(?=[a-z0-9])")
_ROAD_NUMBER = re.compile(r"(?<![a-z])(?:duong tinh|quoc lo|tinh lo|huong lo|duong huyen|ql|dt|tl|km)\s?$")
_SPOKEN_STREET = re.compile(
    rf"(?<![a-z])(?:so|nha)\s{_SPOKEN}(?:duong|pho|ngo|ngach|hem|kiet|street|road|lane)\s(?=[a-z])"
)
_BARE_HOUSE = re.compile(rf"(?<![a-z])(o|nha|tai|tru tai|dia chi|d/c|live at)[ :]{{1,3}}({_NUMBER})\s(?=[a-z])")
_ENGLISH_STREET = re.compile(
    r"(?<![a-z0-9/.,-])[0-9]{1,4}[a-z]?\s(?:[a-z]{2,12}\s){1,3}(?:street|road|lane|alley|avenue)(?![a-z])"
)
_FLAT = re.compile(
    r"(?<![a-z])(?:can(?: ho)?|phong(?: tro)?|flat|apartment|room)(?: so)?\s"
    r"([a-z]{0,2}[0-9]{1,2}[-.][0-9]{1,4}|[0-9]{1,2}[a-z][0-9]{2,3}|[a-z]{0,2}[0-9]{3,4})(?![0-9a-z])"
    r"((?:,? (?:nha(?: tro)?|khu|toa(?: nha)?|block|chung cu)\s)(?=[a-z]))?"
)
_ALLEY_CODE = re.compile(r"(?<![a-z0-9])[kh][0-9]{1,4}(?:/[0-9]{1,4}){1,4}\s(?=[a-z])")
_SHEET = re.compile(
    r"(?<![a-z])to(?:\sban do)(?:\sso)?\s{0,2}:?\s{0,2}[0-9]{1,4}[ ,]{1,3}"
    r"thua(?:\sdat)?(?:\sso)?\s{0,2}:?\s{0,2}[0-9]{1,5}(?![0-9])"
)
_GROUP_SPOKEN = re.compile(
    rf"(?<![a-z])(?:to dan pho|tdp|khu pho|ap|thon|xom|doi)(?: so)?\s{_SPOKEN}(?=[ .,;\n)]|\Z)"
)
_AFTER = re.compile(
    r"(?<![a-z])(?:ngo|ngach|hem|kiet)\s{1,2}(?:so\s)?[0-9]{1,4}[a-z]?"
    r"(?:\s?/\s?[0-9]{1,4}[a-z]?){0,4}(?![0-9]|\s?(?:km|m|ho|met|nam|nghin|trieu|dong)(?![a-z]))"
)
_PLOT = re.compile(
    r"(?<![a-z])thua(?:\sdat)?(?:\sso)?\s{0,2}:?\s{0,2}[0-9]{1,5}(?![0-9]|[.,][0-9])(?:[ ,]{0,3}to"
    r"(?:\sban do)?(?:\sso)?\s{0,2}:?\s{0,2}[0-9]{1,4})?(?!\s?(?:m2|ho so|ha|m)(?![a-z]))"
)
_LOT = re.compile(r"(?<![a-z])lo(?:\sdat)?(?:\sso)?\s[a-z]{0,3}[-]?[0-9]{1,4}[a-z]?(?![0-9a-z%/]|[.,][0-9])")
_GROUP = re.compile(
    r"(?<![a-z])(?:to(?:\sdan pho)?|tdp|khu pho|kp|ap|thon|xom|doi)(?:\sso)?\s{1,2}[0-9]{1,3}"
    r"(?![0-9a-z/%]|[.,][0-9])(?!\s(?:ngay|thang|nam|nguoi|ho|cong|trieu|gio))"
)
_HAMLET = re.compile(r"(?<![a-z])(?:thon|ap|xom|buon|soc|to dan pho|khu pho)\s{1,2}(?=[a-z])")
_COORDINATES = re.compile(r"(?<![0-9.])[0-9]{1,2}[.][0-9]{4,12}\s{0,2}[,;/ ]\s{0,2}1[0-9]{2}[.][0-9]{4,12}")
_WORD = re.compile(r"[a-z]{1,12}|[0-9]{1,4}")
_WHERE = frozenset(("ở", "o", "nhà", "nha", "tại", "tai", "trú tại", "tru tai", "địa chỉ", "dia chi", "đ/c", "d/c",
                    "live at"))
_HOMES = ("can ho", "phong tro", "flat", "apart")
_OFFICES = ("ủy ban", "uỷ ban", "sở", "phòng", "ban", "bộ", "chi cục", "cục", "trung tâm", "trường", "điều",
            "luật")
_PLACE_WORDS = frozenset(
    [
        "ngõ",
        "ngách",
        "hẻm",
        "kiệt",
        "thửa",
        "tờ",
        "tổ",
        "tdp",
        "khu",
        "kp",
        "ấp",
        "thôn",
        "xóm",
        "đội",
        "buôn",
        "sóc",
    ]
)
_UNACCENTED = re.compile(r"(?<![a-z])(?:toi|khong|nha|cua|nguoi|duong|dat|cong|viec|nguyen)(?![a-z])")
_WAY_WRITTEN = re.compile(
    r"(?<!\w)"
    r"(?:đường|duong|phố|pho|ngõ|ngo|ngách|ngach|hẻm|hem|kiệt|kiet|hxh|quốc lộ|quoc lo|tỉnh lộ|"
    r"tinh lo|khu|tổ|thôn|"
    r"thon|ấp|xóm|xom|street|road|st\.|lane|alley|đ\.)"
)
_DEGREES = re.compile(r"(?<![0-9])[0-9]{1,3}\s?°\s?[0-9]{1,2}\s?['′]\s?[0-9.]{1,8}\s?[\"″]?\s?[nsewđb]?")


def addresses(seen: Letters) -> Iterator[Mark]:
    """House numbers with their street, flats and rooms, and exact places."""
    text = seen.plain
    for match in _HOUSE.finditer(text):
        yield Mark(*seen.span(match.start(1), _named(seen, match.end())), MarkKind.ADDRESS, "house_number")
    for match in _STREET.finditer(text):
        end = _named(seen, match.end())
        if _ROAD_NUMBER.search(text, max(0, match.start() - 14), match.start()):
            continue
        if end > match.end() and _WAY_WRITTEN.search(seen.accented(match.start(), match.end())):
            yield Mark(*seen.span(match.start(), end), MarkKind.ADDRESS, "street_number")
    yield from _houses(seen)
    for match in _AFTER.finditer(text):
        if _vietnamese(seen, match.start()):
            yield Mark(*seen.span(match.start(), _named(seen, match.end())), MarkKind.PLACE_DETAIL, "lane")
    for pattern, why in (
        (_PLOT, "plot"),
        (_SHEET, "plot"),
        (_GROUP_SPOKEN, "group"),
        (_GROUP, "group"),
        (_COORDINATES, "coordinates"),
        (_DEGREES, "coordinates"),
    ):
        for match in pattern.finditer(text):
            if why == "coordinates" or _vietnamese(seen, match.start()):
                yield Mark(*seen.span(*match.span()), MarkKind.PLACE_DETAIL, why)
    for match in _LOT.finditer(text):
        if any(c.isdigit() for c in match.group()) and any(seen.capital[match.start() : match.end()]) and (
            seen.accented(match.start(), match.start() + 2) in ("lô", "lo")
        ):
            yield Mark(*seen.span(*match.span()), MarkKind.PLACE_DETAIL, "lot")
    for match in _HAMLET.finditer(text):
        end = _named(seen, match.end(), most=3)
        if end > match.end() and _vietnamese(seen, match.start()):
            yield Mark(*seen.span(match.start(), end), MarkKind.PLACE_DETAIL, "hamlet")


def _houses(seen: Letters) -> Iterator[Mark]:
    """Houses, flats and rooms that are told without the word for a house number or a street."""
    text = seen.plain
    for match in _SPOKEN_STREET.finditer(text):
        end = _named(seen, match.end())
        if end > match.end():
            yield Mark(*seen.span(match.start(), end), MarkKind.ADDRESS, "street_number")
    for match in _BARE_HOUSE.finditer(text):
        end = _named(seen, match.end())
        named = _WORD.findall(text, match.end(), end)
        if len(named) >= 2 and seen.accented(*match.span(1)) in _WHERE and not _offices(seen, match.end(), end):
            yield Mark(*seen.span(match.start(2), end), MarkKind.ADDRESS, "street_number")
    for match in _ENGLISH_STREET.finditer(text):
        first = match.start() + match.group().index(" ") + 1
        if seen.capital[first]:
            yield Mark(*seen.span(*match.span()), MarkKind.ADDRESS, "street_number")
    for match in _FLAT.finditer(text):
        end = max(match.end(1), _named(seen, match.end())) if match[2] else match.end(1)
        while end < len(text) and text[end].isdigit() and text[end - 1].isalpha():
            end += 1
        if match[2] or not match[1].isdigit() or match.group().startswith(_HOMES):
            yield Mark(*seen.span(match.start(), end), MarkKind.ADDRESS, "flat")
    for match in _ALLEY_CODE.finditer(text):
        end = _named(seen, match.end())
        if end > match.end():
            yield Mark(*seen.span(match.start(), end), MarkKind.ADDRESS, "alley")


def _offices(seen: Letters, start: int, end: int) -> bool:
    """Whether the capitals are those of an office, not of a street: "tại 12 Ủy ban", "ở 3 Sở"."""
    return seen.accented(start, end).startswith(_OFFICES)


def _vietnamese(seen: Letters, start: int) -> bool:
    """Whether the word at ``start`` is the Vietnamese word for a place, not one that folds to the same: "áp",
    English "to". Without accents it is taken for one where the text around is Vietnamese without accents."""
    word = _WORD.match(seen.plain, start)
    if word is None:
        return False
    written = seen.accented(start, word.end())
    if not written.isascii():
        return written in _PLACE_WORDS
    return written in _PLACE_WORDS or bool(_UNACCENTED.search(seen.plain, max(0, start - 200), start + 200))


def _named(seen: Letters, start: int, most: int = 4) -> int:
    """The end of the name that begins at ``start``: capitalised words or numbers with one space between. When
    there is none, ``start`` itself."""
    end = at = start
    for _ in range(most):
        while at < len(seen.plain) and seen.plain[at] == " " and at - end < 2:
            at += 1
        word = _WORD.match(seen.plain, at)
        if word is None or not (seen.capital[at] or (word.group().isdigit() and at == start)):
            break
        end = at = word.end()
    return end
