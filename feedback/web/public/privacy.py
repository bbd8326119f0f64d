"""What is kept about people, what for, who sees it and how long: plain words, with the province's own numbers."""

from flask import render_template

from feedback.domain.complaints import MAX_SIGNERS
from feedback.domain.files import MOST_FILES
from feedback.domain.province import Switch
from feedback.queries.province import switch
from feedback.services.drafts import KEPT
from feedback.services.identity import GRANT_LASTS
from feedback.web.guards import public
from feedback.web.public import bp
from feedback.web.public.office import contact_facts
from feedback.web.security import allow_cache


@bp.get("/privacy")
@public
def privacy() -> str:
    """The privacy notice."""
    allow_cache("public, max-age=60")
    return render_template(
        "public/privacy.html", identity_days=switch(Switch.KEEP_IDENTITY_DAYS), draft_days=KEPT.days,
        open_hours=int(GRANT_LASTS.total_seconds() // 3600), most_files=MOST_FILES, most_signers=MAX_SIGNERS,
        anonymous_taken=bool(switch(Switch.ANONYMOUS_ALLOWED)), contact=contact_facts())
