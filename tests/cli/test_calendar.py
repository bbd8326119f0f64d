"""``feedback calendar due`` says when a limit ends and why."""

from datetime import date

import pytest
from click.testing import CliRunner

from feedback.cli.calendar import LoadedCalendar, calendar_group
from feedback.domain.calendar import WorkingCalendar


def say(*arguments: str) -> str:
    result = CliRunner().invoke(calendar_group(), ["due", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_five_working_days_from_the_friday_before_tet_end_two_weeks_later() -> None:
    assert say("--received", "2026-02-13", "--days", "5", "--unit", "working") == "2026-02-27\n"


def test_the_explanation_lists_every_day_with_the_name_of_the_holiday_and_its_paper() -> None:
    lines = say("--received", "2025-12-31", "--days", "2", "--explain").splitlines()
    assert lines[0] == "2026-01-06"
    assert [line[:10] for line in lines[1:]] == [
        "2025-12-31", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04", "2026-01-05", "2026-01-06"]
    assert "Tết Dương lịch" in lines[2]
    assert "12729/VPCP-KGVX" in lines[3]


def test_the_explanation_is_also_in_english() -> None:
    said = say("--received", "2026-11-09", "--days", "15", "--unit", "calendar", "--explain", "--lang", "en")
    assert said.startswith("2026-11-25\n")
    assert "Viet Nam Culture Day" in said
    assert "the limit ends on this working day" in said
    assert "to be confirmed" in said


@pytest.mark.parametrize(
    "arguments",
    [("--received", "13/02/2026", "--days", "5"), ("--received", "2026-02-13", "--days", "-1"),
     ("--received", "9999-12-30", "--days", "9"),
     ("--received", "2026-02-13", "--days", "5", "--unit", "weeks")],
)
def test_what_cannot_be_counted_is_refused_with_a_sentence(arguments: tuple[str, ...]) -> None:
    result = CliRunner().invoke(calendar_group(), ["due", *arguments])
    assert result.exit_code == 2
    assert "Invalid value" in result.output


def test_the_calendar_in_force_is_asked_when_the_command_runs() -> None:
    everything_worked = WorkingCalendar(frozenset(), frozenset({date(2026, 2, 14)}), frozenset({2026}), 7)
    group = calendar_group(lambda: LoadedCalendar(calendar=everything_worked, days={}))
    result = CliRunner().invoke(group, ["due", "--received", "2026-02-13", "--days", "1"])
    assert result.output == "2026-02-14\n"
