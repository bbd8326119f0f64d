"""One parent and its children: started, watched, started again when they die, and ended together.

The parent is single-threaded and sleeps until a child dies, a signal comes or a restart is due. Each child leads a
process group of its own, so that Ctrl-C in the terminal reaches the parent alone and the parent decides the order.
"""

import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from feedback.cli.trial.guard import Guard, end_group
from feedback.processes import dies_with_parent

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0  # seconds before a dead child is started again; doubles each time
_SETTLED = 60.0  # seconds after which a child counts as healthy and its next pause is short again
_LEANING = ((signal.SIGTERM, 1.2), (signal.SIGTERM, 0.4), (signal.SIGKILL, 0.3))
_LEANED_ON = ((signal.SIGTERM, 0.5), (signal.SIGKILL, 0.3))
"""What a child is sent at the end, and the seconds it then has: under 3 in all. RQ drops its job at the second."""
_TAIL_LINES = 12


@dataclass(frozen=True)
class Child:
    """What to run. `leaned_on`: a server that the others need, so it is ended after them."""

    name: str
    command: Sequence[str]
    leaned_on: bool = False


@dataclass
class _Running:
    child: Child
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    start_at: float | None = None


@dataclass
class Family:
    """The children of this process. Use from the main thread; `close()` ends them all."""

    environment: Mapping[str, str]
    logs: Path
    say: Callable[[str, str], None]
    """Called with one sentence in Vietnamese and the same in English."""
    guard: Guard
    keep_open: Sequence[int] = ()
    """File descriptors that every child inherits: a lock that must be held until the last one is gone."""
    stopping: bool = False
    """Set when a signal asked for the end."""
    _members: list[_Running] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._bell, self._ringer = socket.socketpair()
        self._bell.setblocking(False)
        self._ringer.setblocking(False)
        signal.set_wakeup_fd(self._ringer.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, self._asked_to_stop)

    def start(self, child: Child) -> None:
        """Start a child that is to run for as long as the parent does."""
        member = _Running(child)
        self._members.append(member)
        self._launch(member)

    def run(self, *tasks: Child) -> Child | None:
        """Run tasks side by side until all have ended; the first that failed, or None.

        When a signal asks for the end meanwhile, returns None at once with `stopping` set.
        """
        members = [_Running(task) for task in tasks]
        self._members.extend(members)
        for member in members:
            self._launch(member)
        while not self.stopping and any(member.process for member in members):
            self._sleep(None)
            self._tend(restart=False)
        self._members = [member for member in self._members if member not in members or member.process]
        return next((member.child for member in members if member.deaths), None)

    def wait(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Tend the children until `ready()`; False when it took too long, one died thrice, or the end is asked."""
        give_up = time.monotonic() + seconds
        while not self.stopping:
            if ready():
                return True
            if time.monotonic() > give_up or any(member.deaths >= 3 for member in self._members):
                return False
            self._sleep(0.05)
            self._tend()
        return False

    def tend(self) -> None:
        """Keep the children running until a signal asks for the end."""
        while not self.stopping:
            due = [member.start_at for member in self._members if member.start_at is not None]
            self._sleep(max(0.0, min(due) - time.monotonic()) if due else None)
            self._tend()

    def failing(self) -> Child | None:
        """A child that has died since it was started, the one that died most."""
        worst = max(self._members, key=lambda member: member.deaths, default=None)
        return worst.child if worst and worst.deaths else None

    def last_words(self, child: Child) -> str:
        """The last lines of the child's log."""
        try:
            lines = self._log(child).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return ""
        return "\n".join(lines[-_TAIL_LINES:])

    def close(self) -> None:
        """End all: first those that lean on others, then those; gently, then firmly, then surely. Under 3 s."""
        self.stopping = True
        for leaned_on, steps in ((False, _LEANING), (True, _LEANED_ON)):
            members = [m for m in self._members if m.process and m.child.leaned_on == leaned_on]
            for sig, patience in steps:
                self._signal(members, sig)
                give_up = time.monotonic() + patience
                while any(member.process for member in members) and time.monotonic() < give_up:
                    self._sleep(give_up - time.monotonic())
                    self._tend(restart=False)
        signal.set_wakeup_fd(-1)
        self._bell.close()
        self._ringer.close()

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _sleep(self, seconds: float | None) -> None:
        """Until a signal rings or the time is over."""
        if select.select([self._bell], [], [], seconds)[0]:
            self._bell.recv(4096)

    def _launch(self, member: _Running) -> None:
        with self._log(member.child).open("ab") as log:
            member.process = subprocess.Popen(
                member.child.command,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=tuple(self.keep_open),
                preexec_fn=dies_with_parent(),
            )
        self.guard.started(member.process.pid)
        member.started, member.start_at = time.monotonic(), None

    def _tend(self, *, restart: bool = True) -> None:
        now = time.monotonic()
        for member in self._members:
            if member.process is not None and (code := member.process.poll()) is not None:
                end_group(member.process.pid, signal.SIGKILL)  # what a killed child may have left behind
                self.guard.ended(member.process.pid)
                member.process = None
                if restart:
                    self._mourn(member, code)
                elif code:
                    member.deaths += 1
            elif member.start_at is not None and restart and member.start_at <= now:
                self._launch(member)

    def _mourn(self, member: _Running, code: int) -> None:
        if time.monotonic() - member.started > _SETTLED:
            member.deaths = 0
        pause = min(_FIRST_PAUSE * 2**member.deaths, _LONGEST_PAUSE)
        member.deaths += 1
        member.start_at = time.monotonic() + pause
        name, log = member.child.name, self._log(member.child)
        self.say(
            f"{name} đã dừng (mã {code}), chạy lại sau {pause:g} giây; xem {log}",
            f"{name} ended (code {code}), starting it again in {pause:g} s; see {log}",
        )

    def _signal(self, members: Sequence[_Running], sig: signal.Signals) -> None:
        for member in members:
            if member.process is not None:
                member.process.send_signal(sig)

    def _log(self, child: Child) -> Path:
        return self.logs / f"{child.name}.log"
