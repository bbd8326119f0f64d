"""Files that carry somebody in what nobody sees: where a picture was taken, who wrote a document."""

from io import BytesIO

import pikepdf
from PIL import Image

from tests.adapters import hostile_pieces as made
from tests.house.planted.secrets import WHO


def jpeg() -> bytes:
    """A picture with a photographer, a comment and the place where it was taken."""
    exif = Image.Exif()
    exif[0x013B] = WHO["jpeg author"]
    exif.get_ifd(0x8825).update({
        1: "N", 2: (10.0, 2.0, 49.0), 3: "E", 4: (105.0, 47.0, 2.0), 18: WHO["jpeg place"]})
    return made.jpeg(exif=exif, comment=WHO["jpeg comment"].encode())


def pdf() -> bytes:
    """A document with an author and a subject, in both of the places where a PDF keeps them."""
    new = made.new_pdf()
    new.docinfo["/Author"] = pikepdf.String(WHO["pdf author"])
    new.docinfo["/Subject"] = pikepdf.String(WHO["pdf subject"])
    with new.open_metadata() as xmp:
        xmp["dc:creator"] = [WHO["pdf author"]]
    return made.saved(new)


def docx() -> bytes:
    """A Word document with an author."""
    core = ('<?xml version="1.0"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
            'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>'
            f'{WHO["docx author"]}</dc:creator></cp:coreProperties>')
    types = made.types().replace("</Types>", (
        '<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.'
        'core-properties+xml"/></Types>'))
    return made.docx(more={"docProps/core.xml": core, "[Content_Types].xml": types})


def refused() -> bytes:
    """A picture that is none."""
    return b"GIF89a" + WHO["refused content"].encode() * 50


def picture_is_whole(data: bytes) -> bool:
    """Whether a download still is a picture: a test that finds nothing in nothing proves nothing."""
    with Image.open(BytesIO(data)) as opened:
        opened.load()
    return True
