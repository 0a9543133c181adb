"""What an investment is claimed to bring: its benefit lines, in total by type, and one by one."""

from __future__ import annotations

from dataclasses import dataclass

from northing.measure.address import Figure, figure
from northing.measure.levels import Scope
from northing.measure.returns.claims import CASH, Range, claimed
from northing.portfolio.benefits import BenefitPlanLine
from northing.portfolio.investment import Investment
from northing.portfolio.periods import Period
from northing.report import words
from northing.web.frame.amounts import Cell, cell, short
from northing.web.frame.context import Page
from northing.web.frame.window import called


@dataclass(frozen=True)
class TypeRow:
    """One type of benefit over the whole life."""

    title: str
    is_cash: bool
    low: Cell
    likely: Cell
    high: Cell


@dataclass(frozen=True)
class Line:
    line: BenefitPlanLine
    title: str
    period: str
    likely: str
    between: tuple[str, str] | None
    """Low and high, where it says both."""
    """Low to high, as stated; empty where it states none."""
    stream: str
    owner: str


@dataclass(frozen=True)
class Claims:
    likely: str
    """Of all cash; empty where nothing is claimed in cash."""
    low: str
    high: str
    figure: Figure
    types: list[TypeRow]
    lines: list[Line]
    there: str
    """The page that holds it beside the cost."""


def claims_of(page: Page, found: Investment) -> Claims | None:
    """None where nothing is claimed."""
    told = claimed(page.view, Scope("investment", found.id))
    if not told.claims:
        return None
    cash = told.cash
    return Claims(
        likely=short(cash.likely) if cash else "",
        low=short(cash.low),
        high=short(cash.high),
        figure=_figure(page, found),
        types=[_row(page, found, kind.value, amount, kind in CASH) for kind, amount in told.by_type.items()],
        lines=[_line(page, one.line, one.value_stream) for one in told.claims],
        there=page.link("flow/return", level="investment", id=found.number or found.id),
    )


def _figure(page: Page, found: Investment, **more: str) -> Figure:
    currency = "" if page.currency == page.workspace.currency else page.currency
    return figure("returns.claimed", level="investment", id=found.id, currency=currency, **more)


def _row(page: Page, found: Investment, kind: str, amount: Range, is_cash: bool) -> TypeRow:
    low, likely, high = (
        cell(getattr(amount, bound), page.currency, _figure(page, found, type=kind, bound=bound))
        for bound in ("low", "likely", "high")
    )
    return TypeRow(words.label(kind, "type"), is_cash, low, likely, high)


def _line(page: Page, line: BenefitPlanLine, stream: str | None) -> Line:
    investment = page.view.plan.investments.get(line.investment)
    currency = line.currency or (investment.currency if investment else None)

    def money(amount: object) -> str:
        return words.money(amount, currency) if amount is not None else "–"  # type: ignore[arg-type]

    ranged = line.low is not None or line.high is not None
    return Line(
        line=line,
        title=words.label(line.type.value, "type") + (f": {line.name}" if line.name else ""),
        period=called(page.view, Period(line.start, line.end)),
        likely=money(line.likely),
        between=(money(line.low), money(line.high)) if ranged else None,
        stream=words.name(page.view, "value_stream", stream) if line.value_stream and stream else "",
        owner=page.name_of(line.owner) if line.owner else "",
    )
