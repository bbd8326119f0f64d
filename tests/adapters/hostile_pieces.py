"""Honest files, made here: what the hostile ones are made from, and what must come through."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from PIL import Image

CANARY = b"CANARY-Nguyen-Van-An-0912345678"
"""Planted where nobody looks; no cleaned copy may hold it."""
TEXT = CANARY.decode()
WORDS = "Biên nhận hồ sơ số 12"
"""What a document says; a cleaned copy must still say it."""
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def picture(width: int = 40, height: int = 30) -> Image.Image:
    """A picture that is different at each corner, so that turning shows."""
    made = Image.new("RGB", (width, height), "white")
    made.paste("red", (0, 0, width // 2, height // 2))
    made.paste("blue", (width // 2, 0, width, height // 2))
    return made


def jpeg(**more: object) -> bytes:
    """A JPEG; ``more`` goes to Pillow."""
    out = BytesIO()
    picture().save(out, "JPEG", **more)
    return out.getvalue()


def png(**more: object) -> bytes:
    """A PNG; ``more`` goes to Pillow."""
    out = BytesIO()
    picture().save(out, "PNG", **more)
    return out.getvalue()


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk with its sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def with_chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG with one more chunk behind its header."""
    whole = png()
    return whole[:33] + png_chunk(kind, data) + whole[33:]


def with_segment(marker: int, data: bytes) -> bytes:
    """A JPEG with one more segment at its start."""
    whole = jpeg()
    return whole[:2] + struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data + whole[2:]


def new_pdf() -> pikepdf.Pdf:
    """A PDF with one page that says something."""
    made = pikepdf.new()
    font = made.make_indirect(pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    page = made.add_blank_page(page_size=(300, 300))
    page.obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    page.obj["/Contents"] = made.make_stream(b"BT /F1 12 Tf 20 200 Td (Bien nhan ho so so 12) Tj ET")
    return made


def saved(made: pikepdf.Pdf, **more: object) -> bytes:
    """The bytes of a PDF."""
    out = BytesIO()
    made.save(out, **more)  # type: ignore[arg-type]
    return out.getvalue()


def pdf() -> bytes:
    """An ordinary PDF."""
    return saved(new_pdf())


def document(body: str = "") -> str:
    """word/document.xml with one paragraph of words, and ``body`` behind it."""
    return (f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document {W} {R}><w:body>'
            f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>{body}</w:body></w:document>")


def types(main: str = MAIN) -> str:
    """[Content_Types].xml."""
    return (f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>')


def relations(*found: tuple[str, str, str]) -> str:
    """A .rels part: id, kind, target; a target with a scheme lies outside."""
    outside = ' TargetMode="External"'
    rows = "".join(f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{target}"'
                   f'{outside if "://" in target else ""}/>' for id_, kind, target in found)
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def docx(body: str = "", more: dict[str, bytes | str] | None = None, *, main: str = MAIN,
         whole: str | None = None) -> bytes:
    """A Word document; ``more``: further parts, or others in place of the usual ones."""
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types(main),
        "_rels/.rels": relations(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": whole or document(body), **(more or {})}
    return zipped(parts)


def zipped(parts: dict[str, bytes | str]) -> bytes:
    """A zip of these members."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def unpacked(data: bytes) -> bytes:
    """Everything that can be read out of a file: its bytes, the members of a zip, the streams of a PDF, whatever
    is packed in any of them, and the same as text of two bytes a letter turned into one."""
    pieces = [data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            pieces += [archive.read(name) + name.encode() for name in archive.namelist()]
            pieces.append(archive.comment)
    if data.startswith(b"%PDF"):
        with pikepdf.open(BytesIO(data)) as opened:
            for thing in opened.objects:
                pieces.append(repr(thing).encode())
                if isinstance(thing, pikepdf.Stream):
                    pieces.append(thing.read_raw_bytes())
                    try:
                        pieces.append(thing.read_bytes())
                    except pikepdf.PdfError:
                        pass
    pieces += [inner for piece in pieces for inner in _inflated(piece)]
    return b"\n".join(pieces) + b"\n" + b"\n".join(piece.replace(b"\0", b"") for piece in pieces)


def _inflated(piece: bytes) -> Iterator[bytes]:
    """What unpacks, wherever it begins."""
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", piece):
        try:
            yield zlib.decompressobj().decompress(piece[found.start():], 1_000_000)
        except zlib.error:
            continue
