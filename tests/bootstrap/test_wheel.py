"""The wheel works where it is installed, far from the checkout."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_USE = """
import os
import feedback
from feedback.app import create_app
from feedback.places import static_dir, templates_dir

app = create_app()
client = app.test_client()
print(feedback.__file__, static_dir(), templates_dir(), sep="\\n")
for path in ("/livez", "/", "/en/", "/complain", "/track", "/register"):
    answer = client.get(path, headers={"Host": "127.0.0.1:8000"})
    assert answer.status_code == 200, (path, answer.status_code)
    assert path == "/livez" or "<h1" in answer.text, path
"""


class Installed:
    """A virtual environment of its own that holds the built wheel and borrows the other packages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.elsewhere = folder / "elsewhere"
        self.elsewhere.mkdir()
        self._run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index",
                  "-w", str(folder / "dist"), str(_ROOT))  # fmt: skip
        (self.wheel,) = (folder / "dist").glob("*.whl")
        venv.create(folder / "venv", with_pip=False, symlinks=True)
        self.bin = folder / "venv" / "bin"
        self._run(sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "install", "--no-deps",
                  "--no-index", str(self.wheel))  # fmt: skip
        (packages,) = (folder / "venv" / "lib").glob("python*/site-packages")
        # A plain path: the .pth that points at our checkout from there is not followed.
        (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")

    def run(self, name: str, *words: str, **more: str) -> str:
        keys = self.folder / "keys"
        keys.mkdir(mode=0o700, exist_ok=True)
        return self._run(
            str(self.bin / name), *words, FEEDBACK_DATA=str(self.folder / "var"), FEEDBACK_KEYS=str(keys),
            FEEDBACK_SECRET_KEY="s" * 40, FEEDBACK_PEPPER="p" * 40,
            **{"FEEDBACK_TRUSTED_HOSTS": "127.0.0.1", **more},
        )  # fmt: skip

    def _run(self, *command: str, **settings: str) -> str:
        outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        done = subprocess.run(
            command, cwd=self.elsewhere, env={**outside, **settings}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return Installed(tmp_path_factory.mktemp("wheel"))


def test_the_command_is_there(installed: Installed) -> None:
    said = installed.run("feedback", "--help")
    assert "create-admin" in said
    assert "calendar" in said
    due = installed.run(
        "feedback", "calendar", "due", "--received", "2026-02-13", "--days", "5", "--unit", "working"
    )
    assert due == "2026-02-27\n"


def test_the_pages_are_served_from_the_installed_files(installed: Installed) -> None:
    (installed.folder / "var").mkdir(mode=0o700, exist_ok=True)
    installed.run("feedback", "vault", "init-keys")
    installed.run("feedback", "db", "upgrade")
    said = installed.run("python", "-c", _USE)
    assert len(said.splitlines()) == 3
    assert all(line.startswith(str(installed.folder / "venv")) for line in said.splitlines())


def test_the_configuration_for_nginx_travels_along(installed: Installed) -> None:
    said = installed.run("feedback", "nginx", FEEDBACK_BASE_URL="https://phan-anh.example",
                         FEEDBACK_TRUSTED_HOSTS="phan-anh.example", FEEDBACK_TRUSTED_PROXIES="1")  # fmt: skip
    assert "server_name phan-anh.example;" in said
