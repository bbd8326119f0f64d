"""What the open data of the register means, as JSON Schema (draft 2020-12, the dialect of OpenAPI 3.1).

One case as lists tell it, and one case whole. The interface, the nightly files and their descriptions share these.
"""

from typing import Any

from feedback.domain.answers.structured import Outcome
from feedback.domain.kinds import CaseKind, Category
from feedback.domain.passing import CameBy

Schema = dict[str, Any]

OUTCOMES = (*(outcome.value for outcome in Outcome), "not_recorded")
CATEGORIES = tuple(category.value for category in Category)
STANDINGS = ("open", "kept", "broken", "replaced")


def text(meaning: str, **more: Any) -> Schema:
    """A text."""
    return {"type": "string", "description": meaning, **more}


def number(meaning: str) -> Schema:
    """A whole number that is never negative."""
    return {"type": "integer", "minimum": 0, "description": meaning}


def day(meaning: str) -> Schema:
    """A day in Viet Nam."""
    return text(meaning, format="date")


def perhaps(schema: Schema) -> Schema:
    """The same or null: not known, or nothing."""
    return {**schema, "type": [schema["type"], "null"]}


def thing(**properties: Schema) -> Schema:
    """An object with exactly these properties, all of them always there."""
    return {"type": "object", "properties": properties, "required": list(properties),
            "additionalProperties": False}


def rows(of: Schema, meaning: str = "") -> Schema:
    """A list."""
    return {"type": "array", "items": of, **({"description": meaning} if meaning else {})}


AGENCY = thing(code=text("Dotted code (Decision 20/2020/QĐ-TTg)."), name_vi=text("Name at that time."),
               name_en=text("Name in English; empty when there is none."))
PROCEDURE = thing(code=perhaps(text("Code of the procedure.")), name_vi=text("Name."), name_en=text("Name."))

_CARD: dict[str, Schema] = {
    "reference": text("Public reference.", pattern="^[0-9A-Z]{4}-[0-9A-Z]{4}$"),
    "url": text("The page for people.", format="uri"),
    "title": text("First question, personal data hidden."),
    "language": text("Language of the texts.", enum=["vi", "en"]),
    "agency": AGENCY,
    "procedure": {"anyOf": [PROCEDURE, {"type": "null"}]},
    "kind": text("What it is about.", enum=[kind.value for kind in CaseKind]),
    "category": text("What went wrong.", enum=list(CATEGORIES)),
    "outcome": text("How it ended.", enum=list(OUTCOMES)),
    "received_month": perhaps(text("Month of receipt, 2026-11; null when nobody wrote it down.")),
    "working_days": perhaps(number("Working days from receipt to answer, on the citizen's clock.")),
    "late_days": perhaps(number("Working days past the due date.")),
    "times_returned": number("How often the answer came back as not clear."),
    "times_passed_on": number("How often the case went to another agency."),
    "times_objected": number("How often the sender objected to the answer."),
    "me_too": number("How many people said that it happened to them too."),
    "historical": {"type": "boolean", "description": "Answered before this system, retold."},
    "published_on": day("Day of publication."),
    "changed_on": day("Day on which what is shown changed last."),
}
CARD = thing(**_CARD)
"""A case as a list tells it."""

CASE = thing(
    **_CARD,
    summary=text("What happened, personal data hidden."),
    points=rows(thing(n=number("Its number."), question=text("What was asked."), answer=text("The answer."))),
    answer=thing(found=text("What was found."), done=text("What was done."), owner=text("Who is in charge."),
                 due_on=perhaps(day("By when, as the answer promised.")), ground=text("Provision or fact."),
                 next_step=text("What the citizen does next.")),
    promises=rows(thing(n=number("Its number."), line=text("The sentence; empty for the answer's own 'by when'."),
                        promised_on=day("The day."), standing=text("How it stands.", enum=list(STANDINGS)))),
    holders=rows(thing(n=number("Its place."), agency=AGENCY,
                       came_by=text("How it came there.", enum=[came.value for came in CameBy]),
                       working_days=number("How long it lay there."),
                       loop={"type": "boolean", "description": "It had been there before."}),
                 "Who held the case, in order."),
    steps=rows(thing(n=number("Its place."), step=text("What happened."),
                     day=number("Working days after the day of receipt."),
                     codes=rows(text("Flag that was a reason of a return."))), "The way of the case."))
"""A case with everything that is public of it."""
