"""Hostile pictures, each made here."""

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms, PngImagePlugin

from tests.adapters.hostile_pieces import (
    CANARY,
    TEXT,
    jpeg,
    picture,
    png,
    png_chunk,
    with_chunk,
    with_segment,
)

HTML = b"<html><script>document.title='" + CANARY + b"'</script></html>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'>"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
Named = tuple[str, str, bytes]
"""What it is, the name it comes with, its bytes."""


def pictures() -> Iterator[Named]:
    """All of them."""
    yield "gif and script", "anh.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert('" + CANARY + b"')"
    yield "gif and script called jpeg", "anh.jpg", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert('" + CANARY + b"')"
    yield "gif called png", "anh.png", _saved(picture(), "GIF")
    yield "gif of 10000 frames called jpeg", "anh.jpg", _saved(picture(), "GIF") * 50
    yield "html behind a jpeg", "anh.jpg", jpeg() + HTML
    yield "html behind a png", "anh.png", png() + HTML
    yield "a zip behind a jpeg", "anh.jpg", jpeg() + b"PK\x03\x04" + CANARY
    yield "html called jpeg", "anh.jpg", HTML
    yield "html called png", "anh.png", HTML
    yield "svg with a script", "anh.svg", SVG + b"<script>" + CANARY + b"</script></svg>"
    yield "svg called png", "anh.png", SVG + b"<foreignObject>" + CANARY + b"</foreignObject></svg>"
    yield "svg with an entity from outside", "anh.svg", (
        b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><svg>&x;</svg>")
    yield "png called jpeg", "anh.jpg", png()
    yield "jpeg called png", "anh.png", jpeg()
    yield "heic called jpeg", "anh.jpg", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + CANARY
    yield "webp called jpeg", "anh.jpg", _saved(picture(), "WEBP")
    yield "tiff called jpeg", "anh.jpg", _saved(picture(), "TIFF")
    yield "bmp called png", "anh.png", _saved(picture(), "BMP")
    yield "eicar called jpeg", "anh.jpg", EICAR
    yield "eicar as text", "virus.com", EICAR
    yield "a program called png", "anh.png", b"MZ\x90\0" + CANARY * 20
    yield "an elf called jpeg", "anh.jpg", b"\x7fELF" + CANARY * 20
    yield "jpeg with its place and author", "anh.jpg", jpeg(exif=exif())
    yield "jpeg turned on its side with author", "anh.jpg", jpeg(exif=exif(turned=6))
    yield "jpeg with a comment", "anh.jpg", jpeg(comment=CANARY)
    yield "jpeg with xmp", "anh.jpg", with_segment(
        0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>" + CANARY + b"</x:xmpmeta>")
    yield "jpeg with iptc", "anh.jpg", with_segment(
        0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\x24\x1c\x02\x50\0\x1f" + CANARY)
    yield "jpeg with a note of its maker", "anh.jpg", jpeg(exif=exif(maker=True))
    yield "jpeg with a thumbnail", "anh.jpg", with_segment(
        0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0" + jpeg(comment=CANARY))
    yield "jpeg with a colour profile that speaks", "anh.jpg", jpeg(icc_profile=_profile())
    yield "jpeg with an unknown segment", "anh.jpg", with_segment(0xEB, CANARY)
    yield "jpeg with two pictures (MPO)", "anh.jpg", _mpo()
    yield "jpeg cut in half", "anh.jpg", jpeg(quality=95)[: len(jpeg(quality=95)) // 2]
    yield "jpeg of its head alone", "anh.jpg", jpeg()[:20]
    yield "jpeg that says it is huge", "anh.jpg", _with_size(65500, 65500)
    yield "jpeg without a width", "anh.jpg", _with_size(0, 10)
    yield "jpeg with a segment longer than the file", "anh.jpg", b"\xff\xd8\xff\xe1\xff\xff" + CANARY
    yield "jpeg of noise", "anh.jpg", b"\xff\xd8\xff\xe0" + bytes(range(256)) * 40
    yield "png of 20000 by 20000", "anh.png", _blank_png(20_000, 20_000)
    yield "png with the largest size there is", "anh.png", _blank_png(0x7FFFFFFF, 0x7FFFFFFF, rows=1)
    yield "png without a side", "anh.png", _blank_png(0, 5, rows=0)
    yield "png with words", "anh.png", png(pnginfo=_words(packed=False))
    yield "png with packed words", "anh.png", png(pnginfo=_words(packed=True))
    yield "png with words that unpack to a gigabyte", "anh.png", with_chunk(
        b"zTXt", b"a\0\0" + zlib.compress(b"\0" * 60_000_000, 9))
    yield "png with xmp", "anh.png", with_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + CANARY)
    yield "png with exif", "anh.png", png(exif=exif())
    yield "png with a colour profile that speaks", "anh.png", png(icc_profile=_profile())
    yield "png with a private chunk", "anh.png", with_chunk(b"prVt", CANARY)
    yield "png with a wrong sum", "anh.png", png()[:-30] + b"\0\0\0\0" + png()[-26:]
    yield "png cut in half", "anh.png", png()[: len(png()) // 2]
    yield "png of its signature alone", "anh.png", png()[:8]
    yield "moving png", "anh.png", _moving_png()
    yield "png whose pixels unpack without end", "anh.png", _blank_png(30, 30, rows=3_000_000)


def _saved(made: Image.Image, format_: str, **more: object) -> bytes:
    out = BytesIO()
    made.save(out, format_, **more)
    return out.getvalue()


def exif(*, turned: int = 1, maker: bool = False) -> bytes:
    """Where it was taken and by whom, once more in a note of the maker's."""
    made = Image.Exif()
    made[0x0112], made[0x013B], made[0x010E], made[0x8298] = turned, TEXT, TEXT, TEXT
    made.get_ifd(0x8825).update({1: "N", 2: (10.0, 2.0, 1.0), 3: "E", 4: (105.0, 47.0, 1.0), 29: TEXT})
    made.get_ifd(0x8769).update({0x9286: CANARY, **({0x927C: CANARY * 3} if maker else {})})
    return made.tobytes()


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + CANARY


def _mpo() -> bytes:
    return _saved(picture(), "MPO", save_all=True, append_images=[picture(20, 20)], comment=CANARY)


def _with_size(width: int, height: int) -> bytes:
    whole = bytearray(jpeg())
    at = whole.index(b"\xff\xc0")
    whole[at + 5:at + 9] = struct.pack(">HH", height, width)
    return bytes(whole)


def _blank_png(width: int, height: int, rows: int | None = None) -> bytes:
    """A PNG that claims this size. Its rows are of one bit, so that much fits into little."""
    row = b"\0" * (1 + -(-min(width, 100_000) // 8))
    packer, packed = zlib.compressobj(9), b""
    for _n in range(height if rows is None else rows):
        packed += packer.compress(row)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", packed + packer.flush())
            + png_chunk(b"IEND", b""))


def _words(*, packed: bool) -> PngImagePlugin.PngInfo:
    found = PngImagePlugin.PngInfo()
    found.add_text("Author", TEXT, zip=packed)
    found.add_itxt("Description", TEXT, "vi", "Mô tả", zip=packed)
    return found


def _moving_png() -> bytes:
    frames = [Image.new("RGB", (30, 30), (n, n, n)) for n in range(120)]
    return _saved(picture(30, 30), "PNG", save_all=True, append_images=frames)
