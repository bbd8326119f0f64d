"""The form of the structured answer: one box a point, the parts, and the block of text to put into one of them."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from feedback.domain.answers.structured import Outcome
from feedback.models.answers import Answer
from feedback.models.cases import Case
from feedback.queries.lateness import form_ready, with_answer
from feedback.services import answers
from feedback.web.desk.points import boxes, with_points, words_of
from feedback.web.forms import REASON_LONGEST, at_most
from feedback.web.labels import label
from feedback.web.late_words import LateFields, start_with

LONGEST = 10_000
"""Characters of one part of an answer."""
ANSWER_TO = _l("Answer to point %(number)s")
PARTS = ("found", "done", "owner", "ground", "next_step", "english")
TAKES_BLOCKS = ("found", "done", "ground", "next_step", "english")
"""Parts, beside the points, into which a block of text can be put."""


class AnswerForm(LateFields):
    """The structured answer. Nothing is required to save a draft; the check says what is missing."""

    outcome = RadioField(_l("What is the result?"), [Optional()])
    found = TextAreaField(_l("What was checked and what was found?"), [at_most(LONGEST)])
    done = TextAreaField(_l("What was done?"), [at_most(LONGEST)])
    owner = StringField(_l("Who is in charge?"), [at_most(300)])
    due_on = DateField(_l("By when will it be finished?"), [Optional()])
    ground = TextAreaField(_l("What does this rest on?"), [at_most(LONGEST)])
    next_step = TextAreaField(_l("What can the citizen do next, and where?"), [at_most(LONGEST)])
    english = TextAreaField(_l("For the sender, who wrote in English"), [at_most(LONGEST)])
    override = TextAreaField(_l("Why is it right to send it as it is?"), [at_most(REASON_LONGEST)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(o.value, label(o)) for o in Outcome]

    def text(self, points: dict[int, str]) -> answers.AnswerText:
        """What was typed, as the service takes it; ``points`` by point number."""
        chosen = (self.outcome.data or "").strip()  # blanks pass as nothing chosen
        return answers.AnswerText(
            outcome=Outcome(chosen) if chosen else None, due_on=self.due_on.data,
            points=points, **{part: self._fields[part].data or "" for part in PARTS})

    def typed(self) -> list[tuple[str, str]]:
        """Every box with what stands in it, for the page that shows what was not applied."""
        chosen = [(str(self.outcome.label.text), str(words)) for code, words in self.outcome.choices
                  if code == self.outcome.data]
        return chosen + [(str(field.label.text), str(field.data)) for field in self
                         if field.data and field is not self.outcome]


def form_for(case: Case, posted: MultiDict[str, str] | None, draft: Answer | None) -> Any:
    """The form of this case's answer: what was posted, or the draft to start with."""
    return with_points(AnswerForm, case.points, ANSWER_TO, [at_most(LONGEST)])(
        posted, data={**_data(draft), **({} if posted is not None else _late(case))})


def text_of(form: Any, case: Case) -> answers.AnswerText:
    """What was typed into the form of this case."""
    text: answers.AnswerText = form.text(words_of(form, case.points))
    return text


def boxes_for_blocks(form: Any, case: Case) -> list[dict[str, str]]:
    """Where a block of text can be put: value and label of each box, the points first."""
    parts = [part for part in TAKES_BLOCKS if part != "english" or case.language == "en"]
    points = boxes(form, case.points).items()
    return [*({"value": f"point_{n}", "label": str(box.label.text)} for n, box in points),
            *({"value": part, "label": str(form[part].label.text)} for part in parts)]


def insert(form: Any, *, into: str, body: str) -> bool:
    """Put a block at the end of a box. False when the box would be too full; its message stands beside it."""
    field = form[into]
    words = f"{(field.data or '').rstrip()}\n{body}".strip()
    if len(words) > LONGEST:
        field.errors = [gettext("There is no room for the block in this box. Shorten the text first.")]
        return False
    field.data = words
    return True


def _late(case: Case) -> dict[str, Any]:
    """What the part about lateness starts with; nothing while there is time."""
    due = form_ready(case)
    return start_with(case, due, with_answer(case)) if due is not None else {}


def _data(draft: Answer | None) -> dict[str, Any]:
    """What the form starts with: the draft, or the version that was returned, to be written better."""
    if draft is None:
        return {}
    return {"outcome": draft.outcome, "due_on": draft.due_on, **{part: getattr(draft, part) for part in PARTS},
            **{f"point_{p.n}": p.text for p in draft.points}}
