"""The listed reasons for not taking a complaint on, for guiding it and for forwarding it."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired

from feedback.domain import registers
from feedback.domain.errors import BadInput
from feedback.domain.lifecycle import Action
from feedback.domain.listed_reasons import Listed
from feedback.domain.permissions import Permission
from feedback.domain.registers import TEXT_LONGEST, RowChanged, fingerprint
from feedback.extensions import writing
from feedback.queries.reason_register import KeptReason, kept_reason, kept_reasons
from feedback.services import reasons as deeds
from feedback.web import redirects
from feedback.web.admin import bp
from feedback.web.admin.editing import Clean, RegisterForm, changed_page, edit_page, lines
from feedback.web.forms import at_most, required
from feedback.web.guards import current_actor, requires
from feedback.web.language import current_language

FOR = {Action.REFUSE: _l("Not taking it on"), Action.GUIDE: _l("Guiding to another legal way"),
       Action.FORWARD_OUTSIDE: _l("Forwarding outside the province")}
"""What a reason is given for."""


class ReasonRowForm(RegisterForm):
    """One reason. What it is for cannot be changed later: steps that were taken name its code."""

    step = SelectField(_l("Reason for"), [InputRequired(_l("Choose what it is a reason for."))])
    name_vi = StringField(_l("Name in Vietnamese"), [Clean(registers.words)],
                          description=_l("Staff choose by it."))
    name_en = StringField(_l("Name in English"), [Clean(registers.text, empty=True)])
    text_vi = TextAreaField(_l("What the sender reads, in Vietnamese"),
                            [required(_l("This has to be filled in.")), at_most(TEXT_LONGEST)],
                            filters=[lines],
                            description=_l("Places to complete for each case stand in [[double brackets]]; "
                                           "nothing is sent while one is left open."))
    text_en = TextAreaField(_l("The same in English"), [at_most(TEXT_LONGEST)], filters=[lines])
    legal_basis = StringField(_l("Legal basis"), [Clean(registers.words, longest=TEXT_LONGEST)])
    active = BooleanField(_l("Staff may choose it"), default=True)

    def __init__(self, kept: KeptReason | None) -> None:
        data: dict[str, object] = {} if kept is None else deeds.values_of(kept)
        shown = {"shown": fingerprint(data)} if kept else {}
        super().__init__(request.form if request.method == "POST" else None, data={**data, **shown})
        self.step.choices = [("", gettext("Choose …")), *((a.value, words) for a, words in FOR.items())]
        if kept is not None:
            del self.step

    def listed(self, kept: KeptReason | None) -> Listed:
        """What was typed, as the deed takes it."""
        return Listed(
            code=kept.listed.code if kept else "", action=kept.listed.action if kept else Action(self.step.data),
            name_vi=self.name_vi.data, name_en=self.name_en.data, text_vi=self.text_vi.data,
            text_en=self.text_en.data, legal_basis=self.legal_basis.data)


@bp.get("/reasons")
@requires(Permission.REGISTERS_MANAGE)
def reasons() -> str:
    """The reasons, by what they are given for."""
    lang, kept = current_language(), kept_reasons()
    return render_template("admin/reasons.html", groups=[
        {"name": words, "rows": [
            {"name": one.listed.name(lang) or one.listed.name_vi, "basis": one.listed.legal_basis,
             "active": one.active, "own": one.own, "url": url_for("admin.reason", reason_code=one.listed.code)}
            for one in kept if one.listed.action is action]} for action, words in FOR.items()])


@bp.route("/reasons/new", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def new_reason() -> Any:
    """Add a reason of the province's own."""
    form = ReasonRowForm(None)
    if request.method == "POST" and form.validate():
        with writing():
            deeds.add(form.listed(None), active=form.active.data, actor=current_actor())
        return redirects.see("admin.reasons", done="save")
    return edit_page(gettext("Add a reason"), form, back=url_for("admin.reasons"), back_label=gettext("Reasons"),
                     button=gettext("Add"))


@bp.route("/reasons/<reason_code>", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def reason(reason_code: str) -> Any:
    """Change a reason, or take it out of the list."""
    kept = kept_reason(reason_code) or abort(404)
    form = ReasonRowForm(kept)
    if request.method == "POST" and form.validate():
        try:
            with writing():
                deeds.change(form.listed(kept), active=form.active.data, shown=form.shown.data or "",
                             actor=current_actor())
            return redirects.see("admin.reasons", done="save")
        except RowChanged:
            now = kept_reason(reason_code) or abort(404)
            return changed_page(form, deeds.values_of(now), again=request.path)
    after = []
    if kept.own and kept.shipped:
        after = [{"label": gettext("Go back to the words it came with"),
                  "url": url_for("admin.put_back_reason", reason_code=reason_code)}]
    return edit_page(
        kept.listed.name(current_language()) or kept.listed.name_vi, form, after=after,
        back=url_for("admin.reasons"), back_label=gettext("Reasons"),
        facts=[{"term": gettext("Reason for"), "value": FOR[kept.listed.action]}])


@bp.route("/reasons/<reason_code>/put-back", methods=["GET", "POST"])
@requires(Permission.REGISTERS_MANAGE)
def put_back_reason(reason_code: str) -> Any:
    """Let the words stand again that the reason came with, after asking once."""
    kept = kept_reason(reason_code)
    if kept is None or not (kept.own and kept.shipped):
        abort(404)
    if request.method == "POST":
        try:
            with writing():
                deeds.put_back(reason_code, shown=request.form.get("shown", ""), actor=current_actor())
            return redirects.see("admin.reasons", done="save")
        except BadInput:
            abort(404)
        except RowChanged:
            return changed_page(RegisterForm(), {}, again=request.path)
    return render_template(
        "admin/remove.html", title=gettext("Go back to the words it came with?"),
        thing=kept.listed.name(current_language()) or kept.listed.name_vi,
        words=gettext("Your own words for it go away. What was sent with them stays as it was sent."),
        shown=fingerprint(deeds.values_of(kept)), back=url_for("admin.reason", reason_code=reason_code),
        button=gettext("Go back to the words it came with"))
