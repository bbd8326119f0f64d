"""Pictures: decoded to their pixels, turned upright, and written anew. Nothing but pixels goes over: no place, no
camera, no name, no comment, no thumbnail, no colour profile, nothing behind the end of the picture."""

from io import BytesIO

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError

from feedback.domain.files import LONGEST_SIDE, MOST_PIXELS, FileRefused, Refusal

QUALITY = 88


def rehearse() -> None:
    """Write and read a picture of our own, so that everything needed for it is loaded."""
    Image.preinit()
    Image.init()
    for format_, rebuild in (("JPEG", rebuild_jpeg), ("PNG", rebuild_png)):
        out, turned = BytesIO(), Image.Exif()
        turned[0x0112] = 6
        Image.new("RGB", (8, 8)).save(out, format_, exif=turned)
        rebuild(out.getvalue())


Crop = tuple[float, float, float, float]
"""What is cut off at left, top, right and bottom, as shares of the side."""


def rebuild_jpeg(data: bytes, crop: Crop | None = None) -> bytes:
    """A JPEG from the pixels of a JPEG. Raises FileRefused."""
    return _written(_cropped(_pixels(data, "JPEG"), crop), "JPEG")


def rebuild_png(data: bytes, crop: Crop | None = None) -> bytes:
    """A PNG from the pixels of the first picture of a PNG. Raises FileRefused."""
    return _written(_cropped(_pixels(data, "PNG"), crop), "PNG")


def _cropped(picture: Image.Image, crop: Crop | None) -> Image.Image:
    """What was cut off in a document is cut off for good: its writer believes it gone."""
    if crop is None:
        return picture
    left, top, right, bottom = (min(max(share, 0.0), 1.0) for share in crop)
    box = (round(picture.width * left), round(picture.height * top),
           round(picture.width * (1 - right)), round(picture.height * (1 - bottom)))
    if box[2] <= box[0] or box[3] <= box[1]:
        raise FileRefused(Refusal.BROKEN)
    return picture.crop(box)


def _pixels(data: bytes, format_: str) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = None  # we look ourselves, before anything is unpacked
    PngImagePlugin.MAX_TEXT_CHUNK = 1 << 20
    PngImagePlugin.MAX_TEXT_MEMORY = 8 << 20
    try:
        with Image.open(BytesIO(data), formats=[format_]) as picture:
            if not 0 < picture.width * picture.height <= MOST_PIXELS:
                raise FileRefused(Refusal.BOMB)
            if isinstance(picture, JpegImagePlugin.JpegImageFile):
                picture.draft(None, (LONGEST_SIDE, LONGEST_SIDE))  # decodes a very large one smaller at once
            picture.load()
            upright = ImageOps.exif_transpose(picture)
    except FileRefused:
        raise
    except MemoryError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError,
            AttributeError, ZeroDivisionError, OverflowError, Image.DecompressionBombError) as fault:
        raise FileRefused(Refusal.BROKEN) from fault
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return upright


def _written(picture: Image.Image, format_: str) -> bytes:
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    grey = picture.mode in ("1", "L", "I;16", "I", "F")
    if format_ == "JPEG":
        mode = "L" if grey else "RGB"
    else:
        mode = "RGBA" if has_alpha else "L" if grey else "RGB"
    if picture.mode.startswith("I"):  # 16 bits a pixel: the upper eight
        picture = picture.point(lambda value: value / 256).convert("L")
    plain = picture if picture.mode == mode else picture.convert(mode)
    fresh = Image.new(mode, plain.size)
    fresh.paste(plain)
    out = BytesIO()
    fresh.save(out, format_, **({"quality": QUALITY} if format_ == "JPEG" else {}))
    return out.getvalue()
