"""Word documents, built anew: the parts that hold words, foot notes, lists and pictures, each copied element by
element from an allow-list (``docx_words``). No properties, comments, macros, embedded
files, links out, or custom data."""

import posixpath
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

from feedback.adapters.file_check import pictures, zips
from feedback.adapters.file_check.docx_copy import Copier
from feedback.adapters.file_check.docx_words import STRICT, W
from feedback.domain.files import FileRefused, Refusal

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships/"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_STORIES = ("header", "footer")
_SINGLE = ("styles", "numbering", "footnotes", "endnotes")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass
class Relation:
    """Where a part points to."""

    kind: str
    target: str
    outside: bool


@dataclass
class Built:
    """The new package while it grows: parts by path, and the relations of each."""

    parts: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    pictures: dict[tuple[str, Any], str | None] = field(default_factory=dict)


def rehearse() -> None:
    """Write and read a document of our own, so that everything needed for it is loaded."""
    pictures.rehearse()
    made = Built(parts={"word/document.xml": f'<w:document xmlns:w="{W}"><w:body/></w:document>'.encode()},
                 types={"word/document.xml": MAIN})
    rebuild(packed(made))


def rebuild(data: bytes) -> bytes:
    """The cleaned copy. Raises FileRefused."""
    with zips.opened(data) as archive:
        return _Package(archive).rebuilt()


class _Package:
    """One document being copied."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.built = archive, Built()
        self.names = {name.casefold(): name for name in archive.namelist()}

    def rebuilt(self) -> bytes:
        main = self._main()
        relations = self._relations(main)
        self._copy(main, "word/document.xml", f"{WORD}document.main+xml", "document", relations, stories=True)
        for kind in _SINGLE:
            found = next((r for r in relations.values() if r.kind == kind and not r.outside), None)
            if found is not None and found.target.casefold() in self.names:
                self._copy(found.target, f"word/{kind}.xml", f"{WORD}{kind}+xml", kind,
                           self._relations(found.target))
                self._relate("word/document.xml", kind, f"{kind}.xml")
        return packed(self.built)

    def _main(self) -> str:
        """The path of the document's own part. Raises FileRefused for what is none, or one with macros."""
        types = self._xml("[Content_Types].xml", Refusal.MISMATCH)
        said = {element.get("PartName", "").lstrip("/").casefold(): element.get("ContentType", "")
                for element in types.iter(f"{{{PACKAGE}content-types}}Override")}
        if any("macroenabled" in type_.casefold() or "vba" in type_.casefold() for type_ in said.values()):
            raise FileRefused(Refusal.ACTIVE)
        found = [r.target for r in self._relations("").values() if r.kind == "officeDocument" and not r.outside]
        if len(found) != 1 or said.get(found[0].casefold()) != MAIN:
            raise FileRefused(Refusal.MISMATCH)
        return found[0]

    def _copy(self, source: str, path: str, type_: str, root: str, relations: dict[str, Relation], *,
              stories: bool = False) -> None:
        tree = self._xml(source, Refusal.BROKEN)
        copier = Copier(
            picture=lambda id_, crop: self._picture(path, relations.get(id_), crop),
            story=(lambda id_: self._story(relations.get(id_))) if stories else lambda _id: None)
        copied = copier.copied(tree, {"header": "hdr", "footer": "ftr"}.get(root, root))
        self.built.parts[path] = etree.tostring(copied, xml_declaration=True, encoding="UTF-8", standalone=True)
        self.built.types[path] = type_

    def _story(self, relation: Relation | None) -> str | None:
        """A header or footer, copied; the id by which the new document names it."""
        if (relation is None or relation.outside or relation.kind not in _STORIES
                or relation.target.casefold() not in self.names):
            return None
        name = f"{relation.kind}{sum(p.startswith('word/' + relation.kind) for p in self.built.parts) + 1}.xml"
        self._copy(relation.target, f"word/{name}", f"{WORD}{relation.kind}+xml", relation.kind,
                   self._relations(relation.target))
        return self._relate("word/document.xml", relation.kind, name)

    def _picture(self, path: str, relation: Relation | None, crop: pictures.Crop | None) -> str | None:
        """A picture, rebuilt; the id by which the new part names it. None for what is no JPEG or PNG."""
        if relation is None or relation.outside or relation.kind != "image":
            return None
        name = self.names.get(relation.target.casefold())
        if name is None:
            return None
        key = (name, crop)
        if key not in self.built.pictures:
            self.built.pictures[key] = self._rebuilt_picture(zips.read(self.archive, name), crop)
        made = self.built.pictures[key]
        return None if made is None else self._relate(path, "image", made)

    def _rebuilt_picture(self, data: bytes, crop: pictures.Crop | None) -> str | None:
        ending, rebuild_ = (("jpeg", pictures.rebuild_jpeg) if data.startswith(b"\xff\xd8\xff")
                            else ("png", pictures.rebuild_png))
        try:
            clean = rebuild_(data, crop)
        except FileRefused as why:
            if why.code is Refusal.BOMB:
                raise
            return None
        name = f"media/image{len(self.built.pictures) + 1}.{ending}"
        self.built.parts[f"word/{name}"] = clean
        return name

    def _relate(self, path: str, kind: str, target: str) -> str:
        known = self.built.relations.setdefault(path, [])
        for id_, of_kind, to in known:
            if (of_kind, to) == (kind, target):
                return id_
        known.append((f"rId{len(known) + 1}", kind, target))
        return known[-1][0]

    def _relations(self, part: str) -> dict[str, Relation]:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        if path.casefold() not in self.names:
            return {}
        found = {}
        for element in self._xml(path, Refusal.BROKEN).iter(f"{{{PACKAGE}relationships}}Relationship"):
            kind, target = element.get("Type", ""), element.get("Target", "")
            for start in (OFFICE, _STRICT_OFFICE):
                kind = kind.removeprefix(start)
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(
                posixpath.join(folder, target))
            found[element.get("Id", "")] = Relation(kind, whole, element.get("TargetMode") == "External")
        return found

    def _xml(self, path: str, otherwise: Refusal) -> Any:
        """A part as a tree. No document type is taken: it is where the bombs and the entities of others live."""
        name = self.names.get(path.casefold())
        if name is None:
            raise FileRefused(otherwise)
        data = zips.read(self.archive, name)
        for strict, usual in STRICT.items():
            data = data.replace(f'"{strict}"'.encode(), f'"{usual}"'.encode())
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
                                 remove_comments=True, remove_pis=True)
        try:
            root = etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as fault:
            raise FileRefused(Refusal.BROKEN) from fault
        if root.getroottree().docinfo.internalDTD is not None:
            raise FileRefused(Refusal.BROKEN)
        return root


def packed(built: Built) -> bytes:
    """The package as a zip, with the two parts that say what is in it."""
    parts = {"[Content_Types].xml": _types_xml(built), "_rels/.rels": _relations_xml(
        [("rId1", "officeDocument", "word/document.xml")])}
    for path, relations in built.relations.items():
        folder, name = posixpath.split(path)
        parts[f"{folder}/_rels/{name}.rels"] = _relations_xml(relations)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in {**parts, **built.parts}.items():
            archive.writestr(zipfile.ZipInfo(path, _ZIP_TIME), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _types_xml(built: Built) -> bytes:
    root = etree.Element(f"{{{PACKAGE}content-types}}Types", nsmap={None: f"{PACKAGE}content-types"})
    for ending, type_ in (("rels", "application/vnd.openxmlformats-package.relationships+xml"),
                          ("xml", "application/xml"), ("jpeg", "image/jpeg"), ("png", "image/png")):
        etree.SubElement(root, f"{{{PACKAGE}content-types}}Default", Extension=ending, ContentType=type_)
    for path, type_ in built.types.items():
        etree.SubElement(root, f"{{{PACKAGE}content-types}}Override", PartName=f"/{path}", ContentType=type_)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _relations_xml(relations: list[tuple[str, str, str]]) -> bytes:
    root = etree.Element(f"{{{PACKAGE}relationships}}Relationships", nsmap={None: f"{PACKAGE}relationships"})
    for id_, kind, target in relations:
        etree.SubElement(root, f"{{{PACKAGE}relationships}}Relationship", Id=id_, Type=OFFICE + kind,
                         Target=target)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
