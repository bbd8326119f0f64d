"""A new tracking key: by a code to the e-mail that was given, or at the counter with two people."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from feedback.domain import references
from feedback.domain.errors import MoveNotAllowed, NotPermitted, OutOfReach, ReasonMissing, SamePerson
from feedback.domain.kinds import Category
from feedback.extensions import db, writing
from feedback.models.cases import Case, Note
from feedback.models.events import Event
from feedback.models.outbox import Outbox
from feedback.models.reissues import KeyReissue
from feedback.queries import tracking
from feedback.services import cases, mailing, reissue, reissue_counter
from feedback.services.cases import Receipt
from tests.engines.smtp import Sink
from tests.factories import actor_of, case_of
from tests.fixtures.cast import Cast, Citizen
from tests.fixtures.time import Clock

CODE = re.compile(r"^([0-9A-Z]{4}-[0-9A-Z]{4})\r?$", re.MULTILINE)


def asked(receipt: Receipt, email: str = "an@thu.example") -> int:
    """Ask by e-mail; how many codes are owed now."""
    with writing():
        reissue.ask_by_contact(receipt.reference, email)
    return db.session.scalar(select(func.count(Outbox.id)).where(Outbox.notice == "key-code")) or 0


def code(receipt: Receipt) -> str:
    db.session.rollback()
    made = reissue.code_to_mail(receipt.case_id)
    assert made is not None
    return made


def used(receipt: Receipt, typed: str, nonce: str | None = None) -> str | None:
    with writing():
        return reissue.use_code(receipt.reference, typed, nonce=nonce or cases.new_nonce())


def opens(app: Flask, key: str) -> int | None:
    db.session.rollback()
    return tracking.case_id_of_key(references.key_hash(app.extensions["settings"].pepper.encode(), key))


@pytest.fixture
def receipt(an: Citizen, db_session) -> Receipt:
    return an.complains()


def test_the_code_goes_to_the_address_that_was_given_and_says_nothing_of_the_case(
        receipt: Receipt, post: Sink, frozen: Clock) -> None:
    assert asked(receipt, " AN@Thu.example ") == 1
    mailing.deliver_owed()
    mail = next(m for m in post.messages if "Mã xác nhận" in str(m["Subject"]))
    body = mail.get_body(("plain",)).get_content()
    assert str(mail["To"]) == "an@thu.example"
    assert CODE.findall(body)[0] == code(receipt)
    for secret in (receipt.key, "hộ khẩu", "Nguyễn Văn An", "phản ánh"):
        assert secret not in str(mail) + body


def test_the_right_code_gives_a_new_key_and_ends_the_old_one(app: Flask, receipt: Receipt) -> None:
    asked(receipt)
    nonce = cases.new_nonce()
    assert used(receipt, code(receipt).lower().replace("-", " "), nonce) == receipt.reference
    assert opens(app, reissue.key_of(nonce)) == receipt.case_id
    assert opens(app, receipt.key) is None
    events = db.session.scalars(select(Event.type).where(Event.chain == f"case:{receipt.case_id}")).all()
    assert events[-1] == "key_reissued"


def test_a_double_click_gives_the_same_key_once(app: Flask, receipt: Receipt) -> None:
    asked(receipt)
    nonce, typed = cases.new_nonce(), code(receipt)
    assert [used(receipt, typed, nonce) for _ in range(3)] == [receipt.reference] * 3
    assert db.session.scalar(select(func.count(Event.seq)).where(Event.type == "key_reissued")) == 1


def test_a_code_is_good_once(app: Flask, receipt: Receipt) -> None:
    asked(receipt)
    typed, first = code(receipt), cases.new_nonce()
    used(receipt, typed, first)
    assert used(receipt, typed) is None
    assert opens(app, reissue.key_of(first)) == receipt.case_id


def test_a_code_lives_half_an_hour(receipt: Receipt, frozen: Clock) -> None:
    asked(receipt)
    typed = code(receipt)
    frozen.go_on(minutes=31)
    assert used(receipt, typed) is None
    assert reissue.code_to_mail(receipt.case_id) is None


def test_a_late_mail_server_sends_no_dead_code(receipt: Receipt, post: Sink, frozen: Clock) -> None:
    asked(receipt)
    frozen.go_on(minutes=31)
    mailing.deliver_owed()
    assert not [m for m in post.messages if "Mã xác nhận" in str(m["Subject"])]


def test_after_five_wrong_codes_the_right_one_is_refused_too(receipt: Receipt) -> None:
    asked(receipt)
    typed = code(receipt)
    wrong = "0000-0000" if typed != "0000-0000" else "1111-1111"
    assert [used(receipt, wrong) for _ in range(5)] == [None] * 5
    assert used(receipt, typed) is None


def test_only_the_newest_code_counts(receipt: Receipt) -> None:
    asked(receipt)
    old = code(receipt)
    asked(receipt)
    assert code(receipt) != old
    assert used(receipt, old) is None
    assert used(receipt, code(receipt)) == receipt.reference


def test_a_code_of_one_case_opens_no_other(receipt: Receipt, an: Citizen) -> None:
    other = an.complains()
    asked(receipt)
    asked(other)
    assert used(other, code(receipt)) is None


def test_a_wrong_address_or_reference_owes_no_mail(receipt: Receipt, an: Citizen) -> None:
    assert asked(receipt, "binh@thu.example") == 0
    assert asked(receipt, "") == 0
    with writing():
        for reference in ("0000-0000", "", "x", "Ệ" * 8):
            reissue.ask_by_contact(reference, "an@thu.example")
    assert db.session.scalar(select(func.count(Outbox.id)).where(Outbox.notice == "key-code")) == 0


def test_three_codes_a_day_fill_nobodys_mailbox(receipt: Receipt, frozen: Clock) -> None:
    assert [asked(receipt) for _ in range(5)] == [1, 2, 3, 3, 3]
    frozen.go_on(days=1, minutes=1)
    assert asked(receipt) == 4


def test_the_code_stands_nowhere_in_the_database(receipt: Receipt) -> None:
    asked(receipt)
    typed = code(receipt)
    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            assert typed not in repr(row)
            assert typed.replace("-", "") not in repr(row)


def test_nobody_reads_in_the_database_which_key_was_given(receipt: Receipt) -> None:
    asked(receipt)
    nonce = cases.new_nonce()
    used(receipt, code(receipt), nonce)
    key = reissue.key_of(nonce)
    for name in ("case_file", "key_reissue", "event", "outbox", "note"):
        rows = repr(db.session.execute(text(f"SELECT * FROM {name}")).all())
        assert key not in rows
        assert nonce not in rows


# At the counter ------------------------------------------------------------------------------------------------


@pytest.fixture
def at_counter(app: Flask, cast: Cast, binh: Citizen, db_session) -> Callable[..., tuple[Case, KeyReissue]]:
    """A request for a new key of an anonymous case, made by intake."""

    def ask(**about: object) -> tuple[Case, KeyReissue]:
        binh.identity = {}
        receipt = binh.complains(**about)
        who = cast.restricted if about.get("category") else cast.intake
        with writing():
            row = reissue_counter.ask(case_of(receipt), actor=actor_of(who), checked="Đọc lại đúng câu đầu.")
            row_id = row.id
        return case_of(receipt), db.session.get_one(KeyReissue, row_id)

    return ask


def test_an_anonymous_sender_gets_a_new_key_when_two_people_are_sure(
        app: Flask, cast: Cast, binh: Citizen, at_counter) -> None:
    case, row = at_counter()
    nonce = cases.new_nonce()
    with writing():
        reissue_counter.decide(case, row, actor=actor_of(cast.second_intake), granted=True)
    with writing():
        key = reissue_counter.show(case, row, actor=actor_of(cast.intake), nonce=nonce)
    assert opens(app, key) == case.id
    assert opens(app, binh.receipt.key) is None
    with writing():
        assert reissue_counter.show(case, row, actor=actor_of(cast.intake), nonce=nonce) == key
    with pytest.raises(MoveNotAllowed), writing():
        reissue_counter.show(case, row, actor=actor_of(cast.intake), nonce=cases.new_nonce())
    assert opens(app, key) == case.id


def test_nobody_confirms_their_own_request(cast: Cast, at_counter) -> None:
    case, row = at_counter()
    with pytest.raises(SamePerson), writing():
        reissue_counter.decide(case, row, actor=actor_of(cast.intake), granted=True)


def test_without_the_second_person_no_key_is_shown(app: Flask, cast: Cast, binh: Citizen, at_counter) -> None:
    case, row = at_counter()
    with pytest.raises(MoveNotAllowed), writing():
        reissue_counter.show(case, row, actor=actor_of(cast.intake), nonce=cases.new_nonce())
    assert opens(app, binh.receipt.key) == case.id


def test_a_declined_request_gives_nothing_and_another_one_may_be_made(cast: Cast, at_counter) -> None:
    case, row = at_counter()
    with pytest.raises(MoveNotAllowed, match="proposal_open"), writing():
        reissue_counter.ask(case, actor=actor_of(cast.intake), checked="Lại nữa.")
    with writing():
        reissue_counter.decide(case, row, actor=actor_of(cast.ha), granted=False)
    with pytest.raises(MoveNotAllowed), writing():
        reissue_counter.show(case, row, actor=actor_of(cast.intake), nonce=cases.new_nonce())
    with writing():
        reissue_counter.ask(case, actor=actor_of(cast.intake), checked="Có biên nhận.")


def test_only_who_asked_is_shown_the_key(cast: Cast, at_counter) -> None:
    case, row = at_counter()
    with writing():
        reissue_counter.decide(case, row, actor=actor_of(cast.ha), granted=True)
    for other in (cast.second_intake, cast.ha):
        with pytest.raises(NotPermitted), writing():
            reissue_counter.show(case, row, actor=actor_of(other), nonce=cases.new_nonce())


def test_a_request_waits_one_day(cast: Cast, at_counter, frozen: Clock) -> None:
    case, row = at_counter()
    frozen.go_on(days=1, minutes=1)
    with pytest.raises(MoveNotAllowed), writing():
        reissue_counter.decide(case, row, actor=actor_of(cast.ha), granted=True)
    assert reissue_counter.waiting(case.id) is None


def test_what_was_checked_has_to_be_said_and_is_told_to_the_sender_only_once_it_was_confirmed(
        cast: Cast, at_counter) -> None:
    case, row = at_counter()
    note = db.session.get_one(Note, row.note_id)
    assert (note.kind, note.told_sender) == ("key", False)
    with writing():
        reissue_counter.decide(case, row, actor=actor_of(cast.ha), granted=True)
    assert db.session.get_one(Note, row.note_id).told_sender
    with pytest.raises(ReasonMissing), writing():
        reissue_counter.ask(case, actor=actor_of(cast.intake), checked=" \n ")


def test_officers_heads_and_administrators_give_no_keys(cast: Cast, at_counter) -> None:
    case, row = at_counter()
    for member in (cast.chi, cast.chi_head, cast.leader, cast.quan, cast.auditor, cast.restricted):
        for deed in (lambda a: reissue_counter.decide(case, row, actor=a, granted=True),
                     lambda a: reissue_counter.ask(case, actor=a, checked="Tôi biết."),
                     lambda a: reissue_counter.show(case, row, actor=a, nonce=cases.new_nonce())):
            with pytest.raises((NotPermitted, OutOfReach)), writing():
                deed(actor_of(member))


def test_a_restricted_case_is_for_its_own_desk(cast: Cast, at_counter) -> None:
    case, row = at_counter(category=Category.UNOFFICIAL_COST)
    for member in (cast.intake, cast.second_intake, cast.ha):
        with pytest.raises(OutOfReach), writing():
            reissue_counter.decide(case, row, actor=actor_of(member), granted=True)
    with pytest.raises(SamePerson), writing():
        reissue_counter.decide(case, row, actor=actor_of(cast.restricted), granted=True)
