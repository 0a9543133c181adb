"""What is under a sum of the grid: the condition that its rows fulfil, and the address of its receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from northing.measure.address import Figure, figure
from northing.measure.grouping import Group, Level
from northing.portfolio.filter.writer import write_value
from northing.portfolio.periods import Period

if TYPE_CHECKING:
    from northing.measure.aggregates import Aggregate
    from northing.web.frame.context import Page


def condition(levels: Sequence[Level], group: Group) -> str:
    """What holds of the rows of *group*, in the filter language."""
    return " and ".join(
        part for level, value in zip(levels, group.values, strict=False) for part in _of_level(level, value)
    )


def _of_level(level: Level, value: Any) -> Iterator[str]:
    key = level.column.key
    if value is None:
        yield f"{key} is empty"
    elif isinstance(value, Period):
        yield f"{key} >= {value.start.isoformat()}"
        yield f"{key} < {value.end.isoformat()}"
    elif isinstance(value, bool):
        yield f"{key} = {'yes' if value else 'no'}"
    else:
        yield f"{key} = {write_value(value.value if isinstance(value, StrEnum) else str(value))}"


def both(*conditions: str) -> str:
    """All of the conditions at once; empty ones say nothing."""
    said = [one for one in conditions if one]
    return said[0] if len(said) == 1 else " and ".join(f"({one})" for one in said)


def of_sum(aggregate: Aggregate, where: str) -> Figure:
    """The address of a sum over the investments that *where* holds of."""
    return figure("total", kind="investment", column=aggregate.column, function=aggregate.function, where=where)


def linked(page: Page, address: Figure, html: str) -> str:
    """*html* as a figure that says where it comes from."""
    query = "&".join(part for part in (address.query(), page.query_at) if part)
    return f'<a class="why" tabindex="-1" href="{escape(f"{page.home}why?{query}")}">{html}</a>' if html else ""
