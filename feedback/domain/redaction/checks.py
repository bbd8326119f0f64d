"""What the digits of a number themselves say: check digits and the built-in structure of Vietnamese numbers."""

_PROVINCES = frozenset([
    "001", "002", "004", "006", "008", "010", "011", "012", "014", "015", "017", "019", "020", "022",
    "024", "025", "026", "027", "030", "031", "033", "034", "035", "036", "037", "038", "040", "042",
    "044", "045", "046", "048", "049", "051", "052", "054", "056", "058", "060", "062", "064", "066",
    "067", "068", "070", "072", "074", "075", "077", "079", "080", "082", "083", "084", "086", "087",
    "089", "091", "092", "093", "094", "095", "096",
])
"""Codes of the province of birth that open an identity number (Circular 59/2021/TT-BCA, annex). Those of 2025's
merged provinces are a part of them."""
_TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others as on a payment card (ISO/IEC 7812-1)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def tax_code(digits: str) -> bool:
    """Whether ten digits are a tax code of before 2025: the last one checks the nine others."""
    if len(digits) != 10 or not digits.isdigit():
        return False
    rest = 10 - sum(int(d) * w for d, w in zip(digits, _TAX_WEIGHTS, strict=False)) % 11
    return rest == int(digits[9])


def identity_number(digits: str) -> bool:
    """Whether twelve digits are built as an identity number: province of birth, century with sex, year of birth
    (Decree 137/2015/NĐ-CP, article 13)."""
    return len(digits) == 12 and digits[:3] in _PROVINCES and digits[3] in "0123"


def old_identity_card(digits: str) -> bool:
    """Whether nine digits can be the number of an old identity card: they begin with the code of a province's
    police, 01 to 38."""
    return len(digits) == 9 and 1 <= int(digits[:2]) <= 38


def phone(digits: str) -> bool:
    """Whether digits are a Vietnamese telephone number: mobile (3, 5, 7, 8, 9 and eight more) or fixed line (2 and
    eight or nine more), behind 0, 84 or 0084."""
    for prefix in ("0084", "84", "0"):
        if digits.startswith(prefix):
            rest = digits[len(prefix):].removeprefix("0") if prefix != "0" else digits[1:]
            return (len(rest) == 9 and rest[0] in "235789") or (len(rest) == 10 and rest[0] == "2")
    return False
