"""What is wrong with a row of a file, in words: the same faults that ``feedback import`` tells."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from feedback.services.register_imports.bringing import Faulty

WORDS = {
    "missing": _l("This cell may not be empty."),
    "signs": _l("There is a sign in it that no keyboard makes. Please type it again."),
    "too_long": _l("This is too long. Please shorten it."),
    "day": _l("This is no day. Write 2026-11-16 or 16/11/2026."),
    "day_range": _l("Choose a day between 1945 and 2199."),
    "day_kind": _l("This is neither off (day off) nor make_up (worked instead)."),
    "yes_or_no": _l("This is neither yes nor no."),
    "twice": _l("This day stands in the file twice."),
    "weekday": _l("A day worked instead is a Saturday or a Sunday: the others are working days anyway."),
    "cells": _l("This row does not have as many cells as the first one."),
    "quotes": _l("From here on the quotation marks do not fit, so the rows cannot be read."),
    "not_utf8": _l("This is not UTF-8. Save it as “CSV UTF-8” in your spreadsheet."),
    "empty_file": _l("There are no rows. The first one has to name the columns."),
    "column_twice": _l("This column is named twice."),
    "file_too_large": _l("The file is larger than 30 MB."),
    "too_many_rows": _l("There are more than 100,000 rows."),
    "column_missing": _l("This column is missing in the first row."),
}
"""Every fault that a file of the calendar can have."""


def fault_rows(faulty: Faulty) -> list[dict[str, Any]]:
    """Each fault with row (as a spreadsheet counts), column, words, and the cell as it stands."""
    missing = [{"row": gettext("Row %(number)s", number=1), "column": name, "words": WORDS["column_missing"],
                "cell": ""} for name in faulty.missing]
    return missing + [
        {"row": gettext("Row %(number)s", number=fault.row) if fault.row else "", "column": fault.column,
         "words": WORDS[fault.code], "cell": fault.cell} for fault in faulty.faults]
