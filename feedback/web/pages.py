"""What every template gets, and how strict templates are."""

from collections.abc import Callable, MutableMapping
from functools import wraps
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask.templating import Environment
from flask_babel import gettext
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context

from feedback.config import Settings
from feedback.domain.answers.taxonomy import TAXONOMY, Flag
from feedback.domain.permissions import Permission
from feedback.domain.province import Text
from feedback.domain.roles import Role
from feedback.queries import calendar_years, shown_names
from feedback.queries.deputies import heads_of_deputy
from feedback.web.cookies import is_visitor_path
from feedback.web.csrf import csrf_token
from feedback.web.guards import access_of, current_actor, current_person
from feedback.web.labels import FILTERS, button, done_words, event_line, label
from feedback.web.language import current_language, other_language_url


class Templates(Environment):
    """Flask's templates, with what they share in a plain mapping. Jinja's mapping of mappings is looked through
    entry by entry for each of the ten components that a page imports. What is shared is settled before the first
    template is read."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """The globals of a template."""
        return {**self.globals, **(d or {})}


def init_pages(app: Flask) -> None:
    """Strict templates, the globals of the layouts, and words for codes."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    words = {**FILTERS, "flag": flag_name, "label": label, "button": button, "event_line": event_line}
    app.jinja_env.filters.update({name: _asked_each_time(filter_) for name, filter_ in words.items()})

    @app.context_processor
    def _globals() -> dict[str, Any]:
        settings: Settings = current_app.extensions["settings"]
        access = access_of(app, request.endpoint or "")
        # An error page may be drawn because the database is gone: it must not ask who is there.
        staff_page = access is not None and access.kind == "staff" and not g.get("refused", False)
        has_forms = staff_page or (is_visitor_path(request.path) and not g.get("refused", False))
        person = current_person() if staff_page else None
        return {
            "lang": current_language(), "other_lang_url": other_language_url(), "trial": settings.trial,
            "province_name": province_name(settings, asking=not g.get("refused", False)),
            "person": person,
            "acting_for": [head.display_name for head in heads_of_deputy(person.id)]
            if person is not None and current_actor().deputy_at else [],
            "calendar_wanted": calendar_years.wanted()
            if staff_page and current_actor().can(Permission.CALENDAR_READ) else (),
            "nav": _desk_links() if staff_page else [], "csrf_token": csrf_token() if has_forms else "",
            "done": done_words(request.args.get("done", "")),
        }


def province_name(settings: Settings, *, asking: bool = True) -> str:
    """The province's name in the page's language: its own text, else the setting. Without ``asking`` the database
    is left alone."""
    held = shown_names.shown() if asking else shown_names.without_asking()
    vi, en = held.texts[Text.NAME]
    if current_language() == "vi":
        return vi or settings.province_vi
    return en or vi or settings.province_en


def _asked_each_time(words: Callable[[Any], str]) -> Callable[[Context, Any], str]:
    """Jinja works out a filter of a constant once, when the template is compiled: in the language of whoever
    came first. A filter that takes the context is asked for every reader."""

    @pass_context
    @wraps(words)
    def filter_(_context: Context, code: Any) -> str:
        return words(code)

    return filter_


def flag_name(code: str) -> str:
    """The name of a flag of the reader in the page's language (its words are the domain's: design §13.5)."""
    entry = TAXONOMY[Flag(code)]
    return entry.label_vi if current_language() == "vi" else entry.label_en


def _desk_links() -> list[dict[str, Any]]:
    """The desks this person may open, in the order of a day's work."""
    actor = current_actor()
    links: list[tuple[str, str, bool]] = [
        (gettext("Intake"), "desk.intake", actor.can(Permission.CASE_INTAKE)),
        (gettext("My agency's cases"), "desk.inbox",
         bool(actor.roles & {Role.OFFICER, Role.AGENCY_HEAD})),
        (gettext("Explanations"), "desk.explanations", actor.can(Permission.CASE_APPROVE)),
        (gettext("Gate"), "supervision.gate", actor.can(Permission.CASE_GATE)),
        (gettext("The province"), "supervision.overview", actor.can(Permission.CASE_OVERSEE)),
        (gettext("Instructions"), "supervision.instructions", actor.can(Permission.CASE_OVERSEE)),
        (gettext("Instructions to us"), "desk.instructions", actor.can(Permission.CASE_APPROVE)),
        (gettext("Letters"), "desk.letters", actor.can(Permission.CASE_READ_ORIGINAL)),
        (gettext("Find a case"), "desk.find", actor.can(Permission.CASE_READ)),
        (gettext("Identity requests"), "desk.identity_requests", actor.can(Permission.CASE_READ_ORIGINAL)),
        (gettext("Publication"), "publication.drafts", actor.can(Permission.PUBLICATION_DRAFT)),
        (gettext("People"), "admin.people", actor.can(Permission.PEOPLE_MANAGE)),
        (gettext("Registers"), "admin.agencies", actor.can(Permission.REGISTERS_MANAGE)),
        (gettext("Calendar"), "admin.calendar",
         actor.can(Permission.CALENDAR_READ) and not actor.can(Permission.REGISTERS_MANAGE)),
        (gettext("The watch"), "admin.watch", actor.can(Permission.WATCH_READ)),
        (gettext("Audit"), "admin.audit", actor.can(Permission.AUDIT_READ)),
    ]
    return [{"label": text, "url": url_for(endpoint), "current": request.endpoint == endpoint}
            for text, endpoint, open_ in links if open_]
