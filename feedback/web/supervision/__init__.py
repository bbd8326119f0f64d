"""The province's office: the gate, and everything of the province by due date."""

from flask import Blueprint

bp = Blueprint("supervision", __name__, url_prefix="/supervision")

from feedback.web.supervision import (  # noqa: E402, F401 -- the views join the blueprint
    extensions,
    follow_ups,
    gate,
    instruction,
    instructions,
    lateness,
    lists,
    morning,
    overview,
    papers,
    passing,
    transfers,
    withdrawals,
)
