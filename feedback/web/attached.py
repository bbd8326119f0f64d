"""What every desk that shows or takes files has in common: the rows for ``components/files.html``, taking one file
out of a request, and handing one out.

How to use it. A page that takes files shows ``files.step`` (a form of its own, never inside another form), whose
``add_url`` is a route marked ``@takes_file`` that calls ``take`` and redirects back with ``?refused=<code>`` or
``?done=file_added``. A page that only shows files calls ``files.received`` with ``case_rows(case, actor, …)``.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypedDict, TypeVar

from flask import Response, make_response, render_template, request, url_for
from sqlalchemy import Row as SqlRow

from feedback.domain.errors import NotKept
from feedback.domain.files import KINDS, FileRefused, FileType, Refusal, shown_name
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.extensions import writing
from feedback.models.attachments import Attachment
from feedback.models.cases import Case
from feedback.queries import files
from feedback.services import attachments
from feedback.web.file_words import refusal_words, size_words, type_words
from feedback.web.limits import upload_allowed

FIELD = "file"
View = TypeVar("View", bound=Callable[..., Any])


class Row(TypedDict):
    """One file as the templates take it. ``url`` is empty where it cannot be downloaded (on a draft)."""

    token: str
    number: int
    name: str
    kind: str
    size: str
    url: str
    shared: bool
    by_staff: bool


def takes_file(view: View) -> View:
    """Mark a view whose request may be as large as one file; every other request ends at ``security.MAX_BODY``."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


def draft_rows(draft_id: int | None) -> list[Row]:
    """The files of a draft; none while there is no draft."""
    return _rows(enumerate(files.of_draft(draft_id), start=1), "", "") if draft_id is not None else []


def case_rows(case: Case, actor: Actor, *, endpoint: str) -> list[Row]:
    """The files of a case that this actor may read. ``endpoint`` serves one by its token: 'public.own_file' on the
    tracking page, 'desk.case_file' for staff."""
    return _rows(files.of_case(case, actor), case.reference, endpoint)


def refused() -> str:
    """The sentence for the ``?refused=<code>`` with which an upload came back; empty when there is none."""
    return refusal_words(request.args.get("refused", ""))


def take(owner: Callable[[], dict[str, Any]], *, actor: Actor, role: Role | None = None) -> Refusal | None:
    """Take the one file of this request, or say why not; then nothing of it is kept.

    ``owner`` is called inside the write and says whose it is: ``{"draft_id": …}`` or ``{"case": …}``; it may raise
    FileRefused(NOT_NOW) and whatever else rules raise.
    """
    upload = request.files.get(FIELD)
    if upload is None or not upload.filename:
        return Refusal.MISSING
    try:
        if not upload_allowed():
            raise FileRefused(Refusal.TOO_OFTEN)
        prepared = attachments.prepare(upload.filename, upload.stream.read())
        kept = False
        try:
            with writing():
                attachments.receive(prepared, actor=actor, role=role, **owner())
            kept = True
        finally:
            if not kept:
                attachments.discard(prepared)
    except FileRefused as why:
        return why.code
    return None


def hand_out(actor: Actor, token: str) -> Response:
    """One file as a download with our name, for whoever may read it. An honest page when the storage has lost it.
    Raises OutOfReach, StorageUnavailable."""
    case, number, row = files.one(actor, token)
    type_ = FileType(row.type)
    try:
        response = make_response(attachments.read(row))
    except NotKept:
        return make_response(render_template("errors/file_lost.html"), 410)
    response.headers["Content-Type"] = KINDS[type_].mime
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{shown_name(case.reference, number, type_)}"')
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Accept-Ranges"] = "none"
    return response


def _rows(numbered: Iterable[tuple[int, Attachment | SqlRow[Any]]], reference: str, endpoint: str) -> list[Row]:
    return [Row(token=row.token, number=n, name=shown_name(reference, n, FileType(row.type)),
                kind=type_words(row.type), size=size_words(row.clean_size if reference else row.size),
                url=url_for(endpoint, file_token=row.token) if endpoint else "", shared=row.shared,
                by_staff=row.origin == "staff") for n, row in numbered]
