"""Which clocks each move stops, starts, pauses or resumes. Read beside ``lifecycle.MOVES``.

The citizen's clock (``total``) runs from receipt and ends only when an answer is released or the case leaves in
a way that is counted apart; the holding agency's clock (``handle``, after a return ``redo``) stops when the
answer goes to the gate (design §2, §3, §13.6).
"""

from dataclasses import dataclass

from feedback.domain.deadlines import DeadlineKind as K
from feedback.domain.lifecycle import Action


@dataclass(frozen=True)
class ClockChange:
    """What one move does to the clocks of a case. ``met`` says whether stopping counts as having kept the
    limit when in time; moves that end a case without an answer leave that open."""

    stop: frozenset[K] = frozenset()
    start: tuple[K, ...] = ()
    pause: frozenset[K] = frozenset()
    resume: frozenset[K] = frozenset()
    counts_as_kept: bool = True


EVERY_KIND = frozenset(K)
_WITH_AGENCY = frozenset({K.HANDLE, K.REDO, K.APPROVE, K.TRANSFER_REPLY, K.EXTENSION})
_ANSWERING = frozenset({K.TOTAL, K.HANDLE, K.REDO})
_LEFT = ClockChange(stop=EVERY_KIND, counts_as_kept=False)


def _stops(*kinds: K) -> frozenset[K]:
    return frozenset(kinds)


CLOCKS: dict[Action, ClockChange] = {
    Action.SUBMIT: ClockChange(start=(K.TOTAL, K.RECEIVE)),
    # Whoever asks, intake or the officer: what runs for the answer waits for the sender, and goes on afterwards.
    Action.ASK_SUBMITTER: ClockChange(stop=_stops(K.RECEIVE), start=(K.SUPPLY,), pause=_ANSWERING),
    Action.SUPPLEMENT: ClockChange(stop=_stops(K.SUPPLY), resume=_ANSWERING),
    Action.RESUME: ClockChange(stop=_stops(K.SUPPLY), resume=_ANSWERING),
    Action.ACCEPT: ClockChange(stop=_stops(K.RECEIVE), start=(K.TRANSFER,)),
    Action.ASSIGN: ClockChange(stop=_stops(K.TRANSFER), start=(K.HANDLE,)),
    Action.RESTRICT: ClockChange(),
    Action.LIFT_RESTRICTION: ClockChange(),
    Action.TRANSFER: ClockChange(stop=_WITH_AGENCY, start=(K.HANDLE,), counts_as_kept=False),
    Action.TAKE: ClockChange(),
    Action.ALLOT: ClockChange(),
    Action.PROPOSE_ANSWER: ClockChange(start=(K.APPROVE,)),
    Action.SEND_BACK: ClockChange(stop=_stops(K.APPROVE)),
    Action.APPROVE: ClockChange(stop=_WITH_AGENCY, start=(K.GATE,)),
    Action.RETURN: ClockChange(stop=_stops(K.GATE), start=(K.REDO,)),
    Action.RELEASE: ClockChange(stop=_stops(K.GATE, K.TOTAL)),
    Action.CLOSE: ClockChange(),
    Action.OBJECT: ClockChange(stop=EVERY_KIND, counts_as_kept=False),
    Action.REOPEN: ClockChange(stop=EVERY_KIND, start=(K.TOTAL, K.HANDLE), counts_as_kept=False),
    Action.REFUSE: _LEFT,
    Action.GUIDE: _LEFT,
    Action.FORWARD_OUTSIDE: _LEFT,
    Action.MERGE: _LEFT,
    Action.WITHDRAW: _LEFT,
}

_READ_AGAIN: dict[str, tuple[K, ...]] = {"submitted": (K.RECEIVE,)}
STARTS_IN: dict[Action, dict[str, tuple[K, ...]]] = {
    Action.OBJECT: {"assigned": (K.TOTAL, K.HANDLE), "submitted": (K.TOTAL, K.RECEIVE)},
    Action.SUPPLEMENT: _READ_AGAIN,
    Action.RESUME: _READ_AGAIN,
}
"""Moves that lead to more than one state: the clocks they start, by the state they lead to."""

HELD_BY_AGENCY: frozenset[K] = frozenset({K.HANDLE, K.REDO, K.APPROVE, K.COMMITMENT, K.EXPLANATION})
"""Clocks whose holder is the handling agency; the others are the province office's or the sender's."""
