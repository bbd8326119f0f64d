"""Hostile PDFs and Word documents, each made here."""

import random
import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.adapters.hostile_pictures import EICAR, HTML, Named, exif
from tests.adapters.hostile_pieces import (
    CANARY,
    MAIN,
    TEXT,
    R,
    W,
    document,
    docx,
    jpeg,
    new_pdf,
    pdf,
    relations,
    saved,
    zipped,
)


def pdfs() -> Iterator[Named]:
    """All hostile PDFs."""
    yield "html before a pdf", "don.pdf", HTML + pdf()
    yield "html behind a pdf", "don.pdf", pdf() + HTML
    yield "a zip behind a pdf", "don.pdf", pdf() + zipped({"a.exe": CANARY})
    yield "html called pdf", "don.pdf", HTML
    yield "a script called pdf", "don.pdf", b"%PDF-1.4\nalert('" + CANARY + b"')"
    yield "script at opening", "don.pdf", _rooted("/OpenAction", _script())
    yield "action at opening that starts a program", "don.pdf", _rooted(
        "/OpenAction", Dictionary(S=Name.Launch, F=String("cmd.exe " + TEXT)))
    yield "further actions", "don.pdf", _rooted("/AA", Dictionary(WC=_script()))
    yield "scripts by name", "don.pdf", _rooted("/Names", Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), _script()]))))
    yield "a form", "don.pdf", _rooted("/AcroForm", Dictionary(
        Fields=Array([Dictionary(T=String(TEXT), V=String(TEXT))]), NeedAppearances=True))
    yield "an xfa form", "don.pdf", _rooted("/AcroForm", Dictionary(XFA=String("<xdp>" + TEXT + "</xdp>")))
    yield "properties", "don.pdf", _with_info()
    yield "xmp", "don.pdf", _with_xmp()
    yield "an attached program", "don.pdf", _attached()
    yield "notes and links on a page", "don.pdf", _annotated()
    yield "actions of a page", "don.pdf", _paged("/AA", Dictionary(O=_script()))
    yield "private data of an editor", "don.pdf", _paged("/PieceInfo", Dictionary(
        App=Dictionary(Private=String(TEXT))))
    yield "a thumbnail", "don.pdf", _streamed("/Thumb")
    yield "metadata of a page", "don.pdf", _streamed("/Metadata")
    yield "layers", "don.pdf", _rooted("/OCProperties", Dictionary(OCGs=Array([Dictionary(
        Type=Name.OCG, Name=String(TEXT))]), D=Dictionary()))
    yield "an outline", "don.pdf", _rooted("/Outlines", Dictionary(First=Dictionary(Title=String(TEXT))))
    yield "a structure with other words", "don.pdf", _rooted("/StructTreeRoot", Dictionary(
        K=Dictionary(S=Name.P, ActualText=String(TEXT))))
    yield "marks among the drawing", "don.pdf", _drawn(
        b"/Span << /ActualText (" + CANARY + b") >> BDC BT /F1 12 Tf (x) Tj ET EMC % " + CANARY + b"\n")
    yield "a comment between objects", "don.pdf", pdf().replace(b"\nendobj", b"\n% " + CANARY + b"\nendobj", 1)
    yield "a picture with its place", "don.pdf", _pictured(_with_author(), Name.DCTDecode)
    yield "a picture with its place, packed twice", "don.pdf", _pictured(
        zlib.compress(_with_author()), Array([Name.FlateDecode, Name.DCTDecode]))
    yield "a picture with something behind it", "don.pdf", _pictured(jpeg() + CANARY, Name.DCTDecode)
    yield "a picture that is none", "don.pdf", _pictured(CANARY, Name.DCTDecode)
    yield "a picture with metadata of its own", "don.pdf", _pictured(jpeg(), Name.DCTDecode, metadata=True)
    yield "something behind a packed stream", "don.pdf", _pictured(
        zlib.compress(bytes(40 * 30 * 3)) + CANARY, Name.FlateDecode)
    yield "a stream of postscript", "don.pdf", _postscript()
    yield "with a password", "don.pdf", saved(new_pdf(), encryption=pikepdf.Encryption(user="x", owner="y"))
    yield "with a password of its owner alone", "don.pdf", saved(
        new_pdf(), encryption=pikepdf.Encryption(user="", owner="y"))
    yield "cut in half", "don.pdf", pdf()[: len(pdf()) // 2]
    yield "of its first line alone", "don.pdf", b"%PDF-1.7\n"
    yield "without its table", "don.pdf", pdf().replace(b"xref", b"xxxx").replace(b"XRef", b"xxxx")
    yield "of noise", "don.pdf", b"%PDF-1.7\n" + random.Random(1).randbytes(50_000)
    yield "a stream that unpacks to a gigabyte", "don.pdf", _drawn(b" " * 300_000_000)
    yield "packed ten times", "don.pdf", _packed_again(10)
    yield "a page tree that bites its tail", "don.pdf", _circle()
    yield "pages without end", "don.pdf", _many_pages(400)
    yield "arrays in arrays", "don.pdf", _deep()
    yield "a page without a size", "don.pdf", _unsized()
    yield "an older version below a newer", "don.pdf", _edited()


def _script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String(f"app.alert('{TEXT}')"))


def _rooted(key: str, value: pikepdf.Object) -> bytes:
    made = new_pdf()
    made.Root[key] = value
    return saved(made)


def _paged(key: str, value: pikepdf.Object) -> bytes:
    made = new_pdf()
    made.pages[0].obj[key] = value
    return saved(made)


def _streamed(key: str) -> bytes:
    made = new_pdf()
    made.pages[0].obj[key] = made.make_stream(CANARY)
    return saved(made)


def _drawn(instructions: bytes) -> bytes:
    made = new_pdf()
    made.pages[0].obj["/Contents"] = made.make_stream(instructions)
    return saved(made)


def _with_info() -> bytes:
    made = new_pdf()
    made.docinfo["/Author"], made.docinfo["/Title"] = TEXT, TEXT
    return saved(made)


def _with_xmp() -> bytes:
    made = new_pdf()
    with made.open_metadata() as about:
        about["dc:creator"], about["dc:title"] = [TEXT], TEXT
    return saved(made)


def _attached() -> bytes:
    made = new_pdf()
    made.attachments["a.exe"] = pikepdf.AttachedFileSpec(made, b"MZ" + CANARY * 10, description=TEXT)
    return saved(made)


def _annotated() -> bytes:
    made = new_pdf()
    box = Array([0, 0, 10, 10])
    made.pages[0].obj["/Annots"] = Array([
        made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=box, Contents=String(TEXT),
                                      T=String(TEXT))),
        made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=box,
                                      A=Dictionary(S=Name.URI, URI=String("http://x.example/" + TEXT)))),
        made.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=box,
                                      FS=Dictionary(EF=Dictionary(F=made.make_stream(CANARY)))))])
    return saved(made)


def _with_author() -> bytes:
    return jpeg(exif=exif(), comment=CANARY)


def _pictured(data: bytes, filter_: pikepdf.Object, *, metadata: bool = False) -> bytes:
    made = new_pdf()
    image = made.make_stream(b"", Type=Name.XObject, Subtype=Name.Image, Width=40, Height=30,
                             ColorSpace=Name.DeviceRGB, BitsPerComponent=8)
    image.write(data, filter=filter_)
    if metadata:
        image["/Metadata"] = made.make_stream(CANARY)
        image["/OPI"] = Dictionary(F=String(TEXT))
    page = made.pages[0].obj
    page["/Resources"]["/XObject"] = Dictionary(Im1=image)
    page["/Contents"] = made.make_stream(b"q 40 0 0 30 10 10 cm /Im1 Do Q")
    return saved(made, compress_streams=False)


def _postscript() -> bytes:
    made = new_pdf()
    page = made.pages[0].obj
    page["/Resources"]["/XObject"] = Dictionary(P=made.make_stream(CANARY, Type=Name.XObject, Subtype=Name.PS))
    page["/Contents"] = made.make_stream(b"/P Do")
    return saved(made)


def _packed_again(times: int) -> bytes:
    data = b" " * 50_000_000
    for _n in range(times):
        data = zlib.compress(data, 9)
    made = new_pdf()
    stream = made.make_stream(b"")
    stream.write(data, filter=Array([Name.FlateDecode] * times))
    made.pages[0].obj["/Contents"] = stream
    return saved(made, compress_streams=False)


def _circle() -> bytes:
    return saved(new_pdf(), object_stream_mode=pikepdf.ObjectStreamMode.disable).replace(
        b"/Kids [ 3 0 R ]", b"/Kids [ 2 0 R ]")


def _many_pages(count: int) -> bytes:
    made = pikepdf.new()
    for _n in range(count):
        made.add_blank_page()
    return saved(made)


def _deep() -> bytes:
    return pdf().replace(b"/MediaBox [ 0 0 300 300 ]", b"/MediaBox " + b"[" * 20_000 + b"]" * 20_000)


def _unsized() -> bytes:
    made = new_pdf()
    del made.pages[0].obj["/MediaBox"]
    return saved(made)


def _edited() -> bytes:
    """What was written over stands in the file still."""
    made = new_pdf()
    made.docinfo["/Author"] = TEXT
    before = saved(made, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return before + b"\n5 0 obj\n<< /Old (" + CANARY + b") >>\nendobj\n" + before[before.rindex(b"\nxref"):]


def documents() -> Iterator[Named]:
    """All hostile Word documents, and what only calls itself one."""
    yield "with a macro", "don.docx", docx(more={"word/vbaProject.bin": CANARY})
    yield "with a macro by its type", "don.docx", docx(main=MAIN.replace("wordprocessingml.document", "").replace(
        "application/vnd.openxmlformats-officedocument.", "application/vnd.ms-word.document.macroEnabled"))
    yield "with an embedded program", "don.docx", docx(more={"word/embeddings/oleObject1.bin": CANARY})
    yield "with activex", "don.docx", docx(more={"word/activeX/activeX1.xml": TEXT})
    yield "with a program in it", "don.docx", docx(more={"word/a.exe": b"MZ" + CANARY})
    yield "with eicar in it", "don.docx", docx(more={"word/media/a.com": EICAR})
    yield "with its author", "don.docx", docx(more={
        "docProps/core.xml": f"<a><creator>{TEXT}</creator></a>",
        "docProps/app.xml": f"<a><Company>{TEXT}</Company></a>",
        "docProps/custom.xml": f"<a>{TEXT}</a>", "docProps/thumbnail.jpeg": jpeg(comment=CANARY)})
    yield "with comments", "don.docx", docx(
        '<w:p><w:commentRangeStart w:id="0"/><w:r><w:t>x</w:t></w:r><w:commentRangeEnd w:id="0"/><w:r>'
        '<w:commentReference w:id="0"/></w:r></w:p>', {
            "word/comments.xml": f'<w:comments {W}><w:comment w:id="0" w:author="{TEXT}"><w:p><w:r><w:t>{TEXT}'
                                 '</w:t></w:r></w:p></w:comment></w:comments>',
            "word/people.xml": f"<a>{TEXT}</a>",
            "word/_rels/document.xml.rels": relations(("rId1", "comments", "comments.xml"))})
    yield "with tracked changes", "don.docx", docx(
        f'<w:p w:rsidR="00AA"><w:ins w:author="{TEXT}" w:date="2026-01-01T00:00:00Z"><w:r><w:t>mới</w:t></w:r>'
        '</w:ins>'
        f'<w:del w:author="{TEXT}"><w:r><w:delText>{TEXT}</w:delText></w:r></w:del><w:r><w:rPr><w:rPrChange '
        f'w:author="{TEXT}"/></w:rPr><w:t>x</w:t></w:r></w:p>')
    yield "with hidden text", "don.docx", docx(
        f"<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>{TEXT}</w:t></w:r></w:p>")
    yield "with a link out", "don.docx", docx(
        '<w:p><w:hyperlink r:id="rId9"><w:r><w:t>x</w:t></w:r></w:hyperlink></w:p>', {
            "word/_rels/document.xml.rels": relations(("rId9", "hyperlink", f"http://x.example/{TEXT}"))})
    yield "with a template from outside", "don.docx", docx(more={
        "word/settings.xml": f'<w:settings {W} {R}><w:attachedTemplate r:id="rId1"/></w:settings>',
        "word/_rels/settings.xml.rels": relations(("rId1", "attachedTemplate", f"http://x.example/{TEXT}.dotm")),
        "word/_rels/document.xml.rels": relations(("rId1", "settings", "settings.xml"))})
    yield "with a picture from outside", "don.docx", docx(_drawing("rId1", "link"), {
        "word/_rels/document.xml.rels": relations(("rId1", "image", f"http://x.example/{TEXT}.png"))})
    yield "with a field that runs something", "don.docx", docx(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDEAUTO c:\\\\x.exe '
        f'{TEXT}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>')
    yield "with custom data", "don.docx", docx(more={"customXml/item1.xml": f"<a>{TEXT}</a>"})
    yield "with a bookmark and a control", "don.docx", docx(
        f'<w:p><w:bookmarkStart w:id="1" w:name="{TEXT}"/><w:sdt><w:sdtPr><w:alias w:val="{TEXT}"/></w:sdtPr>'
        '<w:sdtContent><w:r><w:t>x</w:t></w:r></w:sdtContent></w:sdt></w:p>')
    yield "with a comment of xml", "don.docx", docx(f"<!-- {TEXT} --><?a {TEXT}?>")
    yield "with a picture that knows its place", "don.docx", illustrated(_with_author(), "a.jpeg")
    yield "with a picture under a path of its writer", "don.docx", illustrated(jpeg(), "a.jpeg", name=TEXT)
    yield "with a picture that is none", "don.docx", illustrated(CANARY, "a.png")
    yield "with another document inside", "don.docx", docx('<w:altChunk r:id="rId1"/>', {
        "word/a.html": HTML, "word/_rels/document.xml.rels": relations(("rId1", "aFChunk", "a.html"))})
    yield "with an entity from outside", "don.docx", docx(whole=(
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        f'<w:document {W}><w:body><w:p><w:r><w:t>&x;</w:t></w:r></w:p></w:body></w:document>'))
    yield "an xml bomb", "don.docx", docx(whole=_xml_bomb())
    yield "200 MB of xml", "don.docx", docx(more={"word/footnotes.xml": b"<a>" + b" " * 200_000_000})
    yield "a bomb in its document", "don.docx", docx(whole=document("<w:p/>" * 3_000_000))
    yield "elements in elements", "don.docx", docx("<w:tbl><w:tr><w:tc>" * 2000 + "</w:tc></w:tr></w:tbl>" * 2000)
    yield "10000 entries", "don.docx", docx(more={f"word/x{n}.xml": "" for n in range(10_000)})
    yield "a way out of its folder", "don.docx", docx(more={"../../etc/cron.d/x": CANARY})
    yield "a path from the root", "don.docx", docx(more={"/etc/x": CANARY})
    yield "a symbolic link", "don.docx", _linked()
    yield "zips in zips", "don.docx", docx(more={"word/a.zip": _nested(6)})
    yield "wrong sizes", "don.docx", _lying()
    yield "two documents of one name", "don.docx", _twice()
    yield "a zip that asks for a password", "don.docx", _locked()
    yield "a zip called docx", "don.docx", zipped({"a.txt": CANARY})
    yield "eicar in a zip called docx", "don.docx", zipped({"eicar.com": EICAR})
    yield "a sheet called docx", "don.docx", docx(
        main=MAIN.replace("wordprocessingml.document", "spreadsheetml.sheet"))
    yield "a template called docx", "don.docx", docx(main=MAIN.replace("document.main", "template.main"))
    yield "an empty zip", "don.docx", b"PK\x05\x06" + bytes(18)
    yield "words behind the zip", "don.docx", docx() + CANARY
    yield "a note on the zip", "don.docx", _noted()
    yield "cut in half as docx", "don.docx", docx()[: len(docx()) // 2]
    yield "html called docx", "don.docx", HTML
    yield "a zip", "don.zip", zipped({"a.txt": CANARY})
    yield "a program", "don.exe", b"MZ" + CANARY
    yield "two endings", "don.pdf.exe", pdf()
    yield "two endings the other way", "don.exe.pdf", b"MZ" + CANARY
    yield "no ending", "don", pdf()
    yield "an mp3 with its author", "am.mp3", b"ID3\x03\0\0\0\0\0\x40TPE1\0\0\0\x20\0\0\0" + CANARY
    yield "an mp4 with its place", "phim.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp41" + CANARY


def _drawing(id_: str, way: str = "embed", name: str = "x") -> str:
    a = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    wp = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    pic = 'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
    return (f'<w:p><w:r><w:drawing><wp:inline {wp}><wp:extent cx="400000" cy="300000"/><wp:docPr id="1" '
            f'name="{name}" descr="C:\\Users\\{name}\\a.jpg"/><a:graphic {a}><a:graphicData uri="x">'
            f'<pic:pic {pic}><pic:blipFill><a:blip r:{way}="{id_}"/></pic:blipFill></pic:pic></a:graphicData>'
            '</a:graphic></wp:inline></w:drawing></w:r></w:p>')


def illustrated(data: bytes, file: str, name: str = "x") -> bytes:
    """A document with this picture in it, which its writer called ``name``."""
    return docx(_drawing("rId1", name=name), {
        f"word/media/{file}": data, "word/_rels/document.xml.rels": relations(("rId1", "image", f"media/{file}"))})


def _xml_bomb() -> str:
    layers = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return (f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "{TEXT}">{layers}]><w:document {W}><w:body><w:p><w:r>'
            '<w:t>&a9;</w:t></w:r></w:p></w:body></w:document>')


def _linked() -> bytes:
    out = BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("word/styles.xml")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/hostname")
    return out.getvalue()


def _nested(depth: int) -> bytes:
    data = b"\0" * 1_000_000
    for _n in range(depth):
        data = zipped({f"{n}.zip": data for n in range(4)})
    return data


def _lying() -> bytes:
    """The list says that the document is small; it is not."""
    data = bytearray(docx("<w:p/>" * 1000))
    size = struct.pack("<I", len(document("<w:p/>" * 1000).encode()))
    assert size in data
    return bytes(data.replace(size, struct.pack("<I", 100)))


def _twice() -> bytes:
    out = BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("WORD/document.xml", document(f"<w:p><w:r><w:t>{TEXT}</w:t></w:r></w:p>"))
    return out.getvalue()


def _locked() -> bytes:
    data = bytearray(docx())
    for start, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(start)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(start, at + 4)
    return bytes(data)


def _noted() -> bytes:
    out = BytesIO(docx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = CANARY
    return out.getvalue()

