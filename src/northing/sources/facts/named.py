"""Which column is which in a plain table, told by its name; a source's option “columns” says it where names do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from northing.portfolio.errors import Finding, Invalid

from .columns import Header

Words = Mapping[str, Sequence[str]]
"""Ours → how others call it, in small letters without blanks."""


class Named:
    """The columns of one table under our names."""

    def __init__(self, header: Sequence[str], words: Words, options: Mapping[str, Any]) -> None:
        self.header = Header(header)
        stated = options.get("columns") if isinstance(options.get("columns"), dict) else {}
        self.columns: dict[str, str] = {}
        taken: set[str] = set()
        for ours in words:
            theirs = (stated or {}).get(ours)
            if theirs is not None and theirs not in self.header:
                raise Invalid(
                    f"The table has no column “{theirs}”, which the source's options name for “{ours}”.",
                    remedy=f"It has: {', '.join(self.header.names[:20])}.",
                )
            named = (theirs,) if theirs is not None else words[ours]
            found = next(
                (name for name in named if name in self.header and self.header.called(name) not in taken), None
            )
            if found is not None:
                self.columns[ours] = self.header.called(found)
                taken.add(self.columns[ours])

    def require(self, ours: Sequence[str], name: str, example: str) -> None:
        """Raise where one of *ours* has no column."""
        missing = [each for each in ours if each not in self.columns]
        if not missing:
            return
        remedy = f"Name it in the source's option columns, such as {example}. The table has: " + ", ".join(
            self.header.names[:20]
        )
        findings = [
            Finding(code="missing-column", message=f"{name} has no column for {each}.", column=each, remedy=remedy)
            for each in missing
        ]
        raise Invalid(f"{name} has no column for {', '.join(missing)}.", findings=findings, remedy=remedy, file=name)

    def record(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells of a row under our names."""
        return {ours: cells[self.header.at(theirs)] for ours, theirs in self.columns.items()}

    def called(self, ours: str) -> str:
        return self.columns.get(ours, ours)
