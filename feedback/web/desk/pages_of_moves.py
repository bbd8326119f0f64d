"""Where each deed of the desk has its page: the table that the case page draws its buttons from."""

from feedback.domain.lifecycle import Action

PAGES: dict[Action, str] = {
    Action.ACCEPT: "desk.accept",
    Action.ASK_SUBMITTER: "desk.act",
    Action.RESUME: "desk.act",
    Action.REFUSE: "desk.act",
    Action.GUIDE: "desk.act",
    Action.FORWARD_OUTSIDE: "desk.act",
    Action.MERGE: "desk.act",
    Action.ASSIGN: "desk.act",
    Action.RESTRICT: "desk.act",
    Action.LIFT_RESTRICTION: "desk.act",
    Action.TRANSFER: "desk.act",
    Action.TAKE: "desk.act",
    Action.ALLOT: "desk.act",
    Action.PROPOSE_ANSWER: "desk.answer",
    Action.SEND_BACK: "desk.act",
    Action.APPROVE: "desk.act",
    Action.RETURN: "supervision.read",
    Action.RELEASE: "supervision.read",
}
"""Action → endpoint of its page. Moves of the sender and of the clock have none here."""
