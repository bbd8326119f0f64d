"""Signing in and out, and the sessions and password of one's own account; the second step."""

from flask import Blueprint

bp = Blueprint("account", __name__)

from feedback.web.account import own, second_step, signing, welcome  # noqa: E402, F401 -- the views join the blueprint
