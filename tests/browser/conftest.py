"""One running trial for all journeys: real web processes, workers, vault, queue and mail server."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from feedback import clock
from feedback.adapters.trial_mailbox import read_all
from feedback.app import create_app
from feedback.config import load_settings
from feedback.extensions import writing
from feedback.services.publication_release import publish_all_due
from tests import factories
from tests.browser.people import Visitor
from tests.engines.folders import short_folder
from tests.engines.patience import wait_until
from tests.engines.trial import Trial, running_trial
from tests.fixtures.cast import Cast, hire


@dataclass
class House:
    """A running trial and its people, with the two things a test cannot wait for: mail and the passing of days."""

    trial: Trial
    app: Flask
    cast: Cast
    procedure_id: int

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.trial.port}"

    def mail_to(self, address: str, *, at_least: int = 1) -> list[str]:
        """The texts of the mails that reached this address, once there are so many."""
        def found() -> list[str]:
            return [mail.as_string() + str(mail.get_body(("plain",)).get_content())
                    for mail in read_all(self.trial.folder / "var" / "mailbox") if address in str(mail["To"])]
        wait_until(lambda: len(found()) >= at_least, seconds=30, what=f"for {at_least} mails to {address}")
        return found()

    def days_pass(self, days: int) -> None:
        """Do what the publication sweep does so many days from now."""
        with self.app.app_context(), clock.travelling(clock.now() + timedelta(days=days)), writing():
            publish_all_due(clock.now())


@pytest.fixture(scope="session")
def house() -> Iterator[House]:
    """The trial, without sample data, and the cast hired into its database."""
    with short_folder("walk-") as folder, running_trial(folder) as trial:
        trial.until_told()
        app = create_app(load_settings(_environment(folder, trial.port)))
        with app.app_context(), writing():
            cast = hire()
            procedure_id = factories.procedure("Cấp giấy chứng nhận quyền sử dụng đất")
        yield House(trial, app, cast, procedure_id)


def _environment(folder: Path, port: int) -> dict[str, str]:
    var, keys = folder / "var", folder / "keys"
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("FEEDBACK_")},
        "FEEDBACK_DATA": str(var), "FEEDBACK_KEYS": str(keys), "FEEDBACK_TRIAL": "1", "FEEDBACK_PORT": str(port),
        "FEEDBACK_SECRET_KEY_FILE": str(keys / "secret_key"), "FEEDBACK_PEPPER_FILE": str(keys / "pepper"),
        "FEEDBACK_REDIS_URL": f"unix://{var / 'valkey.sock'}",
    }


@pytest.fixture
def visitor(house: House, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open a browser of one's own: ``visitor("vi")``, ``visitor("en", width=380)``."""
    contexts: list[BrowserContext] = []

    def open_browser(language: str = "vi", *, width: int = 1280, script: bool = True) -> Visitor:
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=script,
                                      locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", base_url=house.url)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visitor(context.new_page(), "/en" if language == "en" else "", house.app, script)

    yield open_browser
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def places(house: House) -> dict:
    """All pages by desk (``every_page.all_places``). Once a session: some need a case that is made for them."""
    from tests.browser.every_page import all_places  # it needs the House of this file
    return all_places(house)


@pytest.fixture(scope="session")
def signed_in() -> dict[int | None, dict]:
    """The cookies of everybody, so that each person signs in once."""
    return {}
