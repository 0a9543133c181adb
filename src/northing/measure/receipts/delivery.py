"""Receipts of DORA's five: each of one service and its days, down to deployments, changes, incidents and their rows.

``service`` names it as its rows do, or by the last part of its address; ``level``, ``id`` and ``policy`` say by whose
policy deployments are read. Terms of a count add up to it; those of a median or a rate are only shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from northing.measure.delivery.asked import Asked as Delivering
from northing.measure.delivery.asked import asked, called
from northing.measure.delivery.changes import Change
from northing.measure.delivery.deployments import Deployment
from northing.measure.delivery.failures import Failure
from northing.measure.delivery.five import Five, five
from northing.measure.explained import Asked, Measure, Question, Term, Unit
from northing.measure.flow.asked import read_whose
from northing.measure.sentence import Said
from northing.portfolio.errors import Invalid
from northing.portfolio.filter.writer import quoted
from northing.portfolio.words import word

PARAMETERS = ("level", "id", "policy", "service", "from", "until")
HOUR = 3_600_000_000
AT_ONCE = 100
"""Deployments whose rows are asked for in one question."""


def _asked(question: Question) -> Delivering | None:
    whose = read_whose(question.view, question.get("level") or None, question.get("id"))
    return asked(question.view, whose, question.get("policy") or None)


def _five(question: Question) -> tuple[Delivering, Five] | None:
    found = _asked(question)
    if found is None:
        return None
    live = [one.name for one in found.found.services.values() if one.deployments]
    name = question.get("service") or (live[0] if len(live) == 1 else "")
    if not name:
        services = ", ".join(map(called, live)) or "none yet"
        raise Invalid("Delivery is told service by service.", remedy=f"Add service=… Services: {services}.")
    service = found.service(name)
    days = found.window(question.figure.window())
    return None if days is None else (found, five(found.found, service, days, found.now))


def _exact(value: Fraction | int | None) -> Decimal | None:
    return None if value is None else Decimal(value.numerator) / Decimal(value.denominator)


def _hours(value: Fraction | int | None) -> Decimal | None:
    return None if value is None else _exact(Fraction(value) / HOUR)


def _deployment(found: Delivering, one: Deployment, sign: int = 1) -> Term:
    values = {"name": one.name or one.id, "day": found.found.days.of(one.finished)}
    return Term(value=1, sign=sign, said=Said(word("{name}, live on {day}"), values))


def _change(found: Delivering, one: Change) -> Term:
    pull = found.found.pulls.get(one.pull or "")
    name = " ".join(filter(None, (one.sha[:10], pull.title if pull else None)))
    values = {
        "name": name,
        "start": found.found.days.of(one.at or 0),
        "day": found.found.days.of(one.deployment.finished),
    }
    return Term(value=_rounded(one.lead), sign=0, said=Said(word("{name}, {start} to {day}"), values))


def _failure(found: Delivering, one: Failure, value: Any = 1, sign: int = 1) -> Term:
    incidents = ", ".join(incident.key or incident.id for incident in one.incidents)
    values = {
        "name": one.deployment.name or one.deployment.id, "day": found.found.days.of(one.deployment.finished),
        "incidents": incidents,
    }  # fmt: skip
    text = word("{name}, live on {day}: {incidents}") if incidents else word("{name}, live on {day}, mended after")
    return Term(value=value, sign=sign, said=Said(text, values))


def _rounded(value: int | None) -> Decimal | None:
    hours = _hours(value)
    return None if hours is None else hours.quantize(Decimal("0.01"))


Of = Callable[[Five], Any]
Terms = Callable[[Delivering, Five], Sequence[Term]]


def _measure(
    name: str, title: str, unit: Unit, formula: str, of: Of, terms: Terms,
    rows: Callable[[Five], Iterable[Deployment]] | None = None, parts: Sequence[str] = (),
) -> Measure:  # fmt: skip
    def value(question: Question) -> Any:
        found = _five(question)
        return None if found is None else of(found[1])

    def made_of(question: Question) -> Sequence[Term]:
        found = _five(question)
        if found is None:
            return ()
        counts = [
            Term(
                value=BY_NAME[f"dora.{part}"].of(question), sign=0, said=Said(BY_NAME[f"dora.{part}"].title),
                figure=question.figure.but(f"dora.{part}"),
            )
            for part in parts
        ]  # fmt: skip
        return [*counts, *terms(*found)]

    def facts(question: Question) -> Sequence[Asked]:
        found = _five(question)
        return () if found is None or rows is None else _rows(question, list(rows(found[1])))

    return Measure(
        name=f"dora.{name}", title=title, unit=unit, formula=formula, of=value, terms=made_of, facts=facts,
        tables=("deployment", "shipped", "incident", "work", "transition"), parameters=PARAMETERS,
    )  # fmt: skip


def _rows(question: Question, live: list[Deployment]) -> list[Asked]:
    """The rows of deployments: those of each, told apart by id."""
    facts, found = question.view.facts, []
    ids = sorted({one.id for one in live})
    for begin in range(0, len(ids), AT_ONCE):
        where = f"deployment in ({', '.join(map(quoted, ids[begin : begin + AT_ONCE]))})"
        lines = facts.count("deployment", where=where) if facts is not None else 0
        found.append(Asked(table="deployment", column="", lines=lines, where=where, money=False))
    return found


def _none(found: Delivering, told: Five) -> Sequence[Term]:
    return ()


MEASURES = (
    _measure(
        "deployments", word("Deployments"), "count",
        word("Deployments to production that finished in these days; one of several commits is one."),
        lambda told: told.frequency.total,
        lambda found, told: [_deployment(found, one) for one in told.frequency.deployments],
        lambda told: told.frequency.deployments,
    ),
    _measure(
        "frequency", word("Deployment frequency a day"), "number",
        word("Deployments to production / days."),
        lambda told: _exact(told.frequency.per_day), _none, lambda told: told.frequency.deployments, ("deployments",),
    ),
    _measure(
        "deployment_days", word("Days with a deployment, per week"), "number",
        word("Median over the whole weeks of these days, from Monday; fewer than five weeks say nothing."),
        lambda told: _exact(told.frequency.week), _none, lambda told: told.frequency.deployments, ("deployments",),
    ),
    _measure(
        "lead_time", word("Change lead time, in hours"), "number",
        word(
            "Median over commits that went live in these days of the time from the commit to its first deployment. "
            "Merges are dropped; fewer than five commits say nothing."
        ),
        lambda told: _hours(told.lead_time.median),
        lambda found, told: [_change(found, one) for one in told.lead_time.measured],
        lambda told: told.frequency.deployments,
    ),
    _measure(
        "recovery", word("Failed deployment recovery time, in hours"), "number",
        word(
            "Median over failed deployments restored in these days of the time from the deployment until an incident "
            "of it was closed, or the next hotfix, rollback or revert was live."
        ),
        lambda told: _hours(told.recovery.median),
        lambda found, told: [_failure(found, one, _rounded(one.took), 0) for one in told.recovery.restored],
        lambda told: [one.deployment for one in told.recovery.restored],
    ),
    _measure(
        "failures", word("Deployments that failed"), "count",
        word("Deployments of these days that an incident or a fix after them says failed; each once."),
        lambda told: len(told.fail_rate.failures),
        lambda found, told: [_failure(found, one) for one in told.fail_rate.failures],
        lambda told: [one.deployment for one in told.fail_rate.failures],
    ),
    _measure(
        "fail_rate", word("Change fail rate"), "share",
        word("Deployments that failed / deployments; fewer than five deployments say nothing."),
        lambda told: _exact(told.fail_rate.share), _none, lambda told: told.frequency.deployments,
        ("failures", "deployments"),
    ),
    _measure(
        "unplanned", word("Unplanned deployments"), "count",
        word("Hotfixes, rollbacks, reverts and deployments made for an incident."),
        lambda told: len(told.rework.unplanned),
        lambda found, told: [_deployment(found, one) for one in told.rework.unplanned],
        lambda told: told.rework.unplanned,
    ),
    _measure(
        "rework_rate", word("Deployment rework rate"), "share",
        word("Unplanned deployments / deployments; fewer than five deployments say nothing."),
        lambda told: _exact(told.rework.share), _none, lambda told: told.frequency.deployments,
        ("unplanned", "deployments"),
    ),
)  # fmt: skip
"""Every figure of delivery."""

BY_NAME = {one.name: one for one in MEASURES}
