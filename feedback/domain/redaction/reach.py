"""How somebody can be reached on the net: e-mail addresses and links, however their signs are spelled."""

import re
from collections.abc import Iterator

from feedback.domain.redaction.letters import Letters
from feedback.domain.redaction.marks import Mark, MarkKind

_A = r"(?:a[ -]{0,2}(?:cong|moc|vong)|acong|amoc|at|@)"
_AT = (
    rf"(?:\s{{0,2}}(?:@|%40|&(?:#64|#x40|commat);)\s{{0,2}}|\s{{0,2}}[\[({{<]\s{{0,1}}(?:{_A}|a)\s{{0,1}}[\])}}>]\s{{0,2}}|"
    r"[\s\-_]{1,2}(?:a[ -]{0,2}(?:cong|moc|vong)|acong)[\s\-_]{1,2})"
)
_DOT = (
    r"(?:\s{0,2}\.\s{0,2}|\s{0,2}[\[({<]\s{0,1}(?:dot|cham|\.)\s{0,1}[\])}>]\s{0,2}|"
    r"[\s\-_]{1,2}(?:dot|cham)[\s\-_]{1,2})"
)
_USER = r"(?<![a-z0-9._+%-])[a-z0-9][a-z0-9._+%-]{0,63}"
_EMAIL = re.compile(rf"{_USER}{_AT}([a-z0-9-]{{1,63}}(?:{_DOT}[a-z0-9-]{{2,24}}){{1,4}})")
_SPELLED = re.compile(
    r"(?<![a-z0-9])[a-z0-9][a-z0-9.+%]{1,63}[\s\-_]{1,2}at[\s\-_]{1,2}"
    r"([a-z0-9]{1,63}[\s\-_]{1,2}(?:dot|cham)[\s\-_]{1,2}[a-z0-9]{2,24})(?![a-z0-9])"
)
"""With the word "at" alone: only where the dot is a word too, or every English sentence would be an address."""
_PROVIDER = r"(?:gmail|yahoo|hotmail|outlook|icloud|protonmail|proton|zohomail|ymail)"
_NO_END = re.compile(rf"(?<![a-z0-9._+%-])[a-z0-9][a-z0-9._+%-]{{2,63}}(?:@[a-z0-9-]{{3,63}}|\s@\s?{_PROVIDER})"
                     r"(?![a-z0-9@]|\.[a-z0-9])")
_NO_AT = re.compile(
    rf"(?<![a-z0-9])[a-z0-9][a-z0-9._-]{{2,40}}[ ,]{{1,2}}(?:ben |o |tai |duoi )?[(\[]?{_PROVIDER}"
    rf"(?:{_DOT}(?:com|vn|me)[)\]]?|[)\]])"
)
_BARE = re.compile(
    rf"(?<![a-z0-9])([a-z0-9._-]{{5,40}}) (?:ben |o |tai ){_PROVIDER}(?![a-z])|"
    rf"(?<![a-z]){_PROVIDER}(?: (?:cua|toi|la|em|minh|minh la|dia chi)){{0,4}}"
    r"[ :=]{1,3}([a-z0-9._-]{5,40})(?![a-z0-9@])"
)
_NAMED_ACCOUNT = re.compile(r"(?=[a-z0-9._-]*[a-z])(?=[a-z0-9._-]*[0-9])[a-z0-9._-]+\Z")
_LINK = re.compile(r"(?<![a-z0-9@])(?:https?\s?:\s?/\s?/|hxxps?://|www\.)([^\s/<>\"]{1,200})[^\s<>\"]{0,400}")
_SITE = re.compile(
    r"(?<![a-z0-9@._-])((?:[a-z0-9-]{1,40}\.){1,4}(?:com|net|org|info|me|vn|io|app|ly))"
    r"(?![a-z0-9.-]{0,3}[a-z0-9])"
    r"(/[^\s<>\"]{0,400})?"
)
_SPACED_SITE = re.compile(
    rf"(?<![a-z0-9])(?:facebook|fb|zalo|tiktok|instagram|youtube|telegram|t|m){_DOT}(?:com|me|vn)(?![a-z0-9])"
    r"(?:\s{0,2}(?:/|gach cheo|xuyet|slash)\s{0,2}[^\s<>\"]{1,200})"
)
_OFFICIAL = re.compile(r"\.gov\.vn(?![a-z0-9.-])|(?:^|[./])(?:chinhphu|baochinhphu)\.vn$")


def contacts(seen: Letters) -> Iterator[Mark]:
    """E-mail addresses and links; those of the state (.gov.vn) are nobody's."""
    text = seen.plain
    for pattern in (_EMAIL, _SPELLED):
        for match in pattern.finditer(text):
            if not _OFFICIAL.search(re.sub(r"\s|[\[\](){}<>]", "", match[1])):
                yield Mark(*seen.span(*match.span()), MarkKind.EMAIL, "email")
    for pattern in (_NO_END, _NO_AT):
        for match in pattern.finditer(text):
            yield Mark(*seen.span(*match.span()), MarkKind.EMAIL, "mail_name")
    for match in _BARE.finditer(text):
        group = 1 if match[1] else 2
        if _NAMED_ACCOUNT.match(match[group]):
            yield Mark(*seen.span(*match.span(group)), MarkKind.EMAIL, "mail_name")
    for pattern in (_LINK, _SITE):
        for match in pattern.finditer(text):
            # "http://x.gov.vn@elsewhere", "http://elsewhere?x.gov.vn": the state is not the host there
            host = re.split(r"[:?#\\]", match[1])[0].rstrip(".,;)")
            if "@" in match[1] or not _OFFICIAL.search(host):
                end = match.start() + len(match.group().rstrip(".,;:!?)"))
                yield Mark(*seen.span(match.start(), end), MarkKind.URL, "link")
    for match in _SPACED_SITE.finditer(text):
        yield Mark(*seen.span(*match.span()), MarkKind.URL, "link")
