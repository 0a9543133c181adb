"""What is spent, and whose it is: cost facts in force by level, investment, period, currency or any of their columns.

attributed + unattributed = billed, exactly, in every currency, period and level. At the level of an objective each
investment counts by its share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.facts import COST
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period, label, period_of
from northing.portfolio.words import word

from . import levels
from .cost_rows import Asker, Purses, Told, kept
from .fx import findings
from .levels import LEVELS, ORGANISATION, OUTSIDE, Scope, parts
from .money import Unit, share_of
from .money_sums import check_basis, scope_shares
from .sentence import Ref
from .view import View

FORMULAS = {
    "attributed": word("Cost rows in force that the rules give to its investments, each row's amount times its share."),
    "unattributed": word("What the rules leave of all cost rows in force."),
    "billed": word("All cost rows in force. Attributed + unattributed = billed."),
    "share": word("Unattributed / billed, in the reader's currency."),
}


class SpendRow(msgspec.Struct, frozen=True, kw_only=True):
    """One group of what is attributed."""

    key: str | None
    """An id, the first day of a period, or what a column states; None where that is empty, or belongs nowhere."""
    title: str | None
    """The entity's name, the period's label, the column's value."""
    ref: Ref | None = None
    depth: int = 0
    amount: Amounts
    native: Amounts
    """In the currencies of the rows."""
    share: Decimal | None
    """Of what is attributed in this scope, in the reader's currency."""
    lines: int


class Spend(msgspec.Struct, frozen=True, kw_only=True):
    scope: Scope
    window: Period | None
    """None where there are no cost facts."""
    by: str
    basis: str
    rows: tuple[SpendRow, ...]
    """The largest first; periods in order; entities of a level as a tree."""
    attributed: Amounts
    """Of the scope."""
    unattributed: Amounts
    """Of the whole organisation."""
    billed: Amounts
    """Of the whole organisation."""
    unattributed_share: Decimal | None
    native_attributed: Amounts
    native_unattributed: Amounts
    native_billed: Amounts
    lines: int
    findings: tuple[Finding, ...]


def spend(
    view: View,
    scope: Scope = ORGANISATION,
    *,
    window: Period | None = None,
    by: str = "investment",
    unit: Unit = "month",
    basis: str = "billed",
    where: str = "",
    rule: str | None = None,
) -> Spend:
    """What is spent in *scope* in the days of *window* (None: as far as there are facts), by *by*.

    ``by``: investment, portfolio, objective, value_stream, period, currency, or a column of cost facts or ``tag.x``.
    ``where`` narrows the rows, in the filter language; *rule*: only what that rule gives.
    Raises :class:`Invalid` for a column that there is none of.
    """
    check_basis(basis)
    if by not in (*LEVELS, "period", "currency") and not by.startswith("tag.") and COST.column(by) is None:
        raise Invalid(f"Cost has no column “{by}”.", remedy="Group by a level, period, currency or a column of cost.")
    key = ("spend", scope, window, by, unit, basis, where, rule)
    found: Spend = kept(view, key, lambda: _spend(view, scope, window, by, unit, basis, where, rule), levels.READS)
    return found


def _spend(
    view: View, scope: Scope, window: Period | None, by: str, unit: Unit, basis: str, where: str, rule: str | None
) -> Spend:
    asker = Asker(view, window=window)
    columns = () if by in (*LEVELS, "period", "currency") else (by,)
    starts = asker.starts(unit) if by == "period" else ()
    of = scope_shares(view, scope)
    rows, sums = Purses(), Purses()
    keys = _keys(view, by)
    none = Decimal(0)
    for line in asker.cost(columns, basis=basis, where=where, starts=starts):
        if rule is not None and line.rule != rule:
            continue
        sums.put("billed", line)
        if line.investment is None:
            sums.put("unattributed", line)
            continue
        share = of.get(line.investment, none)
        if share:
            sums.put("attributed", line, share)
            for key, part in keys(line):
                rows.put(key, line, share if part == 1 else share * part)
    attributed = Amounts(sums.told.get("attributed"))
    billed, unattributed = Amounts(sums.told.get("billed")), Amounts(sums.told.get("unattributed"))
    return Spend(
        scope=scope,
        window=asker.window,
        by=by,
        basis=basis,
        rows=tuple(_rows(view, by, unit, rows, attributed)),
        attributed=attributed,
        unattributed=unattributed,
        billed=billed,
        unattributed_share=share_of(unattributed, billed, view.currency),
        native_attributed=Amounts(sums.native.get("attributed")),
        native_unattributed=Amounts(sums.native.get("unattributed")),
        native_billed=Amounts(sums.native.get("billed")),
        lines=sums.lines.get("attributed", 0),
        findings=findings(asker.missing),
    )


def _keys(view: View, by: str) -> Callable[[Told], Iterable[tuple[Any, Decimal]]]:
    """What groups a line belongs to, with its share there."""
    one = Decimal(1)
    if by == "organisation":
        return lambda line: [(None, one)]
    if by == "investment":
        return lambda line: [(line.investment, one)]
    if by == "period":
        return lambda line: [(line.start, one)]
    if by == "currency":
        return lambda line: [(line.native, one)]
    if by not in LEVELS:
        return lambda line: [(line.by[0], one)]
    belongs: dict[str, list[tuple[str | None, Decimal]]] = {}
    known = next(level for level in LEVELS if level == by)
    found = parts(view, known)
    for part in found.all:
        for investment, share in part.shares.items():
            belongs.setdefault(investment, []).append((part.scope.id, share))
    for investment, share in found.outside.items():
        belongs.setdefault(investment, []).append((None, share))
    return lambda line: belongs.get(line.investment or "", ())


def _rows(view: View, by: str, unit: Unit, found: Purses, attributed: Amounts) -> Iterable[SpendRow]:
    def row(key: Any, title: str | None, ref: Ref | None = None, depth: int = 0) -> SpendRow:
        amount = Amounts(found.told[key])
        return SpendRow(
            key=None if key is None else str(key),
            title=title,
            ref=ref,
            depth=depth,
            amount=amount,
            native=Amounts(found.native[key]),
            share=share_of(amount, attributed, view.currency),
            lines=found.lines[key],
        )

    if by == "period":
        calendar = view.plan.calendar
        for start in sorted(found.told):
            yield row(start, label(calendar, period_of(calendar, start, unit)))
        return
    if by in LEVELS and by not in ("investment", "organisation"):
        for part in parts(view, next(level for level in LEVELS if level == by)).all:
            if part.scope.id in found.told:
                yield row(part.scope.id, view.name_of(by, part.scope.id), part.scope.ref, part.depth)
        if None in found.told:
            yield row(None, OUTSIDE[by])
        return
    largest = sorted(found.told, key=lambda key: (-sum(found.told[key].values(), Decimal(0)), str(key)))
    for key in largest:
        if by == "investment":
            yield row(key, view.name_of("investment", key), Ref("investment", key))
        else:
            yield row(key, None if key is None else str(key))
