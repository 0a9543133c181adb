"""What deliveries say, in words: tables, scopes, amounts, whether they still count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.address import Figure, figure
from northing.measure.unattributed import where_of
from northing.portfolio.facts import TABLES, Delivery
from northing.report import words
from northing.report.deliveries import Attributed, Replaced, Standing
from northing.web.frame.context import Page
from northing.web.frame.words import moment

STATES = {
    "in force": (gettext_noop("in force"), "good", "check"),
    "in part": (gettext_noop("partly superseded"), "note", "info"),
    "superseded": (gettext_noop("superseded"), "", "history"),
}


@dataclass(frozen=True)
class Scoped:
    """A scope of a delivery, as a row shows it."""

    table: str
    scope: str
    rows: int
    amount: str
    rows_at: Figure | None
    """Where its rows are; None before the delivery is taken in."""
    at: Figure | None
    before: str
    before_href: str
    before_amount: str
    difference: str
    less: bool


def rows_at(found: Delivery) -> Figure:
    """Where the rows of a delivery are; where several were made of one, or none, how many its input had is stated."""
    if sum(batch.rows for batch in found.batches) == found.rows_in and len({one.table for one in found.batches}) == 1:
        return figure("delivery.rows", id=found.id)
    return figure("column", kind="delivery", id=found.id, name="rows_in")


def scoped(opened: Page, one: Replaced, taken_in: Delivery | None = None) -> Scoped:
    where = where_of([("scope", one.now.scope)])
    told = {"id": taken_in.id, "table": one.now.table, "where": where} if taken_in is not None else None
    before = one.before
    difference = one.difference
    return Scoped(
        table=_(TABLES[one.now.table].title),
        scope=one.now.scope,
        rows=one.now.rows,
        amount=amounts(one.now.amounts),
        rows_at=figure("delivery.rows", **told) if told else None,
        at=figure("delivery.amount", **told) if told else None,
        before=before.name if before is not None else "",
        before_href=delivery_href(opened, before) if before is not None else "",
        before_amount=amounts(one.then.amounts) if one.then is not None else "",
        difference=" + ".join(words.amount(value, code, signed=True) for code, value in difference.items()),
        less=any(value < 0 for value in difference.values()),
    )


def amounts(found: Mapping[str, Decimal]) -> str:
    """Several currencies side by side; nothing where there is no amount."""
    return " + ".join(words.amount(value, code) for code, value in sorted(found.items()))


def delivery_href(opened: Page, delivery: Delivery) -> str:
    return opened.link(f"sources/{delivery.source}/deliveries/{delivery.id}")


def received(opened: Page, text: str | None) -> str:
    """The instant at which something came in, in the workspace's zone."""
    if not text:
        return ""
    return moment(opened.local(datetime.fromisoformat(text).astimezone(UTC)))


def state(opened: Page, found: Standing) -> tuple[str, str, str, list[tuple[str, str]]]:
    """Word, tone, icon, and the deliveries that came in its place."""
    word, tone, icon = STATES[found.state]
    plan = opened.view.plan
    later = [plan.deliveries[id] for id in found.by if id in plan.deliveries]
    return _(word), tone, icon, [(one.name, delivery_href(opened, one)) for one in later[:3]]


def little(share: Decimal | None) -> str:
    """A share in per cent; what is there and rounds to nothing is “<1%”."""
    if share is None:
        return ""
    return f"<{words.percent(Decimal('0.01'))}" if 0 < share < Decimal("0.005") else words.percent(share)


def claimed_said(found: Iterable[Attributed]) -> str:
    """How much of a delivery the rules give to investments, by currency; nothing where there are no amounts."""
    told = [(one, little(one.share) if one.claimed else _("none")) for one in found if one.share is not None]
    several = len(told) > 1
    return " · ".join(f"{one.currency} {share}" if several else share for one, share in told)
