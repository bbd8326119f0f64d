"""The base of all forms: messages in the reader's language, bounded text, values stripped of nothing visible."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import Form, TextAreaField
from wtforms.validators import DataRequired, Length

from feedback.domain.errors import BadInput, ReasonMissing


class _Catalogue:
    """Lets WTForms' own messages be translated by ours: it ships no Vietnamese."""

    def gettext(self, string: str) -> str:
        """Translate one message."""
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """Translate a message with a number. WTForms puts the values in afterwards, so that Babel must not."""
        return gettext(singular if n == 1 else plural)


BUILT_IN = (_l("Not a valid choice."), _l("Not a valid date value."), _l("Not a valid integer value."),
            _l("'%(value)s' is not a valid choice for this field."),
            _l("'%(value)s' are not valid choices for this field."), _l("Invalid Choice: could not coerce."),
            _l("Invalid choice(s): one or more data inputs could not be coerced."),
            _l("This field is required."), _l("Invalid input."))
"""WTForms' own messages that our fields can show, named here so that the catalogues hold them."""

REASON_LONGEST = 4000
"""Characters of a reason or a note."""


class HouseForm(Form):
    """A form over the posted data. ``fail`` puts a rule's refusal beside its field."""

    class Meta:
        """Messages come from our catalogues."""

        def get_translations(self, _form: Form) -> _Catalogue:
            """The catalogue of the language in force."""
            return _Catalogue()

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(formdata=formdata, **kwargs)

    def fail(self, error: BadInput | ReasonMissing, words: Mapping[tuple[str, str], Any]) -> None:
        """Show a BadInput or ReasonMissing beside the field it names, in the words given for it; re-raise when
        nobody wrote words for it, so that it cannot be swallowed."""
        key = (error.field, error.code) if isinstance(error, BadInput) else ("why", "missing")
        if key not in words:
            raise error
        field = self._fields.get(key[0]) or next(iter(self._fields.values()))
        field.errors = [*field.errors, str(words[key])]


def required(message: Any) -> DataRequired:
    """Must hold something: spaces alone are nothing."""
    return DataRequired(message=message)


def at_most(characters: int) -> Length:
    """No longer than so many characters; says the number."""
    return Length(max=characters, message=_l("This is longer than %(max)d characters. Please shorten it."))


class ReasonForm(HouseForm):
    """A move that has to say why."""

    why = TextAreaField(_l("Why?"), [required(_l("Write the reason, so that everyone can follow it later.")),
                                     at_most(REASON_LONGEST)])
