"""Every message has somebody to go to, and what is the office's business stays in the office."""

from feedback.domain.notices import RECIPIENTS, Notice, Recipient, reaches_complainant, recipients


def test_every_message_has_recipients() -> None:
    assert set(RECIPIENTS) == set(Notice)
    assert all(recipients(notice) for notice in Notice)


def test_the_citizen_never_gets_the_offices_own_messages() -> None:
    inner = {
        Notice.CASE_ASSIGNED,
        Notice.CASE_OVERDUE,
        Notice.CASE_DUE_SOON,
        Notice.ANSWER_RETURNED,
        Notice.GATE_WAITING,
        Notice.APPROVAL_WAITING,
        Notice.ACCOUNT_INVITE,
    }
    assert not any(reaches_complainant(notice) for notice in inner)


def test_every_end_of_a_case_is_told_to_the_citizen() -> None:
    ends = {
        Notice.ANSWER_READY,
        Notice.CASE_REFUSED,
        Notice.CASE_GUIDED,
        Notice.CASE_FORWARDED,
        Notice.CASE_MERGED,
        Notice.CASE_WITHDRAWN,
        Notice.CASE_CLOSED,
    }
    assert all(reaches_complainant(notice) for notice in ends)


def test_silence_reaches_the_chairman_in_the_end() -> None:
    assert recipients(Notice.CASE_OVERDUE)[-1] is Recipient.CHAIRMAN
