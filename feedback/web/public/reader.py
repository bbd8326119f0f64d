"""How right the machine is that reads answers: counted verdicts, measured sets, what it cannot see."""

from datetime import date
from typing import Any

from flask import render_template
from flask_babel import format_decimal, format_percent, gettext, ngettext

from feedback.domain.answers.groups import GROUPS
from feedback.domain.answers.learning import MUTE_FROM
from feedback.domain.answers.model import Model
from feedback.domain.answers.scores import Figure, SetScore, set_scores
from feedback.domain.gate import ONE_IN
from feedback.queries.reader_figures import Estimate, FlagSaid, ReaderFigures, reader_figures
from feedback.services.learning import model_in_force
from feedback.services.reader_counts import LEAST
from feedback.web.filters import date_words
from feedback.web.guards import public
from feedback.web.pages import flag_name
from feedback.web.public import bp
from feedback.web.security import allow_cache


@bp.get("/about/reader")
@public
def reader() -> str:
    """The figures of the reader in public. Read as they were counted; a person decides about every answer."""
    allow_cache("public, max-age=300")
    counted, model = reader_figures(), model_in_force()
    return render_template(
        "public/reader.html", counted=counted, least=LEAST, one_in=ONE_IN, model=model,
        made_on=date_words(date.fromisoformat(model.made_on)), shares=_shares(counted),
        agreement=_agreement(counted),
        flags=[_flag(one, model) for one in counted.flags], mute_from=MUTE_FROM,
        muted=[flag_name(flag) for group in GROUPS.values() for flag in sorted(group) if flag in model.muted],
        sets=[_set(one) for one in set_scores()])


def _shares(counted: ReaderFigures) -> list[dict[str, str]]:
    """Precision and recall, when there are enough verdicts for them."""
    rows = [
        ("precision", counted.precision, gettext("Right when it says “not clear”"), gettext(
            "Of the answers that the machine called not clear, this share really were, say those who read them "
            "(precision).")),
        ("recall", counted.recall, gettext("Found of what is not clear"), gettext(
            "Of the answers that really are not clear, the machine found this share (recall).")),
    ]
    return [{"id": name, "name": title, "value": format_percent(one.value), "meaning": meaning,
             "interval": _between(one)} for name, one, title, meaning in rows if one is not None]


def _between(one: Estimate) -> str:
    return gettext("95 %% interval: %(low)s to %(high)s.", low=format_percent(one.low),
                   high=format_percent(one.high))


def _agreement(counted: ReaderFigures) -> list[dict[str, Any]]:
    """The four ways a verdict and the reader can meet, for ``chart.bars``."""
    return [
        {"label": gettext("Machine: not clear. Person: not clear"), "value": counted.found_right},
        {"label": gettext("Machine: not clear. Person: clear"), "value": counted.found_wrong, "tone": "near"},
        {"label": gettext("Machine: clear. Person: not clear"), "value": counted.missed, "tone": "late"},
        {"label": gettext("Machine: clear. Person: clear"), "value": counted.passed_right},
    ]


def _flag(one: FlagSaid, model: Model) -> dict[str, str]:
    judged = one.right + one.wrong
    return {
        "name": flag_name(one.flag.value),
        "note": gettext("muted: not shown to officers until its words are mended") if one.flag in model.muted
        else "",
        "judged": gettext("%(right)s of %(all)s", right=one.right, all=judged) if judged else "–",
        "precision": "–" if one.precision is None or judged < MUTE_FROM else format_percent(one.precision),
        "missed": str(one.missed),
    }


def _set(one: SetScore) -> dict[str, Any]:
    """A labelled set: its bars (macro-F1 of each reader) and what the reader's other figures are."""
    own = one.readers["reader"]
    names = {"reader": gettext("This reader"), "digits": gettext("Counting digits"),
             "keywords": gettext("A list of soft words"), "tfidf": gettext("Rare words, learned (TF-IDF)")}
    words = {"precision": gettext("right when it says “not clear”"),
             "recall": gettext("found of what is not clear"),
             "fpr": gettext("clear answers called not clear"), "auc": gettext("order of suspicion (AUC)")}
    return {
        "id": f"set-{one.name}", "name": _set_name(one), "kept_aside": one.kept_aside,
        "facts": ngettext("%(num)s pair", "%(num)s pairs", one.n) + ". " + gettext(
            "Scored on %(day)s with model %(model)s.", day=date_words(one.on), model=one.model) + " " + ngettext(
            "Scored %(num)s time for this page.", "Scored %(num)s times for this page.", one.tries),
        "by_hand": one.by is not None,
        "bars": [{"label": names[reader], "value": figures["macro_f1"].value,
                  "shown": _two(figures["macro_f1"].value), "note": _spread(figures["macro_f1"])}
                 for reader, figures in one.readers.items() if "macro_f1" in figures],
        "others": [{"label": label, "value": _two(own[name].value), "note": _spread(own[name])}
                   for name, label in words.items() if name in own],
    }


def _set_name(one: SetScore) -> str:
    known = {
        "dev": gettext("Pairs written for this project, open while the rules were written"),
        "published": gettext("Answers that authorities published, retold in other words"),
        "frozen": gettext("The frozen pairs, on which no new model may do worse"),
        "kept_written": gettext("Pairs of other writers, topics and agencies, kept aside"),
        "kept_retold": gettext("Pairs in the manner of published answers, of other writers, kept aside"),
    }
    return known.get(one.name) or (gettext("Pairs kept aside: %(name)s", name=one.name) if one.kept_aside
                                   else gettext("Labelled pairs: %(name)s", name=one.name))


def _two(value: float) -> str:
    return str(format_decimal(value, "0.00"))


def _spread(figure: Figure) -> str:
    if figure.interval is None:
        return ""
    return gettext("95 %%: %(low)s to %(high)s", low=_two(figure.interval.low), high=_two(figure.interval.high))
