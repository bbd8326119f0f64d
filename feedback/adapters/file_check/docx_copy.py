"""Copying one part of a Word document, element by element."""

from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from feedback.adapters.file_check.docx_words import (
    ATTRIBUTES,
    KEPT,
    MC,
    NAMESPACES,
    OPENED,
    PIC,
    WP,
    XML_SPACE,
    A,
    R,
    W,
)
from feedback.adapters.file_check.pictures import Crop
from feedback.domain.files import FileRefused, Refusal

LONGEST = 30_000_000
"""English metric units of a side: about 80 cm."""
_OFF = ("0", "false", "off")

PlacePicture = Callable[[str, Crop | None], str | None]
PlaceStory = Callable[[str], str | None]


class Copier:
    """Copies trees. ``picture`` and ``story`` carry over what an element points to, and give its new id."""

    def __init__(self, *, picture: PlacePicture, story: PlaceStory) -> None:
        self.picture, self.story = picture, story
        self.drawn = 0

    def copied(self, root: Any, name: str) -> Any:
        """The new tree. Raises FileRefused when the root is another element than ``w:name``."""
        if root.tag != f"{{{W}}}{name}":
            raise FileRefused(Refusal.BROKEN)
        fresh = etree.Element(root.tag, nsmap=NAMESPACES)
        self._fill(fresh, root)
        return fresh

    def _fill(self, fresh: Any, old: Any) -> None:
        for child in _children(old):
            name = _name(child)
            if name in ("headerReference", "footerReference"):
                self._refer(fresh, child, name)
            elif name == "drawing":
                self._draw(fresh, child)
            elif name in KEPT and not (name == "r" and _is_hidden(child)):
                made = etree.SubElement(fresh, child.tag)
                _put_attributes(made, child)
                if name == "t":
                    made.text = "".join(child.itertext())
                else:
                    self._fill(made, child)
            if name == "p":
                self._hoist(fresh, child)
        if _name(old) == "tc" and (not len(fresh) or _name(fresh[-1]) != "p"):
            etree.SubElement(fresh, f"{{{W}}}p")  # a cell ends with a paragraph

    def _hoist(self, fresh: Any, paragraph: Any) -> None:
        """The words of text boxes stand behind the paragraph that the boxes hung on."""
        for box in paragraph.iter(f"{{{W}}}txbxContent"):
            inside = list(box.iterancestors(f"{{{MC}}}Fallback"))  # the same words once more, for old programs
            nested = next(box.iterancestors(f"{{{W}}}p"), None) is not paragraph
            if not inside and not nested:
                self._fill(fresh, box)

    def _refer(self, fresh: Any, old: Any, name: str) -> None:
        id_ = self.story(old.get(f"{{{R}}}id", ""))
        if id_ is not None:
            made = etree.SubElement(fresh, f"{{{W}}}{name}")
            _put_attributes(made, old)
            made.set(f"{{{R}}}id", id_)

    def _draw(self, fresh: Any, old: Any) -> None:
        extent = next(old.iter(f"{{{WP}}}extent"), None)
        for blip in old.iter(f"{{{A}}}blip"):
            id_ = self.picture(blip.get(f"{{{R}}}embed", ""), _crop(blip.getparent()))
            if id_ is not None and extent is not None:
                self.drawn += 1
                fresh.append(_drawing(self.drawn, id_, _side(extent.get("cx")), _side(extent.get("cy"))))


def _children(old: Any) -> Iterator[Any]:
    """The children that count: those of opened elements in their place, of a choice the first way."""
    for child in old:
        if not isinstance(child.tag, str):
            continue
        if _name(child) in OPENED:
            yield from _children(child)
        elif child.tag == f"{{{MC}}}AlternateContent":
            way = next((part for part in child if part.tag == f"{{{MC}}}Choice"), None)
            if way is not None:
                yield from _children(way)
        else:
            yield child


def _name(element: Any) -> str:
    """The local name of an element of the namespace ``w``; empty for any other."""
    tag = element.tag
    return tag[len(W) + 2:] if isinstance(tag, str) and tag.startswith(f"{{{W}}}") else ""


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{{{W}}}rPr/{{{W}}}vanish")
    return mark is not None and mark.get(f"{{{W}}}val", "1") not in _OFF


def _put_attributes(made: Any, old: Any) -> None:
    for name, value in old.attrib.items():
        if name == XML_SPACE or (name.startswith(f"{{{W}}}") and name[len(W) + 2:] in ATTRIBUTES):
            made.set(name, value)


def _crop(fill: Any) -> Crop | None:
    cut = fill.find(f"{{{A}}}srcRect") if fill is not None else None
    if cut is None or not cut.attrib:
        return None
    left, top, right, bottom = (_share(cut.get(side, "0")) for side in "ltrb")
    return left, top, right, bottom


def _share(text: str) -> float:
    try:
        return float(text.rstrip("%")) / (100 if text.endswith("%") else 100_000)
    except ValueError:
        raise FileRefused(Refusal.BROKEN) from None


def _side(text: str | None) -> str:
    whole = int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 12 else 1_000_000
    return str(min(max(whole, 1), LONGEST))


def _drawing(n: int, id_: str, width: str, height: str) -> Any:
    """A picture in the line, with a name of ours: the old one often is a path on the writer's machine."""
    drawing = etree.Element(f"{{{W}}}drawing")
    inline = etree.SubElement(drawing, f"{{{WP}}}inline", distT="0", distB="0", distL="0", distR="0")
    etree.SubElement(inline, f"{{{WP}}}extent", cx=width, cy=height)
    etree.SubElement(inline, f"{{{WP}}}docPr", id=str(n), name=f"Picture {n}")
    graphic = etree.SubElement(inline, f"{{{A}}}graphic")
    pic = etree.SubElement(etree.SubElement(graphic, f"{{{A}}}graphicData", uri=PIC), f"{{{PIC}}}pic")
    about = etree.SubElement(pic, f"{{{PIC}}}nvPicPr")
    etree.SubElement(about, f"{{{PIC}}}cNvPr", id=str(n), name=f"Picture {n}")
    etree.SubElement(about, f"{{{PIC}}}cNvPicPr")
    fill = etree.SubElement(pic, f"{{{PIC}}}blipFill")
    etree.SubElement(fill, f"{{{A}}}blip", {f"{{{R}}}embed": id_})
    etree.SubElement(etree.SubElement(fill, f"{{{A}}}stretch"), f"{{{A}}}fillRect")
    shape = etree.SubElement(pic, f"{{{PIC}}}spPr")
    frame = etree.SubElement(shape, f"{{{A}}}xfrm")
    etree.SubElement(frame, f"{{{A}}}off", x="0", y="0")
    etree.SubElement(frame, f"{{{A}}}ext", cx=width, cy=height)
    etree.SubElement(etree.SubElement(shape, f"{{{A}}}prstGeom", prst="rect"), f"{{{A}}}avLst")
    return drawing
