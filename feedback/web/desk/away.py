"""When a case is not with somebody any more who was writing about it: an honest page that keeps what they typed.

It says the same about every reference, also about one that never was: nobody learns here whether a case exists.
"""

import re
from collections.abc import Mapping

from flask import render_template
from flask_babel import gettext

from feedback.web.desk.answer_form import ANSWER_TO, AnswerForm

_POINT = re.compile(r"point_([0-9]{1,3})")
_KEPT = 100_000
"""Characters shown again at most: a whole answer."""


def not_with_you(form: Mapping[str, str]) -> tuple[str, int]:
    """The 404 that shows what was in the answer's form."""
    return render_template("desk/away.html", typed=typed(form)), 404


def typed(form: Mapping[str, str]) -> list[dict[str, str]]:
    """What was typed into an answer's form, by the names of its boxes, without asking the database."""
    names = {field.name: str(field.label.text) for field in AnswerForm()}
    shown = []
    for name, words in form.items():
        point = _POINT.fullmatch(name)
        term = str(ANSWER_TO) % {"number": int(point.group(1))} if point else names.get(name, "")
        if term and name != "outcome" and words.strip():
            shown.append({"term": term, "value": words.strip()[:_KEPT]})
    return shown or [{"term": gettext("Your text"), "value": gettext("The boxes were empty.")}]
