"""A complaint read for intake: what its words suggest, and which words those are."""

import re
from dataclasses import dataclass

from feedback.domain.answers.view import View
from feedback.domain.kinds import Category
from feedback.domain.proposing.lexicon import Hit, hits, look

_NAMED = re.compile(
    r"(?:[ôÔ]ng|[bB]à|[aA]nh|[cC]hị|[cC]án bộ|[cC]ông chức|[đĐ]ồng chí|[mM]r\.?|[mM]rs\.?|[mM]s\.?|[oO]fficer|"
    r"[oO]ng|[bB]a|[cC]hi|[cC]an bo|[cC]ong chuc)\s{1,3}"
    r"(?:[A-ZÀ-ỸĐ][a-zà-ỹđ]{1,7}\s{1,3}){1,4}[A-ZÀ-ỸĐ][a-zà-ỹđ]{1,7}(?!\w)")
"""A title followed by at least two capitalised words: somebody is called by name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words suggest; each with its quote. None: the words say nothing about it."""

    category: Hit | None
    urgency: Hit | None
    denunciation: Hit | None
    """Code 'money' (somebody asked for money) or 'named' (an accusation against somebody called by name)."""


def read(narrative: str, points: tuple[str, ...] = ()) -> Reading:
    """Read a complaint and its points. Never raises; an empty text suggests nothing."""
    seen = look("\n".join((narrative, *points)))
    found = [hit for hit in hits("categories", seen) if hit.code in _CATEGORIES]
    urgent = hits("urgency", seen)
    return Reading(category=found[0] if found else None, urgency=urgent[0] if urgent else None,
                   denunciation=_denunciation(seen))


_CATEGORIES = frozenset(c.value for c in Category)


def _denunciation(seen: View) -> Hit | None:
    found = {hit.code: hit for hit in hits("denunciation", seen)}
    if "money" in found:
        return found["money"]
    if "accusation" in found and (named := _NAMED.search(seen.source)):
        words = " ".join(named[0].split())
        return Hit("named", f"{found['accusation'].quote} … {words}", found["accusation"].count)
    return None


