"""The publishers' desk: drafts, one draft with its marks, and imported drafts a page at a time."""

from flask import Blueprint

bp = Blueprint("publication", __name__, url_prefix="/desk/publication")

from feedback.web.publication import batch, drafts, one  # noqa: E402, F401 -- the views join the blueprint
