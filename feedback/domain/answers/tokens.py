"""The words of a text, made countable: concrete forms become signs, accents go last.

Function words are taken out while the accents still stand: folded first, "đo khí thải" would be "do khi thai",
three function words, and what the citizen asked about would be lost.
"""

import re

from feedback.domain.answers.shapes import SIGNS
from feedback.domain.folding import fold

_TOKEN = re.compile(r"§[a-z]+|[^\W_]+")
_FUNCTION = frozenset(_TOKEN.findall(
    """
    và là của có cho các những một này đó đã đang sẽ được bị không chưa thì mà ở tại trong ngoài trên dưới với
    về để do vì nên khi nếu hay hoặc cũng như từ đến tới ra vào lên xuống lại đi rồi ạ dạ thưa nhé à ơi theo bằng
    cùng cả mọi mỗi từng rất quá hơn nhất cần phải nào gì sao ai đâu bao giờ mấy thế vậy tôi chúng mình em anh chị
    ông bà bác cô chú cháu quý xin hỏi đề nghị kính mong cơ quan biết trả lời phản ánh kiến việc trường hợp nội
    dung vấn the a an of to in on at for and or is are was were be been it this that i we you my your our they he
    she do does did has have had not no if as by with from please would could can will
    """))
_FUNCTION_BARE = frozenset(fold(word) for word in _FUNCTION)


def signed(norm: str) -> str:
    """A view's text in which every date, amount, citation … is its sign (``§date``)."""
    for pattern, sign in SIGNS:
        norm = pattern.sub(f" {sign} ", norm)
    return norm


def tokens(text: str) -> list[str]:
    """The folded words and signs of a signed text, in order: with and without accents they are the same."""
    return _TOKEN.findall(fold(text))


def grams(words: list[str]) -> list[str]:
    """Words and pairs of neighbours."""
    return [*words, *(f"{a} {b}" for a, b in zip(words, words[1:], strict=False))]


def content(text: str, *, plain: bool) -> frozenset[str]:
    """The folded words of a signed text that carry meaning. ``plain``: it was written without accents."""
    leave_out = _FUNCTION_BARE if plain else _FUNCTION
    found = (word for word in _TOKEN.findall(text) if word[0] != "§" and word not in leave_out)
    return frozenset(fold(" ".join(word for word in found if len(word) > 1)).split())


def numbers(norm: str) -> frozenset[str]:
    """Numbers of two digits and more, as written: what a text repeats of another's facts."""
    return frozenset(re.findall(r"(?<![\d.,/])\d[\d.,/-]{0,18}\d(?![\d/])", norm))
