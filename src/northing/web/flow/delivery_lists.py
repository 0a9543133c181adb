"""What stands behind the figures of a service, row by row: deployments, changes, failures, unplanned deployments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from babel.dates import format_datetime
from django.utils.translation import gettext as _

from northing.measure.delivery.asked import Asked
from northing.measure.delivery.changes import Change
from northing.measure.delivery.deployments import Deployment
from northing.measure.delivery.failures import Failure, Incident
from northing.measure.delivery.five import Five
from northing.measure.flow.terms import ITEM
from northing.report import delivery_told, words
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page

ROWS, MOST = 40, 1000


@dataclass(frozen=True)
class Cell:
    text: str
    href: str = ""
    tone: str = ""
    title: str = ""


@dataclass(frozen=True)
class Listed:
    heads: list[tuple[str, bool]]
    """Heading, and whether it stands over numbers."""
    rows: list[list[Cell]] = field(default_factory=list)
    count: int = 0
    more: int = 0


def listed(page: Page, found: Asked, one: Five, show: str, *, every: bool) -> Listed:
    """The rows behind a figure, the latest or slowest first."""
    most = MOST if every else ROWS
    match show:
        case "changes":
            return _changes(page, found, one, most)
        case "failures":
            return _failures(page, found, one, most)
        case "unplanned":
            return _deployments(page, found, one.rework.unplanned, one, most)
    return _deployments(page, found, one.frequency.deployments, one, most)


def _deployments(page: Page, found: Asked, chosen: Sequence[Deployment], one: Five, most: int) -> Listed:
    heads = [
        (_("Deployment"), False),
        (_("Live"), False),
        (_("Kind"), False),
        (_("Changes"), True),
        (_("Failed"), False),
    ]
    service = found.found.services[one.service]
    rows = []
    for each in sorted(chosen, key=lambda one: one.order, reverse=True)[:most]:
        brought, failure = service.changes.get(each.key), service.failures.get(each.key)
        rows.append([
            Cell(each.name or each.id, title=each.id),
            Cell(_moment(page, each.finished)),
            Cell(words.label(each.kind.value, "deployment"), tone="warn" if each.told_by else ""),
            Cell(words.number(len(brought)) if brought is not None else _("not known")),
            Cell(words.label(failure.evidence.value, "evidence") if failure else "", tone="bad" if failure else ""),
        ])  # fmt: skip
    return _of(heads, rows, len(chosen))


def _changes(page: Page, found: Asked, one: Five, most: int) -> Listed:
    heads = [(_("Change"), False), (_("Pull request"), False), (_("Written"), False), (_("Live"), False),
             (_("Lead time"), True)]  # fmt: skip
    told = one.lead_time
    chosen = [*told.untrue, *reversed(told.measured), *told.undated]
    rows = [
        [
            Cell(each.sha[:10], title=each.sha),
            _pull(page, found, each),
            Cell("" if each.at is None else _moment(page, each.at), title=_clock(each)),
            Cell(_moment(page, each.deployment.finished), title=each.deployment.name or each.deployment.id),
            Cell(delivery_told.took(each.lead) or _("no date"), tone="bad" if (each.lead or 0) < 0 else ""),
        ]
        for each in chosen[:most]
    ]
    return _of(heads, rows, len(chosen))


def _clock(change: Change) -> str:
    return words.label(change.clock.value, "change_clock") if change.clock else ""


def _pull(page: Page, found: Asked, change: Change) -> Cell:
    pull = found.found.pulls.get(change.pull or "")
    if pull is None:
        return Cell("")
    return Cell(pull.title or pull.key, address_of(page, ITEM, pull.key) or "", title=pull.url or "")


def _failures(page: Page, found: Asked, one: Five, most: int) -> Listed:
    heads = [(_("Deployment"), False), (_("Live"), False), (_("What says so"), False), (_("Incidents"), False),
             (_("Restored by"), False), (_("After"), True)]  # fmt: skip
    still = {each.deployment.key: age for each, age in one.recovery.open}
    every = {each.deployment.key: each for each in one.fail_rate.failures}
    every |= {each.deployment.key: each for each in one.recovery.restored}
    every |= {each.deployment.key: each for each, _age in one.recovery.open}
    chosen = sorted(every.values(), key=lambda each: (each.deployment.key not in still, -each.deployment.finished))
    rows = [_failure(page, each, still.get(each.deployment.key)) for each in chosen[:most]]
    return _of(heads, rows, len(chosen))


def _failure(page: Page, one: Failure, age: int | None) -> list[Cell]:
    if age is not None:
        after = Cell(_("open for %(time)s") % {"time": delivery_told.took(age)}, tone="bad")
        restored = Cell(_("nobody yet"))
    else:
        after = Cell(delivery_told.took(one.took), tone="bad" if (one.took or 0) < 0 else "")
        restored = Cell(_restored(one))
    return [
        Cell(one.deployment.name or one.deployment.id, title=one.deployment.id),
        Cell(_moment(page, one.deployment.finished)),
        Cell(words.label(one.evidence.value, "evidence")),
        Cell(_incidents(one.incidents)),
        restored,
        after,
    ]


def _incidents(incidents: Iterable[Incident]) -> str:
    return ", ".join(" ".join(filter(None, (one.key or one.id, one.title))) for one in incidents)


def _restored(one: Failure) -> str:
    if isinstance(one.by, Incident):
        return _("closing %(incident)s") % {"incident": one.by.key or one.by.id}
    return one.by.name or one.by.id if one.by is not None else ""


def _moment(page: Page, micros: int) -> str:
    """12 Jun 2026, 14:05, in the zone of the page."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
    return str(format_datetime(page.local(moment), "d MMM y, HH:mm", tzinfo=page.zone, locale=words.locale()))


def _of(heads: list[tuple[str, bool]], rows: list[list[Cell]], count: int) -> Listed:
    return Listed(heads, rows, count, max(0, min(count, MOST) - len(rows)))
