"""What a simulated province has to show. 2,000 cases in third parts of a year are played by each run of the tests:
``test_simulate_spring.py`` and ``test_simulate_autumn.py``; ``feedback simulate`` plays whole years."""

from feedback.simulation.plan import Outcome, Plan
from feedback.simulation.run import simulate
from workers.simulating import tick

LIVED = ("answered", "late", "transfers", "loops", "extensions", "contributions", "apologies", "explained",
         "commitments_kept", "commitments_broken", "paused_days", "objections", "objected_in_vain", "supplied",
         "supplied_too_late", "returned", "restarts", "ticks_missed", "ticks_distrusted", "swept_at_once",
         "calendar_moved_cases", "reminders")
"""A province in which one of these never happens would try nothing."""


def clean(outcome: Outcome) -> None:
    """Nothing missing, nothing doubled, every date right."""
    figures = outcome.figures
    assert outcome.faults == []
    assert [figures[name] for name in ("missing", "doubled", "not_owed", "wrong_due_dates")] == [0, 0, 0, 0]
    assert figures["escalations_due"] == figures["escalations_made"]
    assert figures["reminders_due"] == figures["reminders"]


def live(plan: Plan, *, database: str = "sqlite") -> None:
    """Play the plan: nothing is lost or doubled, and everything that can happen did."""
    outcome = simulate(plan, tick=tick, database=database)
    clean(outcome)
    figures = outcome.figures
    assert figures["cases"] == plan.cases
    assert [name for name in LIVED if not figures[name]] == []
    assert figures["escalations_made"]["total.after_5"] > 0, "the agency that never answers climbs to the top"
