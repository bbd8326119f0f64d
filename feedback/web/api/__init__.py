"""The open interface, ``/api/v1``: the register for programs. Reading only, no key, no cookie."""

from flask import Blueprint

bp = Blueprint("api", __name__, url_prefix="/api/v1")

from feedback.web.api import cases, lists, openapi, statistics, statistics_tables  # noqa: E402, F401 -- the views join the blueprint
