"""Coming back to a complaint: going on with a draft, or getting the receipt whose reply was lost on the way."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from feedback.services.drafts import Draft
from feedback.web.csrf import csrf_token
from feedback.web.public import drafting
from feedback.web.public.drafting import STEP
from feedback.web.public.receipt import keep_receipt


def front_door(*, asked: bool) -> ResponseReturnValue | None:
    """What stands before the form: the receipt of a complaint that went out although its reply never came, on
    every page (the browser's Back leads to the last one), or, where no page was ``asked`` for, the question
    whether to go on with a draft. None: nothing, or the writer goes on (``?draft=open``)."""
    draft = drafting.found()
    if draft is None:
        return None
    if draft.sent:
        keep_receipt(nonce=draft.fields["nonce"][0], reference=draft.fields["reference"][0], again=True)
        return redirect(url_for("public.receipt"), code=303)
    if asked or request.args.get("draft") == "open":
        return None
    beginning = " ".join("".join(draft.fields.get("narrative", [])).split())
    return render_template("public/complain_resume.html", saved_at=draft.saved_at,
                           beginning=f"{beginning[:120]}…" if len(beginning) > 120 else beginning,
                           csrf_token=csrf_token())


def opened() -> tuple[MultiDict[str, str], str] | None:
    """The fields of the draft and the page on which its writer was; None without a draft to go on with."""
    draft: Draft | None = drafting.found()
    if draft is None or draft.sent:
        return None
    fields = MultiDict((name, value) for name, values in draft.fields.items() for value in values)
    return fields, fields.get(STEP, "")
