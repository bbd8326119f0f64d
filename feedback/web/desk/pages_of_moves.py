"""Where each deed of the desk has its page: the table that the case page draws its buttons from."""

from feedback.domain.lifecycle import Action

PAGES: dict[Action, str] = {
    Action.ACCEPT: "desk.accept",
    Action.ASK_SUBMITTER: "desk.ask_submitter",
    Action.RESUME: "desk.act",
    Action.REFUSE: "desk.refuse",
    Action.GUIDE: "desk.guide",
    Action.FORWARD_OUTSIDE: "desk.forward_outside",
    Action.MERGE: "desk.merge",
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
