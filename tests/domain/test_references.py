"""The reference that is said aloud and the key that is kept secret."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.domain.references import (
    ALPHABET,
    KeyFault,
    check_key,
    key_from_nonce,
    key_hash,
    new_key,
    new_reference,
    normalise_key,
    normalise_reference,
    reference_from_nonce,
)

SECRET, NONCE = b"s" * 32, b"n" * 16
KEY = key_from_nonce(SECRET, NONCE)


def random_keys(count: int) -> list[str]:
    dice = random.Random(20261121)
    return [normalise_key(new_key(dice.randbytes(15))) for _ in range(count)]


def test_a_key_has_five_groups_of_five_symbols_that_cannot_be_misread() -> None:
    groups = KEY.split("-")
    assert [len(group) for group in groups] == [5] * 5
    assert set("".join(groups)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("ILOU")


def test_the_same_nonce_gives_the_same_key_and_another_gives_another() -> None:
    assert key_from_nonce(SECRET, NONCE) == KEY
    assert key_from_nonce(SECRET, b"m" * 16) != KEY
    assert key_from_nonce(b"t" * 32, NONCE) != KEY


def test_a_key_typed_in_small_letters_with_spaces_or_look_alikes_is_the_same_key() -> None:
    plain = normalise_key(KEY)
    typed = KEY.lower().replace("-", " – ").replace("0", "o").replace("1", "l")
    assert normalise_key(typed) == plain
    assert check_key(typed) is None
    assert normalise_key("oO0 iIlL1") == "000" + "11111"
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in plain)
    assert check_key(full_width) is None
    assert key_hash(b"pepper", typed) == key_hash(b"pepper", KEY)


def test_every_single_wrong_symbol_is_noticed() -> None:
    for key in random_keys(40):
        for place in range(25):
            for wrong in ALPHABET:
                if wrong != key[place]:
                    assert check_key(key[:place] + wrong + key[place + 1 :]) is KeyFault.MISTYPED


def test_every_swap_of_two_symbols_near_or_far_is_noticed() -> None:
    for key in random_keys(100):
        for a in range(25):
            for b in range(a + 1, 25):
                if key[a] != key[b]:
                    swapped = list(key)
                    swapped[a], swapped[b] = swapped[b], swapped[a]
                    assert check_key("".join(swapped)) is KeyFault.MISTYPED


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("  - ", KeyFault.EMPTY),
        (KEY[:-1], KeyFault.TOO_SHORT),
        (KEY + "7", KeyFault.TOO_LONG),
        ("U" + KEY[1:], KeyFault.BAD_SYMBOL),
        ("@" + KEY[1:], KeyFault.BAD_SYMBOL),
        ("đ" + KEY[1:], KeyFault.ACCENTED),
        ("Â" + KEY[1:], KeyFault.ACCENTED),
        ("7K3M-Q9XW", KeyFault.REFERENCE),
    ],
)
def test_each_slip_of_the_finger_has_its_own_name(typed: str, fault: KeyFault) -> None:
    assert check_key(typed) is fault


@given(st.text(max_size=60))
def test_any_text_at_all_gets_an_answer(text: str) -> None:
    fault = check_key(text)
    assert fault is None or isinstance(fault, KeyFault)
    shown = normalise_reference(text)
    assert shown is None or normalise_reference(shown) == shown


@given(st.binary(min_size=15, max_size=40))
def test_every_new_key_is_well_formed(random_bytes: bytes) -> None:
    assert check_key(new_key(random_bytes)) is None


def test_the_stored_hash_depends_on_the_pepper_and_does_not_hold_the_key() -> None:
    stored = key_hash(b"pepper", KEY)
    assert len(stored) == 64
    assert stored != key_hash(b"salt", KEY)
    assert normalise_key(KEY)[:8].lower() not in stored


def test_a_reference_is_two_groups_of_four_and_is_read_back_as_said() -> None:
    reference = reference_from_nonce(SECRET, NONCE)
    assert reference == reference_from_nonce(SECRET, NONCE)
    assert reference != reference_from_nonce(SECRET, NONCE, attempt=1)
    assert len(reference) == 9
    assert normalise_reference(reference.lower().replace("-", " ")) == reference
    assert normalise_reference("not a reference") is None
    assert normalise_reference("7K3M-Q9X") is None


def test_the_reference_says_nothing_about_the_key() -> None:
    assert normalise_key(reference_from_nonce(SECRET, NONCE))[:4] != normalise_key(KEY)[:4]


def test_too_few_random_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 15 bytes"):
        new_key(b"x" * 14)
    with pytest.raises(ValueError, match="at least 5 bytes"):
        new_reference(b"x" * 4)
    with pytest.raises(ValueError, match="attempt"):
        reference_from_nonce(SECRET, NONCE, attempt=256)
