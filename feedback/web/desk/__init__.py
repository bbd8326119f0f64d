"""The desk of those who answer: intake, the agency's inbox, one case, its answer."""

from flask import Blueprint

bp = Blueprint("desk", __name__, url_prefix="/desk")

from feedback.web.desk import (  # noqa: E402, F401 -- the views join the blueprint
    answer,
    apology,
    autosave,
    blocks,
    case,
    conflict_of_interest,
    contributions,
    day,
    deputy,
    entry,
    explanations,
    extension,
    files,
    filters,
    identity,
    inbox,
    instructions,
    intake,
    intake_accept,
    intake_ask,
    intake_endings,
    intake_merge,
    letters,
    load,
    moves,
    new_key,
    notes,
    preview,
    promises,
    proposal,
    reading,
    search,
    transfer_request,
    transfers_offered,
    versions,
)
