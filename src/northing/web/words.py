"""Values as a page says them: the filters of the templates. What other doors say too comes from ``report.words``."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal, format_percent
from django.utils.translation import get_language, gettext, ngettext

from northing.portfolio.money import Amounts


def _locale() -> str:
    # English as the world writes dates: 12 Jun 2026.
    language = get_language() or "en"
    return "en_GB" if language == "en" else language.replace("-", "_")


def label(value: Any, of: str = "") -> str:
    """The word for one of the fixed values: ``"on_hold"|label("stage")`` is "On hold"."""
    if value in (None, ""):
        return ""
    try:
        from northing.report import words
        return words.label(str(value), of)
    except ImportError:
        return str(value).replace("_", " ").capitalize()


def day(value: date | None) -> str:
    """12 Jun 2026."""
    return "" if value is None else format_date(value, "d MMM y", locale=_locale())


def month(value: date) -> str:
    """June."""
    return str(format_date(value, "LLLL", locale=_locale()))


def moment(value: datetime | None) -> str:
    """12 Jun 2026, 14:02."""
    return "" if value is None else format_datetime(value, "d MMM y, HH:mm", locale=_locale(), tzinfo=value.tzinfo)


def since(value: datetime, now: datetime) -> str:
    """An instant as people say it on the same day, the day before, or later."""
    clock = format_time(value, "HH:mm", locale=_locale(), tzinfo=value.tzinfo)
    gone = (now.date() - value.date()).days
    if gone == 0:
        return gettext("today %(clock)s") % {"clock": clock}
    if gone == 1:
        return gettext("yesterday %(clock)s") % {"clock": clock}
    return day(value.date())


def days(count: int) -> str:
    """+43 d."""
    return f"{'+' if count > 0 else '−' if count < 0 else '±'}{abs(count)} d"


def count(value: int | Decimal | None) -> str:
    """1,234."""
    return "" if value is None else format_decimal(value, locale=_locale())


def percent(value: float | Decimal | None, digits: int = 0) -> str:
    """0.634 is 63%."""
    return "" if value is None else format_percent(value, format="#,##0" + ("." + "0" * digits if digits else "") + "%", locale=_locale())


def money(value: Amounts | Decimal | None, currency: str | None = None, short: bool = True) -> str:
    """€1.2m; several currencies side by side, never added up."""
    if value is None:
        return ""
    amounts = value if isinstance(value, Amounts) else Amounts.of(value, currency)
    return " + ".join(_amount(amount, code, short) for code, amount in amounts.by_currency.items())


SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "CHF": "CHF ", "INR": "₹"}


def _amount(amount: Decimal, code: str, short: bool) -> str:
    sign = "−" if amount < 0 else ""
    size = abs(amount)
    unit = SIGNS.get(code, f"{code} " if code else "")
    if short and size >= 1000:
        for limit, letter in ((Decimal(10**9), "bn"), (Decimal(10**6), "m"), (Decimal(10**3), "k")):
            if size >= limit:
                return f"{sign}{unit}{format_decimal(size / limit, '#,##0.0' if size < limit * 100 else '#,##0', locale=_locale())}{letter}"
    return f"{sign}{unit}{format_decimal(size, '#,##0.##', locale=_locale())}"


def initials(name: str | None) -> str:
    """Two letters to recognise a name by."""
    words = [word for word in (name or "").replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else words[0][1:2])).upper()


def several(number: int, one: str, many: str) -> str:
    return ngettext(one, many, number) % {"n": count(number)}
