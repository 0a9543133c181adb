"""Several requests look at one plan at once, on several days."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from northing.measure.attention import attention
from northing.measure.columns import view_of
from northing.measure.table import ask
from northing.measure.view import View
from northing.portfolio.plan import Plan
from tests.measure.told import TODAY


def test_threads_see_what_one_alone_sees(sample: View) -> None:
    def look(day: int, plan: Plan) -> tuple[object, object]:
        view = view_of(plan, sample.names, TODAY + timedelta(days=day))
        answer = ask(view, "investment", "overdue_milestones > 0 or chain = broken", by=["health"], sums=["planned"])
        return [row.id for row in answer.rows], [item.entity for item in attention(view)]

    days = [number % 12 for number in range(120)]
    alone = {day: look(day, Plan.of("alone", "main", 1, sample.plan.all())) for day in set(days)}
    together = Plan.of("together", "main", 1, sample.plan.all())
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda day: look(day, together), days))
    assert found == [alone[day] for day in days]
