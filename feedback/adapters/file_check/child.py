"""The child's side: take the bounds upon itself, read one file from stdin, write verdict and copy to stdout.

Nothing of a file is read before the bounds stand. After the parsers are loaded it lets go of the file system, of
other programs and of the network, as far as the kernel lets it (``confinement``).
"""

import json
import os
import resource
import sys
import warnings

MEMORY = 1 << 30
"""Bytes of address space. A picture of 40 million pixels with alpha takes half of it for a moment."""
CPU_SECONDS = 20
OPEN_FILES = 32


def main() -> None:
    """Check the one file on stdin. Exit code 0 whenever there is a verdict."""
    bound()
    from feedback.adapters.file_check import confinement, docx, pdf, pictures, sniffing
    from feedback.domain.files import FileRefused, FileType, Refusal

    warnings.simplefilter("ignore")
    pictures.preload()
    confinement.let_go()
    message = sys.stdin.buffer.read()
    line, _, data = message.partition(b"\n")
    del message
    try:
        type_ = FileType(line.decode("ascii"))
        sniffing.demand_type(type_, data)
        rebuild = {FileType.PDF: pdf.rebuild, FileType.DOCX: docx.rebuild,
                   FileType.JPEG: pictures.rebuild_jpeg, FileType.PNG: pictures.rebuild_png}[type_]
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
