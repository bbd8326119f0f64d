"""Where somebody lives or can be reached: e-mail, links, house numbers, plots, hamlets, coordinates."""

import re
from collections.abc import Iterator

from feedback.domain.redaction.letters import Letters
from feedback.domain.redaction.marks import Mark, MarkKind

_AT = (
    r"(?:\s{0,2}@\s{0,2}|\s{0,2}[\[({<]\s{0,1}(?:at|a cong|acong|@)\s{0,1}[\])}>]\s{0,2}|\s"
    r"(?:a cong|a vong)\s)"
)
_DOT = r"(?:\s{0,2}\.\s{0,2}|\s{0,2}[\[({<]\s{0,1}(?:dot|cham|\.)\s{0,1}[\])}>]\s{0,2}|\s(?:dot|cham)\s)"
_EMAIL = re.compile(
    rf"(?<![a-z0-9._+%-])[a-z0-9][a-z0-9._+%-]{{0,63}}{_AT}([a-z0-9-]{{1,63}}"
    rf"(?:{_DOT}[a-z0-9-]{{2,24}}){{1,4}})"
)
_LINK = re.compile(r"(?<![a-z0-9@])(?:https?\s?:\s?/\s?/|hxxps?://|www\.)([^\s/<>\"]{1,200})[^\s<>\"]{0,400}")
_SITE = re.compile(
    r"(?<![a-z0-9@._-])((?:[a-z0-9-]{1,40}\.){1,4}(?:com|net|org|info|me|vn|io|app|ly))"
    r"(?![a-z0-9.-]{0,3}[a-z0-9])"
    r"(/[^\s<>\"]{0,400})?"
)
_OFFICIAL = re.compile(r"\.gov\.vn(?![a-z.])|(?:^|[./])(?:chinhphu|baochinhphu)\.vn$")

_WAY = (
    r"(?:duong|pho|ngo|ngach|hem|kiet|hxh|quoc lo|tinh lo|khu|to|thon|ap|xom|khu pho|street|road|st\.|"
    r"lane|alley)"
)
_NUMBER = r"(?:so\s{0,2})?[0-9]{1,4}[a-z]?(?:\s?[/-]\s?[0-9]{1,4}[a-z]?){0,4}"
_HOUSE = re.compile(
    rf"(?<![a-z])(?:nha\s(?:o\s)?so|so nha|can ho(?:\sso)?|phong tro(?:\sso)?|nha\s"
    rf"(?:o\s)?tai so|house no\.?)\s{{0,2}}:?\s{{0,2}}([a-z]{{0,2}}{_NUMBER})"
)
_STREET = re.compile(rf"(?<![a-z0-9/.,-])({_NUMBER})\s{{0,2}},?\s{{0,2}}{_WAY}\s(?=[a-z0-9])")
_AFTER = re.compile(
    r"(?<![a-z])(?:ngo|ngach|hem|kiet)\s{1,2}(?:so\s)?[0-9]{1,4}[a-z]?"
    r"(?:\s?/\s?[0-9]{1,4}[a-z]?){0,4}(?![0-9]|\s?(?:km|m|ho|met|nam|nghin|trieu|dong)(?![a-z]))"
)
_PLOT = re.compile(
    r"(?<![a-z])thua(?:\sdat)?(?:\sso)?\s{0,2}:?\s{0,2}[0-9]{1,5}(?![0-9])(?:[ ,]{0,3}to"
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
_PLACE_WORDS = frozenset(
    [
        "ngõ",
        "ngách",
        "hẻm",
        "kiệt",
        "thửa",
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
    r"thon|ấp|xóm|xom|street|road|st\.|lane|alley)"
)
_DEGREES = re.compile(r"(?<![0-9])[0-9]{1,3}\s?°\s?[0-9]{1,2}\s?['′]\s?[0-9.]{1,8}\s?[\"″]?\s?[nsewđb]?")


def addresses(seen: Letters) -> Iterator[Mark]:
    """E-mail addresses, links, house numbers with their street, and exact places."""
    text = seen.plain
    for match in _EMAIL.finditer(text):
        if not _OFFICIAL.search(re.sub(r"\s|[\[\](){}<>]", "", match[1])):
            yield Mark(*seen.span(*match.span()), MarkKind.EMAIL, "email")
    for pattern in (_LINK, _SITE):
        for match in pattern.finditer(text):
            if not _OFFICIAL.search(match[1].split(":")[0].rstrip(".,;)")):
                end = match.start() + len(match.group().rstrip(".,;:!?)"))
                yield Mark(*seen.span(match.start(), end), MarkKind.URL, "link")
    for match in _HOUSE.finditer(text):
        yield Mark(*seen.span(match.start(1), _named(seen, match.end())), MarkKind.ADDRESS, "house_number")
    for match in _STREET.finditer(text):
        end = _named(seen, match.end())
        if end > match.end() and _WAY_WRITTEN.search(seen.accented(match.start(), match.end())):
            yield Mark(*seen.span(match.start(), end), MarkKind.ADDRESS, "street_number")
    for pattern, why in (
        (_AFTER, "lane"),
        (_PLOT, "plot"),
        (_GROUP, "group"),
        (_COORDINATES, "coordinates"),
        (_DEGREES, "coordinates"),
    ):
        for match in pattern.finditer(text):
            if why == "coordinates" or _vietnamese(seen, match.start()):
                yield Mark(*seen.span(*match.span()), MarkKind.PLACE_DETAIL, why)
    for match in _LOT.finditer(text):
        if any(c.isdigit() for c in match.group()) and any(seen.capital[match.start() : match.end()]):
            yield Mark(*seen.span(*match.span()), MarkKind.PLACE_DETAIL, "lot")
    for match in _HAMLET.finditer(text):
        end = _named(seen, match.end(), most=3)
        if end > match.end() and _vietnamese(seen, match.start()):
            yield Mark(*seen.span(match.start(), end), MarkKind.PLACE_DETAIL, "hamlet")


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
