"""Fields as the record keeps their values (JSON), in words: what a history, a blame or a conflict shows."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext

from northing.measure.view import View
from northing.portfolio.kinds import fields
from northing.portfolio.workspace import CustomField, CustomType

from . import words
from .flow_words import said_of

SHARES = ("weight", "share")
"""Numbers that people read as percentages."""


def field_title(view: View, kind: str, field: str | None) -> str:
    """What a field is called; a custom field (``custom.<id>``) by its own name."""
    if field is None:
        return gettext("Removed")
    about = fields(kind).get(field)
    if about is not None:
        return gettext(about.title)
    own = view.plan.custom_fields.get(field.partition(".")[2])
    return own.name if own is not None else gettext("Custom field")


def field_value(view: View, kind: str, field: str | None, value: Any, currency: str | None = None) -> str:
    """A field's value in words; empty is ""."""
    if value is None or value in ([], ""):
        return ""
    about = fields(kind).get(field or "")
    if about is None:
        own = view.plan.custom_fields.get((field or "").partition(".")[2])
        return own_value(own, value) if own is not None else str(value)
    match about.type:
        case "date":
            return words.day(date.fromisoformat(str(value)))
        case "number":
            number = Decimal(str(value))
            if about.money:
                return words.money(number, currency)
            return words.percent(number) if field in SHARES else words.number(number)
        case "data":
            return said_of(kind, about.name, value)
    return words.value(view, value, about.type, ref=about.ref, of=about.name, unit=about.unit)


def own_value(own: CustomField, value: Any) -> str:
    """A custom field's value in words."""
    if value is None or value == "":
        return ""
    match own.type:
        case CustomType.FLAG:
            return words.yes_no(bool(value))
        case CustomType.DATE:
            return words.day(date.fromisoformat(str(value)))
        case CustomType.MONEY:
            return words.money(Decimal(str(value)), own.unit)
        case CustomType.NUMBER:
            return words.number(Decimal(str(value))) + (f" {own.unit}" if own.unit else "")
        case CustomType.CHOICES:
            return ", ".join(str(one) for one in value)
    return str(value)
