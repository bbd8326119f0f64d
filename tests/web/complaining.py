"""Walking through the pages of a complaint as a person does: each page is filled in where it asks, then sent."""

from typing import Any

from feedback.web.public.complain_steps import STEPS
from tests.fixtures.client import Client, Reply

STORY = ("Ngày 3/11/2026 tôi nộp hồ sơ xin giấy phép xây dựng. Vì sao tôi phải nộp thêm bản sao hộ khẩu? "
         "Đề nghị cho biết hồ sơ của tôi bao giờ có kết quả.")
CONTACT = {"name": "Nguyễn Văn An", "email": "an@thu.example"}
FORM = "/complain"


def to(client: Client, wanted: str, **fields: Any) -> Reply:
    """The page of this step, reached from the first one with ``fields`` filled in on their pages. Settled cases
    that are shown on the way are passed by."""
    known = {"narrative": STORY, **(fields if "email" in fields or "phone" in fields or "mode" in fields
                                    else {**CONTACT, **fields})}
    page = client.get(f"{FORM}?step=start")  # also for who has a draft
    while (here := step_of(page)) != wanted:
        page = onward(client, page, **{name: value for name, value in known.items() if _asks(here, name)})
        assert step_of(page) != here, page.text
    return page


def onward(client: Client, page: Reply, *, status: int = 200, **fields: Any) -> Reply:
    """Press the button that leads on."""
    return client.submit(page, action=FORM, go="next", status=status, **fields)


def back(client: Client, page: Reply, step: str) -> Reply:
    """Press a button that leads to an earlier page."""
    return client.submit(page, action=FORM, go=step, status=200)


def send(client: Client, **fields: Any) -> Reply:
    """The whole complaint, to the receipt."""
    return client.submit(to(client, "check", **fields), action=FORM, go="send")


def step_of(page: Reply) -> str:
    """Which page this is."""
    return page.page.form(action=FORM).values["step"][0]


def values(page: Reply) -> dict[str, list[str]]:
    """What the page's form holds, hidden or not."""
    return page.page.form(action=FORM).values


def _asks(step: str, name: str) -> bool:
    return name.partition("-")[0] in STEPS[step]
