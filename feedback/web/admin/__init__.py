"""The administrator and the auditor: people, agencies, calendar, limits, the event chain. No case opens here."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

from feedback.web.admin import audit, calendar, people  # noqa: E402, F401 -- the views join the blueprint
