"""What a complaint is: its kind, its category, how it came in and who may know the sender."""

from enum import StrEnum


class CaseKind(StrEnum):
    """What the complaint is about; the law's process differs by it (Decree 20/2008/NĐ-CP, article 5)."""

    BEHAVIOUR = "behaviour"
    RULE = "rule"
    INITIATIVE = "initiative"


class Category(StrEnum):
    """What went wrong (domain.md §0.1, from the five letters). Independent of CaseKind."""

    NOT_GUIDED = "not_guided"
    INCONSISTENT = "inconsistent"
    EXTRA_PAPERS = "extra_papers"
    DIGITISED_PAPERS = "digitised_papers"
    PAPER_COPY_OF_SIGNED_FILE = "paper_copy_of_signed_file"
    ONLINE_REFUSED_WITHOUT_REASON = "online_refused_without_reason"
    BOTH_ONLINE_AND_IN_PERSON = "both_online_and_in_person"
    LATE_RESULT = "late_result"
    LATE_ON_SOFTWARE = "late_on_software"
    MANY_TRIPS = "many_trips"
    HARASSMENT = "harassment"
    UNOFFICIAL_COST = "unofficial_cost"
    NOT_ANSWERED = "not_answered"
    PASSED_AROUND = "passed_around"
    PORTAL_FAULT = "portal_fault"
    WRONG_PUBLICATION = "wrong_publication"
    UNREASONABLE_RULE = "unreasonable_rule"
    INITIATIVE = "initiative"
    OTHER = "other"


class Channel(StrEnum):
    """How a complaint came in."""

    WEB = "web"
    COUNTER = "counter"
    PHONE = "phone"
    POST = "post"
    EMAIL = "email"
    IMPORT = "import"


class IdentityMode(StrEnum):
    """Who may know the sender: nobody, the office but not the handling agency (default), or the agency too."""

    ANONYMOUS = "anonymous"
    CONFIDENTIAL = "confidential"
    NAMED = "named"


RESTRICTED_CATEGORIES: frozenset[Category] = frozenset({Category.UNOFFICIAL_COST})
"""A complaint of this category may be a denunciation: restricted until its desk has read it (domain.md §0.1)."""


class SenderKind(StrEnum):
    """Who complains: a person, or a lawful organisation through its representative (Decree 20/2008, article 2)."""

    PERSON = "person"
    FIRM = "firm"
