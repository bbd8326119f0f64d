"""The jobs: each takes one id, calls one service, carries no words, and may be run twice or by hand."""

from feedback.services import mailing
from workers import schedule


def tick(bucket: int) -> list[str]:
    """Run the sweeps that are due. ``bucket`` is the span of time that this tick stands for."""
    return schedule.tick()


def deliver(row_id: int) -> int:
    """Send one owed notice; how many went out."""
    return mailing.deliver(row_id).sent


def deliver_owed(row_id: int) -> int:
    """Send what is owed, a batch of it; ``row_id`` is a row that rang. How many went out."""
    return mailing.deliver_owed().sent
