"""What a View may ask of the facts that its revision pins; the engine of ``northing.facts`` answers it.

The facts are folded first (rows that no rule tells apart are added up) and attributed then, so that
attributed + unattributed = billed holds line by line: the lines of one fold, whatever investment they name,
add up to all rows in force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from northing.facts.asking import ANY, Across, Claim, FactRow, Fold, ItemId, Line, LinkPreview, Whose
from northing.portfolio.flow import WorkLink

__all__ = ["ANY", "Across", "FactRow", "Facts", "Fold", "Line"]


class Facts(Protocol):
    """The facts in force at one revision, with the attribution rules of that revision."""

    def fold(self, fold: Fold, /) -> Sequence[Line]:
        """The lines of *fold*, in a stable order. Their sums depend on no order of input and no split into files."""

    def across(self, fold: Fold, /) -> Sequence[Across]:
        """The lines of *fold*, which asks for one sum, with its spans beside each other; in no order."""

    def rows(
        self,
        table: str,
        *,
        where: str = "",
        span: tuple[date, date] | None = None,
        investment: Any = ANY,
        rule: str | None = None,
        offset: int = 0,
        limit: int = 100,
        today: date | None = None,
    ) -> Sequence[FactRow]:
        """The rows themselves, in a stable order: by day, source, scope, line. *span* is half-open.

        *investment*: ANY, None for what no rule claims, an id, or a set of these. A row that several investments
        share stands once for each of them, and once more for what is left, with its share. *rule*: only what that rule
        gives.
        """

    def count(
        self,
        table: str,
        *,
        where: str = "",
        span: tuple[date, date] | None = None,
        investment: Any = ANY,
        rule: str | None = None,
        today: date | None = None,
    ) -> int:
        """How many of them there are."""

    def overlaps(self, spans: Mapping[str, tuple[date, ...]], /) -> Mapping[str, Mapping[str, Claim]]:
        """Rule → rules that would claim some of its rows were it not there, and how much."""

    def whose(self) -> Whose:
        """Every item of work, and whose it is by the links of the plan."""

    def preview_link(self, link: WorkLink, /) -> LinkPreview:
        """What *link*, new or changed, would claim, and from whom."""

    def answering(self, wheres: Mapping[str, str], today: date | None = None, /) -> Mapping[ItemId, tuple[str, ...]]:
        """Item of work → those of the filters *wheres*, by name, that it answers to."""

    def of_delivery(self, id: str, /) -> Facts:
        """The facts of one delivery alone, whether or not they still count."""

    def tags(self, table: str) -> Sequence[str]:
        """The keys of tags that rows in force have."""

    def prices(
        self, provider: str | None = None, model: str | None = None, on: date | None = None
    ) -> Sequence[Mapping[str, Any]]:
        """Rows of the price table by column name: of a provider, a model, holding on a day; None asks for all."""
