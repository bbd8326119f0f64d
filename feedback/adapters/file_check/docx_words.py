"""What of a Word document is carried over: the words, how they are set, tables, lists, foot notes, pictures.
Whatever is not listed here stays behind: fields, links, controls, comments, bookmarks, other programs' data."""

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
NAMESPACES = {"w": W, "r": R, "wp": WP, "a": A, "pic": PIC}
STRICT = {
    "http://purl.oclc.org/ooxml/wordprocessingml/main": W,
    "http://purl.oclc.org/ooxml/officeDocument/relationships": R,
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": WP,
    "http://purl.oclc.org/ooxml/drawingml/main": A,
    "http://purl.oclc.org/ooxml/drawingml/picture": PIC,
}
"""The strict form of the format names the same things differently."""


def _all_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


KEPT = _all_of("""
document body hdr ftr footnotes footnote endnotes endnote p pPr pStyle keepNext keepLines pageBreakBefore
widowControl numPr ilvl numId suppressLineNumbers pBdr top left bottom right start end between shd tabs spacing
ind contextualSpacing mirrorIndents jc textAlignment outlineLvl bidi suppressAutoHyphens r rPr rStyle rFonts b
bCs i iCs caps smallCaps strike dstrike color w kern position sz szCs highlight u bdr vertAlign rtl cs em lang t
tab br cr noBreakHyphen softHyphen sym tbl tblPr tblStyle tblW tblInd tblBorders insideH insideV tblLayout
tblCellMar tblCellSpacing tblLook tblStyleRowBandSize tblStyleColBandSize tblGrid gridCol tr trPr cantSplit
trHeight tblHeader gridBefore gridAfter tc tcPr tcW gridSpan vMerge tcBorders noWrap tcMar textDirection
tcFitText vAlign hideMark sectPr pgSz pgMar pgBorders cols col docGrid titlePg type pgNumType headerReference
footerReference footnoteReference endnoteReference footnoteRef endnoteRef separator continuationSeparator styles
docDefaults rPrDefault pPrDefault style name basedOn next link uiPriority qFormat semiHidden unhideWhenUsed
tblStylePr numbering abstractNum multiLevelType lvl numFmt lvlText lvlJc suff isLgl lvlRestart num abstractNumId
lvlOverride startOverride
""")
"""Elements that go over with their listed attributes."""

OPENED = _all_of("""
ins moveTo hyperlink smartTag sdt sdtContent customXml fldSimple dir bdo
""")
"""Elements that go, and what stands in them stays: the words of a link, of a field, of a change that was made.
What was deleted in a tracked change stays behind with all else: its writer believes it gone."""

ATTRIBUTES = _all_of("""
val type w h x y id ilvl fill color themeFill themeColor themeTint themeShade themeFillTint themeFillShade sz
space shadow frame pos leader left right top bottom start end firstLine hanging leftChars rightChars
firstLineChars hangingChars before after line lineRule beforeLines afterLines beforeAutospacing afterAutospacing
before ascii hAnsi eastAsia cs asciiTheme hAnsiTheme eastAsiaTheme cstheme hint bidi char font clear orient code
header footer gutter num equalWidth linePitch charSpace firstRow lastRow firstColumn lastColumn noHBand noVBand
hRule styleId default customStyle abstractNumId numId fmt chapStyle chapSep offsetFrom display zOrder
""")
"""Attributes of the namespace ``w`` that go over. Authors, dates and the marks of editing sessions do not."""
