"""What each sentence of an answer does for the citizen: twenty-one senses, nine of which are substance.

A softmax over named weights (``senses.json``): the words and pairs of words of the sentence with its dates and
amounts as signs, the roles the lexicons give it, and how it stands to the complaint. Where it stands in the answer
is left out on purpose: a greeting before it or a citation after it must not change what it says.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from feedback.domain.answers import sparse
from feedback.domain.answers.sentences import Reading, Sentence
from feedback.domain.answers.sparse import Sparse
from feedback.domain.answers.tokens import content, grams, numbers, signed, tokens
from feedback.domain.answers.view import view

SUBSTANCE = ("done", "verdict", "found", "reason", "dated", "how", "amount", "who", "forward")
EMPTY = ("receipt", "restate", "law", "policy", "context", "hedge", "promise", "away", "blame", "link", "refuse")
SENSES = (*SUBSTANCE, "courtesy", *EMPTY)
"""In this order everywhere: something was done, decided, found out; the cause; a step with a day; concrete
instructions; the figure; the person in charge; a proper transfer; courtesy; only receipt; the complaint again; law
in general; intentions and statistics; background; conditions; a promise without a day; sending away; blaming; only
a link; a bare refusal."""

TONES = ("answers", "fails")
"""Classes of the tone: sentences of answers that answer, and of those that do not."""

_LONG = 40
_SHORT = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a complaint is compared: its meaningful words and its numbers."""

    words: frozenset[str]
    numbers: frozenset[str]
    plain: bool


def asked_of(complaint: str) -> Asked:
    """The comparable part of a complaint."""
    seen = view(complaint)
    return Asked(content(signed(seen.norm), plain=seen.plain), numbers(seen.norm), seen.plain)


@dataclass(frozen=True, slots=True)
class Taken:
    """A sentence taken apart: its words and pairs of words with signs for what is concrete, and its meaning."""

    sentence: Sentence
    grams: frozenset[str]
    said: frozenset[str]


def take(sentence: Sentence, *, plain: bool) -> Taken:
    """Take a sentence apart. ``plain``: it was written without accents."""
    text = signed(sentence.text)
    return Taken(sentence, frozenset(grams(tokens(text))), content(text, plain=plain))


def clues(taken: Taken, asked: Asked) -> dict[str, float]:
    """The features of one sentence."""
    sentence, said = taken.sentence, taken.said
    found = {f"w:{gram}": 1.0 for gram in taken.grams}
    found.update((f"r:{role}", 1.0) for role in sentence.roles)
    found["c:short"] = float(sentence.words <= _SHORT)
    found["c:long"] = float(sentence.words > _LONG)
    found["c:length"] = min(sentence.words, 60) / 60
    found["c:again"] = len(said & asked.words) / max(3, len(said))
    found["c:new"] = min(len(said - asked.words), 20) / 20
    found["c:number"] = float(bool(numbers(sentence.text) & asked.numbers))
    return found


@cache
def shipped() -> Sparse:
    """The weights of the senses that come with the product."""
    return sparse.load((files(__package__) / "senses.json").read_text("utf-8"))


@cache
def shipped_tone() -> Sparse:
    """The weights of the tone that come with the product."""
    return sparse.load((files(__package__) / "tone.json").read_text("utf-8"))


def tone_clues(taken: Taken) -> dict[str, float]:
    """Words and pairs of a sentence, weighed so that a long one says no more than a short one."""
    return dict.fromkeys(taken.grams, 1 / math.sqrt(len(taken.grams))) if taken.grams else {}


@dataclass(frozen=True, slots=True)
class Sensed:
    """A sentence with its meaningful words and the probability of each sense."""

    sentence: Sentence
    said: frozenset[str]
    chances: Sequence[float]
    tone: float = 0.0
    """-3 to 3: how much rather its words stand in answers that fail (above 0) than in those that answer."""

    @property
    def substance(self) -> float:
        """0–1: that it says something about this case that can be checked."""
        return sum(self.chances[:len(SUBSTANCE)])

    def chance(self, sense: str) -> float:
        """0–1 of one sense."""
        return self.chances[SENSES.index(sense)]


def sense(reading: Reading, asked: Asked, *, senses: Sparse | None = None, tone: Sparse | None = None
          ) -> list[Sensed]:
    """Every sentence of the body (greetings and closings are left out) with what it does."""
    senses, tone = senses or shipped(), tone or shipped_tone()
    found = []
    for sentence in reading.body:
        taken = take(sentence, plain=reading.view.plain)
        fails = tone.probabilities(tone_clues(taken))[TONES.index("fails")]
        found.append(Sensed(sentence, taken.said, senses.probabilities(clues(taken, asked)),
                            max(-3.0, min(3.0, math.log(max(fails, 1e-6) / max(1 - fails, 1e-6))))))
    return found
