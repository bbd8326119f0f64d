"""Coded pictures inside a PDF, without what hangs on them: place, camera, names, comments, what stands behind the
end. The pixels are not touched."""

import struct

from feedback.domain.files import FileRefused, Refusal

FILTERS = ("/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode")
_JP2_KEPT = (b"jP  ", b"ftyp", b"jp2h", b"jp2c")
_ADOBE = 0xEE
"""Says how the colours are coded; without it they come out wrong."""


def stripped(filter_: str, data: bytes) -> bytes:
    """The same picture. Raises FileRefused(BROKEN) when it does not hold together."""
    try:
        if filter_ == "/DCTDecode":
            return _jpeg(data)
        if filter_ == "/JPXDecode" and not data.startswith(b"\xff\x4f\xff\x51"):
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
    out, at = bytearray(), 0
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if length == 1:
            length = struct.unpack_from(">Q", data, at + 8)[0]
        elif length == 0:
            length = len(data) - at
        if length < 8 or at + length > len(data):
            raise FileRefused(Refusal.BROKEN)
        if kind in _JP2_KEPT:
            out += data[at:at + length]
        at += length
    if not out:
        raise FileRefused(Refusal.BROKEN)
    return bytes(out)
