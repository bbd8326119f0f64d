"""Writing down a complaint for somebody who came, called or wrote (Decree 20/2008/NĐ-CP, articles 6 and 7: who
receives by telephone writes it down faithfully; Decision 31/2021/QĐ-TTg, article 43: all of it goes into the
system).
"""

from feedback.domain.complaints import Complaint
from feedback.domain.errors import BadInput
from feedback.domain.kinds import Channel
from feedback.domain.permissions import Actor
from feedback.domain.roles import Role
from feedback.services import cases, history
from feedback.services.cases import Receipt

BY_STAFF = (Channel.COUNTER, Channel.PHONE, Channel.POST, Channel.EMAIL)
"""How a complaint comes that somebody of intake writes down."""


def enter(complaint: Complaint, *, nonce: str, secret: str, pepper: str, actor: Actor, read_back: bool) -> Receipt:
    """Take in what a member of staff wrote down; the receipt is for the sender. ``read_back``: what was written
    was read to the caller, who agreed. The day of receipt and the time of entry are both kept. Raises as
    ``cases.submit``; also BadInput ('channel', 'not_by_staff') and ('read_back', 'missing') for a call."""
    if complaint.channel not in BY_STAFF:
        raise BadInput("channel", "not_by_staff")
    if complaint.channel is Channel.PHONE and not read_back:
        raise BadInput("read_back", "missing")
    receipt = cases.submit(complaint, nonce=nonce, secret=secret, pepper=pepper, actor=actor)
    if not receipt.repeated:
        role = next(r for r in (Role.INTAKE, Role.RESTRICTED_DESK) if r in actor.roles)
        history.record(chain=f"case:{receipt.case_id}", type="entered", actor=actor, role=role,
                       payload={"channel": complaint.channel.value, "read_back": read_back})
    return receipt
