"""What a person typed or pasted into a cell, read as the field's value; what cannot be read is a finding."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from northing.measure.cells import Column
from northing.portfolio.amount_text import decimal_text
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.filter.vocabulary import nearest
from northing.portfolio.kinds import fields
from northing.report import words

if TYPE_CHECKING:
    from northing.measure.view import View

MONTHS = ("%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9}
YES = {"yes", "y", "true", "1", "x", "✓"}
NO = {"no", "n", "false", "0"}


def value_of(view: View, column: Column, text: str) -> Any:
    """The JSON value that *text* means for *column*; None empties it. Raises :class:`Invalid`."""
    if column.field is None or column.key == "number":
        raise fault(column, text, _("“%(title)s” is computed and cannot be typed.") % {"title": words.heading(column)})
    text = text.strip()
    field = fields(column.word.kind).get(column.field)
    if not text:
        if field is not None and field.required:
            raise fault(column, text, _("“%(title)s” cannot be empty.") % {"title": words.heading(column)})
        return None
    match column.type:
        case "reference":
            return _reference(view, column, text)
        case "choice":
            return _choice(column, text)
        case "date":
            return _day(column, text).isoformat()
        case "number" | "money":
            return format(_number(column, text), "f")
        case "integer":
            return int(_whole(column, text))
        case "flag":
            return _flag(column, text)
        case "texts":
            return [part.strip() for part in re.split(r"[;,\n]", text) if part.strip()]
    return text


def changed(view: View, column: Column, text: str) -> dict[str, Any]:
    """The fields of an edit that puts *text* into *column*."""
    value = value_of(view, column, text)
    assert column.field is not None
    if column.field.startswith("custom."):
        return {"custom": {column.field.removeprefix("custom."): value}}
    return {column.field: value}


def fault(column: Column, text: str, message: str, remedy: str | None = None) -> Invalid:
    finding = Finding(
        code="wrong-value",
        message=message,
        field=column.field,
        column=words.heading(column),
        value=text[:120],
        remedy=remedy,
    )
    return Invalid(message, findings=[finding], remedy=remedy)


def _reference(view: View, column: Column, text: str) -> str:
    kind = column.ref or "*"
    table = view.plan.table(kind)
    if text in table:
        return text
    key = text.casefold()
    known = {id: (view.name_of(kind, id) or "") for id in table}
    found = [
        id
        for id, name in known.items()
        if name.casefold() == key or (getattr(table[id], "number", None) or "").casefold() == key
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise fault(
            column,
            text,
            _("“%(text)s” is the name of several.") % {"text": text},
            _("Choose it from the list in the cell."),
        )
    near, _score = nearest(text, known.values())
    remedy = _("Did you mean “%(near)s”?") % {"near": near} if near else _("Choose one from the list in the cell.")
    raise fault(column, text, _("Nobody and nothing here is called “%(text)s”.") % {"text": text}, remedy)


def _choice(column: Column, text: str) -> str:
    by_word = {words.label(choice, column.word.name).casefold(): choice for choice in column.choices}
    by_word |= {choice.casefold(): choice for choice in column.choices}
    found = by_word.get(text.casefold())
    if found is not None:
        return found
    shown = [words.label(choice, column.word.name) for choice in column.choices]
    near, _score = nearest(text, shown)
    remedy = (
        _("Did you mean “%(near)s”?") % {"near": near}
        if near
        else _("One of: %(words)s.") % {"words": ", ".join(shown)}
    )
    raise fault(
        column, text, _("“%(text)s” is no %(title)s.") % {"text": text, "title": words.heading(column).lower()}, remedy
    )


def _day(column: Column, text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        pass
    plain = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text.replace(",", " "), flags=re.IGNORECASE)
    plain = " ".join(plain.split())
    for form in MONTHS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    parts = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", plain)
    if parts:
        first, sign, second, year = int(parts[1]), parts[2], int(parts[3]), int(parts[4])
        if sign == "." or first > 12 or first == second:
            day, month = first, second
        elif second > 12:
            day, month = second, first
        else:
            raise fault(
                column,
                text,
                _("“%(text)s” may be one of two days.") % {"text": text},
                _("Write it as year-month-day: %(day)s.") % {"day": f"{year}-{second:02}-{first:02}"},
            )
        try:
            return date(year, month, day)
        except ValueError:
            pass
    raise fault(column, text, _("“%(text)s” is no day.") % {"text": text}, _("Write it as 2026-06-12 or 12 Jun 2026."))


def _number(column: Column, text: str) -> Decimal:
    plain = re.sub(r"[\s\u00a0\u202f'’_]", "", text.replace("−", "-"))
    plain = re.sub(r"^([+-]?)(?:[€$£¥₹]|[A-Z]{3})|(?:[€$£¥₹]|[A-Z]{3})$", r"\1", plain)
    found = re.fullmatch(r"([+-]?[\d.,]+)(k|m|mn|bn)?", plain, flags=re.IGNORECASE)
    if found:
        digits = decimal_text(found[1])
        if digits is not None:
            return Decimal(digits) * SCALES.get((found[2] or "").lower(), 1)
    raise fault(
        column, text, _("“%(text)s” is no number.") % {"text": text}, _("Write it as 1200000, 1,200,000 or 1.2m.")
    )


def _whole(column: Column, text: str) -> Decimal:
    number = _number(column, text)
    if number != number.to_integral_value():
        raise fault(column, text, _("“%(text)s” is no whole number.") % {"text": text})
    return number


def _flag(column: Column, text: str) -> bool:
    if text.casefold() in YES:
        return True
    if text.casefold() in NO:
        return False
    raise fault(column, text, _("“%(text)s” is neither yes nor no.") % {"text": text})
