"""Logs: listed fields only, and of a failure its place but none of its values."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

from feedback.adapters.logs import Listed

SECRETS = ("Nguyễn Văn An", "0912345678", "an@thu.example", "203.0.113.5")


@pytest.fixture
def written() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    """A logger of the house and what it wrote."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(Listed())
    logger = logging.getLogger("feedback.tests")
    logger.addHandler(handler)
    yield logger, out
    logger.removeHandler(handler)


def line(out: io.StringIO) -> dict[str, object]:
    text = out.getvalue()
    assert not any(secret in text or json.dumps(secret)[1:-1] in text for secret in SECRETS)
    return json.loads(text.splitlines()[-1])


def test_a_line_has_the_listed_fields_and_no_others(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = written
    logger.warning("request", extra={"route": "/track", "status": 200, "email": SECRETS[2], "ip": SECRETS[3]})
    assert set(line(out)) == {"time", "level", "event", "route", "status"}


def test_values_are_never_filled_into_the_message(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = written
    logger.warning("could not reach %s", SECRETS[2])
    assert line(out)["event"] == "could not reach %s"


def test_an_exception_leaves_its_class_and_place_and_not_its_words(
        written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = written
    name = SECRETS[0]

    def inner() -> None:
        raise KeyError(SECRETS[1])

    try:
        try:
            inner()
        except KeyError as first:
            raise ValueError(f"no such person: {name}") from first
    except ValueError:
        logger.exception("failed for %s", name)
    found = line(out)
    assert found["fault"] == "ValueError"
    trace = "\n".join(found["trace"])  # type: ignore[arg-type]
    assert "KeyError" in trace
    assert "test_logs.py" in trace
    assert " inner" in trace


def test_other_libraries_leave_only_where_they_spoke(written: tuple[logging.Logger, io.StringIO]) -> None:
    _logger, out = written
    other = logging.getLogger("somelibrary.client")
    handler = logging.StreamHandler(out)
    handler.setFormatter(Listed())
    other.addHandler(handler)
    other.warning(f"sent to {SECRETS[2]}")
    other.removeHandler(handler)
    assert str(line(out)["event"]).startswith("somelibrary.client:")


def test_a_line_break_cannot_forge_a_second_line(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = written
    logger.warning("request", extra={"route": '/x\n{"event": "forged"}'})
    assert len(out.getvalue().splitlines()) == 1
