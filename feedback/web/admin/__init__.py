"""The administrator and the auditor: people, agencies, calendar, limits, the event chain. No case opens here."""

from flask import Blueprint

bp = Blueprint("admin", __name__, url_prefix="/admin")

from feedback.web.admin import (  # noqa: E402 -- the views join the blueprint
    agencies,  # noqa: F401
    agency_closing,  # noqa: F401
    api_keys,  # noqa: F401
    audit,  # noqa: F401
    calendar,  # noqa: F401
    calendar_days,  # noqa: F401
    calendar_import,  # noqa: F401
    calendar_proposal,  # noqa: F401
    categories,  # noqa: F401
    ladder,  # noqa: F401
    lifecycle,  # noqa: F401
    limits,  # noqa: F401
    papers,  # noqa: F401
    people,  # noqa: F401
    people_deeds,  # noqa: F401
    people_handover,  # noqa: F401
    people_invite,  # noqa: F401
    procedures,  # noqa: F401
    province,  # noqa: F401
    reasons,  # noqa: F401
    watch,  # noqa: F401
)
