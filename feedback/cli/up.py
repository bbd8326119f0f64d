"""`feedback up`: a whole trial in one command, on this machine only, ending with this command."""

import http.client
import os
import smtplib
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from feedback.cli.sample import ACCOUNTS
from feedback.cli.trial import embedded_valkey, home, joining
from feedback.cli.trial.children import Child, Family
from feedback.cli.trial.guard import guard_for_this_system
from feedback.config import Settings, UnsafeSettings, keep_apart, load_settings
from feedback.processes import free_port, port_is_free

_HOST = "127.0.0.1"
_WORKERS = 2
_START_SECONDS = 120.0
_ACCOUNT_LINES = 17  # the password and everybody whom the tour in README.md needs; the file has them all


@dataclass(frozen=True)
class _Trial:
    settings: Settings
    environment: dict[str, str]
    sockets: Path
    family: Family
    own_valkey: bool
    own_mailbox: int | None

    @property
    def accounts(self) -> Path:
        return self.settings.data / ACCOUNTS


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="FEEDBACK_PORT", show_default=True)
def up(port: int) -> None:
    """Run a trial: pages, workers, mailbox and everything they need. Ctrl-C ends it all."""
    os.umask(0o077)  # whatever the children write is for its owner alone
    if not port_is_free(port, _HOST):
        raise _sentence(
            f"Cổng {port} đang có chương trình khác dùng; hãy đặt FEEDBACK_PORT là một số khác rồi chạy lại.",
            f"Port {port} is in use; set FEEDBACK_PORT to another number and run this again.",
        )
    with ExitStack() as stack:
        try:
            trial = _prepare(port, os.environ, stack)
        except home.Occupied as other:
            raise _sentence(
                f"Thư mục dữ liệu đang được tiến trình {other} dùng; hãy dừng tiến trình đó trước.",
                f"The data folder is in use by process {other}; stop that one first.",
            ) from None
        except home.KeysMissing as gone:
            raise _sentence(
                f"Có dữ liệu nhưng thiếu khóa “{gone}”; hãy trả lại thư mục keys, hoặc xóa var để làm lại.",
                f"There is data but the key “{gone}” is missing; bring the keys folder back, or delete var.",
            ) from None
        except UnsafeSettings as wrong:
            raise click.ClickException(str(wrong)) from None
        except OSError as refused:
            raise _sentence(
                f"Không ghi được vào thư mục dữ liệu ({refused}); hãy đặt FEEDBACK_DATA là một thư mục ghi được.",
                f"The data folder cannot be written ({refused}); set FEEDBACK_DATA to a folder that can.",
            ) from None
        stack.callback(trial.family.close)
        if _start(trial):
            _tell(trial)
            trial.family.tend()
            _say("Đang dừng …", "Stopping …")


def _prepare(port: int, environ: Mapping[str, str], stack: ExitStack) -> _Trial:
    """Folders, lock, secrets and settings; nothing is running yet."""
    data = Path(environ.get("FEEDBACK_DATA", "var")).absolute()
    keys = Path(environ.get("FEEDBACK_KEYS", data.parent / "keys")).absolute()
    keep_apart(data=data, keys=keys)  # before anything is made
    home.private_folder(data)
    home.private_folder(keys)
    held = stack.enter_context(home.lock(data))
    sockets = stack.enter_context(home.socket_folder(data))
    for name in ("log", "valkey", "mailbox"):
        home.private_folder(data / name)
    home.set_aside_long_logs(data / "log")
    data_exists = (data / "feedback.db").exists()
    secrets = home.secret_files(keys, data_exists=data_exists)
    if not data_exists and "FEEDBACK_DATABASE_URL" not in environ:
        (data / ACCOUNTS).unlink(missing_ok=True)  # they stood in a database that was deleted
    mail_port = None if "FEEDBACK_SMTP_URL" in environ else free_port(_HOST)
    own = {
        "FEEDBACK_TRIAL": "1",
        "FEEDBACK_DATA": str(data),
        "FEEDBACK_KEYS": str(keys),
        "FEEDBACK_PORT": str(port),
    }
    usual = {
        "FEEDBACK_BASE_URL": f"http://{_HOST}:{port}",
        "FEEDBACK_TRUSTED_HOSTS": f"{_HOST},localhost",
        "FEEDBACK_REDIS_URL": embedded_valkey.url(sockets / "valkey.sock"),
        "FEEDBACK_SMTP_URL": f"smtp://{_HOST}:{mail_port}",
        "FEEDBACK_VAULT_SOCKET": str(sockets / "vault.sock"),
        **{f"FEEDBACK_{name.upper()}_FILE": str(path) for name, path in secrets.items()},
        "PYTHONUNBUFFERED": "1",
    }
    environment = {**usual, **environ, **own}
    settings = load_settings(environment)
    from feedback.adapters.vault_keys import KeysUnsafe, ensure_keys  # costs a while to import

    try:
        ensure_keys(keys)
    except KeysUnsafe as wrong:
        raise UnsafeSettings(str(wrong)) from None
    joining.leave_note(data, environment)
    family = Family(
        environment=environment, logs=data / "log", say=_say, guard=guard_for_this_system(), keep_open=[held]
    )
    return _Trial(settings, environment, sockets, family, "FEEDBACK_REDIS_URL" not in environ, mail_port)


def _start(trial: _Trial) -> bool:
    """Start everything; False when a signal asked for the end meanwhile. Raises ClickException on failure."""
    family = trial.family
    if trial.own_valkey:
        command = embedded_valkey.command(
            folder=trial.settings.data / "valkey", socket=trial.sockets / "valkey.sock"
        )
        family.start(Child("valkey", command, leaned_on=True))
    if trial.own_mailbox is not None:
        family.start(
            Child("mailbox", _feedback("mailbox", "--port", str(trial.own_mailbox), "--folder",
                                       str(trial.settings.data / "mailbox")), leaned_on=True)
        )  # fmt: skip
    family.start(Child("vault", _feedback("vault", "serve"), leaned_on=True))
    if not _task(trial, Child("migrations", _feedback("db", "upgrade"))):
        return False
    bind = f"{_HOST}:{trial.settings.port}"
    family.start(Child("web", _feedback("web", "--bind", bind, "--workers", "2", "--threads", "4")))
    if not _ready(trial, lambda: _all_answer(trial)):
        return False
    for number in range(1, _WORKERS + 1):
        family.start(Child(f"worker-{number}", [sys.executable, "-m", "workers"]))
    if trial.settings.sample and not trial.accounts.exists():
        _say("Đang tạo dữ liệu mẫu …", "Making the sample data …")
        if not _task(trial, Child("sample", _feedback("sample"))):
            return False
    return _ready(trial, lambda: _alive(trial.settings.port))


def _feedback(*words: str) -> list[str]:
    return [sys.executable, "-m", "feedback", *words]


def _task(trial: _Trial, task: Child) -> bool:
    """Run to its end; False when a signal asked for the end meanwhile."""
    failed = trial.family.run(task)
    if failed is not None:
        raise _broken(trial, failed)
    return not trial.family.stopping


def _ready(trial: _Trial, so: Callable[[], bool]) -> bool:
    if trial.family.wait(so, _START_SECONDS):
        return True
    if trial.family.stopping:
        return False
    raise _broken(trial, trial.family.failing() or Child("web", ()))


def _broken(trial: _Trial, child: Child) -> click.ClickException:
    log = trial.settings.data / "log" / f"{child.name}.log"
    return _sentence(
        f"Không khởi động được “{child.name}”; xem {log}.",
        f"“{child.name}” could not be started; see {log}.",
        trial.family.last_words(child),
    )


def _all_answer(trial: _Trial) -> bool:
    sockets = [trial.settings.vault_socket]
    if trial.own_valkey:
        sockets.append(trial.sockets / "valkey.sock")
    return (
        all(_listens(path) for path in sockets)
        and (trial.own_mailbox is None or _takes_mail(trial.own_mailbox))
        and _alive(trial.settings.port)
    )


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def _takes_mail(port: int) -> bool:
    try:
        smtplib.SMTP(_HOST, port, timeout=2).quit()
    except OSError:
        return False
    return True


def _alive(port: int) -> bool:
    connection = http.client.HTTPConnection(_HOST, port, timeout=5)
    try:
        connection.request("GET", "/livez")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tell(trial: _Trial) -> None:
    """The address and the sample accounts."""
    click.echo()
    click.echo(f"  Hồi Âm · bản dùng thử · trial:  {trial.settings.base_url}")
    if trial.accounts.exists():
        click.echo("\n  Tài khoản mẫu · Sample accounts:")
        lines = trial.accounts.read_text(encoding="utf-8").splitlines()
        for line in lines[:_ACCOUNT_LINES]:
            click.echo(f"    {line}")
        if more := len(lines[_ACCOUNT_LINES:]):
            click.echo(f"    … và {more} người nữa · and {more} more: {trial.accounts}")
    click.echo("\n  Ctrl-C để dừng · to stop\n")


def _say(vietnamese: str, english: str) -> None:
    click.echo(f"· {vietnamese} · {english}")


def _sentence(vietnamese: str, english: str, detail: str = "") -> click.ClickException:
    return click.ClickException("\n".join(filter(None, (vietnamese, english, detail))))
