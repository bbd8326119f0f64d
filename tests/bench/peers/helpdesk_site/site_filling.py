"""Fills the peer's empty, migrated database through its own models; run with its own Python.

Reads one ticket a line from standard input, as JSON: ``title``, ``text``, ``answer``, ``email``, ``day``
('2026-11-20'), ``open``. Each gets the follow-up that its own form writes with a ticket. ``bulk_create`` instead
of one save after the other only shortens the filling: the rows are the same. Prints what was filled, as JSON.
"""

import json
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import transaction  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402

BATCH = 1_000


def main() -> None:
    """Everything, batch by batch."""
    for name in ("created", "modified"):  # else every ticket would be of this minute
        field = Ticket._meta.get_field(name)
        field.auto_now = field.auto_now_add = False
    get_user_model().objects.create_superuser(
        os.environ["PEER_STAFF"], "staff@mau.example", os.environ["PEER_STAFF_PASSWORD"])
    queue = Queue.objects.create(title="Bench", slug="bench", allow_public_submission=True,
                                 email_address="bench@mau.example")
    tickets = open_ones = 0
    lines = iter(sys.stdin)
    while batch := [json.loads(line) for line in islice(lines, BATCH)]:
        _write(batch, queue)
        tickets += len(batch)
        open_ones += sum(one["open"] for one in batch)
    print(json.dumps({"tickets": tickets, "open": open_ones, "queue": queue.pk}))


def _write(batch: Iterable[dict], queue: Queue) -> None:
    made = []
    for one in batch:
        on = datetime.fromisoformat(one["day"]).replace(hour=8, tzinfo=UTC)
        made.append(Ticket(
            title=one["title"], queue=queue, created=on, modified=on, submitter_email=one["email"],
            status=Ticket.OPEN_STATUS if one["open"] else Ticket.CLOSED_STATUS, description=one["text"],
            resolution=None if one["open"] else one["answer"], priority=3))
    with transaction.atomic():
        FollowUp.objects.bulk_create(
            FollowUp(ticket=ticket, date=ticket.created, title="Ticket Opened Via Web", public=True,
                     comment=ticket.description) for ticket in Ticket.objects.bulk_create(made))


if __name__ == "__main__":
    main()
