"""Drafts of complaints: kept for a week, readable for nobody but the browser that wrote them."""

from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from feedback import clock
from feedback.domain.errors import BadInput
from feedback.extensions import db, writing
from feedback.models.drafts import ComplaintDraft
from feedback.services import draft_expiry, drafts
from tests.fixtures.time import Clock

FIELDS = {"narrative": ["Cán bộ đòi tôi nộp thêm sổ hộ khẩu ở cạnh chợ nổi."], "nonce": ["ab" * 16],
          "name": ["Nguyễn Văn An"], "phone": ["0912345678"], "points-0": ["Vì sao?"], "signers": ["An", "Bình"]}


def kept(fields: dict[str, list[str]] = FIELDS, token: str | None = None) -> str:
    with writing():
        return drafts.save(token, fields)


def rows() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(ComplaintDraft)) or 0


def test_what_was_written_comes_back_whole(db_session) -> None:
    assert drafts.load(kept()) == FIELDS


def test_saving_again_keeps_one_draft_with_the_newest_words(db_session) -> None:
    token = kept()
    assert kept({"narrative": ["Viết lại."]}, token) == token
    assert (rows(), drafts.load(token)) == (1, {"narrative": ["Viết lại."]})


def test_two_browsers_have_two_drafts_and_neither_opens_the_others(db_session) -> None:
    mine, theirs = kept(), kept({"narrative": ["Của Bình."]})
    assert mine != theirs
    assert drafts.load(theirs) == {"narrative": ["Của Bình."]}
    assert drafts.load(mine) == FIELDS


@pytest.mark.parametrize("token", [None, "", "x" * 64, "0" * 63, "0" * 64, "Ệ" * 64, "0" * 65])
def test_a_token_that_was_never_given_out_opens_nothing(db_session, token: str | None) -> None:
    kept()
    assert drafts.load(token) is None
    assert drafts.forget(token) == []


def test_a_row_moved_to_another_token_does_not_open(db_session) -> None:
    mine, theirs = kept(), kept({"narrative": ["Của Bình."]})
    with writing():
        sealed = list(db.session.scalars(select(ComplaintDraft.sealed).order_by(ComplaintDraft.id)))
        db.session.execute(text("UPDATE complaint_draft SET sealed = :sealed"), {"sealed": sealed[0]})
    assert drafts.load(mine) == FIELDS
    assert drafts.load(theirs) is None


def test_nothing_of_a_draft_can_be_read_in_the_database(app, db_session) -> None:
    """Neither in the row nor, on SQLite, anywhere in the bytes of the file and its journal; the token neither."""
    token = kept()
    row = db.session.execute(text("SELECT * FROM complaint_draft")).one()
    db.session.rollback()
    haystacks = [repr(tuple(row)).encode(), b"".join(c for c in row if isinstance(c, bytes))]
    if (path := db.engine.url.database) and db.engine.dialect.name == "sqlite":
        haystacks += [file.read_bytes() for file in Path(path).parent.glob(Path(path).name + "*")]
        assert len(haystacks) > 2
    for value in ("chợ nổi", "Nguyễn Văn An", "0912345678", "Vì sao", "ab" * 16, token):
        for needle in (value.encode(), value.encode("utf-16-le"), repr(value).encode()[1:-1]):
            assert not any(needle in haystack for haystack in haystacks), value
    assert not any(bytes.fromhex(token) in haystack for haystack in haystacks)


def test_short_and_longer_drafts_take_the_same_room(db_session) -> None:
    kept({"narrative": ["a"]})
    kept({"narrative": ["Một câu dài hơn hẳn. " * 20]})
    sizes = {len(sealed) for sealed in db.session.scalars(select(ComplaintDraft.sealed))}
    assert len(sizes) == 1


def test_more_than_a_hundred_thousand_bytes_are_refused_and_the_last_draft_stays(db_session) -> None:
    token = kept()
    with pytest.raises(BadInput, match="too_long"):
        kept({"narrative": ["ệ" * 40_000]}, token)
    assert drafts.load(token) == FIELDS


def test_a_full_complaint_fits(db_session) -> None:
    words = ("Cán bộ nhận hồ sơ yêu cầu nộp thêm bản sao. " * 1000)
    full = {"narrative": [words[:20_000]], **{f"points-{n}": [words[:2_000]] for n in range(10)}}
    assert drafts.load(kept(full)) == full


def test_a_sent_complaint_leaves_its_nonce_alone_and_a_late_save_brings_nothing_back(
        db_session, frozen: Clock) -> None:
    token = kept()
    with writing():
        drafts.mark_sent(token, nonce="ab" * 16, reference="7K3M-Q9XW")
    assert kept(FIELDS, token) == token
    found = drafts.find(token)
    assert found is not None
    assert (found.sent, found.fields) == (True, {"nonce": ["ab" * 16], "reference": ["7K3M-Q9XW"]})
    frozen.go_on(days=1, minutes=1)
    assert drafts.find(token) is None


def test_forgetting_deletes_the_row(db_session) -> None:
    token = kept()
    with writing():
        assert drafts.forget(token) == []
    assert (rows(), drafts.load(token)) == (0, None)


def test_a_token_whose_draft_is_gone_gets_a_new_one(db_session) -> None:
    token = kept()
    with writing():
        drafts.forget(token)
    again = kept(FIELDS, token)
    assert again != token
    assert drafts.load(again) == FIELDS


def test_a_draft_waits_seven_days_from_the_last_save_and_then_goes(db_session, frozen: Clock) -> None:
    token, other = kept(), kept()
    frozen.go_on(days=6)
    kept(FIELDS, token)
    frozen.go_on(days=1, minutes=1)
    assert drafts.load(other) is None
    assert drafts.load(token) == FIELDS
    assert (draft_expiry.sweep_drafts().acted, rows()) == (1, 1)
    frozen.go_on(days=6)
    assert (draft_expiry.sweep_drafts().acted, rows()) == (1, 0)


def test_a_writer_who_comes_back_while_the_sweep_runs_keeps_the_draft(db_session, frozen: Clock) -> None:
    token = kept()
    frozen.go_on(days=8)
    due = list(db.session.scalars(drafts.expired(clock.now())))
    kept(FIELDS, token)
    with writing():
        assert [drafts.drop(draft_id, now=clock.now()) for draft_id in due] == [None]
    assert drafts.load(token) == FIELDS
