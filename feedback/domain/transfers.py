"""The ground of a request to pass a case on: the provision, and the fact it applies to.

"Not within our competence" alone is how cases go round (Decree 61/2018/NĐ-CP, article 5, forbids passing the
buck): whoever says so names the rule that makes the other agency competent and what in this case it applies to.
"""

import json
import re
from importlib.resources import files

from feedback.domain.folding import fold

GROUND_LONGEST = 4_000
"""Characters of a ground."""
FEWEST_FACTS = 4
"""Syllables or words that say something of this very case."""

_NUMBER = r"\d{1,5}(?:/\d{4})?(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+"
_KINDS = (r"(?:luat|bo luat|nghi dinh|thong tu(?: lien tich)?|quyet dinh|nghi quyet|phap lenh|quy che|chi thi|law|"
          r"act|code|decree|circular|decision|resolution|regulation|ordinance|directive)")
_DOCUMENT = re.compile(rf"\b{_KINDS}\b")
_NUMBERED = re.compile(rf"\b{_NUMBER}\b")
_ARTICLE = re.compile(r"\b(?:dieu|khoan|muc|article|clause|section|paragraph)s?\s{1,3}\d{1,4}[a-z]?\b")
_CITED = re.compile(
    r"\b(?:diem\s{1,3}\w|"
    r"(?:dieu|khoan|muc|chuong|phu luc|article|clause|section|paragraph|annex)\s{1,3}[\divx]+\w?)\b"
    rf"|\b{_NUMBER}\b|\b{_KINDS}\b(?:\s{{1,3}}(?:so|no|on|ve|phan cap|nam|dat|dai|nha|o|xay|dung|cua|[a-z]+ law))*"
    r"|\bngay\s{1,3}\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\b(?:19|20)\d\d\b")
_DENIED = re.compile(
    r"\b(?:khong|chua)?\s{0,3}(?:thuoc|phai)\s{1,3}(?:tham quyen|trach nhiem|chuc nang|pham vi|nhiem vu)"
    r"[^.;,:\n]{0,160}"
    r"|\b(?:tham quyen|trach nhiem)\s{1,3}(?:giai quyet\s{1,3})?(?:thuoc|la)\b[^.;,:\n]{0,160}"
    r"|\b(?:not|outside|beyond|within|falls under|belongs to)[^.;,:\n]{0,40}"
    r"\b(?:competence|jurisdiction|responsibility|remit|mandate|authority)\b[^.;,:\n]{0,120}")
_SYLLABLE = re.compile(r"[a-z0-9]+")
_STOCK: frozenset[str] = frozenset(
    json.loads((files("feedback.domain") / "transfer_stock.json").read_text("utf-8")))
"""Syllables that say nothing of this very case."""


def ground_fault(text: str, *, agencies: tuple[str, ...] = ()) -> str | None:
    """What the ground lacks: 'missing', 'only_denial' (neither), 'no_provision' (no article or number of a named
    document) or 'no_fact' (nothing of this case). ``agencies``: names that tell no fact. None: it can be
    sent."""
    said = " ".join(fold(text[:GROUND_LONGEST]).split())
    if not said:
        return "missing"
    provision = _DOCUMENT.search(said) is not None and (
        _ARTICLE.search(said) is not None or _NUMBERED.search(said) is not None)
    fact = _tells_a_fact(said, agencies)
    if provision and fact:
        return None
    if not provision and not fact:
        return "only_denial"
    return "no_fact" if provision else "no_provision"


def _tells_a_fact(said: str, agencies: tuple[str, ...]) -> bool:
    for name in sorted((fold(name) for name in agencies if name.strip()), key=len, reverse=True):
        said = said.replace(" ".join(name.split()), " ")
    rest = _CITED.sub(" ", _DENIED.sub(" ", said))
    return len(set(_SYLLABLE.findall(rest)) - _STOCK) >= FEWEST_FACTS
