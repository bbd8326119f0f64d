"""Words of the publishers' desk: statuses, kinds of marks, fields, and what was refused."""

from flask_babel import lazy_gettext as _l

from feedback.domain.redaction import MarkKind

STATUS = {
    "proposed": _l("To be read"), "confirmed": _l("Waits for a second person"),
    "approved": _l("Approved, waits for its day"), "published": _l("Published"), "held": _l("Held back"),
}
MARKS = {
    MarkKind.KNOWN: _l("who complained, as the vault knows"), MarkKind.EMAIL: _l("e-mail"),
    MarkKind.URL: _l("web address"), MarkKind.NATIONAL_ID: _l("identity number"),
    MarkKind.SOCIAL_INSURANCE: _l("social insurance number"), MarkKind.TAX_CODE: _l("tax number"),
    MarkKind.BANK_ACCOUNT: _l("bank account"), MarkKind.PHONE: _l("phone number"),
    MarkKind.BIRTH_DATE: _l("date of birth"), MarkKind.PLATE: _l("number plate"),
    MarkKind.PERSON_NAME: _l("name of a person"), MarkKind.ADDRESS: _l("address"),
    MarkKind.PLACE_DETAIL: _l("exact place"),
}
FIELDS = {
    "title": _l("Question on the card"), "summary": _l("What happened"), "found": _l("What was checked and found"),
    "done": _l("What was done"), "owner": _l("Who is in charge"), "ground": _l("What it rests on"),
    "next_step": _l("What to do next"), "agency_vi": _l("Name of the agency"),
}
HELD_BY_HOUSE = {
    "scan_hit": _l("The last look before publishing still found something that could tell who somebody is."),
    "scan_hit_later": _l("It was public. A newer scan found something in it that could tell who somebody is, and "
                         "took it out at once."),
    "reopened": _l("The case was reopened, answered anew or restricted after the copy was made."),
}
REFUSED = {
    "missing": _l("This may not be empty."),
    "too_long": _l("This is too long."),
    "still_named": _l("This still says who complained. The words have to go; nobody can allow them."),
    "still_found": _l("This still looks like somebody's data. Hide it, or show that the words are harmless."),
    "changed": _l("Somebody changed this draft meanwhile. Read it once more."),
    "facts_changed": _l("Only words can be changed here."),
    "cannot_be_shown": _l("What the vault knew cannot be shown again."),
    "nothing_ticked": _l("Tick the words that everyone may read."),
    "SamePerson": _l("You confirmed this one. Somebody else has to approve it."),
    "MoveNotAllowed": _l("Somebody has dealt with this draft already."),
    "NotPermitted": _l("A conflict of interest hides this case from you."),
    "ReasonMissing": _l("Write the reason."),
}


def field_words(path: str) -> str:
    """The name of a text of a draft: 'points.2.answer' is the answer to point 2."""
    if path in FIELDS:
        return str(FIELDS[path])
    _, number, part = path.split(".")
    if part == "line":
        return str(_l("Promise %(number)s", number=number))
    named = _l("Point %(number)s: the question", number=number) if part == "question" else _l(
        "Point %(number)s: the answer", number=number)
    return str(named)


def held_words(reason: str | None) -> str:
    """Why a draft is held: the house's codes in words, people's reasons as they wrote them."""
    return str(HELD_BY_HOUSE.get(reason or "", reason or ""))


def refused_words(code: str) -> str:
    """Why something was not done, for the reader."""
    return str(REFUSED.get(code, _l("It could not be done. Look at the draft by itself.")))
