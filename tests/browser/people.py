"""What people do in the browser, in their own words. Fields are found by name, so both languages walk alike."""

from collections.abc import Callable
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Page, expect

from tests.factories import Member, next_code


@dataclass
class Visitor:
    """Somebody at a browser. ``root`` is '' or '/en'; ``app`` looks into the same database; ``script``: whether
    the browser runs scripts."""

    page: Page
    root: str
    app: Flask
    script: bool = True

    def goes_to(self, path: str) -> None:
        """Open a path; it has to be there."""
        response = self.page.goto(self.root + path)
        assert response is not None, path
        assert response.status == 200, f"{path}: {response.status}"

    def sees(self, words: str) -> None:
        """These words are on the page."""
        expect(self.page.locator("body")).to_contain_text(words)

    def does_not_see(self, words: str) -> None:
        """These words are not on the page."""
        expect(self.page.locator("body")).not_to_contain_text(words)

    def fills(self, **fields: str) -> None:
        """Type into text fields by their names."""
        for name, text in fields.items():
            self.page.locator(f"[name='{name}']").fill(text)

    def chooses(self, **fields: str) -> None:
        """Choose from lists by their values."""
        for name, value in fields.items():
            self.page.locator(f"select[name='{name}']").select_option(value)

    def picks(self, name: str, value: str) -> None:
        """Choose one of several radio buttons."""
        self.page.locator(f"input[name='{name}'][value='{value}']").check()

    def presses(self, name: str = "", value: str = "") -> None:
        """Press the button with this name and value; without a name, the main form's only plain button."""
        where = f"main button[name='{name}'][value='{value}']" if name else "main button:not([name])"
        self.page.locator(where).first.click()
        self.page.wait_for_load_state()

    def finds_no_barrier(self) -> None:
        """axe has nothing to say about this page."""
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()

    def goes_on(self) -> None:
        """Press the button that leads to the next page of the complaint."""
        self.presses("go", "next")

    def complains(self, narrative: str, points: list[str], *, email: str = "", procedure: str = "",
                  looks_for: str = "giấy chứng nhận", look: Callable[[], None] = lambda: None) -> str:
        """Send a complaint and return the tracking key. ``procedure``: the id of one that the words ``looks_for``
        find. ``look`` is called on every page on the way."""
        self.goes_to("/complain")
        look()
        self.goes_on()
        self.fills(narrative=narrative)
        look()
        self.goes_on()
        self.picks("category", "late_result")
        look()
        self.goes_on()
        if procedure:
            self.fills(procedure_q=looks_for)
            self.page.locator("[name='procedure_q']").press("Enter")
            self.page.locator(f"input[name='procedure'][value='{procedure}']").check()
        look()
        for _page in ("procedure", "agency", "dossier", "urgent"):
            self.goes_on()
            look()
        self.writes_points(points)
        self.goes_on()
        look()
        self.goes_on()
        self.picks("mode", "confidential" if email else "anonymous")
        look()
        self.goes_on()
        if email:
            self.fills(name="Nguyễn Văn An", email=email)
            look()
            self.goes_on()
        if "step=similar" in self.page.url:
            look()
            self.goes_on()
        look()
        self.presses("go", "send")
        return self.page.locator(".key__text").inner_text()

    def writes_points(self, points: list[str]) -> None:
        """Make as many boxes as there are points and write them."""
        boxes = self.page.locator("textarea[name^='points-']")
        while boxes.count() > len(points):
            self.presses("remove_point", "0")
        while (count := boxes.count()) < len(points):
            self.presses("add_point", "1")
            expect(boxes).to_have_count(count + 1)
        for n, text in enumerate(points):
            boxes.nth(n).fill(text)

    def reference(self) -> str:
        """The reference shown on this page."""
        return self.page.locator(".reference__text").first.inner_text()

    def tracks(self, key: str) -> None:
        """Open one's own case."""
        self.goes_to("/track")
        self.fills(key=key)
        self.page.locator("main form button").first.click()
        self.page.wait_for_url("**/track/case*")

    def signs_in(self, member: Member) -> None:
        """Sign in as a member of staff."""
        self.goes_to("/sign-in")
        self.fills(email=member.email, password=member.password)
        self.page.locator("main form button").first.click()
        self.page.wait_for_url(lambda url: "/account/second-step" in url)
        with self.app.app_context():
            self.fills(code=next_code(member))
        self.page.locator("main form button").first.click()
        self.page.wait_for_url(lambda url: "/second-step" not in url)

    def accepts(self, reference: str, agency_id: int) -> None:
        """Intake: read, mask, give to an agency."""
        self.goes_to(f"/desk/cases/{reference}/accept")
        self.chooses(agency=str(agency_id))
        self.page.locator("main form button.button").first.click()
        self.page.wait_for_url("**/desk/intake*")

    def does(self, action: str, reference: str, **fields: str) -> None:
        """Make a move that has a page of its own."""
        self.goes_to(f"/desk/cases/{reference}/{action}")
        self.fills(**fields)
        self.page.locator("main form button.button").first.click()
        self.page.wait_for_url("**done=*")

    def writes(self, reference: str, *, outcome: str, points: list[str], do: str, **parts: str) -> None:
        """Officer: write the answer and save, check or propose it."""
        self.goes_to(f"/desk/cases/{reference}/answer")
        self.picks("outcome", outcome)
        for n, text in enumerate(points, start=1):
            self.fills(**{f"point_{n}": text})
        self.fills(**parts)
        self.presses("do", do)

    def decides(self, reference: str, decision: str, why: str = "") -> None:
        """Coordinator: send or return the answer at the gate."""
        self.goes_to(f"/supervision/cases/{reference}/answer")
        if self.page.locator("fieldset#level").is_visible():  # read closely: flagged, or drawn by lot
            self.picks("level", "clear" if decision == "release" else "not_clear")
            for name in [part.get_attribute("id") for part in self.page.locator("fieldset[id^=flag_]").all()]:
                self.picks(str(name), "wrong" if decision == "release" else "right")
        if why:
            self.fills(why=why)
        self.presses("decision", decision)
        self.page.wait_for_url("**/supervision/gate*")
