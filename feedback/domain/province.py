"""What a province sets for itself, and what holds while it has set nothing: texts in both languages, and switches.

Everything here is the province's own to decide (domain.md: no overall rule), so each key says what it changes.
"""

from dataclasses import dataclass
from enum import StrEnum


class Text(StrEnum):
    """Texts on pages and letters. A text without a row is the default; an empty default shows nothing."""

    NAME = "name"
    """Name of the province; without a row the setting FEEDBACK_PROVINCE_VI or _EN."""
    LETTERHEAD = "letterhead"
    """Lines above a letter: the body that issues it."""
    OFFICE_NAME = "office_name"
    """The coordinating office; without a row the agency of that tier."""
    OFFICE_ADDRESS = "office_address"
    OFFICE_PHONE = "office_phone"
    OFFICE_EMAIL = "office_email"
    OFFICE_HOURS = "office_hours"
    PRIVACY_CONTACT = "privacy_contact"
    """Who answers questions about personal data."""
    LEGAL_ROUTES = "legal_routes"
    """What the law offers to somebody who disagrees: stands under each letter."""


class Switch(StrEnum):
    """Numbers; a yes/no is 1 or 0."""

    ANONYMOUS_ALLOWED = "anonymous_allowed"
    """Whether complaints without a contact are taken (design §13.9)."""
    ENGLISH_ALLOWED = "english_allowed"
    """Whether complaints in English are taken (design §13.9)."""
    BACK_DATING_DAYS = "back_dating_days"
    """Calendar days by which staff may date the receipt of a letter or call back (design §13.8)."""
    PROOF_BITS = "proof_bits"
    """Bits of the proof of work a browser does before sending; more under attack (trust.md §4.6)."""
    KEEP_IDENTITY_DAYS = "keep_identity_days"
    """Calendar days after its end for which a case keeps who sent it (trust.md §4.2)."""
    PUBLISH_LATE = "publish_late"
    """Who is late, on the public page of overdue cases (letter S2, 1.2): 0 the cases alone, 1 also how many by
    agency, 2 also by agency and post. Never by name."""
    MORNING_OPENS = "morning_opens"
    """Office hours, in minutes since midnight: limits in working hours run inside them alone. A half of the day
    that opens when it closes is closed."""
    MORNING_CLOSES = "morning_closes"
    AFTERNOON_OPENS = "afternoon_opens"
    AFTERNOON_CLOSES = "afternoon_closes"
    AFTER_HOURS_NEXT_DAY = "after_hours_next_day"
    """Whether what comes after the office closes, or on a day without work, counts as received on the next working
    day. The law does not say (domain.md §4)."""


@dataclass(frozen=True)
class Range:
    """What a switch may be, both ends included, and what it is without a row."""

    least: int
    most: int
    default: int


SWITCHES: dict[Switch, Range] = {
    Switch.ANONYMOUS_ALLOWED: Range(0, 1, 1),
    Switch.ENGLISH_ALLOWED: Range(0, 1, 1),
    Switch.BACK_DATING_DAYS: Range(0, 60, 10),
    Switch.PROOF_BITS: Range(8, 22, 16),
    Switch.KEEP_IDENTITY_DAYS: Range(30, 3650, 365),
    Switch.PUBLISH_LATE: Range(0, 2, 1),
    Switch.MORNING_OPENS: Range(0, 1439, 450),
    Switch.MORNING_CLOSES: Range(0, 1439, 690),
    Switch.AFTERNOON_OPENS: Range(0, 1439, 810),
    Switch.AFTERNOON_CLOSES: Range(0, 1439, 1020),
    Switch.AFTER_HOURS_NEXT_DAY: Range(0, 1, 0),
}

OFFICE_EDGES: tuple[Switch, ...] = (
    Switch.MORNING_OPENS, Switch.MORNING_CLOSES, Switch.AFTERNOON_OPENS, Switch.AFTERNOON_CLOSES)
"""The four times of the office hours, in the order of the day."""

TEXTS: dict[Text, tuple[str, str]] = {
    Text.NAME: ("", ""), Text.LETTERHEAD: ("", ""), Text.OFFICE_NAME: ("", ""), Text.OFFICE_ADDRESS: ("", ""),
    Text.OFFICE_PHONE: ("", ""), Text.OFFICE_EMAIL: ("", ""),
    Text.OFFICE_HOURS: ("Thứ Hai đến thứ Sáu, 7 giờ 30 – 11 giờ 30 và 13 giờ 30 – 17 giờ",
                        "Monday to Friday, 7:30 – 11:30 and 13:30 – 17:00"),
    Text.PRIVACY_CONTACT: ("", ""),
    Text.LEGAL_ROUTES: (
        "Nếu một quyết định hoặc hành vi hành chính xâm phạm quyền, lợi ích hợp pháp của Ông/Bà, Ông/Bà có thể "
        "khiếu nại theo Luật Khiếu nại hoặc khởi kiện theo Luật Tố tụng hành chính, trong thời hiệu các luật ấy "
        "quy định. Gửi phản ánh, kiến nghị không làm mất và không thay thế các quyền này.",
        "If an administrative decision or act harms your rights or lawful interests, you can complain under the "
        "Law on Complaints or sue under the Law on Administrative Procedure, within the time those laws set. "
        "A complaint on this site neither takes these rights away nor replaces them."),
}
"""Vietnamese and English, while the province has written nothing."""
