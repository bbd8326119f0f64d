"""How to reach the office without this site: the province's own texts, else what the agency table says. A trial
that was told nothing shows a sample address, marked as one."""

from typing import Any

from flask import current_app
from flask_babel import gettext

from feedback.domain.province import Text
from feedback.queries import shown_names
from feedback.queries.office import province_office
from feedback.web.filters import name_of
from feedback.web.language import current_language

EXAMPLE = "0200 000 0000"
"""A number that rings nowhere."""


def contact_facts() -> dict[str, Any]:
    """``facts``: rows for ``case.facts``; ``known``: whether there is more than a name; ``privacy``: who answers
    questions about personal data, or empty."""
    texts = shown_names.shown().texts
    language = 1 if current_language() == "en" else 0
    told = {key: texts[key][language] or texts[key][0] for key in Text}
    trial, office = current_app.extensions["settings"].trial, province_office()
    agency = name_of(office) if office is not None else gettext("Office of the province")
    mail = office.email if office is not None else None
    rows = [_row(gettext("Office"), told[Text.OFFICE_NAME] or agency)]
    sample = trial and not told[Text.OFFICE_ADDRESS] and not told[Text.OFFICE_PHONE]
    rows.append(_row(gettext("Address"), told[Text.OFFICE_ADDRESS] or (
        gettext("1 Sample Street, Sample Ward") if sample else ""), sample=sample))
    rows.append(_row(gettext("Phone"), told[Text.OFFICE_PHONE] or (EXAMPLE if sample else ""), sample=sample))
    rows.append(_row(gettext("E-mail"), told[Text.OFFICE_EMAIL] or mail or "",
                     sample=trial and not told[Text.OFFICE_EMAIL]))
    facts = [row for row in rows if row["value"]]
    known = len(facts) > 1
    if known and told[Text.OFFICE_HOURS]:
        facts.append(_row(gettext("Opening hours"), told[Text.OFFICE_HOURS]))
    return {"facts": facts, "known": known, "privacy": told[Text.PRIVACY_CONTACT]}


def _row(term: str, value: str, *, sample: bool = False) -> dict[str, Any]:
    note = {"note": gettext("sample data of the trial")} if sample and value else {}
    return {"term": term, "value": value, **note}
