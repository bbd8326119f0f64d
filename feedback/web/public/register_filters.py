"""The filters of the register as people see them: choices with their numbers, and chips that take one off."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from babel.numbers import format_decimal
from flask import url_for
from flask_babel import gettext

from feedback.domain.answers.structured import Outcome
from feedback.domain.kinds import CaseKind, Category
from feedback.queries.register_choices import Choice, Choices
from feedback.web.filters import month_words
from feedback.web.labels import label
from feedback.web.language import current_language
from feedback.web.public import register_offer
from feedback.web.public.register_asked import HISTORICAL, WAYS, Asked
from feedback.web.public.register_offer import Offer
from feedback.web.public.register_words import outcome_words, own_language

CODES: dict[str, tuple[str, ...]] = {
    "category": tuple(Category), "kind": tuple(CaseKind),
    "outcome": (*(one for one in Outcome if one is not Outcome.IN_PROGRESS), "not_recorded"),
    "historical": tuple(HISTORICAL),
}
"""The filters whose values are known beforehand. Until something was counted all are offered."""
SELECTS = ("agency", "procedure", "category", "kind", "outcome", "month", "historical")


def selects(want: Asked, offered: Offer) -> list[str]:
    """The selects of the filter panel as they are drawn; the first option of each means all. Those with nothing to
    choose are left out."""
    made = offered.made
    return [register_offer.select(offered, name, chosen, partial(_about, name, chosen, made))
            for name, chosen in ((name, want.chosen(name)) for name in SELECTS)
            if chosen or made.get(name) or (name in CODES and not made)]


def _about(name: str, chosen: str, made: Choices) -> dict[str, Any]:
    return {"label": _name(name), "hint": gettext("With everything below it.") if name == "agency" else "",
            "options": [{"value": "", "label": gettext("All")}, *_options(name, chosen, made)]}


def ways(want: Asked, made: Choices) -> list[dict[str, Any]]:
    """What may have gone wrong on the way, to be ticked."""
    numbers = {one.value: one.number for one in made.get("way", ())}
    return [{"name": name, "label": _with_number(str(words), numbers.get(name)),
             "chosen": bool(getattr(want.filters, name))} for name, words in WAYS.items()]


def chips(want: Asked, made: Choices) -> list[dict[str, str]]:
    """What is in force, each with a link that takes it off."""
    found = [{"label": _name(name), "remove_url": _without(want, name),
              "value": _with_number(_words(name, want.chosen(name), made.get(name, ())),
                                    _number(want.chosen(name), made.get(name, ())))}
             for name in SELECTS if want.chosen(name)]
    found += [{"label": gettext("On the way"), "remove_url": _without(want, one["name"]), "value": one["label"]}
              for one in ways(want, made) if one["chosen"]]
    if want.text:
        found.insert(0, {"label": gettext("Words"), "value": want.text,
                         "remove_url": url_for("public.register", **want.query(q=None, sort=None))})
    return found


def _options(name: str, chosen: str, made: Choices) -> list[dict[str, str]]:
    listed = made.get(name, ())
    numbers = {one.value: one.number for one in listed}
    values = [one.value for one in listed]
    if name in CODES:
        values = [code for code in CODES[name] if not made or code in numbers]
    if chosen and chosen not in values:
        values.append(chosen)  # so that sending the form again keeps what was chosen
    return [{"value": value, "label": _with_number(_words(name, value, listed), numbers.get(value))}
            for value in values]


def _words(name: str, value: str, listed: Sequence[Choice]) -> str:
    if name in ("agency", "procedure"):
        found = next((one for one in listed if one.value == value), None)
        if found is not None:
            return own_language(found.name_vi, found.name_en)
        return (gettext("an agency without published cases") if name == "agency" else
                gettext("a procedure with few or no published cases"))
    if name == "month":
        return month_words(value)
    if name == "outcome":
        return outcome_words(value)
    if name == "historical":
        return str(HISTORICAL[value])
    return label(Category(value) if name == "category" else CaseKind(value))


def _number(value: str, listed: Sequence[Choice]) -> int | None:
    return next((one.number for one in listed if one.value == value), None)


def _with_number(words: str, number: int | None) -> str:
    """The words with how many cases of the whole register stand behind them, where that was counted."""
    return f"{words} ({_grouped(number, current_language())})" if number is not None else words


@lru_cache(maxsize=10_000)
def _grouped(number: int, language: str) -> str:
    """The number as it is written in a language. A page has hundreds, the same ones until the next count."""
    return format_decimal(number, locale=language)


def _without(want: Asked, name: str) -> str:
    return url_for("public.register", **want.query(**{name: None}))


def _name(name: str) -> str:
    return {"agency": gettext("Agency"), "procedure": gettext("Procedure"), "kind": gettext("What it is about"),
            "category": gettext("What went wrong"), "outcome": gettext("Result"),
            "month": gettext("Month of publication"), "historical": gettext("Where it was handled")}[name]
