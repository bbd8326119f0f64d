"""After a deed: see the page that shows it. No flash cookie; the word of the deed is in the address."""

from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response


def see(endpoint: str, *, done: str, **values: Any) -> Response:
    """303 to a page with ``?done=<code>``; the page looks the words up in ``web.labels.DONE``."""
    return redirect(url_for(endpoint, done=done, **values), code=303)
