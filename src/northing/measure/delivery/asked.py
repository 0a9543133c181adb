"""Delivery asked of a view: by whose rules, over which days, of which services."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction

import msgspec

from northing.measure.flow.asked import Whose, day_end, policy_of
from northing.measure.flow.policies import policy_named
from northing.measure.flow.work import periods
from northing.measure.view import View
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.flow import WorkflowPolicy
from northing.portfolio.periods import Period

from .delivered import Delivered, Service, delivered
from .five import Five, five
from .rows import rows_of
from .rules import rules_of

MONTHS = 12
READS = frozenset(("delivery", "source", "workflow_policy", "calendar", "value_stream", "fiscal_calendar"))


class Asked(msgspec.Struct, frozen=True):
    """What was asked for, and all that is known of it."""

    whose: Whose
    policy: WorkflowPolicy | None
    """By which deployments are read; None: Northing's defaults."""
    found: Delivered
    known: Period | None
    """The days that deliveries of deployments speak of; None without any."""
    now: int

    @property
    def own(self) -> bool:
        """Whether only the deployments of *whose* are told: the organisation's, or where its policy says which."""
        return self.whose.level == "organisation" or bool(self.policy and self.policy.deployments)

    def window(self, window: Period | None) -> Period | None:
        """*window* as far as deliveries speak of it; without one the whole."""
        if self.known is None:
            return None
        if window is None:
            return self.known
        start, end = max(window.start, self.known.start), min(window.end, self.known.end)
        return Period(start, end) if start < end else None

    def service(self, name: str) -> Service:
        """Raises :class:`NotFound`."""
        found = self.found.services.get(name)
        if found is None:
            found = next((one for one in self.found.services.values() if called(one.name) == name), None)
        if found is None:
            raise NotFound(f"No deployment of a service “{name}” was delivered.")
        return found


class Delivery(msgspec.Struct, frozen=True):
    """The five of each service, over a window and month by month."""

    asked: Asked
    window: Period | None
    services: tuple[Five, ...]
    months: tuple[Period, ...]
    trends: Mapping[str, tuple[Five, ...]]
    """Service → its five in each of the months."""


def asked(view: View, whose: Whose = Whose(), policy: str | None = None) -> Asked | None:  # noqa: B008
    """How services are delivered, by the policy that holds today or by *policy*; None where no facts came in.

    Raises :class:`NotFound` for a policy that there is none of.
    """
    if view.facts is None:
        return None
    chosen = policy_named(view.plan, policy) if policy else policy_of(view, whose)
    calendar = view.plan.calendars.get((chosen and chosen.calendar) or "")
    stream = view.plan.value_streams.get((chosen and chosen.value_stream) or "")
    rules = rules_of(chosen, (calendar and calendar.zone) or (stream and stream.zone) or view.zone)
    facts = view.facts
    found = view.plan.memo(("delivered", rules), READS, lambda: delivered(rows_of(facts, rules.where), rules))
    return Asked(whose, chosen, found, known(view), day_end(view.today, rules.zone))


def known(view: View) -> Period | None:
    """From the first day of a deployment to the day on which deployments were last delivered, or today."""
    told = [
        (batch.start, datetime.fromisoformat(one.received).date())
        for one in view.plan.deliveries.values()
        for batch in one.batches
        if batch.table == "deployment"
    ]
    if not told:
        return None
    end = min(max(day for _, day in told), view.today) + timedelta(days=1)
    start = min(day for day, _ in told)
    return Period(start, end) if start < end else None


def delivery(one: Asked, window: Period | None = None, service: str = "") -> Delivery:
    """The five of every service, or of *service*, over *window*, and in the months before its end.

    Raises :class:`NotFound` for a service that there is none of.
    """
    chosen = [one.service(service)] if service else [*one.found.services.values()]
    days = one.window(window)
    if days is None:
        return Delivery(one, None, (), (), {})
    months = _months(one, days)
    live = [each for each in chosen if each.deployments]
    return Delivery(
        one,
        days,
        tuple(five(one.found, each, days, one.now) for each in live),
        months,
        {each.name: tuple(five(one.found, each, month, one.now) for month in months) for each in live},
    )


def _months(one: Asked, days: Period) -> tuple[Period, ...]:
    """The calendar months up to the end of *days*, twelve at most, the first and last as far as facts speak."""
    if one.known is None:
        return ()
    first = days.start if days.days > 366 else max(one.known.start, days.end - timedelta(days=365))
    return tuple(periods(Period(min(first, days.start), days.end), "month"))[-MONTHS:]


FIGURES = ("frequency", "lead_time", "recovery", "fail_rate", "rework_rate")
"""The five."""


def value(found: Five, name: str) -> Fraction | None:
    """One of the five as a number: per day, microseconds, a share; None where there are too few to say."""
    match name:
        case "frequency":
            return found.frequency.per_day
        case "lead_time":
            return found.lead_time.median
        case "recovery":
            return found.recovery.median
        case "fail_rate":
            return found.fail_rate.share
        case "rework_rate":
            return found.rework.share
    raise Invalid(f"Delivery has no figure “{name}”.", remedy="It has: " + ", ".join(FIGURES) + ".")


class Spread(msgspec.Struct, frozen=True):
    """How a figure is spread over services: never an average of unlike ones."""

    values: tuple[tuple[Fraction, str], ...]
    """(value, service), from the smallest."""
    silent: int
    """Services with too few to say."""


def spread(found: Delivery, name: str) -> Spread:
    """The values of the services for one of the five."""
    told = [(number, one.service) for one in found.services if (number := value(one, name)) is not None]
    return Spread(tuple(sorted(told)), len(found.services) - len(told))


def called(service: str) -> str:
    """A service as people call it: the last part of an address."""
    return service.rstrip("/").rpartition("/")[2] if "://" in service else service


def short_name(found: Delivered, service: str) -> str:
    """What names *service* in an address: what people call it, where no other is called so."""
    own = called(service)
    return own if sum(called(name) == own for name in found.services) == 1 else service
