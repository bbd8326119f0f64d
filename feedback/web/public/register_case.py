"""One published case with its answer, its way and its figures; and "it happened to me too"."""

from datetime import timedelta
from typing import Any

from flask import abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from feedback import clock
from feedback.domain import references
from feedback.domain.kinds import CaseKind, Category
from feedback.extensions import writing
from feedback.models.publications import Publication
from feedback.queries import public_stamp
from feedback.queries import register as everyones
from feedback.queries.calendar import load_calendar
from feedback.services import me_too as deeds
from feedback.web import page_head, redirects
from feedback.web.casework import field_name
from feedback.web.csrf import open_form, open_token
from feedback.web.filters import date_words, month_words
from feedback.web.guards import public
from feedback.web.kept_pages import kept
from feedback.web.labels import label
from feedback.web.limits import me_too_allowed, month_key
from feedback.web.public import bp, register_story
from feedback.web.public.cards import card
from feedback.web.public.register_words import outcome_words, own_language
from feedback.web.security import allow_cache

CASE_CACHE = "public, no-cache"
"""A case page is asked for again each time (design §13.13)."""
FOLLOW = "public.case_feed"
"""The feed of one case, where there is one."""
KEPT = timedelta(minutes=10)
"""How long a drawn case is kept while its stamp holds: of what it shows only the calendar of holidays has none."""


def _stamp(reference: str) -> public_stamp.Stamp:
    return public_stamp.of_case(references.normalise_reference(reference) or "")


@bp.get("/register/<reference>")
@public
@kept(_stamp, age=KEPT)
def register_case(reference: str) -> str:
    """One published case. 404 for one that never was public, 410 for one that was taken out again; neither is
    kept. Over the page as it was drawn stands its ETag: a similar case that was taken out must not live on in a
    browser's copy."""
    found = references.normalise_reference(reference)
    shown = everyones.one(found) if found else None
    if shown is None:
        abort(404)
    allow_cache(CASE_CACHE)
    if shown.status != "published":
        abort(410)
    agency = own_language(shown.agency_vi, shown.agency_en)
    similar = [card(entry) for entry in everyones.similar(shown)]
    return render_template(
        "public/register_case.html", shown=shown, similar=similar, agency=agency, head=page_head.head(
            f"/register/{shown.reference}", " ".join(point.answer for point in shown.points) or shown.title,
            data=page_head.settled(shown, agency=agency)),
        outcome=outcome_words(shown.outcome), pairs=_pairs(shown), rows=_structured(shown), facts=_facts(shown),
        promises=_promised(shown), steps=register_story.timeline(shown), held=register_story.holders(shown),
        passing=register_story.passing(shown), others=_others(shown), follow_url=_follow_url(shown),
        me_too_url=url_for("public.me_too", reference=shown.reference),
        token=open_token("public.me_too", reference=shown.reference))


@bp.post("/register/<reference>/me-too")
@public
@open_form
def me_too(reference: str) -> ResponseReturnValue:
    """Count one more to whom it happened: no account, no cookie, once a month for each line and case. 404 for a
    case that is not public, 429 for too many from one address."""
    if not me_too_allowed():
        abort(429)
    with writing():
        counted = deeds.say(reference, fingerprint=month_key(f"me-too:{reference}"))
    return redirects.see("public.register_case", done="me_too" if counted else "me_too_again", reference=reference)


def _others(shown: Publication) -> str:
    if not shown.me_too:
        return gettext("Nobody has said so yet.")
    return ngettext("%(num)s person says that it happened to them too.",
                    "%(num)s people say that it happened to them too.", shown.me_too)


def _follow_url(shown: Publication) -> str:
    return url_for(FOLLOW, reference=shown.reference) if FOLLOW in current_app.view_functions else ""


def _pairs(shown: Publication) -> list[dict[str, Any]]:
    return [{"number": p.n, "asked": p.question, "answered": p.answer} for p in shown.points]


def _structured(shown: Publication) -> list[dict[str, Any]]:
    parts = [("found", shown.found), ("done", shown.done), ("owner", shown.owner),
             ("due_on", date_words(shown.due_on) if shown.due_on else ""), ("ground", shown.ground),
             ("next_step", shown.next_step)]
    return [{"term": field_name(name), "value": value} for name, value in parts if value]


def _promised(shown: Publication) -> list[dict[str, Any]]:
    """What the answer promised by a day, for ``promises.row``, and how that stands today."""
    if not shown.promises:
        return []
    calendar = load_calendar()
    return [{"line": one.line, "on": one.promised_on, "standing": one.standing, "owner": "",
             "days": max(0, calendar.working_days_between(clock.today(), one.promised_on))}
            for one in shown.promises]


def _facts(shown: Publication) -> list[dict[str, Any]]:
    """The figures of a case: coarse dates, durations in working days. What leads on leads to cases like it."""
    def alike(**filters: str) -> str:
        return url_for("public.register", **filters)

    rows = [
        (gettext("Agency that answered"), own_language(shown.agency_vi, shown.agency_en),
         alike(agency=shown.agency_code)),
        (gettext("What went wrong"), label(Category(shown.category)), alike(category=shown.category)),
        (gettext("What it is about"), label(CaseKind(shown.kind)), alike(kind=shown.kind)),
        (gettext("Procedure"), own_language(shown.procedure_vi, shown.procedure_en),
         alike(procedure=shown.procedure_code) if shown.procedure_code else ""),
        (gettext("Received"),
         month_words(shown.received_month) if shown.received_month else gettext("not known"), ""),
        (gettext("Working days until the answer"),
         str(shown.working_days) if shown.working_days is not None else "", ""),
        (gettext("Working days late"), str(shown.late_days or ""), ""),
        (gettext("Returned as not clear"), str(shown.times_returned or ""), ""),
        (gettext("Passed on to another agency"), str(shown.times_passed_on or ""), ""),
        (gettext("Objections of the sender"), str(shown.times_objected or ""), ""),
        (gettext("Published"), date_words(shown.published_on), ""),
    ]
    return [{"term": term, "value": value, "url": url} for term, value, url in rows if value]
