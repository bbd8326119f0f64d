"""What intake is told beside a complaint: marks in a few words, and what is proposed with the reason for it."""

from typing import Any

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from feedback.domain.doubts import Doubt
from feedback.domain.kinds import Category, IdentityMode
from feedback.models.cases import Case
from feedback.queries.duplicates import Sameness, Twin
from feedback.queries.proposals import AgencyProposal, Ground, Proposed
from feedback.web.filters import name_of
from feedback.web.labels import FILTERS, label

DOUBTS = {
    Doubt.HONEYPOT: _l("Looks automatic: a box that nobody sees was filled in"),
    Doubt.TOO_FAST: _l("Looks automatic: written faster than a person types"),
    Doubt.STALE_FORM: _l("Looks automatic: the form was not opened here, or days ago"),
    Doubt.NO_PROOF: _l("Looks automatic: the browser did not do its small task"),
}
"""Codes of ``Case.doubts``. The complaint is read all the same."""

GROUNDS = {
    Ground.NAMED: _l("the sender named it"),
    Ground.PROCEDURE: _l("it handles this procedure"),
    Ground.CATEGORY: _l("the province sends this category there"),
    Ground.TIER: _l("complaints of this category go there"),
}

SAME = {
    Sameness.DOSSIER: _l("the same dossier number"),
    Sameness.CONTACT: _l("the same telephone number or e-mail"),
}


def marks_for_the_agency(case: Case) -> list[dict[str, str]]:
    """What whoever answers has to know at a glance, and nothing about the sender: [{words, tone}]."""
    found = [{"words": gettext("urgent"), "tone": "late"}] if case.urgent else []
    again = gettext("the sender objected") if case.objected else gettext("opened again")
    return found + ([{"words": again, "tone": "near"}] if case.round else [])


def marks(case: Case) -> list[dict[str, str]]:
    """Short marks of a case: [{words, tone}], the most pressing first. tone: late | near | '' ."""
    found = marks_for_the_agency(case)
    if case.restricted:
        found.append({"words": gettext("restricted desk only"), "tone": "near"})
    if case.entered_by_id is not None:
        found.append({"words": gettext("entered by staff: %(channel)s", channel=FILTERS["channel"](case.channel)),
                      "tone": ""})
    if case.language != "vi":
        found.append({"words": gettext("in English"), "tone": ""})
    if case.identity_mode == IdentityMode.ANONYMOUS.value:
        found.append({"words": gettext("anonymous"), "tone": ""})
    if case.signers > 1:
        found.append({"words": ngettext("%(num)s signer", "%(num)s signers", case.signers), "tone": ""})
    return found + [{"words": str(words), "tone": "near"} for code, words in DOUBTS.items()
                    if code.value in case.doubts.split(",")]


def proposed_lines(case: Case, proposed: Proposed) -> list[dict[str, Any]]:
    """What is proposed, each with its reason: [{term, value, url, why, tone, links}]. A case of which nothing can
    be said has no lines."""
    reading, lines = proposed.reading, []
    if reading.denunciation is not None and not case.restricted:
        why = (gettext("the text speaks of money: “%(quote)s”", quote=reading.denunciation.quote)
               if reading.denunciation.code == "money" else
               gettext("the text accuses somebody by name: “%(quote)s”", quote=reading.denunciation.quote))
        lines.append({**_line(gettext("Who reads it"), gettext("may be a denunciation: restricted desk"), why),
                      "url": url_for("desk.act", reference=case.reference, action="restrict")})
    if reading.category is not None:
        category = label(Category(reading.category.code))
        lines.append(_line(gettext("Category"), category, _says(reading.category.quote)))
    if proposed.agency is not None and not case.restricted:
        lines.append(_line(gettext("Agency"), name_of(proposed.agency.agency), agency_why(proposed.agency)))
    if reading.urgency is not None and not case.urgent:
        lines.append(_line(gettext("Urgency"), gettext("may be urgent"), _says(reading.urgency.quote),
                           tone="near"))
    if proposed.twins:
        lines.append({**_line(gettext("Duplicates"), "", ""), "links": twin_lines(proposed.twins)})
    return lines


def agency_why(proposal: AgencyProposal) -> str:
    """Why this agency, in words."""
    why = str(GROUNDS[proposal.ground])
    if proposal.instead_of is not None:
        why += "; " + gettext("it took over from %(agency)s, which is closed", agency=name_of(proposal.instead_of))
    return why


def twin_lines(twins: Any) -> list[dict[str, str]]:
    """Likely duplicates: [{reference, url, why}]."""
    return [{"reference": twin.reference, "url": url_for("desk.case", reference=twin.reference),
             "state": FILTERS["state"](twin.state), "why": _twin_why(twin)} for twin in twins]


def _twin_why(twin: Twin) -> str:
    ways = [str(SAME[why]) if why in SAME else
            gettext("%(tenths)s of 10 pairs of words are the same", tenths=twin.share) for why in twin.why]
    return ", ".join(ways)


def _says(quote: str) -> str:
    return gettext("because the text says “%(quote)s”", quote=quote)


def _line(term: str, value: str, why: str, tone: str = "") -> dict[str, Any]:
    return {"term": term, "value": value, "why": why, "tone": tone, "links": [], "url": ""}


