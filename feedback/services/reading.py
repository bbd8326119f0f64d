"""Intake's reading of a complaint: the copy the agency works on, the classification, and giving it away."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from feedback.domain.complaints import MAX_HINDRANCE
from feedback.domain.errors import BadInput
from feedback.domain.kinds import CaseKind, Category, IdentityMode
from feedback.domain.permissions import Actor
from feedback.domain.proposing.dossier import dossier_ranges
from feedback.models.agencies import Agency
from feedback.models.cases import Case
from feedback.services import cases, complexity
from feedback.services.masking import names_sender


@dataclass(frozen=True)
class ReadCopy:
    """What intake made of a complaint. ``masked_points`` by point number; ``translated`` the Vietnamese
    translation of a complaint in another language; ``looked_twice``: what looks like the sender's data is meant
    to stay."""

    masked: str
    masked_points: Mapping[int, str]
    kind: CaseKind
    category: Category
    urgent: bool = False
    hindrance: str = ""
    translated: str = ""
    looked_twice: bool = False
    complex: bool = False
    complex_why: str = ""
    """Why it is found complicated; its sender is told."""
    texts: list[tuple[str, str]] = field(init=False, default_factory=list)
    """Field and text of everything the agency will see."""

    def __post_init__(self) -> None:
        self.texts.extend([("masked", self.masked), ("translated", self.translated),
                           *((f"point_{n}", text) for n, text in self.masked_points.items())])


def accept(case: Case, copy: ReadCopy, *, actor: Actor, expected_version: int | None = None) -> None:
    """Take the complaint on with this copy. Raises BadInput: (field, 'missing'), ('translated', 'missing') for a
    complaint that is not in Vietnamese, (field, 'dossier') when the dossier's number stands in it without the
    sender's consent, (field, 'sender') when the vault knows the sender in it, 'unsure' when it is silent,
    ('hindrance', 'missing' | 'too_long'), ('complex_why', 'missing' | 'too_long'); and MoveNotAllowed,
    StaleEdit."""
    if copy.urgent and not copy.hindrance.strip():
        raise BadInput("hindrance", "missing")
    if len(copy.hindrance) > MAX_HINDRANCE:
        raise BadInput("hindrance", "too_long")
    if case.language != "vi" and not case.restricted and not copy.translated.strip():
        raise BadInput("translated", "missing")
    for name, text in copy.texts:
        if not case.dossier_shared and dossier_ranges(text, case.dossier_folded or ""):
            raise BadInput(name, "dossier")
        if copy.looked_twice or case.identity_mode == IdentityMode.NAMED.value:
            continue
        named = names_sender(case, text)
        if named is None or named:
            raise BadInput(name, "unsure" if named is None else "sender")
    cases.accept(case, actor=actor, masked=copy.masked, masked_points=dict(copy.masked_points), kind=copy.kind,
                 category=copy.category, expected_version=expected_version)
    case.translated = copy.translated.strip() or None
    case.urgent, case.hindrance = copy.urgent, copy.hindrance.strip() or None
    if copy.complex:
        complexity.mark(case, why=copy.complex_why, actor=actor)


def accept_for(case: Case, copy: ReadCopy, agency: Agency | None, *, actor: Actor,
               expected_version: int | None = None) -> bool:
    """``accept`` and give it to the agency in one step. What belongs to the restricted desk goes to no agency;
    whether it was given to one. Raises also BadInput('agency', 'missing' | 'closed')."""
    accept(case, copy, actor=actor, expected_version=expected_version)
    if case.restricted:
        return False
    if agency is None:
        raise BadInput("agency", "missing")
    cases.assign(case, agency, actor=actor)
    return True
