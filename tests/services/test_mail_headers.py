"""Headers that repeat are remembered from mail to mail; none of them gets into a mail that is not its own."""

import pytest

from feedback.adapters import mail
from feedback.adapters.mail import Letter, MailFault, compose


def _bytes(subject: str, to: str, dedupe: str) -> bytes:
    letter = Letter(subject, f"Kính gửi {to}\n--=_hoi-am_==", f"<p>Hồ sơ {dedupe}</p>\n--=_hoi-am_==", "vi")
    made = compose(letter, to=to, mail_from="hoi-am@tinh.example", dedupe=dedupe)
    return made.as_bytes().replace(b"\r\n", b"\n")


def test_each_mail_has_its_own_recipient_subject_and_name() -> None:
    for n in range(300):
        sent = _bytes(f"Hồ sơ {n}", f"can-bo-{n % 7}@tinh.example", f"after_1.c{n}")
        assert sent.count(b"\nTo: ") == 1
        assert f"\nTo: can-bo-{n % 7}@tinh.example\n".encode() in sent
        assert f"\nMessage-ID: <after_1.c{n}@tinh.example>\n".encode() in sent


def test_what_stands_between_the_parts_cannot_be_written_in_a_letter() -> None:
    assert _bytes("Hồ sơ", "chi@tinh.example", "after_1.c1").count(b"\n--=_hoi-am_==") == 3


@pytest.mark.parametrize("to", ["chi@tinh.example\r\nBcc: x@y.example", "chi@tinh.example, x@y.example", "",
                                "ă@b.vn"])
def test_a_hostile_address_is_refused_each_time(to: str) -> None:
    for _ in range(2):
        with pytest.raises(MailFault, match="bad_address"):
            _bytes("Hồ sơ", to, "after_1.c1")


def test_whom_a_mail_goes_to_is_not_remembered() -> None:
    _bytes("Hồ sơ", "an@thu.example", "after_1.c1")
    before = [kept.cache_info().currsize for kept in (mail._stored, mail._folded, mail._sender)]
    _bytes("Hồ sơ", "binh@thu.example", "after_1.c1")
    assert [kept.cache_info().currsize for kept in (mail._stored, mail._folded, mail._sender)] == before
