"""The days off of a year as the ``holidays`` package computes them: a proposal to people, never a calendar.

It knows the law's holidays and computes the lunar ones; it knows no day that the Prime Minister has yet to
exchange for another, and what it says about coming years rests on no document.
"""

from feedback.domain.calendar_seed import DayKind, SeedDay

SOURCE = "đề xuất tính bằng máy, chưa có văn bản"
"""What stands in place of a document, until somebody names one."""
LANGUAGES = {"vi": "vi", "en": "en_US"}
"""Our language → the package's."""


def computed_days(year: int) -> list[SeedDay]:
    """The days off of ``year`` by date, each still to be confirmed, named in both languages."""
    import holidays  # four megabytes, once a year

    vi, en = (holidays.country_holidays("VN", years=year, language=theirs) for theirs in LANGUAGES.values())
    return [SeedDay(day, DayKind.OFF, vi[day], en.get(day) or vi[day], SOURCE, to_confirm=True)
            for day in sorted(vi) if day.year == year]
