"""Tax codes: what is taken as it comes, and what cannot be one."""

import pytest

from feedback.domain.errors import BadInput
from feedback.domain.tax_code import check_digit, tax_code


@pytest.mark.parametrize(("typed", "kept"), [
    ("0101248141", "0101248141"), (" 0101 248 141 ", "0101248141"), ("０３００５８８５６９", "0300588569"),
    ("0101248141-001", "0101248141-001"), ("0101248141001", "0101248141-001"),
    ("0101248141 - 012", "0101248141-012"), ("001099012345", "001099012345"), ("096.204.000.001", "096204000001"),
])
def test_a_code_is_read_however_it_is_typed(typed, kept):
    assert tax_code(typed) == kept


@pytest.mark.parametrize(("typed", "code"), [
    ("", "digits"), ("   ", "digits"), ("chưa có", "digits"), ("010124814", "digits"), ("01012481411", "digits"),
    ("0" * 500_000, "digits"), ("²²²²²²²²²²x", "digits"), ("01012481a1", "digits"), ("0101248142", "check_digit"),
    ("1010248141", "check_digit"), ("0101248142-001", "check_digit"), ("0101248141-000", "branch"),
    ("000099012345", "personal_number"), ("097099012345", "personal_number"),
])
def test_what_cannot_be_a_code_says_why(typed, code):
    with pytest.raises(BadInput) as refused:
        tax_code(typed)
    assert (refused.value.field, refused.value.code) == ("tax_code", code)


def test_no_single_wrong_digit_passes():
    """Eleven is a prime larger than every digit, and no weight is a multiple of it."""
    right = "0101248141"
    for place in range(10):
        for digit in "0123456789":
            wrong = right[:place] + digit + right[place + 1:]
            if wrong != right:
                with pytest.raises(BadInput):
                    tax_code(wrong)


def test_numbers_that_were_never_issued_have_no_check_digit():
    assert check_digit("000000000") == 10
