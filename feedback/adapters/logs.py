"""Logs that can be shown to anybody: one JSON object a line on stderr, made of listed fields only.

No text of a request, no address, no query, no value from an exception. Of a failure stay its class and where it
happened (file, line, function). Messages of other libraries are kept as their template, never filled in.
"""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import PurePath
from typing import TextIO

FIELDS = ("route", "method", "status", "duration_ms", "request_id", "case_id", "job", "row_id", "sweep", "seen",
          "acted", "failed", "fault", "verb", "count", "pid", "exit_code")
"""What a log call may add with ``extra``; anything else is left out."""
TEMPLATES_OF = ("feedback", "workers", "alembic", "gunicorn", "rq")
"""Loggers whose message templates are written by programmers with the values apart."""
MOST_FRAMES = 12


class Listed(logging.Formatter):
    """Formats a record from the listed fields."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON; never fails, whatever the record carries."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "event": _event(record)}
        for name in FIELDS:
            value = record.__dict__.get(name)
            if isinstance(value, (str, int, float, bool)):
                line[name] = value[:120] if isinstance(value, str) else value
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = type(record.exc_info[1]).__name__
            line["trace"] = _trace(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


class Stderr(logging.StreamHandler[TextIO]):
    """Writes to whatever stderr is at that moment (it is exchanged by supervisors and by tests)."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        """The stream of now."""
        return sys.stderr

    def handleError(self, record: logging.LogRecord) -> None:
        """A log line that cannot be written stops nobody, and its record is not printed instead."""


def init_logging(level: int = logging.INFO) -> None:
    """Send everything that is logged in this process through the list. Called again it changes nothing."""
    root = logging.getLogger()
    if any(isinstance(handler, Stderr) for handler in root.handlers):
        return
    handler = Stderr()
    handler.setFormatter(Listed())
    root.addHandler(handler)
    root.setLevel(level)
    for name in ("gunicorn.error", "gunicorn.access"):  # it writes addresses with their queries on its own
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.raiseExceptions = False


def _event(record: logging.LogRecord) -> str:
    if record.name.partition(".")[0] in TEMPLATES_OF:
        return str(record.msg)[:120]
    return f"{record.name}:{record.funcName}:{record.lineno}"


def _trace(fault: BaseException) -> list[str]:
    lines = []
    seen: BaseException | None = fault
    while seen is not None and len(lines) < MOST_FRAMES * 3:
        frames = traceback.extract_tb(seen.__traceback__)[-MOST_FRAMES:]
        lines += [f"{type(seen).__name__}", *(
            f"  {'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in frames)]
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
    return lines
