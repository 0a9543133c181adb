"""Parts of the investment's page that are pictures or lists of their own: its place in time, its AI systems."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from northing.portfolio.ai import AISystem
from northing.portfolio.investment import Investment, Milestone
from northing.web.frame.context import Page

WIDE = 320
"""Width of the strip in units of its drawing."""


@dataclass
class Strip:
    """Start to end on a line of time, with milestones and today: an investment's place on the roadmap."""

    bar: tuple[float, float] | None
    today: float | None
    marks: list[dict[str, Any]] = field(default_factory=list)
    ticks: list[tuple[float, date]] = field(default_factory=list)

    @staticmethod
    def of(found: Investment, milestones: list[Milestone], today: date) -> Strip | None:
        """None where nothing has a date."""
        days = [
            one for one in (found.start, found.end, *(m.due for m in milestones), *(m.done for m in milestones)) if one
        ]
        if not days:
            return None
        first, last = min([*days, today]) - timedelta(days=20), max([*days, today]) + timedelta(days=20)
        span = (last - first).days

        def x(on: date) -> float:
            return round(WIDE * (on - first).days / span, 1)

        bar = (
            (x(found.start), x(found.end))
            if found.start and found.end
            else (x(found.start), float(WIDE))
            if found.start
            else None
        )
        strip = Strip(bar, x(today))
        for one in milestones:
            on = one.done or one.due
            if on is not None:
                late = one.done is None and one.due is not None and one.due < today
                strip.marks.append(
                    {
                        "x": x(on),
                        "gate": one.type == "gate",
                        "done": one.done is not None,
                        "late": late,
                        "name": one.name,
                        "on": on,
                    }
                )
        month = first.replace(day=1)
        every = 6 if span < 1300 else 12 if span < 4000 else 24
        while month <= last:
            if month >= first and (month.year * 12 + month.month - 1) % every == 0 and 20 < x(month) < WIDE - 20:
                strip.ticks.append((x(month), month))
            month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)
        return strip


def systems_of(page: Page, found: Investment) -> list[dict[str, Any]]:
    """The AI systems of an investment, the models that each calls, and how long these will be there."""
    plan = page.view.plan
    listed = []
    systems: tuple[AISystem, ...] = plan.ai_systems.by("investment", found.id)
    for system in sorted(systems, key=lambda one: one.name):
        models = []
        for use in sorted(plan.model_uses.by("system", system.id), key=lambda one: -(one.share or 0)):
            model = plan.ai_models.get(use.model)
            if model is None:
                continue
            left = (model.shutdown_on - page.today).days if model.shutdown_on else None
            replacement = plan.ai_models.get(model.replacement)
            models.append(
                {"model": model, "use": use, "left": left, "replacement": replacement.name if replacement else ""}
            )
        listed.append({"system": system, "models": models})
    return listed
