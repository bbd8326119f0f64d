"""The time limits as data: amount, unit, from which event, and what each number rests on.

Decree 20/2008/NĐ-CP sets no limit for the answer itself, so nearly every number is the province's own to set.
These rows are only what a new installation starts with; they are copied into the table that administrators
edit. ``legal_basis`` is shown to people as it stands, so it says what is law and what is only proposed.

A limit may hold for some cases only (``Only``). Of the rows whose conditions a case meets, the one with the most
conditions holds, and of these the newest version: the narrower rule speaks, as in law.
"""

from dataclasses import dataclass, fields
from enum import StrEnum

from feedback.domain.calendar import Unit


class DeadlineKind(StrEnum):
    """What a running clock measures. TOTAL is the citizen's; it never restarts on a transfer."""

    TOTAL = "total"
    RECEIVE = "receive"
    TRANSFER = "transfer"
    TRANSFER_REPLY = "transfer_reply"
    """The agency that was named as competent says whether it takes the case."""
    HANDLE = "handle"
    CONTRIBUTE = "contribute"
    """A second agency gives its part of a joint answer."""
    EXTENSION = "extension"
    """The coordinator decides a request for more time."""
    APPROVE = "approve"
    GATE = "gate"
    REDO = "redo"
    PUBLISH = "publish"
    COMMITMENT = "commitment"
    EXPLANATION = "explanation"
    """The head of the agency explains why a case is late."""
    INSTRUCTION = "instruction"
    SUPPLY = "supply"


@dataclass(frozen=True)
class Facts:
    """What a limit may depend on, of one case: codes of Category, CaseKind and Tier (of the agency that handles
    it; None while there is none), and the id of the procedure."""

    category: str | None = None
    case_kind: str | None = None
    urgent: bool = False
    complex: bool = False
    tier: str | None = None
    procedure_id: int | None = None


@dataclass(frozen=True)
class Only:
    """The conditions of a limit, named as the facts; None: whatever the case is."""

    category: str | None = None
    case_kind: str | None = None
    urgent: bool | None = None
    complex: bool | None = None
    tier: str | None = None
    procedure_id: int | None = None

    @property
    def count(self) -> int:
        """How many conditions there are; 0: for all cases."""
        return sum(getattr(self, one.name) is not None for one in fields(self))

    def met_by(self, facts: Facts | None) -> bool:
        """Whether a case with these facts meets every condition. Without a case, only what holds for all."""
        return all(wanted is None or (facts is not None and wanted == getattr(facts, one.name))
                   for one in fields(self) for wanted in [getattr(self, one.name)])


FOR_ALL = Only()
"""No condition."""


@dataclass(frozen=True)
class LimitRule:
    """One limit. ``from_event`` is the event type that starts it; ``kind`` is the clock that it feeds, or
    None for a time that is measured or offered but is no clock of the house. ``amount`` is at least 1. ``only``:
    the cases for which it holds.

    Raises ValueError for a smaller amount or an empty ``legal_basis``: a limit without a reason is none.
    """

    key: str
    amount: int
    unit: Unit
    from_event: str
    legal_basis: str
    kind: DeadlineKind | None = None
    only: Only = FOR_ALL

    def __post_init__(self) -> None:
        if self.amount < 1:
            raise ValueError(f"limit {self.key}: the amount must be at least 1")
        if not self.legal_basis.strip():
            raise ValueError(f"limit {self.key}: the legal basis is missing")


_WORKING, _CALENDAR, _HOURS = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.WORKING_HOURS
_PROPOSED = "Đề xuất của tỉnh, chưa có quy định chung; "
_LEGAL_DOCUMENT = ("Quy định: Công điện 89/CĐ-TTg ngày 16/6/2025, trả lời phản ánh, kiến nghị về văn bản quy phạm "
                   "pháp luật trong 15 ngày.")

DEFAULT_LIMITS: tuple[LimitRule, ...] = (
    LimitRule("total", 15, _WORKING, "submit",
              "Đề xuất của tỉnh. Nghị định 20/2008/NĐ-CP không ấn định thời hạn trả lời chung; "
              "tỉnh tự quy định.", DeadlineKind.TOTAL),
    LimitRule("total", 25, _WORKING, "submit",
              "Đề xuất của tỉnh cho vụ việc phức tạp. Nghị định 20/2008/NĐ-CP không ấn định thời hạn trả lời "
              "chung; tỉnh tự quy định.", DeadlineKind.TOTAL, Only(complex=True)),
    LimitRule("total", 15, _CALENDAR, "submit", _LEGAL_DOCUMENT, DeadlineKind.TOTAL, Only(case_kind="rule")),
    LimitRule("total", 15, _CALENDAR, "submit", _LEGAL_DOCUMENT + " Cũng áp dụng cho vụ việc phức tạp.",
              DeadlineKind.TOTAL, Only(case_kind="rule", complex=True)),
    LimitRule("receive", 1, _WORKING, "submit",
              _PROPOSED + "tham khảo: Bộ Công Thương và Bộ Giao thông vận tải 2 ngày làm việc, "
              "iHanoi không quá 8 giờ làm việc.", DeadlineKind.RECEIVE),
    LimitRule("receive", 4, _HOURS, "submit",
              _PROPOSED + "tham khảo: iHanoi 4 giờ làm việc đối với việc khẩn.", DeadlineKind.RECEIVE,
              Only(urgent=True)),
    LimitRule("transfer", 2, _WORKING, "accept",
              "Luật: Điều 9 Nghị định 20/2008/NĐ-CP, chuyển trong thời hạn tối đa 05 ngày làm việc kể từ "
              "ngày tiếp nhận. Mức 2 ngày là đề xuất của tỉnh, ngắn hơn mức tối đa.", DeadlineKind.TRANSFER),
    LimitRule("transfer_reply", 1, _WORKING, "transfer_asked",
              _PROPOSED + "thời gian để cơ quan được đề nghị trả lời có nhận việc hay không; hết hạn thì cấp trên "
              "chung quyết định.", DeadlineKind.TRANSFER_REPLY),
    LimitRule("contribute", 5, _WORKING, "contribution_asked",
              _PROPOSED + "thời gian để cơ quan phối hợp gửi phần của mình cho cơ quan chủ trì.",
              DeadlineKind.CONTRIBUTE),
    LimitRule("extension", 1, _WORKING, "extension_asked",
              _PROPOSED + "thời gian để cơ quan đầu mối quyết định đề nghị gia hạn.", DeadlineKind.EXTENSION),
    LimitRule("explanation", 2, _WORKING, "escalated",
              "Chỉ thị 27/CT-TTg ngày 27/10/2023 buộc người đứng đầu giải trình, xin lỗi khi chậm trễ. Thời hạn "
              "2 ngày làm việc là đề xuất của tỉnh.", DeadlineKind.EXPLANATION),
    LimitRule("handle", 7, _WORKING, "assign",
              _PROPOSED + "tham khảo: Bộ Văn hóa, Thể thao và Du lịch 7 ngày làm việc, Bộ Công Thương 5 ngày "
              "làm việc.", DeadlineKind.HANDLE),
    LimitRule("handle", 15, _WORKING, "assign",
              _PROPOSED + "tham khảo: Bộ Công Thương 10 ngày làm việc đối với vụ việc phức tạp.",
              DeadlineKind.HANDLE, Only(complex=True)),
    LimitRule("supply", 5, _WORKING, "ask_submitter",
              "Đề xuất của tỉnh. Chỉ hỏi một lần, áp dụng tương tự Điều 11 Nghị định 61/2018/NĐ-CP; số ngày "
              "do tỉnh đặt, trong lúc chờ thì đồng hồ của cơ quan tạm dừng.", DeadlineKind.SUPPLY),
    LimitRule("approve", 1, _WORKING, "propose_answer",
              _PROPOSED + "thời gian để người đứng đầu cơ quan duyệt câu trả lời.", DeadlineKind.APPROVE),
    LimitRule("gate", 1, _WORKING, "approve",
              _PROPOSED + "thời gian để cơ quan đầu mối kiểm tra câu trả lời trước khi gửi.",
              DeadlineKind.GATE),
    LimitRule("redo", 3, _WORKING, "return",
              "Luật: Điều 46 khoản 2 Quyết định 31/2021/QĐ-TTg cho quyền trả lại câu trả lời không phù hợp "
              "(văn bản này đã được thay bằng Quyết định 29/2026/QĐ-TTg, cần kiểm tra điều tương ứng). "
              "Thời hạn 3 ngày là đề xuất của tỉnh.", DeadlineKind.REDO),
    LimitRule("publish", 1, _WORKING, "approve_publication",
              _PROPOSED + "tính từ khi hết thời gian để người gửi phản đối việc công khai.",
              DeadlineKind.PUBLISH),
    LimitRule("instruction", 3, _WORKING, "instruct",
              _PROPOSED + "thời gian thực hiện chỉ đạo khi văn bản chỉ đạo không ghi ngày.",
              DeadlineKind.INSTRUCTION),
    LimitRule("objection", 15, _CALENDAR, "release",
              _PROPOSED + "thời gian để người gửi đánh giá và phản đối câu trả lời."),
    LimitRule("complaint_notice", 10, _CALENDAR, "submit",
              "Luật Khiếu nại: thông báo việc thụ lý trong thời hạn 10 ngày. Áp dụng khi việc là khiếu "
              "nại; nêu ở đây để hướng dẫn người gửi."),
    LimitRule("denunciation_check", 7, _WORKING, "submit",
              "Luật Tố cáo, Điều 24: kiểm tra ban đầu trong 7 ngày làm việc, tối đa 10 ngày làm việc. Áp "
              "dụng khi việc là tố cáo; nêu ở đây để hướng dẫn người gửi."),
    LimitRule("denunciation_transfer", 5, _WORKING, "submit",
              "Luật Tố cáo, Điều 24: chuyển tố cáo không thuộc thẩm quyền trong 5 ngày làm việc. "
              "Áp dụng khi việc là tố cáo; nêu ở đây để hướng dẫn người gửi."),
    LimitRule("tell_submitter", 10, _WORKING, "submit",
              "Luật Tiếp công dân, Điều 28: báo cho người gửi biết việc đã được tiếp nhận, chuyển hoặc "
              "từ chối trong 10 ngày làm việc."),
)
"""One row a key and condition (a test demands it). ``total`` is the citizen's clock and runs from receipt."""
