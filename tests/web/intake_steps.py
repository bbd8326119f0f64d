"""The steps of intake through its pages, for tests: ending a case without an answer takes three pages."""

from feedback.services.cases import Receipt
from tests.fixtures.client import Client, Reply

WHY = "Chúng tôi đã đọc kỹ. Việc này không thuộc nơi đây; xin gửi đến nơi có trách nhiệm."
REASONS = {"refuse": "not_procedure", "guide": "guide_complaint", "forward_outside": "forward_competent_body"}
MORE: dict[str, dict[str, str]] = {
    "refuse": {}, "guide": {"outside_name": "Ban Tiếp công dân tỉnh, 1 đường Lê Lợi"},
    "forward_outside": {"outside_name": "Bộ Công an", "outside_code": "12/BCA"}}


def at(case: Receipt, page: str = "") -> str:
    """The address of a page of the case."""
    return f"/desk/cases/{case.reference}" + (f"/{page}" if page else "")


def preview(client: Client, case: Receipt, action: str, *, why: str = WHY, reason: str = "", status: int = 200,
            **more: str) -> Reply:
    """Choose a listed reason, write the words, and look at what the sender will read."""
    page = client.get(at(case, f"{action}?reason={reason or REASONS[action]}"))
    return client.submit(page, field="why", status=status, why=why, **{**MORE[action], **more})


def propose(client: Client, case: Receipt, action: str, *, why: str = WHY, reason: str = "", **more: str) -> Reply:
    """Propose to end the case so."""
    return client.submit(preview(client, case, action, why=why, reason=reason, **more), field="why", do="propose")


def ask(client: Client, case: Receipt, what: str = "Số hồ sơ trên giấy hẹn",
        because: str = "Để tìm hồ sơ") -> Reply:
    """Ask the sender for one thing."""
    return client.submit(client.get(at(case, "ask_submitter")), field="what_1", what_1=what, because_1=because)
