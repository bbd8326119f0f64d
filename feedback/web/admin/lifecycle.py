"""The life of a case as a picture and a table, both made from the table of moves."""

from typing import Any

from flask import render_template

from feedback.domain.lifecycle import MOVES, Move
from feedback.domain.lifecycle_diagram import HIGH, PICTURE, WIDE, picture
from feedback.domain.permissions import Permission
from feedback.web.admin import bp
from feedback.web.guards import requires
from feedback.web.labels import BUTTONS, label


@bp.get("/lifecycle")
@requires(Permission.OWN_ACCOUNT)
def lifecycle() -> str:
    """Every state and every step: who may take it, whether with a reason and a second person. For all staff."""
    boxes, arrows = picture()
    return render_template(
        "admin/lifecycle.html", boxes=[{"box": box, "lines": _two_lines(label(box.state))} for box in boxes],
        arrows=arrows, width=PICTURE[0], height=PICTURE[1], wide=WIDE, high=HIGH,
        rows=[_row(arrow.n, move) for arrow in arrows for move in arrow.moves], steps=len(MOVES))


def _row(n: int, move: Move) -> dict[str, Any]:
    return {"n": n, "action": str(BUTTONS[move.action]), "code": move.action.value,
            "start": label(move.from_) if move.from_ else "", "to": label(move.to),
            "by": [label(role) for role in sorted(move.by)], "why": move.must_say_why,
            "second": [label(role) for role in sorted(move.second_by)], "round": move.new_round}


def _two_lines(words: str) -> list[str]:
    """A name broken near its middle, to stand in a box."""
    if len(words) <= 22:
        return [words]
    spaces = [at for at, letter in enumerate(words) if letter == " "]
    at = min(spaces, key=lambda place: abs(place - len(words) / 2), default=len(words))
    return [words[:at], words[at + 1:]]
