"""The rows behind a group, as they came: each with its delivery, its input and the line it stands on there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.facts.asking import FactRow
from northing.measure.money_flows import also
from northing.portfolio.facts import COST
from northing.portfolio.periods import Period
from northing.report import words
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page
from northing.web.frame.typed import whole

from .state import State, address, read
from .suggesting import narrowed

PAGE = 100
FIRST = ("day", "provider", "account", "service", "description")
LEFT_OUT = ("source", "scope", "line", "billed", "effective", "currency", "person", "tags", "billing_period", "until")


@dataclass(frozen=True)
class Line:
    """One row of a bill, or the part of it that is left."""

    amount: str
    exact: str
    left: str
    """What of the row is left, where rules take a share of it."""
    cells: list[str]
    tags: str
    source: str
    input: str
    number: str
    delivery: str


@page("unattributed")
def rows(page: Page) -> HttpResponse:
    """A page of them, in the order of their days."""
    state = read(page.view, page.request.GET)
    group = page.request.GET.get("where", "").strip()
    where = also(state.where, group)
    facts = page.view.facts
    window = state.window.period
    span = (window.start, window.end) if isinstance(window, Period) else None
    offset = _offset(page)
    asked: dict[str, Any] = {"where": where, "span": span, "investment": None, "today": page.today}
    total = facts.count("cost", **asked) if facts is not None else 0
    found = list(facts.rows("cost", **asked, offset=offset, limit=PAGE)) if facts is not None and total else []
    columns = _columns(found)
    claim = (
        page.link("rules/new", where=narrowed(page, state.where, group), next=page.here)
        if group and page.may_edit
        else ""
    )
    return page.render(
        "unattributed/rows.html",
        title=_("Rows that nobody claims"),
        where=where,
        state=state,
        total=total,
        heads=[_(COST.column(name).title) for name in columns],  # type: ignore[union-attr]
        lines=[_line(page, one, columns, state) for one in found],
        tagged=any(one.values.get("tags") not in (None, "", "{}") for one in found),
        claim=claim,
        back=page.link("unattributed", **state.query()),
        figure=address(page, state, "unattributed", group),
        first=offset + 1,
        last=offset + len(found),
        earlier=page.again(offset=str(max(0, offset - PAGE))) if offset else "",
        later=page.again(offset=str(offset + PAGE)) if offset + PAGE < total else "",
    )  # fmt: skip


def _offset(page: Page) -> int:
    return max(0, whole(page.request.GET.get("offset", "")) or 0) // PAGE * PAGE


def _columns(found: list[FactRow]) -> list[str]:
    """What any of the rows states: the telling ones first."""
    rest = [column.name for column in COST.columns if column.name not in (*FIRST, *LEFT_OUT)]
    return [name for name in (*FIRST, *rest) if any(one.values.get(name) is not None for one in found)]


def _line(page: Page, row: FactRow, columns: list[str], state: State) -> Line:
    plan = page.view.plan
    values = row.values
    delivery = plan.deliveries.get(row.delivery)
    basis = "effective" if state.basis == "effective" and values.get("effective") is not None else "billed"
    amount = Decimal(values.get(basis) or 0)
    return Line(
        amount=words.amount(amount * row.share, values["currency"] or ""),
        exact=f"{amount:f} {values['currency'] or ''}",
        left=words.percent(row.share, 0 if row.share * 100 == int(row.share * 100) else 2) if row.share != 1 else "",
        cells=[_said(values.get(name)) for name in columns],
        tags=_tags(values.get("tags")),
        source=words.name(page.view, "source", values["source"]),
        input=delivery.name if delivery is not None else "",
        number=words.number(row.line) if row.line else "",
        delivery=address_of(page, "delivery", row.delivery) if delivery is not None else "",
    )


def _said(value: Any) -> str:
    from datetime import date

    if value is None:
        return ""
    if isinstance(value, bool):
        return words.yes_no(value)
    if isinstance(value, Decimal | int):
        return words.number(value)
    return words.day(value) if isinstance(value, date) else str(value)


def _tags(text: Any) -> str:
    """project=chat, env=prod."""
    import json

    if not text:
        return ""
    try:
        found = json.loads(text)
    except ValueError:
        return str(text)
    return ", ".join(f"{key}={value}" for key, value in sorted(found.items())) if isinstance(found, dict) else str(text)
