"""A QR code as the path of an SVG: drawn in the page itself, so that nothing secret gets an address of its own."""

from typing import Any

import segno

QUIET = 4
"""Empty squares around the code that readers need (ISO/IEC 18004)."""


def picture(text: str) -> dict[str, Any]:
    """``size`` (squares a side, with the quiet zone) and ``path`` for ``components/qr.html``."""
    rows = segno.make(text, error="m", micro=False).matrix
    path = "".join(f"M{x + QUIET} {y + QUIET}h1v1h-1z" for y, row in enumerate(rows)
                   for x, dark in enumerate(row) if dark)
    return {"size": len(rows) + 2 * QUIET, "path": path}
