"""What can be wrong with the running house, as codes that alarms and people are shown."""

from enum import StrEnum


class Fault(StrEnum):
    """Something that somebody has to look at."""

    QUEUE = "queue"
    """Redis does not answer: everything goes on, slower."""
    VAULT = "vault"
    """The vault does not answer: senders get no mail and no draft can be made for publication."""
    SWEEP_MISSING = "sweep_missing"
    SWEEP_LATE = "sweep_late"
    SWEEP_UNFINISHED = "sweep_unfinished"
    """It begins, and has not come to an end for too long."""
    SWEEP_EMPTY = "sweep_empty"
    """It ran and saw nothing, although something was owed and is owed still."""
    SWEEP_FAILING = "sweep_failing"
    MAIL_LATE = "mail_late"
    MAIL_DEAD = "mail_dead"
    """Notices were given up after seven days."""
    CLOCK = "clock"
    """The clock jumped: what cannot be taken back waits."""
