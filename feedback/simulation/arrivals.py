"""When complaints come: more on a Monday, few on a Sunday, none of them evenly."""

from datetime import datetime, timedelta
from random import Random

from feedback.simulation.counter import DayBook
from feedback.simulation.plan import Plan
from feedback.simulation.world import moment

_WEIGHT = (1.5, 1.2, 1.1, 1.0, 1.0, 0.4, 0.3)
"""Monday to Sunday."""
_HOLIDAY = 0.3
_HOURS = (8, 9, 10, 11, 13, 14, 15, 16, 19, 20, 21, 22)


def arrivals(plan: Plan, rng: Random, book: DayBook) -> list[datetime]:
    """Exactly ``plan.cases`` instants in order, on whole minutes. Each day's number is a Poisson variable around
    its weekday's share: arrivals of a fixed total are spread as such days would be."""
    days = [plan.first + timedelta(days=n) for n in range(max(1, plan.days * 9 // 10))]
    weights = [_WEIGHT[day.weekday()] * (1.0 if book.works(day) or day.weekday() >= 5 else _HOLIDAY)
               for day in days]
    # Independent Poisson days, given their sum, are a multinomial draw.
    return sorted(moment(day, rng.choice(_HOURS), rng.randint(1, 59))
                  for day in rng.choices(days, weights, k=plan.cases))
