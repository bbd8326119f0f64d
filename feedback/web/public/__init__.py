"""The public desk: front page, complaint, tracking, register, and what explains them."""

from flask import Blueprint

bp = Blueprint("public", __name__)

from feedback.web.public import complain, front, register, track  # noqa: E402, F401 -- the views join the blueprint
