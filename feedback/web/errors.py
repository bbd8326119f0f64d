"""Every refusal gets its status and its page: what happened, that nothing was lost, what to do next."""

from typing import Any

from flask import Flask, g, render_template, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from feedback.domain.errors import (
    BadInput,
    HouseError,
    MoveNotAllowed,
    NotKept,
    NotPermitted,
    OutOfReach,
    ReasonMissing,
    SamePerson,
    StaleEdit,
    StorageUnavailable,
    VaultUnavailable,
)
from feedback.extensions import db
from feedback.web.logs import request_id
from feedback.web.machine_answers import is_for_programs, refusal

STATUS: dict[type[Exception], int] = {
    OutOfReach: 404, NotPermitted: 403, MoveNotAllowed: 409, StaleEdit: 409, StaleDataError: 409,
    SamePerson: 403, ReasonMissing: 400, BadInput: 400, VaultUnavailable: 503, OperationalError: 503,
    StorageUnavailable: 503, NotKept: 410,
}
PAGES = frozenset({400, 403, 404, 405, 409, 410, 413, 429, 500, 503})


def init_errors(app: Flask) -> None:
    """Register one handler for HTTP errors, one for the house's own and one for what nobody expected."""

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> Any:
        if error.response is not None or (error.code or 500) < 400:
            return error
        return _page(error.code or 500, error)

    def _ours(error: Exception) -> Any:
        status = next(STATUS[t] for t in type(error).__mro__ if t in STATUS)
        db.session.rollback()
        if status == 503:
            app.logger.warning("unavailable", exc_info=error)
        return _page(status)

    for kind in (HouseError, StaleDataError, OperationalError):
        app.register_error_handler(kind, _ours)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> Any:
        app.logger.error("unexpected", exc_info=error)
        db.session.rollback()
        return _page(500)


def _page(status: int, fault: Exception | None = None) -> Any:
    shown = status if status in PAGES else (500 if status >= 500 else 400)
    headers = {"Retry-After": "30"} if status in (429, 503) else {}
    if is_for_programs(request.path):
        return refusal(shown, fault=fault), status, headers
    g.refused = True
    return render_template(f"errors/{shown}.html", incident=request_id()), status, headers
