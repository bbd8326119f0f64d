"""Cases brought to where a desk finds them, and what the database says of them afterwards."""

from typing import Any

from flask import Flask

from feedback.domain.lifecycle import Action
from feedback.extensions import db, writing
from feedback.models.cases import Case
from feedback.services.cases import Receipt
from tests import factories
from tests.fixtures.cast import Cast


def bring(app: Flask, cast: Cast, to: Action | None = None, *, text: Any = factories.GOOD_ANSWER,
          **about: Any) -> Receipt:
    """A new complaint, taken along the ordinary way up to and including this move."""
    with app.app_context(), writing():
        receipt = factories.complaint(**about)
        if to is not None:
            factories.walk(receipt, to, hands=cast.hands, text=text)
        return receipt


def fact(app: Flask, receipt: Receipt, name: str) -> Any:
    """A column of the case as it is stored now."""
    with app.app_context():
        value = getattr(db.session.get_one(Case, receipt.case_id), name)
        db.session.rollback()
        return value
