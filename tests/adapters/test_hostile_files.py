"""Over a hundred hostile files, made here: each is refused with the reason that fits, or what is left of it
carries nothing that was planted. Never longer than the bounds."""

import time
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask

from feedback.adapters.file_check import bounded
from feedback.domain.files import KINDS, FileRefused, Refusal, type_of_name
from tests.adapters.hostile_papers import documents, pdfs
from tests.adapters.hostile_pictures import Named, pictures
from tests.adapters.hostile_pieces import CANARY, unpacked

HOSTILE: list[Named] = [*pictures(), *pdfs(), *documents()]
REFUSED: dict[Refusal, tuple[str, ...]] = {
    Refusal.TYPE: (
        "a program", "a zip", "an mp3 with its author", "an mp4 with its place", "eicar as text",
        "gif and script", "no ending", "svg with a script", "svg with an entity from outside", "two endings"),
    Refusal.MISMATCH: (
        "a program called png", "a sheet called docx", "a template called docx", "a zip called docx",
        "an elf called jpeg", "an empty zip", "bmp called png", "eicar called jpeg",
        "gif and script called jpeg", "gif called png", "gif of 10000 frames called jpeg", "heic called jpeg",
        "html before a pdf", "html called docx", "html called jpeg", "html called pdf", "html called png",
        "jpeg called png", "moving png", "png called jpeg", "svg called png", "tiff called jpeg",
        "two endings the other way", "webp called jpeg"),
    Refusal.BROKEN: (
        "a comment between objects", "a page tree that bites its tail", "a path from the root",
        "a picture that is none", "a script called pdf", "a symbolic link", "a way out of its folder",
        "an xml bomb", "arrays in arrays", "cut in half", "cut in half as docx", "elements in elements",
        "jpeg cut in half", "jpeg of its head alone", "jpeg of noise",
        "jpeg with a segment longer than the file", "jpeg without a width", "of its first line alone",
        "of noise", "png cut in half", "png of its signature alone", "png with words that unpack to a gigabyte",
        "png without a side", "two documents of one name", "with an entity from outside", "without its table",
        "wrong sizes"),
    Refusal.ENCRYPTED: (
        "a zip that asks for a password", "with a password", "with a password of its owner alone"),
    Refusal.ACTIVE: (
        "eicar in a zip called docx", "with a macro", "with a macro by its type", "with a program in it",
        "with activex", "with an embedded program", "with eicar in it"),
    Refusal.BOMB: (
        "10000 entries", "200 MB of xml", "a bomb in its document", "a stream that unpacks to a gigabyte",
        "jpeg that says it is huge", "pages without end", "png of 20000 by 20000",
        "png with the largest size there is"),
}
"""Why, for each that must not be taken; everything else comes back clean."""
STARTS = {"pdf": b"%PDF", "jpg": b"\xff\xd8", "png": b"\x89PNG", "docx": b"PK"}


@pytest.fixture
def checking() -> Iterator[None]:
    """The settings that the check asks for, and nothing else."""
    app = Flask("check")
    app.extensions["settings"] = SimpleNamespace(clamd_socket="")
    with app.app_context():
        yield


def verdict(name: str, data: bytes) -> Refusal | bytes:
    """The reason, or the cleaned copy."""
    try:
        return bounded.clean(type_of_name(name), data)
    except FileRefused as why:
        return why.code


def test_there_are_enough_of_them_and_each_is_another():
    names = [what for what, _name, _data in HOSTILE]
    assert len(names) == len(set(names)) >= 140
    assert len({data for _what, _name, data in HOSTILE}) > len(HOSTILE) - 15
    assert {what for some in REFUSED.values() for what in some} < set(names)


@pytest.mark.parametrize(("what", "name", "data"), HOSTILE, ids=[what for what, _name, _data in HOSTILE])
def test_a_hostile_file_is_refused_or_carries_nothing_any_more(checking, what, name, data):
    began = time.monotonic()
    found = verdict(name, data)
    took = time.monotonic() - began
    expected = next((code for code, some in REFUSED.items() if what in some), None)
    if expected is not None:
        assert found is expected
    else:
        assert isinstance(found, bytes), found
        assert CANARY not in unpacked(found)
        assert found.startswith(STARTS[KINDS[type_of_name(name)].ending])
    assert took < bounded.SECONDS


def test_what_was_planted_would_be_found():
    """In those that come back clean it lay where a reader of the bytes finds it; else the test above
    proves nothing."""
    refused = {what for some in REFUSED.values() for what in some}
    planted = [CANARY in unpacked(data) for what, _name, data in HOSTILE if what not in refused]
    assert sum(planted) > 0.85 * len(planted) > 50
