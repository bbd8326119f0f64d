"""A complaint as it is handed in, and the rules that hold for all of them, whoever writes it down."""

import re
from dataclasses import dataclass, field
from datetime import date
from operator import ne

from feedback.domain import folding
from feedback.domain.errors import BadInput
from feedback.domain.kinds import CaseKind, Category, Channel, IdentityMode, SenderKind
from feedback.domain.tax_code import tax_code

MAX_POINTS = 10
MAX_NARRATIVE = 20_000
"""Characters of a complaint that are accepted; the form says so beside the field."""
MAX_POINT = 2_000
MAX_HINDRANCE = 500
MAX_DOSSIER = 60
MAX_SIGNERS = 20
"""People who sign one complaint together, the first one included."""

CONTACT = ("email", "phone", "address")
"""Each of them is a way to reach the sender."""
FIRM = ("firm_name", "tax_code", "representative", "position")
BEHALF = ("behalf_name", "relation")
SIGNERS = tuple(f"signer_{n}" for n in range(2, MAX_SIGNERS + 1))
"""Names of those who sign after the first one."""
IDENTITY_FIELDS = ("name", *CONTACT, *FIRM, *BEHALF, *SIGNERS)
"""Everything that says who sent a complaint: all of it is sealed."""


@dataclass(frozen=True)
class Complaint:
    """What a sender hands in. ``identity`` holds some of IDENTITY_FIELDS (only those given); it is sealed at once
    and never stored readable. ``received_on`` is set by staff who enter a letter or a call, None means today."""

    narrative: str
    points: tuple[str, ...]
    identity_mode: IdentityMode
    identity: dict[str, str] = field(default_factory=dict)
    language: str = "vi"
    category: Category = Category.OTHER
    kind: CaseKind = CaseKind.BEHAVIOUR
    channel: Channel = Channel.WEB
    procedure_id: int | None = None
    named_agency_id: int | None = None
    """The agency that the sender named; intake decides which one has to answer."""
    dossier_number: str = ""
    dossier_shared: bool = False
    """The sender agreed that the handling agency sees the number."""
    urgent: bool = False
    hindrance: str = ""
    """What it stops the sender from, in their own words."""
    sender_kind: SenderKind = SenderKind.PERSON
    on_behalf: bool = False
    """Sent for somebody else."""
    doubts: tuple[str, ...] = ()
    """Codes of what made the form look automatic."""
    received_on: date | None = None

    @property
    def signers(self) -> int:
        """How many people signed it."""
        return 1 + sum(name in self.identity for name in SIGNERS)


def check(complaint: Complaint, *, today: date, back_dating_days: int, anonymous_allowed: bool) -> None:
    """Demand what every complaint has to keep to, whichever door it comes through. Raises BadInput with the field
    and ``missing`` · ``too_long`` · ``too_many`` · ``anonymous_with_contact`` · ``not_allowed`` · ``not_behalf`` ·
    ``not_a_firm`` · ``future`` · ``too_old`` (``received_on`` more than ``back_dating_days`` calendar days ago) ·
    the faults of a tax code."""
    _check_words(complaint)
    if complaint.identity_mode is IdentityMode.ANONYMOUS:
        if complaint.identity:
            raise BadInput("identity_mode", "anonymous_with_contact")
        if not anonymous_allowed:
            raise BadInput("identity_mode", "not_allowed")
    if complaint.sender_kind is not SenderKind.FIRM and any(name in complaint.identity for name in FIRM):
        raise BadInput("sender_kind", "not_a_firm")
    if not complaint.on_behalf and any(name in complaint.identity for name in BEHALF):
        raise BadInput("on_behalf", "not_behalf")
    if "tax_code" in complaint.identity:
        tax_code(complaint.identity["tax_code"])
    if complaint.received_on is not None:
        if complaint.received_on > today:
            raise BadInput("received_on", "future")
        if (today - complaint.received_on).days > back_dating_days:
            raise BadInput("received_on", "too_old")


def _check_words(complaint: Complaint) -> None:
    if not complaint.narrative.strip():
        raise BadInput("narrative", "missing")
    if len(complaint.narrative) > MAX_NARRATIVE:
        raise BadInput("narrative", "too_long")
    if not 1 <= len(complaint.points) <= MAX_POINTS or not all(p.strip() for p in complaint.points):
        raise BadInput("points", "missing")
    if any(len(point) > MAX_POINT for point in complaint.points):
        raise BadInput("points", "too_long")
    if complaint.urgent and not complaint.hindrance.strip():
        raise BadInput("hindrance", "missing")
    if len(complaint.hindrance) > MAX_HINDRANCE:
        raise BadInput("hindrance", "too_long")
    if len(complaint.dossier_number) > MAX_DOSSIER:
        raise BadInput("dossier_number", "too_long")


def language_of(text: str, page: str) -> str:
    """'vi' for a text that is plainly Vietnamese, whichever page it was written on, else the page's language: a
    text in Vietnamese needs no translation. Plainly: two words of five have an accent, where three of four usually
    do."""
    words = text[:MAX_NARRATIVE].split()
    # All at once: folding never joins, parts or reorders anything across the end of a line.
    lines = "\n".join(words)
    marked = sum(map(ne, lines.casefold().split("\n"), folding.fold(lines).split("\n")))
    return "vi" if words and marked * 5 >= len(words) * 2 else page


def fold_dossier(number: str) -> str:
    """A dossier's number for search: letters and digits alone, without accents or case. H01.02-251103-0042 and
    h01 02 251103 0042 are the same."""
    return re.sub(r"[^a-z0-9]", "", folding.fold(number))
