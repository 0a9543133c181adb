"""What is asked of facts, and how they answer: plain values, known to the measures and to the engine alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import msgspec


class Anyone(msgspec.Struct, frozen=True):
    """Whatever investment a row belongs to, or none."""


ANY: Final = Anyone()


class Fold(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of *table* added up: by span of days, by columns, and by the investment that the rules give them to."""

    table: str
    sums: tuple[str, ...]
    """Columns of amounts, quantities and integers to add up; an empty cell adds nothing."""
    by: tuple[str, ...] = ()
    """Columns that are kept apart; ``tag.<key>`` is the tag of that key."""
    spans: tuple[date, ...] = ()
    """Days on which a new span begins, ascending. A row is in the span of the last of them that is not after its
    day. Rows before the first are left out, and so are rows from the last on: it only ends the span before it.
    None at all: one span, with every row."""
    where: str = ""
    """In the filter language, over the table's columns."""
    attribute: bool = True
    """Whether the rules are applied; otherwise no line has an investment."""
    today: date | None = None
    """The day that ``last 90 days`` in *where* counts from; without it such words are refused."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """What rows come to that share span, investment, rule and the asked columns."""

    span: date | None
    """The first day of its span; None where no spans were asked for."""
    investment: str | None
    """None: no rule claims it, or attribution was not asked for."""
    rule: str | None
    by: tuple[Any, ...]
    """Values of the asked columns, in their order; None for an empty cell."""
    sums: tuple[Decimal, ...]
    """In the order asked for; exact, each row's amount times its share."""
    lines: int
    """How many rows have a part in it."""


class Across(msgspec.Struct, frozen=True, gc=False):
    """As a :class:`Line`, of all spans at once: what rows come to in each, beside each other."""

    investment: str | None
    rule: str | None
    by: tuple[Any, ...]
    sums: tuple[Decimal | None, ...]
    """The one sum that was asked for, span by span; None where a span has no such row."""
    lines: int


class FactRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of facts as it is in force, or the part of it that one investment gets."""

    table: str
    values: Mapping[str, Any]
    """By column name; amounts are whole, *share* is not yet taken of them."""
    delivery: str
    """Id of the delivery that it is in force by; with ``line`` it names the row of the input."""
    line: int
    share: Decimal = Decimal(1)
    investment: str | None = None
    rule: str | None = None


class Part(msgspec.Struct, frozen=True):
    """A share of a row, and whose it is; without a rule it is nobody's."""

    investment: str | None
    rule: str | None
    share: Decimal


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows, and what they come to."""

    lines: int = 0
    amounts: dict[str, Decimal] = {}
    """Currency → amount: billed cost of cost rows, cost of usage rows."""


class TablePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule would do to the rows of one table."""

    claimed: Claim
    taken_from: dict[str, Claim]
    """Rule → what it would lose."""
    given_to: dict[str, Claim]
    """Rule → what it would gain: where a rule that is there already is changed, and claims less."""
    from_unattributed: Claim
    """What nobody claims now, and this rule would."""
    unattributed: Claim
    """What nobody would claim then."""


class RulePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule would claim, from whom, and what would stay unattributed; by table."""

    tables: dict[str, TablePreview]

    @property
    def main(self) -> TablePreview:
        """Cost, where the rule is about cost; else usage."""
        return self.tables.get("cost") or self.tables["usage"]

    @property
    def lines(self) -> int:
        return self.main.claimed.lines

    @property
    def amounts(self) -> dict[str, Decimal]:
        return self.main.claimed.amounts

    @property
    def taken_from(self) -> dict[str, Claim]:
        return self.main.taken_from

    @property
    def unattributed(self) -> Claim:
        return self.main.unattributed


ItemId = tuple[str, str]
"""An item's source and its id there."""
Whose = Mapping[ItemId, tuple[Part, ...]]
"""Item of work → the parts that links give of it, and what they leave of it. Shares add up to 1."""


class LinkPreview(msgspec.Struct, frozen=True, kw_only=True):
    """Whose every item of work is, and whose it would be with a link, new or changed."""

    link: str
    before: Whose
    after: Whose

    def claimed(self, within: Iterable[ItemId] | None = None) -> dict[ItemId, Decimal]:
        """Item → the share that the link would take of it; *within*: of these items alone."""
        return {id: share for id in self._of(within) if (share := _share(self.after[id], self.link))}

    def taken(self, within: Iterable[ItemId] | None = None) -> dict[str, dict[ItemId, Decimal]]:
        """Other link → item → the share that it would lose."""
        return self._moved(within, self.before, self.after)

    def given(self, within: Iterable[ItemId] | None = None) -> dict[str, dict[ItemId, Decimal]]:
        """Other link → item → the share that it would gain: where a link that is there is changed, and takes less."""
        return self._moved(within, self.after, self.before)

    def found(self, within: Iterable[ItemId] | None = None) -> tuple[ItemId, ...]:
        """Items that are orphans now, and would be none."""
        return tuple(id for id in self._of(within) if is_orphan(self.before[id]) and not is_orphan(self.after[id]))

    def lost(self, within: Iterable[ItemId] | None = None) -> tuple[ItemId, ...]:
        """Items that would become orphans."""
        return tuple(id for id in self._of(within) if is_orphan(self.after[id]) and not is_orphan(self.before[id]))

    def orphans(self, within: Iterable[ItemId] | None = None) -> tuple[ItemId, ...]:
        """Items that no link would take any part of."""
        return tuple(id for id in self._of(within) if is_orphan(self.after[id]))

    def _of(self, within: Iterable[ItemId] | None) -> Iterable[ItemId]:
        return self.after if within is None else (id for id in within if id in self.after)

    def _moved(self, within: Iterable[ItemId] | None, one: Whose, other: Whose) -> dict[str, dict[ItemId, Decimal]]:
        found: dict[str, dict[ItemId, Decimal]] = {}
        for id in self._of(within):
            if one[id] is not other[id]:
                for rule in {part.rule for part in one[id]} - {None, self.link}:
                    change = _share(one[id], rule) - _share(other[id], rule)
                    if change > 0:
                        found.setdefault(rule or "", {})[id] = change
        return dict(sorted(found.items()))


def is_orphan(parts: Iterable[Part]) -> bool:
    """Whether no link takes any part of an item."""
    return all(part.rule is None for part in parts)


def _share(parts: Iterable[Part], rule: str | None) -> Decimal:
    return sum((part.share for part in parts if part.rule == rule), Decimal(0))
