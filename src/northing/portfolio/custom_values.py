"""The rule of custom fields: a value belongs to a field of its kind, and fits that field's type and choices."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from .breach import Breach, Touched, broken, called, present
from .entity import Entity
from .plan import Plan
from .workspace import CustomType


def custom_values_fit(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A custom value belongs to a custom field of its kind and fits that field's type and choices."""
    changed = set(touched.get("custom_field", ()))
    for entity in present(plan, touched):
        for key, value in entity.custom.items():
            yield from _misfit(plan, entity, key, value)
    if changed:
        for entity in plan.all():
            for key in changed & entity.custom.keys():
                yield from _misfit(plan, entity, key, entity.custom[key])


def _misfit(plan: Plan, entity: Entity, key: str, value: Any) -> Iterator[Breach]:
    field = plan.custom_fields.get(key)
    if field is None or field.kind != entity.KIND:
        yield broken(
            "unknown-custom-field",
            f"{called(entity)} has a value of a custom field that does not exist.",
            entity,
            f"custom.{key}",
            value=str(value)[:200],
            remedy="Make the custom field first, or drop the value.",
        )
        return
    wrong = _wrong_custom(field.type, field.choices, value)
    if wrong:
        yield broken(
            "custom-value",
            f"{called(entity)}: “{field.name}” {wrong}.",
            entity,
            f"custom.{key}",
            value=str(value)[:200],
        )


def _wrong_custom(type: CustomType, choices: tuple[str, ...], value: Any) -> str | None:
    if type is CustomType.FLAG:
        return None if isinstance(value, bool) else "is yes or no"
    if type is CustomType.CHOICES:
        if not isinstance(value, list):
            return "is a list of choices"
        strange = [item for item in value if choices and item not in choices]
        return f"does not offer “{strange[0]}”" if strange else None
    if not isinstance(value, str):
        return "is text"
    if type is CustomType.CHOICE:
        return f"does not offer “{value}”" if choices and value not in choices else None
    if type in (CustomType.NUMBER, CustomType.MONEY):
        try:
            return None if Decimal(value).is_finite() else "is a number"
        except InvalidOperation:
            return "is a number"
    if type is CustomType.DATE:
        from datetime import date

        try:
            date.fromisoformat(value)
        except ValueError:
            return "is a date, as 2026-03-31"
    return None
