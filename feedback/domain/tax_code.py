"""Tax codes of firms and household businesses, checked so far as the number itself tells.

Ten digits with a check digit, for a branch followed by three more (Law on Tax Administration, circular
86/2024/TT-BTC); since 1 July 2025 household businesses use the twelve digits of their owner's personal number.
"""

import re
import unicodedata

from feedback.domain.errors import BadInput

WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
"""Of the first nine digits. Ten minus the sum modulo eleven is the tenth; where that is ten, none is issued."""
LAST_PROVINCE = 96
"""The first three digits of a personal number name the place where the birth was registered: 001 to 096."""

_BETWEEN = re.compile(r"[\s.\-]+")


def tax_code(text: str) -> str:
    """The code as it is written officially: ``0101248141``, ``0101248141-001`` or ``001099012345``.

    Spaces, dots and dashes are taken as they come, digits of any script too. Raises BadInput('tax_code', …) with
    ``digits`` (something else than 10, 13 or 12 digits), ``check_digit``, ``branch`` or ``personal_number``.
    """
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    if not (digits.isascii() and digits.isdigit() and len(digits) in (10, 12, 13)):
        raise BadInput("tax_code", "digits")
    if len(digits) == 12:
        if not 1 <= int(digits[:3]) <= LAST_PROVINCE:
            raise BadInput("tax_code", "personal_number")
        return digits
    if check_digit(digits[:9]) != int(digits[9]):
        raise BadInput("tax_code", "check_digit")
    if len(digits) == 13 and digits[10:] == "000":
        raise BadInput("tax_code", "branch")
    return digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"


def check_digit(first_nine: str) -> int:
    """The tenth digit that belongs to these nine; 10 when no code begins with them."""
    return 10 - sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first_nine, strict=True)) % 11
