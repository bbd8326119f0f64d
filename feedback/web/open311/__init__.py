"""Open311, GeoReport v2: services and requests as other cities' programs know them, from the specification.

Deviations, said in discovery too: there are no coordinates and no addresses, because a procedure has no place and
a place could show who complained; only settled and published cases are told, so every request is closed; instants
are days, and ``requested_datetime`` is empty because the day of receipt is not public; times are asked by the day
of publication.
"""

from flask import Blueprint

bp = Blueprint("open311", __name__, url_prefix="/open311/v2")

from feedback.web.open311 import discovery, requests, submitting  # noqa: E402, F401 -- the views join the blueprint
