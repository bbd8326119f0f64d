"""nginx with the configuration that `feedback nginx` prints: before a mirror, and before the real app."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feedback.adapters import vault_keys
from tests.engines import nginx as engine
from tests.engines.folders import short_folder
from tests.engines.mirror import Mirror, mirror
from tests.engines.nginx_server import NAME, WORDS, NginxServer, running

SECRETS = {"FEEDBACK_SECRET_KEY": "s" * 40, "FEEDBACK_PEPPER": "p" * 40}


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What `feedback` is told: everything in ``folder``, one proxy, our host name."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FEEDBACK_")}
    return {**clean, **SECRETS, "FEEDBACK_DATA": str(folder / "var"), "FEEDBACK_KEYS": str(folder / "keys"),
            "FEEDBACK_BASE_URL": f"https://{NAME}", "FEEDBACK_TRUSTED_HOSTS": NAME,
            "FEEDBACK_TRUSTED_PROXIES": "1", **more}  # fmt: skip


def printed_by(folder: Path, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """What `feedback nginx` says for a server of tests."""
    (folder / "var").mkdir(exist_ok=True)
    vault_keys.ensure_keys(folder / "keys")
    here = WORDS["HERE"]
    return subprocess.run(
        [sys.executable, "-m", "feedback", "nginx", "--upstream", f"unix:{here}/web.sock",
         "--address", "127.0.0.1", "--http-port", WORDS["HTTP"], "--https-port", WORDS["HTTPS"],
         "--cache", f"{here}/copies", "--logs", f"{here}/logs", "--certificate", f"{here}/cert.pem",
         "--key", f"{here}/key.pem", *words],
        env=environment(folder, **more), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture(scope="session")
def nginx_program() -> Path:
    """nginx; without one these tests are skipped."""
    found = engine.find()
    if found is None:
        pytest.skip("Chưa có nginx: hãy chạy ./test trên Debian, hoặc cài nginx. · "
                    "There is no nginx: run ./test on a Debian, or install nginx.")
    return found


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The configuration for an installation without a database yet."""
    done = printed_by(tmp_path_factory.mktemp("printed"))
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def nginx_and_mirror(nginx_program: Path, printed: str) -> Iterator[tuple[NginxServer, Mirror]]:
    """nginx before a mirror."""
    with short_folder("ngx-") as folder, running(nginx_program, folder, printed) as server, \
            mirror(server.socket) as behind:
        yield server, behind


@pytest.fixture
def nginx(nginx_and_mirror: tuple[NginxServer, Mirror]) -> NginxServer:
    """nginx before a mirror."""
    return nginx_and_mirror[0]


@pytest.fixture
def behind(nginx_and_mirror: tuple[NginxServer, Mirror]) -> Mirror:
    """The mirror behind nginx, which remembers nothing of earlier tests. Copies that nginx has stay: each test has
    addresses of its own."""
    mirror_ = nginx_and_mirror[1]
    mirror_.say.clear()
    mirror_.asked.clear()
    mirror_.done.clear()
    return mirror_
