"""What an edit may not do, whoever makes it: change what is closed, or what the ledger has written.

These rules compare the plan before with the plan after. Both are kept as they are by every way in: a person's
edit, a merge, an import, a revert.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from .breach import Breach, Touched, broken_at, called
from .entity import Entity, encode
from .kinds import KINDS, fields
from .ledger import ledger
from .money import split
from .periods import CALENDAR_YEAR, Period, label, periods_between
from .plan import Plan
from .words import in_sentence
from .workspace import FiscalCalendar

Change = Callable[[Plan, Plan, Touched], Iterator[Breach]]

LINES = {"forecast_line": ("amount",), "cost_plan_line": ("low", "likely", "high", "budget")}
"""Kinds of lines over a period, with their amounts: locked is the money that falls into a closed period."""
BESIDE = ("id", "note", "custom", "withheld", "source_row", "number")
"""Fields that say nothing of money."""


def closed_periods(before: Plan, after: Plan) -> list[Period]:
    """The periods that are closed before an edit and stay closed by the same close after it, in order."""
    found = []
    for close in before.period_closes.values():
        still = after.period_closes.get(close.id)
        if still is not None:
            start, end = max(close.start, still.start), min(close.end, still.end)
            if start < end:
                found.append(Period(start, end))
    return sorted(found)


def lines_of_closed_periods_stay(before: Plan, after: Plan, touched: Touched) -> Iterator[Breach]:
    """What plan and forecast lines put into a closed period stays, as a sum, in amount, currency and purpose.

    A line that runs through the cut-off may be cut there, or changed in what lies after it.
    """
    closed = closed_periods(before, after)
    if not closed:
        return
    for kind in LINES:
        sides = [(before.get(kind, id), after.get(kind, id)) for id in touched.get(kind, ())]
        changed = [pair for pair in sides if _says(pair[0]) != _says(pair[1])]
        was, now = _money_in(closed, before, kind, changed, 0), _money_in(closed, after, kind, changed, 1)
        wrong = {
            key: now.get(key, Decimal(0)) - was.get(key, Decimal(0))
            for key in was.keys() | now.keys()
            if was.get(key, Decimal(0)) != now.get(key, Decimal(0))
        }
        if not wrong:
            continue
        periods = {key[0] for key in wrong}
        whose = {key[1] for key in wrong}
        for pair in changed:
            hit = [p for p in sorted(periods) if any(_overlap(line, p) and _purpose(line) in whose for line in pair)]
            if hit:
                there = pair[1] or pair[0]
                assert there is not None
                yield _locked(after, there, hit[0], _how_to_cut(after, there, closed))


def entries_of_closed_periods_stay(before: Plan, after: Plan, touched: Touched) -> Iterator[Breach]:
    """No transfer is dated into a closed period."""
    closed = closed_periods(before, after)
    for id in touched.get("transfer", ()):
        was, now = before.get("transfer", id), after.get("transfer", id)
        if was is not None and now is not None:
            continue  # a change of it is refused by itself
        for period in closed:
            if any(entry is not None and entry.on in period for entry in (was, now)):
                yield _locked(after, now or was, period, "Date it after the closed periods. " + REOPEN)
                break


def rates_of_closed_periods_stay(before: Plan, after: Plan, touched: Touched) -> Iterator[Breach]:
    """What a currency is worth on a closed day stays: a rate holds until the next one of its pair."""
    if not touched.get("fx_rate"):
        return
    closed = closed_periods(before, after)
    for id in touched["fx_rate"]:
        was, now = before.get("fx_rate", id), after.get("fx_rate", id)
        if _says(was) == _says(now):
            continue
        for period in closed:
            if any(_holds_in(plan, rate, period) for plan, rate in ((before, was), (after, now)) if rate is not None):
                yield _locked(after, now or was, period, "Add a rate from a day after the closed periods. " + REOPEN)
                break


def closes_stay(before: Plan, after: Plan, touched: Touched) -> Iterator[Breach]:
    """A close is not changed: it is removed, which opens the period again, and made anew."""
    for id in touched.get("period_close", ()):
        was, now = before.get("period_close", id), after.get("period_close", id)
        if was is not None and now is not None and _says(was) != _says(now):
            yield _locked(after, was, Period(was.start, was.end), REOPEN)


def append_only_stays(before: Plan, after: Plan, touched: Touched) -> Iterator[Breach]:
    """What can only be added is neither changed nor removed: it is reversed by another entry."""
    for kind in APPEND_ONLY:
        for id in touched.get(kind, ()):
            was, now = before.get(kind, id), after.get(kind, id)
            if was is None or (now is not None and encode(was) == encode(now)):
                continue
            name = " ".join(filter(None, (KINDS[kind].TITLE, getattr(was, "number", None))))
            yield broken_at(
                "append-only",
                f"{name} cannot be {'removed' if now is None else 'changed'}.",
                kind,
                id,
                remedy="Reverse it: the entry that undoes it stands beside it in the ledger.",
            )


def ledger_terms_stay(before: Plan, after: Plan, touched: Touched) -> Iterator[Breach]:
    """The currency of a fund, and the fund and type of an account, stay once a transfer has been there."""
    entries = ledger(before).entries
    for kind, names in (("fund", ("currency",)), ("account", ("fund", "type"))):
        for id in touched.get(kind, ()):
            was, now = before.get(kind, id), after.get(kind, id)
            if was is None or now is None:
                continue
            accounts = [id] if kind == "account" else [account.id for account in before.accounts.by("fund", id)]
            if not any(account in entries for account in accounts):
                continue
            for name in names:
                if getattr(was, name) != getattr(now, name):
                    title = in_sentence(fields(kind)[name].title)
                    yield broken_at(
                        "ledger-terms",
                        f"{called(was)}: its {title} stays as it is, because money has moved there.",
                        kind,
                        id,
                        name,
                        remedy=f"Open another {in_sentence(KINDS[kind].TITLE)} and transfer the money.",
                    )


REOPEN = "To correct the past, reopen the period: remove its close, with a reason."
APPEND_ONLY = tuple(kind for kind, cls in KINDS.items() if cls.APPEND_ONLY)

CHANGES: tuple[tuple[Change, frozenset[str]], ...] = (
    (lines_of_closed_periods_stay, frozenset(LINES)),
    (entries_of_closed_periods_stay, frozenset({"transfer"})),
    (rates_of_closed_periods_stay, frozenset({"fx_rate"})),
    (closes_stay, frozenset({"period_close"})),
    (append_only_stays, frozenset(APPEND_ONLY)),
    (ledger_terms_stay, frozenset({"fund", "account"})),
)
"""Each rule of a change with the kinds whose edits can break it."""
OF_CHANGES = frozenset({"period-closed", "append-only", "ledger-terms"})
"""The codes of what they find: no plan by itself breaks them."""


def _locked(plan: Plan, entity: Entity, period: Period, remedy: str) -> Breach:
    return broken_at(
        "period-closed",
        f"{called(entity)}: {_month(plan, period)} is closed.",
        entity.KIND,
        entity.id,
        value=str(period.start),
        remedy=remedy,
    )


def _month(plan: Plan, period: Period) -> str:
    """ "March 2026"; what the calendar calls it, where it is no calendar month."""
    name = label(_calendar(plan), period)
    return f"{period.start:%B %Y}" if re.fullmatch(r"\d{4}-\d{2}", name) else name


def _calendar(plan: Plan) -> FiscalCalendar:
    """The calendar in force; calendar years where another rule finds that it cannot be reckoned with."""
    return plan.calendar if 1 <= plan.calendar.start_month <= 12 else CALENDAR_YEAR


def _says(entity: Entity | None) -> Any:
    """What *entity* says of money."""
    if entity is None:
        return None
    said = (getattr(entity, name) for name in entity.__struct_fields__ if name not in BESIDE)
    # What is no number equals nothing, not even itself.
    return tuple(str(value) if isinstance(value, Decimal) and not value.is_finite() else value for value in said)


def _purpose(line: Any) -> tuple[Any, ...]:
    """Everything of a line but its amounts and its days."""
    if line is None:
        return ()
    beside = (*BESIDE, *LINES[line.KIND], "start", "end")
    return tuple(getattr(line, name) for name in line.__struct_fields__ if name not in beside)


def _overlap(line: Any, period: Period) -> bool:
    return (
        line is not None
        and line.start is not None
        and line.end is not None
        and line.start < period.end
        and line.end > period.start
    )


def _money_in(
    closed: Iterable[Period], plan: Plan, kind: str, pairs: Iterable[tuple[Any, Any]], side: int
) -> dict[tuple[Period, tuple[Any, ...], str], Decimal]:
    """(closed period, purpose, amount's name) → what the lines of one side put there, cut by fiscal months."""
    found: dict[tuple[Period, tuple[Any, ...], str], Decimal] = {}
    for pair in pairs:
        line = pair[side]
        if line is None or line.start is None or line.end is None or line.start >= line.end:
            continue
        hit = [period for period in closed if _overlap(line, period)]
        if not hit:
            continue
        for name in LINES[kind]:
            amount = getattr(line, name)
            if amount is None or not amount.is_finite():
                continue
            for piece, part in pieces(plan, line.start, line.end, amount):
                for period in hit:
                    if piece.start in period:
                        key = (period, _purpose(line), name)
                        found[key] = found.get(key, Decimal(0)) + part
    return found


def pieces(plan: Plan, start: date, end: date, amount: Decimal) -> list[tuple[Period, Decimal]]:
    """*amount* over a half-open period, cut to fiscal months by days, so that the parts add up to it."""
    months = [
        Period(max(start, month.start), min(end, month.end))
        for month in periods_between(_calendar(plan), start, end, "month")
    ]
    parts = split(amount, [(month.start.isoformat(), Decimal(month.days)) for month in months])
    return [(month, parts[month.start.isoformat()]) for month in months]


def _how_to_cut(plan: Plan, line: Any, closed: list[Period]) -> str:
    """How to go on with a line that runs through the cut-off."""
    ends = [period.end for period in closed if _overlap(line, period)]
    if ends and line.end > max(ends):
        return f"Let it end on {max(ends)} with what it has until then, and add a line for the rest. {REOPEN}"
    return REOPEN


def _holds_in(plan: Plan, rate: Any, period: Period) -> bool:
    """Whether *rate* is what its pair is worth on a day of *period*: it holds until the next one of the pair."""
    days = plan.memo("days of rates", frozenset({"fx_rate"}), lambda: _days_of_rates(plan))[rate.base, rate.quote]
    following = bisect.bisect_right(days, rate.on)
    return bool(rate.on < period.end and (following == len(days) or days[following] > period.start))


def _days_of_rates(plan: Plan) -> dict[tuple[str, str], list[date]]:
    """Each pair of currencies with the days on which a rate of it begins, in order."""
    days: dict[tuple[str, str], list[date]] = {}
    for rate in sorted(plan.fx_rates.values(), key=lambda rate: rate.on):
        days.setdefault((rate.base, rate.quote), []).append(rate.on)
    return days
