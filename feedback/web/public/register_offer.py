"""What the filter panel offers, put together once for everybody and again when something was counted or published.

A panel has hundreds of choices, and all but the chosen ones are the same on every list: each select is drawn by
its component once for each value that may be chosen in it, and kept as it was drawn.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from flask import current_app

from feedback import clock
from feedback.extensions import db
from feedback.queries import public_stamp, register_choices, shown_names
from feedback.queries.register_choices import Choices
from feedback.web.language import current_language

KEPT = timedelta(seconds=20)
"""How long a name of an agency or a procedure may stand in a panel after it was changed."""
MOST = 300
"""Selects that are kept as drawn, some four kilobytes each."""

Drawn = tuple[str, str, str]
"""The language, the name of a select, and what is chosen in it."""


@dataclass(frozen=True)
class Offer:
    """The choices with their numbers, and the selects that were drawn from them. ``pool``: a new one may lead to
    another database."""

    stamp: public_stamp.Stamp
    pool: Any
    at: datetime
    made: Choices
    drawn: "OrderedDict[Drawn, str]" = field(default_factory=OrderedDict)


_held: dict[str, Offer] = {}
_lock = Lock()


def offer() -> Offer:
    """What holds now; one statement, and one more when something has changed."""
    stamp = (shown_names.shown(), *public_stamp.of_lists())
    pool, now = db.engine.pool, clock.now()
    held = _held.get("held")
    if (held is None or held.stamp != stamp or held.pool is not pool
            or not timedelta(0) <= now - held.at < KEPT):
        held = _held["held"] = Offer(stamp, pool, now, register_choices.choices())
    return held


def select(of: Offer, name: str, chosen: str, about: Callable[[], dict[str, Any]]) -> str:
    """One select as the component ``filters.choice`` draws it, safe to print; ``about``: what stands in it."""
    key = (current_language(), name, chosen)
    with _lock:
        drawn = of.drawn.get(key)
    if drawn is None:
        component = current_app.jinja_env.get_template("components/filters.html").module
        drawn = component.choice(name, chosen=chosen, **about())  # type: ignore[attr-defined]
        with _lock:
            of.drawn[key] = drawn
            while len(of.drawn) > MOST:
                of.drawn.popitem(last=False)
    return drawn
