"""One's own text blocks: words used often, with places in double square brackets that have to be filled in."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField

from feedback.domain.answers.blanks import blanks
from feedback.domain.errors import BadInput
from feedback.domain.permissions import Permission
from feedback.extensions import writing
from feedback.services import text_blocks
from feedback.web.desk import bp
from feedback.web.forms import HouseForm, at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.redirects import see


class BlockForm(HouseForm):
    """A block: its name and its words."""

    name = StringField(_l("Name of the block"), [required(_l("Write a name for the block.")),
                                                 at_most(text_blocks.LONGEST_NAME)])
    body = TextAreaField(_l("Words of the block"), [required(_l("Write the words of the block.")),
                                                    at_most(text_blocks.LONGEST)])


WORDS = {
    ("name", "taken"): _l("Another block of yours has this name."),
    ("name", "too_many"): _l("You keep 100 blocks already. Remove one first."),
    ("name", "missing"): _l("Write a name for the block."),
    ("name", "too_long"): _l("The name is too long."),
    ("body", "missing"): _l("Write the words of the block."),
    ("body", "too_long"): _l("The block is too long."),
}


@bp.route("/blocks", methods=["GET", "POST"])
@requires(Permission.CASE_DRAFT)
def blocks() -> ResponseReturnValue:
    """One's own blocks, and a new one by POST."""
    form = BlockForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(form)
    return _keep(form, None)


@bp.route("/blocks/<int:block_id>", methods=["GET", "POST"])
@requires(Permission.CASE_DRAFT)
def block(block_id: int) -> ResponseReturnValue:
    """Write an own block anew, or remove it (``do`` remove); somebody else's is a 404."""
    row = text_blocks.own(block_id, person_id=_me())
    if request.method == "GET":
        return _page(BlockForm(None, data={"name": row.name, "body": row.body}), block_id)
    if request.form.get("do") == "remove":
        with writing():
            text_blocks.forget(block_id, person_id=_me())
        return see("desk.blocks", done="block_removed")
    return _keep(BlockForm(request.form), block_id)


def _keep(form: BlockForm, block_id: int | None) -> ResponseReturnValue:
    if not form.validate():
        return _page(form, block_id), 422
    try:
        with writing():
            text_blocks.keep(person_id=_me(), name=form.name.data or "", body=form.body.data or "",
                             block_id=block_id)
    except BadInput as error:
        form.fail(error, WORDS)
        return _page(form, block_id), 422
    return see("desk.blocks", done="save")


def _me() -> int:
    person_id = current_actor().person_id
    assert person_id is not None  # the guard let only staff in
    return person_id


def _page(form: BlockForm, block_id: int | None = None) -> str:
    return render_template(
        "desk/blocks.html", form=form, block_id=block_id,
        rows=[{"id": row.id, "name": row.name, "body": row.body, "places": blanks(row.body)}
              for row in text_blocks.of_person(_me())] if block_id is None else [])
