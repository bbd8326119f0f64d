"""Coded pictures inside a PDF, without what hangs on them: place, camera, names, comments, what stands behind the
end. The pixels are not touched."""

import struct
from collections.abc import Iterator

from feedback.domain.files import FileRefused, Refusal

FILTERS = ("/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode")
_JP2_KEPT = (b"jP  ", b"ftyp", b"jp2c")
_HEAD_KEPT = (b"ihdr", b"bpcc", b"colr", b"pclr", b"cmap", b"cdef")
_COLOURS = {1: 17, 3: 16, 4: 12}
"""Colour space of JPEG 2000 by the number of components: grey, sRGB, CMYK."""
_CODESTREAM = b"\xff\x4f\xff\x51"
_PART, _PIXELS, _COMMENT, _JP2_END = 0xFF90, 0xFF93, 0xFF64, 0xFFD9
"""Markers of JPEG 2000: a part begins, its pixels begin, a comment, the end."""
_ADOBE = 0xEE
"""Says how the colours are coded; without it they come out wrong."""


def stripped(filter_: str, data: bytes) -> bytes:
    """The same picture. Raises FileRefused(BROKEN) when it does not hold together."""
    try:
        if filter_ == "/DCTDecode":
            return _jpeg(data)
        if filter_ == "/JPXDecode":
            return _jpeg_2000(data)
    except (IndexError, struct.error) as fault:
        raise FileRefused(Refusal.BROKEN) from fault
    return data


def _jpeg(data: bytes) -> bytes:
    if not data.startswith(b"\xff\xd8"):
        raise FileRefused(Refusal.BROKEN)
    out, at = bytearray(b"\xff\xd8"), 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1  # fill bytes
        if data[at] != 0xFF:
            raise FileRefused(Refusal.BROKEN)
        marker = data[at + 1]
        if marker == 0xD9:
            return bytes(out + b"\xff\xd9")
        length = struct.unpack_from(">H", data, at + 2)[0]
        segment = data[at:at + 2 + length]
        if length < 2 or len(segment) != 2 + length:
            raise FileRefused(Refusal.BROKEN)
        at += len(segment)
        is_adobe = marker == _ADOBE and segment[4:9] == b"Adobe" and length == 14
        if is_adobe or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            out += segment
        if marker == 0xDA:
            end = _end_of_scan(data, at)
            out += data[at:end]
            at = end


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the coded pixels end: at a marker that is none of those that stand among them."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0:
            raise FileRefused(Refusal.BROKEN)
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        elif data[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _jpeg_2000(data: bytes) -> bytes:
    """Only the boxes that draw, and of the box with the head only what says how."""
    if data.startswith(_CODESTREAM):
        return _codestream(data)
    out, components = bytearray(), 3
    for kind, body in _boxes(data):
        if kind == b"jp2h":
            kept = bytearray()
            for inner, content in _boxes(body):
                if inner == b"ihdr":
                    components = struct.unpack_from(">H", content, 8)[0]
                if inner == b"colr" and content[0] != 1:  # a colour profile carries words
                    content = struct.pack(">BBBI", 1, 0, 0, _COLOURS.get(components, 16))
                if inner in _HEAD_KEPT:
                    kept += _box(inner, content)
            out += _box(kind, bytes(kept))
        elif kind in _JP2_KEPT:
            out += _box(kind, _codestream(body) if kind == b"jp2c" else body)
    if not out:
        raise FileRefused(Refusal.BROKEN)
    return bytes(out)


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1:
            length, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        elif length == 0:
            length = len(data) - at
        if length < head or at + length > len(data):
            raise FileRefused(Refusal.BROKEN)
        yield kind, data[at + head:at + length]
        at += length


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _codestream(data: bytes) -> bytes:
    """Comments are overwritten in their place, so that no length changes; what stands behind the end goes."""
    if not data.startswith(_CODESTREAM):
        raise FileRefused(Refusal.BROKEN)
    out, at = bytearray(data), 2
    begins = ends = 0
    while True:
        marker = struct.unpack_from(">H", data, at)[0]
        if marker == _JP2_END:
            return bytes(out[:at + 2])
        if marker == _PIXELS:
            if ends == 0:  # the last part reaches to the end, wherever that is
                last = data.rfind(b"\xff\xd9")
                if last < at:
                    raise FileRefused(Refusal.BROKEN)
                return bytes(out[:last + 2])
            if ends <= at or ends > len(data):
                raise FileRefused(Refusal.BROKEN)
            at = ends
            continue
        length = struct.unpack_from(">H", data, at + 2)[0]
        if marker < 0xFF00 or length < 2 or at + 2 + length > len(data):
            raise FileRefused(Refusal.BROKEN)
        if marker == _PART:
            begins, size = at, struct.unpack_from(">I", data, at + 6)[0]
            ends = begins + size if size else 0
        if marker == _COMMENT:
            out[at + 6:at + 2 + length] = b" " * max(0, length - 4)
        at += 2 + length
