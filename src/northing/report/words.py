"""Typed values as people read them: money, dates, choices, references, differences, sentences.

All doors say things through here, so that a page, a table of the command line and a paper use one wording.
The language is the one that Django has active; numbers and dates follow it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel.dates import format_date
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, gettext, ngettext

from northing.measure.sentence import Ref, Said
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period

from .labels import label as _label

if TYPE_CHECKING:
    from northing.measure.aggregates import Aggregate
    from northing.measure.cells import Column
    from northing.measure.grouping import Group, Level
    from northing.measure.view import View

MINUS = "−"
ELLIPSIS = "…"


def locale() -> str:
    """Babel's name of the active language; English as the world writes dates: 12 Jun 2026."""
    try:
        language = get_language() or "en"
    except Exception:  # no settings at all: a script that only prints
        language = "en"
    return "en_GB" if language == "en" else language.replace("-", "_")


def label(value: Any, of: str = "") -> str:
    """The word for a fixed value: ``label("on_hold", "stage")`` is "On hold". *of* is the field where words differ."""
    return _label(value, of)


def day(value: date | None) -> str:
    """12 Jun 2026."""
    return "" if value is None else str(format_date(value, "d MMM y", locale=locale()))


def short_day(value: date, beside: date | None = None) -> str:
    """12 Jun, where the year is the same *beside* it; else 12 Jun 2026."""
    pattern = "d MMM" if beside is not None and beside.year == value.year else "d MMM y"
    return str(format_date(value, pattern, locale=locale()))


def number(value: Decimal | int | None, digits: int | None = None) -> str:
    """1,234.5; at most *digits* decimals."""
    if value is None:
        return ""
    pattern = "#,##0." + "#" * (digits if digits is not None else 6)
    return _minus(_decimal(value or 0, pattern.rstrip("."), locale()))


def fixed(value: Decimal, digits: int) -> str:
    """0.8500: always with *digits* decimals, for numbers that stand under each other."""
    return _minus(_decimal(value or 0, "#,##0." + "0" * digits if digits else "#,##0", locale()))


@lru_cache(8192)
def _decimal(value: Decimal | int, pattern: str, locale: str) -> str:
    """The same numbers come again on every page, and are slow to write."""
    return str(format_decimal(value, pattern, locale=locale))


def percent(value: Decimal | float | None, digits: int = 0) -> str:
    """0.634 is 63%."""
    if value is None:
        return ""
    return _minus(str(format_percent(value, "#,##0" + ("." + "0" * digits if digits else "") + "%", locale=locale())))


SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
SHORT = ((Decimal(10**9), "bn"), (Decimal(10**6), "m"), (Decimal(10**3), "k"))


def money(value: Amounts | Decimal | None, currency: str | None = None, *, short: bool = False) -> str:
    """€1,200,000, or €1.2m where *short*; several currencies side by side, never added up."""
    if value is None:
        return ""
    amounts = value if isinstance(value, Amounts) else Amounts.of(value, currency)
    return " + ".join(amount(part, code, short=short) for code, part in amounts.by_currency.items())


def shortening(currency: str) -> dict[str, Any]:
    """How :func:`amount` shortens, for who writes figures of its own: what stands before, and limits with letters."""
    return {"before": _before(currency), "steps": [[int(limit), letter] for limit, letter in SHORT]}


def _before(currency: str) -> str:
    return SIGNS.get(currency, f"{currency} " if currency else "")


def amount(value: Decimal, currency: str, *, short: bool = False, signed: bool = False) -> str:
    """One amount in one currency."""
    sign = MINUS if value < 0 else "+" if signed and value > 0 else ""
    size = abs(value)
    before = _before(currency)
    if short:
        for limit, letter in SHORT:
            if size >= limit * Decimal("0.9995"):
                pattern = "#,##0.0" if size < limit * 100 else "#,##0"
                return f"{sign}{before}{_decimal(size / limit, pattern, locale())}{letter}"
    pattern = "#,##0" if size == size.to_integral_value() else "#,##0.00"
    return f"{sign}{before}{_decimal(size, pattern, locale())}"


def days_moved(count: int) -> str:
    """+43 d."""
    return f"{'+' if count > 0 else MINUS if count < 0 else '±'}{abs(count)} d"


def money_moved(value: Amounts, *, short: bool = True) -> str:
    """+€1.2m; −$300k."""
    parts = [amount(part, code, short=short, signed=True) for code, part in value.by_currency.items() if part]
    return ", ".join(parts) or "±0"


def yes_no(value: bool | None) -> str:
    return "" if value is None else gettext("Yes") if value else gettext("No")


def name(view: View, kind: str | None, id: str | None) -> str:
    """What the entity is called; what no longer exists is said to be removed, never shown as an id."""
    if id is None:
        return ""
    found = view.name_of(kind or "*", id)
    return found if found is not None else gettext("(removed)")


def value(
    view: View, given: Any, type: str = "text", *, ref: str | None = None, of: str = "", unit: str | None = None
) -> str:
    """One value of a field or column, of whatever type; empty is "". Tuples are joined by commas."""
    if given is None or given == ():
        return ""
    if isinstance(given, tuple | list):
        single = {"texts": "text", "references": "reference"}.get(type, type)
        return ", ".join(value(view, item, single, ref=ref, of=of, unit=unit) for item in given)
    match type:
        case "reference":
            return name(view, ref, str(given))
        case "choice":
            return label(given, of)
    if isinstance(given, bool):
        return yes_no(given)
    if isinstance(given, Amounts):
        return money(given)
    if isinstance(given, date):
        return day(given)
    if isinstance(given, Period):
        return period(given)
    if isinstance(given, Decimal | int):
        if unit == "%":
            share = Decimal(given) * 100
            return percent(Decimal(given), 0 if share == share.to_integral_value() else 1)
        return number(given) + (f" {unit}" if unit else "")
    if isinstance(given, Ref):
        return name(view, given.kind, given.id)
    return str(given)


def period(given: Period) -> str:
    """1 Jan – 31 Mar 2026."""
    return f"{short_day(given.start, given.last)} – {day(given.last)}"


def cell(view: View, column: Column, given: Any) -> str:
    """A cell of an answer's row, in words."""
    return value(view, given, _type(column, column.type), ref=column.ref, of=column.word.name, unit=column.unit)


def _type(column: Column, type: str) -> str:
    """An organisation's own choices are its own words."""
    return "text" if type == "choice" and column.origin == "custom" else type


def heading(column: Column) -> str:
    """A column's title, in the reader's language."""
    return " · ".join(
        word.title if word.origin in ("custom", "source") else gettext(word.title) for word in column.words
    )


def group_label(view: View, level: Level, group: Group) -> str:
    """A group's header: "Growth", "Pilot", "FY26-Q3", or "No portfolio" where it is empty."""
    if group.value is None:
        return gettext("No %(what)s") % {"what": gettext(level.column.title).lower()}
    if isinstance(group.value, Period):
        return _period_label(level.unit, group.value, group.label)
    if group.label is not None:
        return group.label
    column = level.column
    single = _type(column, column.single.type)
    return value(view, group.value, single, ref=column.ref, of=column.word.name, unit=column.unit)


def _period_label(unit: str | None, given: Period, label: str | None) -> str:
    if unit == "day":
        return day(given.start)
    if unit == "week":
        return gettext("Week of %(day)s") % {"day": day(given.start)}
    if label is not None and re.fullmatch(r"\d{4}-\d{2}", label):
        return str(format_date(given.start, "LLL y", locale=locale()))
    return label or period(given)


def figure(view: View, aggregate: Aggregate, column: Column | None = None) -> str:
    """A sum and the like, in words."""
    unit = column.unit if column is not None and aggregate.function not in ("count", "distinct") else None
    return value(view, aggregate.value, "number", unit=unit)


def say(view: View, said: Said, names: Mapping[str, str] | None = None) -> str:
    """A sentence with its figures: translated, then filled in. *names* overrides what single entities are called."""
    shown = {key: _in_sentence(view, given, names or {}) for key, given in said.values.items()}
    return template(said).format(**shown)


def template(said: Said) -> str:
    """The sentence before anything is filled in, translated; of two forms that which its figure asks for."""
    if isinstance(said.template, str):
        return gettext(said.template)
    one, many, by = said.template
    return ngettext(one, many, abs(said.values[by]))


def _in_sentence(view: View, given: Any, names: Mapping[str, str]) -> str:
    if isinstance(given, Ref):
        return names.get(given.id) or name(view, given.kind, given.id)
    if isinstance(given, Said):
        return say(view, given, names)
    if isinstance(given, Amounts):
        return money(given, short=True)
    if isinstance(given, tuple | list):
        return listed([_in_sentence(view, item, names) for item in given])
    if type(given) is str:
        return given
    if isinstance(given, str):
        return label(given)
    return value(view, given)


def listed(items: Iterable[str]) -> str:
    """a, b and c."""
    found = list(items)
    if len(found) < 2:
        return "".join(found)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(found[:-1]), "last": found[-1]}


def _minus(text: str) -> str:
    return text.replace("-", MINUS, 1) if text.startswith("-") else text
