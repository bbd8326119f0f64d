"""Copying the objects of a PDF: dictionaries by allowed keys, streams unpacked and packed again, drawing
instructions read and written anew, so that nothing travels in a comment, behind an end, or under an odd key."""

from decimal import Decimal

import pikepdf

from feedback.adapters.file_check import pdf_pictures
from feedback.domain.files import MOST_UNPACKED, FileRefused, Refusal


def _all_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


NAMES_OF_RESOURCES = frozenset(
    {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/CharProcs"})
"""Dictionaries whose keys are names that the drawing instructions use: any name goes, its value is copied."""

KEYS = _all_of("""
/Type /Subtype /Resources /ProcSet /Font /XObject /ExtGState /ColorSpace /Pattern /Shading /Width /Height
/BitsPerComponent /ImageMask /Mask /SMask /SMaskInData /Decode /Interpolate /Intent /Matte /FormType /BBox
/Matrix /Group /S /I /K /CS /BaseFont /FirstChar /LastChar /Widths /FontDescriptor /Encoding /ToUnicode
/DescendantFonts /CIDSystemInfo /DW /W /DW2 /W2 /CIDToGIDMap /CharProcs /FontMatrix /FontBBox /Registry /Ordering
/Supplement /BaseEncoding /Differences /FontName /FontStretch /FontWeight /Flags /ItalicAngle /Ascent /Descent
/Leading /CapHeight /XHeight /StemV /StemH /AvgWidth /MaxWidth /MissingWidth /FontFile /FontFile2 /FontFile3
/CharSet /CIDSet /Length1 /Length2 /Length3 /WMode /UseCMap /CMapName /Predictor /Colors /LW /LC /LJ /ML /D /RI
/OP /op /OPM /BG /BG2 /UCR /UCR2 /TR /TR2 /HT /FL /SM /SA /BM /CA /ca /AIS /TK /BC /G /FunctionType /Domain
/Range /Size /BitsPerSample /Order /Encode /C0 /C1 /N /Functions /Bounds /Function /ShadingType /Background
/AntiAlias /Coords /Extend /VerticesPerRow /BitsPerCoordinate /BitsPerFlag /PatternType /PaintType /TilingType
/XStep /YStep /WhitePoint /BlackPoint /Gamma /Columns /Rows /K /BlackIs1 /EncodedByteAlign /EndOfLine /EndOfBlock
/JBIG2Globals /ColorTransform /Alternate
""")
STRINGS = frozenset({"/Registry", "/Ordering", "/CharSet"})
"""Keys whose value may be a string. A palette (the last of an /Indexed colour space) may be one too."""
DEVICES = {1: pikepdf.Name.DeviceGray, 3: pikepdf.Name.DeviceRGB, 4: pikepdf.Name.DeviceCMYK}
OPERATORS = _all_of("""
b B b* B* BI BT c cm CS cs d d0 d1 Do EI ET f F f* G g gs h i j J K k l m M n q Q re RG rg ri s S SC sc SCN scn
sh T* Tc Td TD Tf Tj TJ TL Tm Tr Ts Tw Tz v w W W* y ' "
""") | {"INLINE IMAGE"}
"""Everything that draws. Marks of content (who wrote it, what a layer is called) do not."""
MOST_OBJECTS = 50_000
FORBIDDEN_TYPES = ("/Action", "/Filespec", "/EmbeddedFile", "/Metadata", "/Annot", "/Sig", "/OCG", "/OCMD")
ONE_OF = "one of "
"""Stands before the name of a dictionary of resources: the role of the things in it."""


class Copier:
    """Copies objects into ``new``, each once."""

    def __init__(self, new: pikepdf.Pdf) -> None:
        self.new = new
        self.known: dict[tuple[int, int], pikepdf.Object] = {}
        self.unpacked = self.objects = self.pages = 0

    def numbers(self, old: pikepdf.Object) -> object:
        """A number, or an array of nothing but numbers. Raises FileRefused."""
        if isinstance(old, pikepdf.Array):
            return pikepdf.Array([self.numbers(value) for value in old])  # type: ignore[misc]
        if isinstance(old, (int, float, Decimal)):
            return old
        raise FileRefused(Refusal.BROKEN)

    def page_contents(self, page: pikepdf.Object) -> pikepdf.Object:
        """The drawing instructions of a page as one stream."""
        self.pages += 1
        if "/Contents" not in page:
            return self.new.make_stream(b"")
        parts = page["/Contents"]
        for part in parts if isinstance(parts, pikepdf.Array) else [parts]:
            self._count(len(part.read_bytes()))
        return self.new.make_stream(_drawing(pikepdf.Page(page)))

    def copied(self, old: object, key: str = "") -> object:
        """A copy in the new document, or None for what does not go over."""
        if isinstance(old, pikepdf.Stream):
            return self._once(old, key)
        if isinstance(old, pikepdf.Dictionary):
            return self._once(old, key) if old.is_indirect else self._dictionary(old, key)
        if isinstance(old, pikepdf.Array):
            return self._array(old)
        if isinstance(old, pikepdf.String):
            return pikepdf.String(bytes(old)) if key in STRINGS else None
        if isinstance(old, pikepdf.Name):
            return pikepdf.Name(str(old))
        return old if isinstance(old, (bool, int, float, Decimal)) else None

    def _once(self, old: pikepdf.Object, key: str) -> object:
        """An indirect object is copied once, however often and from wherever it is pointed to."""
        if old.is_indirect and old.objgen in self.known:
            return self.known[old.objgen]
        self.objects += 1
        if self.objects > MOST_OBJECTS:
            raise FileRefused(Refusal.BOMB)
        is_stream = isinstance(old, pikepdf.Stream)
        if is_stream and old.get("/Subtype") == "/PS":
            return None
        fresh: pikepdf.Object = (
            self.new.make_stream(b"") if is_stream else self.new.make_indirect(pikepdf.Dictionary()))
        if old.is_indirect:
            self.known[old.objgen] = fresh
        if is_stream:
            self._fill_stream(fresh, old, key)
            key = ""
        self._fill(fresh, old, key)
        return fresh

    def _dictionary(self, old: pikepdf.Object, key: str) -> pikepdf.Object:
        fresh = pikepdf.Dictionary()
        self._fill(fresh, old, key)
        return fresh

    def _fill(self, fresh: pikepdf.Object, old: pikepdf.Object, key: str) -> None:
        """Copy what is allowed of ``old``, which stands under ``key``."""
        if old.get("/Type") in FORBIDDEN_TYPES:
            return
        # A /Pattern or /Shading among resources names things; one inside a pattern is the thing itself.
        names = key in NAMES_OF_RESOURCES and not {"/PatternType", "/ShadingType"} & set(old.keys())
        for name, value in old.items():
            if names or (name in KEYS and name != "/Length"):
                made = self.copied(value, ONE_OF + key if names else name)
                if made is not None:
                    fresh[name] = made

    def _array(self, old: pikepdf.Object) -> object:
        values = list(old)  # type: ignore[call-overload]
        kind = values[0] if values and isinstance(values[0], pikepdf.Name) else None
        if kind == "/ICCBased" and len(values) == 2:
            return DEVICES.get(int(values[1].get("/N", 0)), pikepdf.Name.DeviceRGB)  # a profile carries words
        fresh = pikepdf.Array()
        for at, value in enumerate(values):
            if kind == "/Indexed" and at == 3 and isinstance(value, (pikepdf.String, pikepdf.Stream)):
                made: object = pikepdf.String(bytes(value)) if isinstance(value, pikepdf.String) else (
                    pikepdf.String(value.read_bytes()[:4096]))
            else:
                made = self.copied(value)
            fresh.append(pikepdf.Object.parse(b"null") if made is None else made)  # type: ignore[arg-type]
        return fresh

    def _fill_stream(self, fresh: pikepdf.Object, old: pikepdf.Object, key: str) -> None:
        """Pictures without what hangs on them, instructions read and written anew, everything else unpacked."""
        filters = _listed(old.get("/Filter"))
        if filters and str(filters[-1]) in pdf_pictures.FILTERS:
            data = _without_outer(old, filters)
            self._count(len(data))
            parameters = _listed(old.get("/DecodeParms"))
            own = parameters[-1] if len(parameters) == len(filters) else None
            fresh.write(pdf_pictures.stripped(str(filters[-1]), data), filter=pikepdf.Name(str(filters[-1])),
                        decode_parms=None if own is None else self.copied(own))
            return
        data = old.read_bytes()
        self._count(len(data))
        draws = old.get("/Subtype") == "/Form" or old.get("/PatternType") == 1 or key == f"{ONE_OF}/CharProcs"
        fresh.write(_drawing(old) if draws else data)

    def _count(self, size: int) -> None:
        self.unpacked += size
        if self.unpacked > 2 * MOST_UNPACKED:
            raise FileRefused(Refusal.BOMB)


def _drawing(old: object) -> bytes:
    """Drawing instructions, without comments, unknown words and marks of content."""
    kept = [step for step in pikepdf.parse_content_stream(old) if str(step.operator) in OPERATORS]
    return pikepdf.unparse_content_stream(kept)


def _listed(value: pikepdf.Object | None) -> list[pikepdf.Object]:
    """A value that may stand alone or in an array."""
    if value is None:
        return []
    return list(value) if isinstance(value, pikepdf.Array) else [value]  # type: ignore[call-overload]


def _without_outer(old: pikepdf.Object, filters: list[pikepdf.Object]) -> bytes:
    """The coded picture, out of the other packings around it."""
    if len(filters) == 1:
        return old.read_raw_bytes()
    with pikepdf.new() as scratch:
        outer = scratch.make_stream(b"")
        outer.write(old.read_raw_bytes(), filter=pikepdf.Array([pikepdf.Name(str(name)) for name in filters[:-1]]))
        return outer.read_bytes()
