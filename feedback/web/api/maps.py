"""For search engines: what they may walk, and where every published case stands.

The maps are read by key from the register itself, so a case that is taken out is gone from them at once.
"""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from flask import Blueprint, Response, abort, current_app

from feedback.queries import open_data
from feedback.web.guards import public
from feedback.web.machine_answers import as_xml, tagged

bp = Blueprint("maps", __name__)

MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
PAGES = ("/", "/register", "/statistics", "/statistics/agencies", "/statistics/procedures",
         "/statistics/categories", "/statistics/definitions", "/overdue", "/about", "/about/reader", "/contact",
         "/privacy", "/complain", "/open-data/")
"""Pages that are always there."""
CLOSED = ("/track", "/desk", "/supervision", "/admin", "/account", "/sign-in", "/trial", "/complain/",
          "/register?")
"""Nothing for search engines: what is somebody's own, staff pages, and the endless ways to narrow a list. The
cases themselves are all in the maps."""

ElementTree.register_namespace("xhtml", XHTML)


@bp.get("/robots.txt")
@public
def robots() -> Response:
    """What search engines may walk."""
    lines = ["User-agent: *", *(f"Disallow: {root}{path}" for root in ("", "/en") for path in CLOSED),
             "", f"Sitemap: {_base()}/sitemap.xml"]
    return tagged(Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8"))


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """The index of the maps: one of the standing pages, then one for each stretch of the register."""
    root = Element(f"{{{MAP}}}sitemapindex")
    for n in (0, *open_data.stretches()):
        SubElement(SubElement(root, f"{{{MAP}}}sitemap"), f"{{{MAP}}}loc").text = f"{_base()}/sitemap-{n}.xml"
    return _as_map(root)


@bp.get("/sitemap-<int:stretch>.xml")
@public
def sitemap_part(stretch: int) -> Response:
    """One map: 0 the standing pages, from 1 on a stretch of the register. Each address with its English twin."""
    root = Element(f"{{{MAP}}}urlset")
    if stretch == 0:
        for path in PAGES:
            _url(root, path)
        return _as_map(root)
    found = open_data.stretch(stretch)
    if not found:
        abort(404)
    for reference, changed_on in found:
        _url(root, f"/register/{reference}", changed_on)
    return _as_map(root)


def _url(root: Element, path: str, changed_on: str = "") -> None:
    for prefix in ("", "/en"):
        url = SubElement(root, f"{{{MAP}}}url")
        SubElement(url, f"{{{MAP}}}loc").text = _base() + prefix + path
        if changed_on:
            SubElement(url, f"{{{MAP}}}lastmod").text = changed_on
        for language, other in (("vi", ""), ("en", "/en")):
            SubElement(url, f"{{{XHTML}}}link", {"rel": "alternate", "hreflang": language,
                                                 "href": _base() + other + path})


def _as_map(root: Element) -> Response:
    return tagged(as_xml(root, mimetype="application/xml"))


def _base() -> str:
    return str(current_app.extensions["settings"].base_url)
