"""Pairs of complaint and answer as lines of JSON: read twice, never held, and a bad line named before anything is
written."""

import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from feedback.domain.answers.stock import NEARLY_THE_SAME, Stock, likeness, triples

if TYPE_CHECKING:
    from feedback.domain.answers.model import Model
    from feedback.domain.answers.verdict import Verdict

MOST_BYTES = 32_000_000
"""Bytes of one line. A letter of a complaint may take twelve of them as an escape."""
MOST_OTHERS = 3
"""One is enough to know a stock answer."""


@dataclass(frozen=True)
class Line:
    """One pair. ``raw`` is the whole object, ``place`` the byte where its line begins, ``number`` from 1."""

    place: int
    number: int
    complaint: str
    answer: str
    asks: tuple[str, ...]
    raw: dict[str, Any]


class Pairs:
    """A file of pairs that was looked through once: every line is good, and near answers can be asked for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._stock = Stock()
        self.number = 0
        """Pairs in the file."""
        for line in self:
            self._stock.add(line.place, line.complaint, line.answer)
            self.number += 1

    def __iter__(self) -> Iterator[Line]:
        """The pairs in the order of the file. ClickException names the first line that is none."""
        place, number = 0, 0
        while True:
            self._file.seek(place)
            data = self._file.readline(MOST_BYTES + 1)
            if not data:
                return
            number += 1
            here, place = place, place + len(data)
            if len(data) > MOST_BYTES:
                raise click.ClickException(f"line {number}: longer than {MOST_BYTES:,} bytes")
            if data.strip(b" \t\r\n\xef\xbb\xbf"):
                yield _read(data, here, number)

    def others(self, line: Line) -> tuple[str, ...]:
        """Answers of the file to other complaints that are nearly the same as this one, MOST_OTHERS at most."""
        own, found = triples(line.answer), []
        for place in self._stock.near(line.complaint, line.answer):
            self._file.seek(place)
            other = _read(self._file.readline(MOST_BYTES + 1), place, 0).answer
            if likeness(own, triples(other)) >= NEARLY_THE_SAME:
                found.append(other)
                if len(found) == MOST_OTHERS:
                    break
        return tuple(found)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Pairs]:
    """The pairs of a file, or of standard input for ``-``, which is kept in an unnamed file for as long as it is
    read."""
    with contextlib.ExitStack() as stack:
        if str(path) == "-":
            file: IO[bytes] = _copied(sys.stdin.buffer, stack)
        else:
            file = _read_from(path, stack)
            if not file.seekable():
                file = _copied(file, stack)
        yield Pairs(file)


def _read_from(path: Path, stack: contextlib.ExitStack) -> IO[bytes]:
    try:
        return stack.enter_context(path.open("rb"))
    except OSError as fault:
        raise click.ClickException(f"{path}: {fault.strerror}") from None


def _copied(stream: IO[bytes], stack: contextlib.ExitStack) -> IO[bytes]:
    """What cannot be read twice, in an unnamed file of its own."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the stack closes it
    stack.push(file)
    shutil.copyfileobj(stream, file)
    return file


def read(line: Line, pairs: Pairs, model: "Model | None" = None) -> "Verdict":
    """What the reader (with the shipped model, or another) says of the pair, compared with the other answers of
    its file."""
    from feedback.domain.answers.verdict import read_answer

    return read_answer(line.complaint, line.answer, asks=line.asks, others=pairs.others(line), model=model)


def model_of(path: Path | None) -> "Model | None":
    """The model of a file; None for no file. ClickException when it is none."""
    from feedback.domain.answers.model import load

    if path is None:
        return None
    try:
        return load(path.read_text("utf-8"))
    except (OSError, ValueError, OverflowError, RecursionError) as fault:
        raise click.ClickException(f"{path}: {fault}") from None


def dumped(value: Any) -> bytes:
    """One line of JSON in UTF-8. Halves of characters that came in as escapes go out as escapes, and so do the
    signs that some programs take for the end of a line."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    for sign in ("\u0085", "\u2028", "\u2029"):
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    try:
        return text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, allow_nan=False).encode()


def _read(data: bytes, place: int, number: int) -> Line:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _bad(number, f"no UTF-8 (byte {fault.start + 1})") from None
    try:
        raw = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise _bad(number, "no JSON: too many brackets within brackets") from None
    except json.JSONDecodeError as fault:
        raise _bad(number, f"no JSON: {fault.msg} (column {fault.colno})") from None
    except ValueError:
        raise _bad(number, "no JSON: a number that is none, or has too many digits") from None
    if not isinstance(raw, dict):
        raise _bad(number, "no JSON object")
    texts = {}
    for name in ("complaint", "answer"):
        if name not in raw:
            raise _bad(number, f'"{name}" is missing')
        if not isinstance(raw[name], str):
            raise _bad(number, f'"{name}" is no text')
        texts[name] = raw[name]
    asks = raw.get("asks")
    if asks is not None and not (isinstance(asks, list) and all(isinstance(ask, str) for ask in asks)):
        raise _bad(number, '"asks" is no list of texts')
    if isinstance(raw.get("id"), (dict, list)):
        raise _bad(number, '"id" is neither text nor number')
    return Line(place, number, texts["complaint"], texts["answer"], tuple(asks or ()), raw)


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _bad(number: int, why: str) -> click.ClickException:
    return click.ClickException(f"line {number}: {why}")
