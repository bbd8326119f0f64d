"""What search engines and shared links read of a page: description, address in both languages, and the same facts
as data (JSON-LD in the words of schema.org).

The data stands in ``<script type="application/ld+json">``: a block of data that browsers never run, written by
Jinja's ``tojson``, which lets nothing end the block. Pages of refusals have none of this.
"""

from typing import Any

from flask import current_app

from feedback.config import Settings
from feedback.models.publications import OpenDataFile, Publication
from feedback.web.language import current_language

LONGEST = 200
"""Characters of a description: what a list of results shows at most."""
Data = dict[str, Any]
_SCHEMA = "https://schema.org"


def head(path: str, description: str, *, data: Data | None = None, listed: bool = True) -> dict[str, Any]:
    """For the layout of public pages. ``path`` is the Vietnamese one, from the root. ``listed`` False asks search
    engines to leave this page out: one of the endless ways to narrow a list."""
    base = _settings().base_url
    vi, en = base + path, f"{base}/en{path}"
    own = en if current_language() == "en" else vi
    return {"description": beginning(description), "url": own, "vi": vi, "en": en, "listed": listed,
            "data": {"@context": _SCHEMA, "url": own, "inLanguage": current_language(), **data} if data else None}


def beginning(text: str) -> str:
    """The first words of a text on one line, at most ``LONGEST`` characters."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST else words[:LONGEST - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def settled(shown: Publication, *, agency: str) -> Data:
    """A settled case as a question with its accepted answer, by the agency that gave it. Needs the points."""
    day = shown.published_on.isoformat()
    answer = "\n\n".join(point.answer for point in shown.points) or shown.done or shown.found
    return {
        "@type": "QAPage", "name": shown.title, "datePublished": day,
        "mainEntity": {
            "@type": "Question", "name": shown.title, "inLanguage": shown.language, "answerCount": 1,
            "text": "\n\n".join(point.question for point in shown.points) or shown.title, "datePublished": day,
            "acceptedAnswer": {"@type": "Answer", "text": answer, "inLanguage": shown.language,
                               "datePublished": day,
                               "author": {"@type": "GovernmentOrganization", "name": agency}}}}


def files(rows: list[OpenDataFile], *, name: str, description: str, types: dict[str, str]) -> Data:
    """The nightly files as a data set with its downloads. ``types``: media type by the ending of a name."""
    base = _settings().base_url
    return {
        "@type": "Dataset", "name": name, "description": description, "isAccessibleForFree": True,
        **({"dateModified": min(row.made_at for row in rows).date().isoformat()} if rows else {}),
        "distribution": [
            {"@type": "DataDownload", "name": row.name, "contentUrl": f"{base}/open-data/{row.name}",
             "contentSize": f"{row.size} B", "sha256": row.sha256,
             "encodingFormat": types[row.name.rsplit(".", 1)[1]].partition(";")[0]} for row in rows]}


def site(*, publisher: str) -> Data:
    """The whole site, and the office that runs it."""
    return {"@type": "WebSite", "name": "Hồi Âm",
            "publisher": {"@type": "GovernmentOrganization", "name": publisher}}


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
