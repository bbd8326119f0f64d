"""The table of moves as a picture: nothing is drawn by hand, so it cannot say anything else than the table.

``mermaid`` is what the README shows; ``picture`` is what the page draws as SVG, each arrow with a number that the
table beside it explains.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot

from feedback.domain.lifecycle import ENDED, MOVES, Action, Move, State

WIDE, HIGH = 176.0, 46.0
"""Size of a box, in units of the picture."""
_COLUMNS, _ROWS = (20.0, 290.0, 560.0), 92.0
_PLACES: dict[State, tuple[int, int]] = {
    State.SUBMITTED: (1, 0), State.AWAITING_SUBMITTER: (0, 0), State.ACCEPTED: (1, 1), State.ASSIGNED: (1, 2),
    State.IN_PROGRESS: (1, 3), State.AWAITING_DETAILS: (0, 3), State.AGENCY_APPROVAL: (1, 4),
    State.GATE_REVIEW: (1, 5), State.ANSWERED: (1, 6), State.CLOSED: (1, 7), State.REFUSED: (2, 0),
    State.GUIDED: (2, 1), State.FORWARDED_OUTSIDE: (2, 2), State.MERGED: (2, 3), State.WITHDRAWN: (2, 5),
}
"""Column and row of each state: the way of a case down the middle, waiting left, other ends right."""
PICTURE = (_COLUMNS[-1] + WIDE + 20.0, 8 * _ROWS)
"""Width and height of the whole picture."""


@dataclass(frozen=True)
class Box:
    """A state and the upper left corner of its box."""

    state: State
    x: float
    y: float

    @property
    def ended(self) -> bool:
        """Whether the citizen's clock has ended there."""
        return self.state in ENDED


@dataclass(frozen=True)
class Arrow:
    """All moves that lead from one state to another: their number, the line, and where the number stands."""

    n: int
    moves: tuple[Move, ...]
    path: str
    at: tuple[float, float]


def drawn(moves: Sequence[Move] = MOVES) -> list[tuple[Move, ...]]:
    """The moves grouped as they are drawn: those from the same state to the same other one together; withdrawing,
    which is possible nearly everywhere, as one group without an arrow of its own."""
    groups: dict[tuple[State | None, State], list[Move]] = {}
    for move in moves:
        start = None if move.action in (Action.SUBMIT, Action.WITHDRAW) else move.from_
        groups.setdefault((start, move.to), []).append(move)
    return [tuple(group) for group in groups.values()]


def picture() -> tuple[list[Box], list[Arrow]]:
    """Boxes and numbered arrows. What starts nowhere (sending) or nearly everywhere (withdrawing) and what leads
    back to the same state has its number at the box itself."""
    boxes = {state: Box(state, _COLUMNS[column], 20.0 + row * _ROWS) for state, (column, row) in _PLACES.items()}
    arrows = [_arrow(n, moves, boxes) for n, moves in enumerate(drawn(), start=1)]
    return list(boxes.values()), arrows


def mermaid() -> str:
    """The table as a Mermaid state diagram, one line for each pair of states."""
    lines = ["stateDiagram-v2"]
    for moves in drawn():
        actions = ", ".join(dict.fromkeys(move.action.value for move in moves))
        starts = dict.fromkeys(move.from_ for move in moves)
        lines += [f"    {start.value if start else '[*]'} --> {moves[0].to.value}: {actions}" for start in starts]
    return "\n".join(lines)


def _arrow(n: int, moves: tuple[Move, ...], boxes: dict[State, Box]) -> Arrow:
    to, start = boxes[moves[0].to], moves[0].from_
    alone = start is None or moves[0].action is Action.WITHDRAW or start is moves[0].to
    if alone:
        beside = sum(earlier[0].to is moves[0].to and _at_box(earlier) for earlier in drawn()[:n - 1])
        return Arrow(n, moves, "", (to.x + WIDE - 14.0 - 26.0 * beside, to.y))
    from_ = boxes[start]
    x1, y1, x2, y2 = from_.x + WIDE / 2, from_.y + HIGH / 2, to.x + WIDE / 2, to.y + HIGH / 2
    if from_.x == to.x:
        return _down(n, moves, from_, to)
    right = to.x > from_.x
    x1, x2 = (from_.x + WIDE, to.x) if right else (from_.x, to.x + WIDE)
    shift = 10.0 if right else -10.0  # there and back do not lie on each other
    y1, y2 = y1 + shift, y2 + shift
    share = (0.25 if from_.state is State.SUBMITTED else 0.5) if right else 0.2
    return Arrow(n, moves, f"M{x1:.0f} {y1:.0f} L{x2:.0f} {y2:.0f}",
                 (x1 + (x2 - x1) * share, y1 + (y2 - y1) * share))


def _down(n: int, moves: tuple[Move, ...], from_: Box, to: Box) -> Arrow:
    """Within a column: straight to the next row, in a bow past others and upwards."""
    rows = round((to.y - from_.y) / _ROWS)
    if rows == 1:
        x, y = from_.x + WIDE / 2, from_.y + HIGH
        return Arrow(n, moves, f"M{x:.0f} {y:.0f} L{x:.0f} {to.y:.0f}", (x, (y + to.y) / 2))
    side, out = (from_.x, -1) if rows < 0 else (from_.x + WIDE, 1)
    bow = side + out * (18.0 + 12.0 * abs(rows))
    y1, y2 = from_.y + HIGH * 0.4, to.y + HIGH * 0.6
    return Arrow(n, moves, f"M{side:.0f} {y1:.0f} C{bow:.0f} {y1:.0f} {bow:.0f} {y2:.0f} {side:.0f} {y2:.0f}",
                 (side + (bow - side) * 0.75, (y1 + y2) / 2))


def _at_box(moves: tuple[Move, ...]) -> bool:
    return moves[0].from_ in (None, moves[0].to) or moves[0].action is Action.WITHDRAW


def crowded(arrows: Sequence[Arrow], *, least: float = 18.0) -> list[tuple[int, int]]:
    """Pairs of numbers that stand nearer to each other than ``least`` units: they could not be read."""
    return [(a.n, b.n) for i, a in enumerate(arrows) for b in arrows[i + 1:]
            if hypot(a.at[0] - b.at[0], a.at[1] - b.at[1]) < least]
