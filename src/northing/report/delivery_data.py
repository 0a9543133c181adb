"""Delivery for a program: the five of each service, each with what it stands on and its address."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import msgspec

from northing.measure.delivery.asked import Asked, Delivery, asked, called, delivery, short_name
from northing.measure.delivery.failures import Failure
from northing.measure.delivery.five import PARTS, Five
from northing.measure.flow.asked import Whose
from northing.measure.view import View
from northing.portfolio.periods import Period

from . import delivery_told
from .asking_money import Addressing, Figured

HOUR = 3_600_000_000


class FailureSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A failed deployment. ``evidence``: link, fix, root_cause or window; ``hours``: until restored, or its age."""

    deployment: str
    name: str | None
    evidence: str
    incidents: list[str]
    open: bool
    hours: Decimal | None


class FiveSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The five of a service over some days. Medians and shares of fewer than five are null, and their counts stand."""

    window: Period
    deployments: Figured
    per_day: Figured
    deployment_days_per_week: Figured
    """DevLake's view: the median over whole weeks."""
    hours_between: Decimal | None
    lead_time_hours: Figured
    changes: int
    """That are in the lead time."""
    changes_without_date: int
    changes_after_live: int
    """Dated after they were live: left out."""
    changes_by_clock: dict[str, int]
    deployments_with_known_changes: int
    recovery_hours: Figured
    restored: int
    open_failures: list[FailureSaid]
    failures: Figured
    fail_rate: Figured
    evidence: dict[str, int]
    """Failures by the strongest thing that says so."""
    unplanned: Figured
    rework_rate: Figured
    kinds: dict[str, int]
    """Unplanned deployments by kind."""
    pull_requests: int
    pull_request_hours: dict[str, Decimal | None]
    """Median of each part of their lead time."""


class ServiceSaid(msgspec.Struct, frozen=True, kw_only=True):
    service: str
    name: str
    whole: FiveSaid
    failed: list[FailureSaid]
    """The deployments of these days that failed."""
    left_out: dict[str, int]
    """Deployments that do not count: elsewhere, nowhere, failed before they were live, endless."""
    months: list[FiveSaid]


class DeliverySaid(msgspec.Struct, frozen=True, kw_only=True):
    """DORA's five, service by service; never averaged over them."""

    level: str
    id: str | None
    policy: str | None
    """Name of the policy by which deployments are read; None: Northing's defaults."""
    weakest_evidence: str
    evidence_hours: int
    window: Period | None
    """The days asked for, as far as deliveries speak of them; None where none does."""
    said: str
    services: list[ServiceSaid]
    incidents_of_no_deployment: list[str]


def delivery_said(
    view: View, whose: Whose, window: Period | None, *, service: str = "", policy: str | None = None
) -> DeliverySaid:
    """Raises :class:`NotFound` for a service or a policy that there is none of."""
    found = asked(view, whose, policy)
    if found is None:
        return DeliverySaid(
            level=whose.level, id=whose.id, policy=None, weakest_evidence="", evidence_hours=0, window=None, said="",
            services=[], incidents_of_no_deployment=[],
        )  # fmt: skip
    told = delivery(found, window, service)
    addresses = Addressing(view, level=whose.level if whose.id else None, id=whose.id, policy=policy or None)
    rules = found.found.rules
    return DeliverySaid(
        level=whose.level,
        id=whose.id,
        policy=found.policy.name if found.policy else None,
        weakest_evidence=rules.weakest.value,
        evidence_hours=rules.hours,
        window=told.window,
        said=delivery_told.lead(told)[0],
        services=[_service(addresses, found, told, one) for one in told.services],
        incidents_of_no_deployment=[one.key or one.id for one in found.found.unplaced],
    )


def _service(addresses: Addressing, found: Asked, told: Delivery, one: Five) -> ServiceSaid:
    name = short_name(found.found, one.service)
    return ServiceSaid(
        service=one.service,
        name=called(one.service),
        whole=_five(addresses, name, one),
        failed=[_failure(failure, failure.took) for failure in one.fail_rate.failures],
        left_out=found.found.services[one.service].left.within(*found.found.bounds(one.window)),
        months=[_five(addresses, name, month) for month in told.trends[one.service]],
    )


def _failure(one: Failure, micros: int | None, *, still: bool = False) -> FailureSaid:
    return FailureSaid(
        deployment=one.deployment.id,
        name=one.deployment.name,
        evidence=one.evidence.value,
        incidents=[incident.key or incident.id for incident in one.incidents],
        open=still or one.restored is None,
        hours=_hours(micros),
    )


def _five(addresses: Addressing, service: str, one: Five) -> FiveSaid:
    def at(name: str, value: object) -> Figured:
        return addresses.of(f"dora.{name}", value, service=service, window=one.window)

    often, lead, back = one.frequency, one.lead_time, one.recovery
    return FiveSaid(
        window=one.window,
        deployments=at("deployments", often.total),
        per_day=at("frequency", _exact(often.per_day)),
        deployment_days_per_week=at("deployment_days", _exact(often.week)),
        hours_between=_hours(often.between),
        lead_time_hours=at("lead_time", _hours(lead.median)),
        changes=len(lead.measured),
        changes_without_date=len(lead.undated),
        changes_after_live=len(lead.untrue),
        changes_by_clock={clock.value: many for clock, many in lead.clocks.items()},
        deployments_with_known_changes=lead.known,
        recovery_hours=at("recovery", _hours(back.median)),
        restored=len(back.restored),
        open_failures=[_failure(failure, age, still=True) for failure, age in back.open],
        failures=at("failures", len(one.fail_rate.failures)),
        fail_rate=at("fail_rate", _exact(one.fail_rate.share)),
        evidence={evidence.value: many for evidence, many in one.fail_rate.evidence.items()},
        unplanned=at("unplanned", len(one.rework.unplanned)),
        rework_rate=at("rework_rate", _exact(one.rework.share)),
        kinds={kind.value: many for kind, many in one.rework.kinds.items()},
        pull_requests=lead.pulls,
        pull_request_hours={name: _hours(lead.parts[name]) for name in PARTS},
    )


def _exact(value: Fraction | int | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def _hours(value: Fraction | int | None) -> Decimal | None:
    return None if value is None else _exact(Fraction(value) / HOUR)
