"""Atom 1.0 (RFC 4287): every list of the register can be followed, and every case.

A list has the same parameters as the register's page. A case's feed has the case itself and an entry for each
promise that was kept, broken or replaced, because readers of feeds show what is new and not what changed.
"""

from datetime import date
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element, SubElement

from flask import Response, abort, current_app, request, url_for
from flask_babel import gettext

from feedback import clock
from feedback.domain import references
from feedback.models.publications import Publication
from feedback.queries import open_data
from feedback.queries import register as everyones
from feedback.queries.commitments import Standing
from feedback.web.guards import public
from feedback.web.language import current_language
from feedback.web.limits import search_allowed
from feedback.web.machine_answers import as_xml, tagged
from feedback.web.public import bp
from feedback.web.public.register_asked import asked
from feedback.web.public.register_words import own_language

ATOM = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MINTED = "2026"
"""Year of the names of entries (RFC 4151): they stay the same when an address moves within the site."""


@bp.get("/register.atom")
@public
def register_feed() -> Response:
    """The newest twenty of a list of the register; ``next`` leads to older ones."""
    want = asked(request.args)
    if want.text.strip() and not search_allowed():
        abort(429)
    page = everyones.newest(want.filters, text=want.text, cursor=want.cursor)
    told = open_data.beginnings([entry.id for entry in page.entries])
    shown = [told[entry.id] for entry in page.entries if entry.id in told]
    query = want.query(sort=None)
    feed = _feed(gettext("Settled cases"), f"register?{urlencode(sorted(query.items()))}",
                 page=_address("public.register", **query), own=_address("public.register_feed", **query),
                 updated=max((open_data.changed_on(row) for row in shown), default=""))
    if page.older is not None:
        older = f"{page.older.published_on:%Y-%m-%d}.{page.older.id}"
        _link(feed, "next", _address("public.register_feed", older=older, **query))
    for row in shown:
        _case_entry(feed, row)
    return tagged(as_xml(feed, mimetype="application/atom+xml"))


@bp.get("/register/<reference>.atom")
@public
def case_feed(reference: str) -> Response:
    """One published case and what became of its promises. 404 for one that never was public, 410 for one that was
    taken out."""
    found = references.normalise_reference(reference)
    shown = open_data.one(found) if found else None
    if shown is None:
        abort(404)
    if shown.status != "published":
        abort(410)
    feed = _feed(shown.title, f"register/{shown.reference}/feed",
                 page=_address("public.register_case", reference=shown.reference),
                 own=_address("public.case_feed", reference=shown.reference),
                 updated=open_data.changed_on(shown))
    for one in shown.promises:
        if one.standing != Standing.OPEN:
            words = {Standing.KEPT: gettext("A promise was kept"),
                     Standing.BROKEN: gettext("A promise was broken"),
                     Standing.REPLACED: gettext("A promise was replaced by another")}[Standing(one.standing)]
            entry = _entry(feed, f"register/{shown.reference}/promise/{one.n}/{one.standing}", words, shown)
            _text(entry, "summary", f"{one.promised_on.isoformat()} {one.line}".strip())
    _case_entry(feed, shown)
    return tagged(as_xml(feed, mimetype="application/atom+xml"))


def _feed(title: str, name: str, *, page: str, own: str, updated: str) -> Element:
    feed = Element(f"{{{ATOM}}}feed", {XML_LANG: current_language()})
    _text(feed, "title", f"{title} – Hồi Âm")
    _text(feed, "id", _name(name))
    _text(feed, "updated", _instant(updated or clock.today().isoformat()))
    SubElement(_child(feed, "author"), f"{{{ATOM}}}name").text = "Hồi Âm"
    _link(feed, "self", own, type_="application/atom+xml")
    _link(feed, "alternate", page, type_="text/html")
    return feed


def _case_entry(feed: Element, shown: Publication) -> None:
    entry = _entry(feed, f"register/{shown.reference}", shown.title, shown)
    _text(entry, "published", _instant(shown.published_on.isoformat()))
    summary = _text(entry, "summary", shown.summary or shown.title)
    summary.set(XML_LANG, shown.language)
    for scheme, term in (("category", shown.category), ("outcome", shown.outcome)):
        _child(entry, "category").attrib.update({"scheme": _name(scheme), "term": term})


def _entry(feed: Element, name: str, title: str, shown: Publication) -> Element:
    entry = _child(feed, "entry")
    _text(entry, "title", title)
    _text(entry, "id", _name(name))
    _text(entry, "updated", _instant(open_data.changed_on(shown)))
    agency = own_language(shown.agency_vi, shown.agency_en)
    SubElement(_child(entry, "author"), f"{{{ATOM}}}name").text = agency or "Hồi Âm"
    _link(entry, "alternate", _address("public.register_case", reference=shown.reference), type_="text/html")
    return entry


def _child(parent: Element, name: str) -> Element:
    return SubElement(parent, f"{{{ATOM}}}{name}")


def _text(parent: Element, name: str, text: str) -> Element:
    child = _child(parent, name)
    child.text = text
    return child


def _link(parent: Element, rel: str, href: str, *, type_: str = "") -> None:
    _child(parent, "link").attrib.update({"rel": rel, "href": href, **({"type": type_} if type_ else {})})


def _address(endpoint: str, **values: str) -> str:
    """The whole address of a page in the language of this feed."""
    return str(current_app.extensions["settings"].base_url) + url_for(endpoint, **values)


def _name(path: str) -> str:
    host = urlsplit(current_app.extensions["settings"].base_url).hostname or "localhost"
    return f"tag:{host},{MINTED}:{path.rstrip('?')}"


def _instant(day: str) -> str:
    """Days are the finest time that is told: midnight in Viet Nam."""
    return f"{date.fromisoformat(day).isoformat()}T00:00:00+07:00"
