"""``/open-data/``: the nightly files, what each is, its size and checksum. Made by a sweep, never here."""

from collections.abc import Iterator

from flask import Blueprint, Response, abort, render_template, request, stream_with_context
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback.adapters import storage
from feedback.queries import open_files
from feedback.web import page_head
from feedback.web.guards import public
from feedback.web.machine_answers import READ_AGAIN
from feedback.web.security import allow_cache

bp = Blueprint("open_data", __name__, url_prefix="/open-data")

ABOUT = {
    "cases.csv": _l("Every published case, a row each, for spreadsheets."),
    "points.csv": _l("What was asked and what was answered, a row for each point."),
    "cases.jsonl": _l("Every published case whole, a line of JSON each, for programs."),
    "cases.schema.json": _l("What a line of cases.jsonl means (JSON Schema)."),
    "csv-metadata.json": _l("What the columns of the CSV files mean (CSV on the Web)."),
}
TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/jsonl; charset=utf-8", "json": "application/json"}


@bp.get("/")
@public
def listing() -> str:
    """The files as they stand."""
    rows = open_files.files()
    allow_cache(READ_AGAIN)
    about = gettext("All settled cases that stand in the register, to take away and use. No account, no key. "
                    "Personal data was hidden by two people before anything came here.")
    data = page_head.files(rows, name=gettext("Settled cases"), description=about, types=TYPES)
    return render_template(
        "public/open_data.html", head=page_head.head("/open-data/", about, data=data),
        rows=[{"row": row, "about": ABOUT.get(row.name, ""), "size": _size(row.size)} for row in rows],
        made_at=min((row.made_at for row in rows), default=None),
        remaking=bool(rows) and open_files.withdrawn_since(min(row.made_at for row in rows)))


@bp.get("/SHA256SUMS")
@public
def checksums() -> Response:
    """The checksums as sha256sum reads them."""
    allow_cache(READ_AGAIN)
    lines = "".join(f"{row.sha256}  {row.name}\n" for row in open_files.files())
    return Response(lines, content_type="text/plain; charset=utf-8")


@bp.get("/<file_name>")
@public
def file(file_name: str) -> Response:
    """One file, sent while it is read from the storage. 503 between the moment in which a case was taken out of
    the register and the next making: what was taken out is not given away any more."""
    row = open_files.file_named(file_name)
    if row is None:
        abort(404)
    if open_files.withdrawn_since(row.made_at):
        abort(503)
    allow_cache(READ_AGAIN)
    pieces = open_files.pieces_of(row)
    answer = Response(stream_with_context(_read(pieces)), content_type=TYPES[row.name.rsplit(".", 1)[1]])
    answer.content_length = row.size
    answer.last_modified = row.made_at
    answer.set_etag(row.sha256)
    answer.headers["Content-Disposition"] = f'attachment; filename="{row.name}"'
    return answer.make_conditional(request)


def _read(pieces: list[str]) -> Iterator[bytes]:
    for piece in pieces:
        yield storage.fetch(piece)


def _size(size: int) -> str:
    for unit, step in (("MB", 1_000_000), ("kB", 1_000)):
        if size >= step:
            return f"{size / step:.1f} {unit}"
    return f"{size} B"
