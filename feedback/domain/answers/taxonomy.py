"""The thirteen flags an answer can get, the level each leads to and the directive's fault it falls under.

The sentence enforced is the directive's: end "không trả lời hoặc trả lời chung chung, không cụ thể, không rõ
ràng dứt khoát, né tránh, đùn đẩy trách nhiệm". Its six faults are the parents of the flags.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Fault(StrEnum):
    """The six faults named by the directive."""

    NO_ANSWER = "no_answer"
    GENERAL = "general"
    NOT_SPECIFIC = "not_specific"
    NOT_DEFINITE = "not_definite"
    EVADING = "evading"
    PASSING_ON = "passing_on"


class Level(StrEnum):
    """How well the answer answers, worst flag first."""

    NOT_ANSWERED = "not_answered"
    NOT_CLEAR = "not_clear"
    CLEAR = "clear"


class Flag(StrEnum):
    """What is wrong with an answer."""

    NONE = "none"
    HOLDING = "holding"
    LINK_ONLY = "link_only"
    GENERIC = "generic"
    RESTATE = "restate"
    TEMPLATE = "template"
    INDEFINITE = "indefinite"
    OPEN_PROMISE = "open_promise"
    NO_REASON = "no_reason"
    PARTIAL = "partial"
    OFF_TOPIC = "off_topic"
    BUCK = "buck"
    BLAME = "blame"


@dataclass(frozen=True, slots=True)
class FlagEntry:
    """One flag: its parent fault, the level it leads to, and its label for people in both languages."""

    flag: Flag
    fault: Fault
    level: Level
    label_vi: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Label:
    """A name for people in both languages."""

    vi: str
    en: str


_ROWS = (
    (Flag.NONE, Fault.NO_ANSWER, Level.NOT_ANSWERED, "Chưa trả lời", "No answer"),
    (Flag.HOLDING, Fault.NO_ANSWER, Level.NOT_ANSWERED, "Mới báo tiếp nhận", "Only a receipt"),
    (Flag.LINK_ONLY, Fault.NO_ANSWER, Level.NOT_ANSWERED, "Chỉ dẫn đường link/tệp", "Only a link or file"),
    (Flag.GENERIC, Fault.GENERAL, Level.NOT_CLEAR, "Chung chung", "General words"),
    (Flag.RESTATE, Fault.GENERAL, Level.NOT_CLEAR, "Chép lại câu hỏi", "Repeats the question"),
    (Flag.TEMPLATE, Fault.GENERAL, Level.NOT_CLEAR, "Câu trả lời rập khuôn", "Stock answer"),
    (Flag.INDEFINITE, Fault.NOT_DEFINITE, Level.NOT_CLEAR, "Không dứt khoát", "Not definite"),
    (Flag.OPEN_PROMISE, Fault.NOT_DEFINITE, Level.NOT_CLEAR, "Hứa không thời hạn", "Promise without a date"),
    (
        Flag.NO_REASON,
        Fault.NOT_SPECIFIC,
        Level.NOT_CLEAR,
        "Từ chối không nêu lý do",
        "Refusal without a reason",
    ),
    (Flag.PARTIAL, Fault.EVADING, Level.NOT_CLEAR, "Còn câu hỏi chưa trả lời", "A question left out"),
    (Flag.OFF_TOPIC, Fault.EVADING, Level.NOT_ANSWERED, "Trả lời lạc đề", "About something else"),
    (Flag.BUCK, Fault.PASSING_ON, Level.NOT_ANSWERED, "Đùn đẩy", "Passes the buck"),
    (Flag.BLAME, Fault.PASSING_ON, Level.NOT_CLEAR, "Đổ lỗi", "Blames others"),
)
TAXONOMY: Mapping[Flag, FlagEntry] = MappingProxyType({row[0]: FlagEntry(*row) for row in _ROWS})
FAULT_LABELS: Mapping[Fault, Label] = MappingProxyType(
    {
        Fault.NO_ANSWER: Label("Không trả lời", "No answer"),
        Fault.GENERAL: Label("Chung chung", "General"),
        Fault.NOT_SPECIFIC: Label("Không cụ thể", "Not specific"),
        Fault.NOT_DEFINITE: Label("Không rõ ràng dứt khoát", "Not clear and definite"),
        Fault.EVADING: Label("Né tránh", "Evading"),
        Fault.PASSING_ON: Label("Đùn đẩy trách nhiệm", "Passing on responsibility"),
    }
)
LEVEL_LABELS: Mapping[Level, Label] = MappingProxyType(
    {
        Level.NOT_ANSWERED: Label("Không trả lời", "Not answered"),
        Level.NOT_CLEAR: Label("Chưa rõ", "Not clear"),
        Level.CLEAR: Label("Rõ", "Clear"),
    }
)


def level(flags: Iterable[Flag]) -> Level:
    """The level of an answer that has these flags: the worst of them, CLEAR when there are none."""
    reached = {TAXONOMY[flag].level for flag in flags}
    return next((step for step in Level if step in reached), Level.CLEAR)
