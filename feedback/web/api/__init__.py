"""The open interface, ``/api/v1``: the register for programs. Reading only, no key, no cookie."""

from flask import Blueprint

bp = Blueprint("api", __name__, url_prefix="/api/v1")

from feedback.web.api import (  # noqa: E402 -- the views join the blueprint
    cases,  # noqa: F401
    lists,  # noqa: F401
    openapi,  # noqa: F401
    statistics,  # noqa: F401
    statistics_tables,  # noqa: F401
)
