"""Whether the counter of due dates runs, in words: the colour beside them only repeats it."""

from dataclasses import dataclass

from flask_babel import gettext

from feedback.queries.pulse import Beat, pulse
from feedback.web.filters import instant_words

TONES = {Beat.RUNS: "good", Beat.SLOW: "near", Beat.STANDS: "broken"}
"""How a notice of it is drawn."""


@dataclass(frozen=True)
class PulseWords:
    """One line and what it means for the reader."""

    tone: str
    line: str
    means: str


def pulse_words() -> PulseWords:
    """The line of now."""
    now = pulse()
    when = instant_words(now.at) if now.at is not None else ""
    if now.beat is Beat.RUNS:
        return PulseWords(TONES[now.beat], gettext("The counter of due dates ran at %(time)s", time=when),
                          gettext("It looks every minute for due dates that come near or have passed."))
    if now.beat is Beat.SLOW:
        return PulseWords(TONES[now.beat], gettext("The counter of due dates is slow: it last ran at %(time)s",
                                                   time=when),
                          gettext("Your due date stays the same. Reminders to the offices and messages to you may "
                                  "come later. The province office sees this, too."))
    line = (gettext("The counter of due dates stands still: it last ran at %(time)s", time=when) if when
            else gettext("The counter of due dates has not run yet"))
    return PulseWords(TONES[now.beat], line, gettext(
        "Your due date stays the same, and nothing is forgotten: what was owed meanwhile is made up for. If you "
        "wait for something urgent, call the office."))
