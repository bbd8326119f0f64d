"""The child's side: take the bounds upon itself, read one file from stdin, write verdict and copy to stdout.

Nothing of a file is read before the bounds stand. When the parsers have rehearsed with a file of our own, and so
have loaded what they need, it lets go of the file system, of other programs and of the network (``confinement``).
"""

import codecs
import json
import os
import resource
import sys
import warnings

MEMORY = 1 << 30
"""Bytes of address space. A picture of 40 million pixels with alpha takes half of it for a moment."""
CPU_SECONDS = 20
OPEN_FILES = 32
CODECS = ("cp437", "latin-1", "utf-16", "utf-16-be", "utf-16-le", "utf-32", "cp1252", "idna", "punycode")
"""Loaded beforehand, because Python would read them from the disk at first use."""


def main() -> None:
    """Check the one file on stdin. Exit code 0 whenever there is a verdict."""
    bound()
    from feedback.adapters.file_check import confinement, docx, pdf, pictures, sniffing
    from feedback.domain.files import FileRefused, FileType, Refusal

    warnings.simplefilter("ignore")
    type_ = FileType(sys.stdin.buffer.readline().strip().decode("ascii"))
    rehearse, rebuild = {
        FileType.PDF: (pdf.rehearse, pdf.rebuild), FileType.DOCX: (docx.rehearse, docx.rebuild),
        FileType.JPEG: (pictures.rehearse, pictures.rebuild_jpeg),
        FileType.PNG: (pictures.rehearse, pictures.rebuild_png)}[type_]
    for name in CODECS:
        codecs.lookup(name)
    rehearse()
    confinement.let_go()
    data = sys.stdin.buffer.read()
    try:
        sniffing.demand_type(type_, data)
        clean = rebuild(data)
        _answer({"size": len(clean)}, clean)
    except FileRefused as refused:
        _answer({"refused": refused.code.value})
    except (MemoryError, RecursionError):
        _answer({"refused": Refusal.BOMB.value})
    os._exit(0)  # nothing of a parser runs at the end


def bound() -> None:
    """Memory, processor time, files: no file can be written at all, and no core is dumped."""
    bounds = {resource.RLIMIT_AS: MEMORY, resource.RLIMIT_CPU: CPU_SECONDS, resource.RLIMIT_FSIZE: 0,
              resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: OPEN_FILES}
    os.nice(10)  # people who read and write come first
    for limit, most in bounds.items():
        hard = resource.getrlimit(limit)[1]
        value = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(limit, (value, value))
        except (ValueError, OSError):  # macOS has no bound on address space
            continue


def _answer(header: dict[str, int | str], clean: bytes = b"") -> None:
    sys.stdout.buffer.write(json.dumps(header).encode() + b"\n" + clean)
    sys.stdout.buffer.flush()
