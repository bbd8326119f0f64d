"""The public desk: front page, complaint, tracking, register, and what explains them."""

from flask import Blueprint

bp = Blueprint("public", __name__)

from feedback.web.public import (  # noqa: E402 -- the views join the blueprint
    complain,  # noqa: F401
    feeds,  # noqa: F401
    files,  # noqa: F401
    front,  # noqa: F401
    letter,  # noqa: F401
    lost,  # noqa: F401
    numbers,  # noqa: F401
    overdue,  # noqa: F401
    own_identity,  # noqa: F401
    privacy,  # noqa: F401
    reader,  # noqa: F401
    register,  # noqa: F401
    register_case,  # noqa: F401
    track,  # noqa: F401
)
