"""What a person sees of the grid, as one address: filter, order, groups, columns, widths, shape.

Everything is in the query, so an address can be sent, kept, and stored as a saved view.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import msgspec
from django.http import QueryDict

from northing.portfolio.filter.writer import write_value
from northing.web.frame.typed import whole

FACETS = ("stage", "health", "portfolio", "value_stream", "owner")
"""Columns that are offered as quick filters."""

EMPTY = "-"
"""In a quick filter: those that are empty there."""

USUAL = (
    "number",
    "name",
    "stage",
    "health",
    "portfolio",
    "owner",
    "planned",
    "start",
    "end",
    "next_milestone",
    "chain",
)
"""The columns where nobody chose any."""

_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')


class State(msgspec.Struct, frozen=True, kw_only=True):
    """One look at the investments."""

    where: str = ""
    facets: tuple[tuple[str, str], ...] = ()
    by: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    widths: tuple[tuple[str, int], ...] = ()
    shape: str = "table"
    x: str = ""
    y: str = ""
    size: str = ""
    colour: str = ""
    saved: str = ""

    @property
    def shown(self) -> tuple[str, ...]:
        return self.columns or USUAL

    @property
    def filter(self) -> str:
        """The filter that is asked: what was typed, and the quick filters."""
        parts = [f"({self.where})" if self.where.strip() and self.facets else self.where.strip()]
        for field in dict.fromkeys(name for name, _ in self.facets):
            chosen = [value for name, value in self.facets if name == field]
            named = [write_value(value) for value in chosen if value != EMPTY]
            tests = ([f"{field} in ({', '.join(named)})"] if named else []) + (
                [f"{field} is empty"] if EMPTY in chosen else []
            )
            parts.append(tests[0] if len(tests) == 1 else f"({' or '.join(tests)})")
        return " and ".join(part for part in parts if part)

    def chosen(self, field: str) -> list[str]:
        return [value for name, value in self.facets if name == field]

    def query(self, **changes: Any) -> str:
        """The query part of the address, with *changes*."""
        now = msgspec.structs.replace(self, **changes)
        parts: list[tuple[str, str]] = []
        for name, text in (("where", now.where), ("shape", "" if now.shape == "table" else now.shape)):
            if text:
                parts.append((name, text))
        parts += [("f", f"{field}:{value}") for field, value in now.facets]
        for name, listed in (("by", now.by), ("sort", now.sort), ("columns", now.columns)):
            if listed:
                parts.append((name, ",".join(listed)))
        if now.widths:
            parts.append(("w", ",".join(f"{name}:{width}" for name, width in now.widths)))
        for name in ("x", "y", "size", "colour"):
            if getattr(now, name):
                parts.append((name, getattr(now, name)))
        if now.saved:
            parts.append(("view", now.saved))
        return urlencode(parts)

    def toggled(self, field: str, value: str) -> tuple[tuple[str, str], ...]:
        """The quick filters with one of them turned on or off."""
        pair = (field, value)
        return tuple(one for one in self.facets if one != pair) if pair in self.facets else (*self.facets, pair)

    def sorted_by(self, key: str) -> str:
        """``ascending``, ``descending`` or "" for one column."""
        return "ascending" if key in self.sort else "descending" if f"-{key}" in self.sort else ""

    def after_click(self, key: str) -> tuple[str, ...]:
        """The order after a click on a header: rising, falling, none."""
        return {"": (key,), "ascending": (f"-{key}",), "descending": ()}[self.sorted_by(key)]


def read(given: QueryDict) -> State:
    """The state that an address asks for; what it does not say is as usual."""
    facets = [tuple(item.split(":", 1)) for item in given.getlist("f") if ":" in item]
    widths = [item.rpartition(":") for item in _split(given.get("w", ""))]
    return State(
        where=given.get("where", "").strip(),
        facets=tuple((name, value) for name, value in facets if name in FACETS and value),
        by=_split(given.get("by", ""))[:3],
        sort=_split(given.get("sort", ""))[:4],
        columns=_split(given.get("columns", "")),
        widths=tuple(
            (name, min(900, max(48, wide))) for name, _, text in widths if name and (wide := whole(text)) is not None
        ),
        shape="bubbles" if given.get("shape") == "bubbles" else "table",
        x=given.get("x", ""),
        y=given.get("y", ""),
        size=given.get("size", ""),
        colour=given.get("colour", ""),
        saved=given.get("view", ""),
    )


def _split(text: str) -> tuple[str, ...]:
    """*text* parted at commas, but not inside quotes: ``name,source."Use, case"``."""
    return tuple(dict.fromkeys(part.strip() for part in _PART.findall(text) if part.strip()))


def listed(names: Iterable[str]) -> str:
    return ",".join(names)
