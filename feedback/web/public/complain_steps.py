"""The pages of a complaint in their order, the fields of each, and the fields read from what a browser sent."""

import re

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from feedback.domain.kinds import IdentityMode

STEPS: dict[str, tuple[str, ...]] = {
    "start": (),
    "what": ("narrative",),
    "wrong": ("category", "kind"),
    "procedure": ("procedure", "procedure_q"),
    "agency": ("agency", "agency_q", "agency_tier"),
    "dossier": ("dossier_number", "dossier_shared"),
    "urgent": ("urgent", "hindrance"),
    "points": ("points",),
    "files": (),
    "mode": ("mode", "sender"),
    "who": ("firm_name", "tax_code", "representative", "position", "behalf_name", "relation", "name", "signers",
            "email", "phone", "address"),
    "similar": (),
    "check": (),
}
"""The pages of a complaint, in order, and the fields that each one shows (``who``: some of them)."""
UNNUMBERED = frozenset({"start", "similar"})
"""Pages on which nothing is asked."""
_POINT = re.compile(r"points-([0-9]{1,3})")
NOTES = ("nonce", "from_check", "similar_seen")
"""What the form remembers about itself."""
TRAPS = ("opened", "website")
"""What ``doubts`` puts beside the form and wants to see again."""
_FIELDS = frozenset({*NOTES, *TRAPS, *(f for fields in STEPS.values() for f in fields if f != "points")})

MODE_NAMES = {
    IdentityMode.CONFIDENTIAL: _l("Keep me confidential"),
    IdentityMode.ANONYMOUS: _l("Do not leave a name at all"),
    IdentityMode.NAMED: _l("The agency may know my name"),
}
"""In the order of the page; the first is the default."""
SENDERS = {
    "myself": _l("For myself"),
    "behalf": _l("For somebody else, on their behalf"),
    "several": _l("For several of us, who all sign it"),
    "firm": _l("For a firm or another organisation"),
}
"""For whom somebody writes. Codes of the form alone."""


def tidy(formdata: MultiDict[str, str]) -> MultiDict[str, str]:
    """The fields of a complaint and nothing else: line ends as one sign, as browsers count them, and the points
    numbered anew (a foreign ``points-²`` must not confuse anybody)."""
    clean: MultiDict[str, str] = MultiDict(
        (name, formdata[name].replace("\r\n", "\n")) for name in _FIELDS if name in formdata)
    numbered = sorted((int(m[1]), name) for name in formdata if (m := _POINT.fullmatch(name)))
    for i, (_number, name) in enumerate(numbered):
        clean[f"points-{i}"] = formdata[name].replace("\r\n", "\n")
    return clean
