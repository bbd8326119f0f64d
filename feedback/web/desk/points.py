"""A form with one box for each point of a case."""

from collections.abc import Iterable
from typing import Any

from flask_babel import LazyString
from wtforms import TextAreaField

from feedback.models.cases import Point
from feedback.web.forms import HouseForm


def with_points(base: type[HouseForm], points: Iterable[Point], label: LazyString,
                validators: list[Any]) -> type[Any]:
    """``base`` with a text box ``point_<n>`` for each point, so that errors, labels and the summary work as for
    every other field. ``label`` takes ``number``; the class is made anew for each request, in its language."""
    fields = {f"point_{p.n}": TextAreaField(str(label) % {"number": p.n}, validators) for p in points}
    return type(f"{base.__name__}Of{len(fields)}", (base,), fields)


def boxes(form: HouseForm, points: Iterable[Point]) -> dict[int, Any]:
    """The boxes by point number, in the order of the points."""
    return {p.n: form[f"point_{p.n}"] for p in points}


def words_of(form: HouseForm, points: Iterable[Point]) -> dict[int, str]:
    """What was typed, by point number."""
    return {n: box.data or "" for n, box in boxes(form, points).items()}
