"""What is to be chosen, without a solver: items with their ways, limits, pins, and what is best.

Every number is a decimal as it is written. Periods are positions 0 … n−1 of ``Problem.periods``; a single number
where a list of amounts could stand means that number in every period.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

Number = int | float
Amounts = int | float | list[int | float]


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Frozen, and a word that nobody knows is an error."""


class Option(Struct, frozen=True):
    """One way to do an item: a start, a variant. At most one way of an item is chosen."""

    name: str = ""
    value: Number = 0
    start: int = 0
    """The period in which it starts; only ``Requires`` reads it."""
    cost: dict[str, Amounts] = {}
    """Money by kind ("capex", "opex", the name of a model family) and period, in the problem's currency."""
    uses: dict[str, Amounts] = {}
    """What else it takes by name (a role, a dimension of a knapsack) and period, in that name's own unit."""


class Item(Struct, frozen=True):
    """Something that is done in one of its ways, or not at all. Without ``options`` it has the one way said here."""

    id: str
    title: str = ""
    value: Number = 0
    cost: dict[str, Amounts] = {}
    uses: dict[str, Amounts] = {}
    options: tuple[Option, ...] = ()
    must: bool = False
    tags: dict[str, str] = {}
    """Words that limits go by: theme, horizon, vendor."""
    measures: dict[str, Number] = {}
    """Numbers that limits average: risk, 0 … 1."""

    @property
    def ways(self) -> tuple[Option, ...]:
        return self.options or (Option(value=self.value, cost=self.cost, uses=self.uses),)

    @property
    def called(self) -> str:
        return self.title or self.id


Span = tuple[int, int]
"""Periods that are taken together: the first, and the one after the last, by position."""


class Budget(Struct, frozen=True, tag="budget", tag_field="kind"):
    """In each period the money of these kinds (all of them if none is named) is at most so much.

    Σ cost[i, s, t] · x[i, s] ≤ most[t]; with ``roll_over`` both sides added up from the first period to t.
    """

    most: Amounts
    of: tuple[str, ...] = ()
    roll_over: bool = False
    spans: tuple[Span, ...] = ()
    """Instead of each period by itself; ``most`` then has an amount for each of these."""
    tag: str = ""
    """Only items whose tag of this name is ``tagged``."""
    tagged: str = ""
    id: str = ""
    title: str = ""


class Hire(Struct, frozen=True):
    """Capacity that can be bought, in each period: steps of so much, at most so many, at a price each."""

    most: int
    step: Number = 1
    cost: Number = 0
    """Money a step and period; counted in every budget that names ``cost_kind``."""
    cost_kind: str = "hire"


class Capacity(Struct, frozen=True, tag="capacity", tag_field="kind"):
    """In each period what is used of one name is at most what there is, plus what is hired."""

    of: str
    most: Amounts
    hire: Hire | None = None
    id: str = ""
    title: str = ""


class Share(Struct, frozen=True, tag="share", tag_field="kind"):
    """Of all money chosen, the part of items with this tag lies between two shares (0 … 1).

    Σ ([i has it] − least) · C[i, s] · x[i, s] ≥ 0, and ≤ 0 with ``most``; C is the cost over all periods.
    """

    tag: str
    of: str
    least: Number | None = None
    most: Number | None = None
    span: Span | None = None
    """Only the money of these periods; so of an exposure and of a mean."""
    id: str = ""
    title: str = ""


class Exposure(Struct, frozen=True, tag="exposure", tag_field="kind"):
    """The money of items with this tag, over all periods, lies between two amounts."""

    tag: str
    of: str
    least: Number | None = None
    most: Number | None = None
    span: Span | None = None
    id: str = ""
    title: str = ""


class Mean(Struct, frozen=True, tag="mean", tag_field="kind"):
    """The mean of a measure, weighted by cost, is at most so much: Σ (ρ[i] − most) · C[i, s] · x[i, s] ≤ 0."""

    of: str
    most: Number
    span: Span | None = None
    id: str = ""
    title: str = ""


class Group(Struct, frozen=True, tag="group", tag_field="kind"):
    """Of these items at least and at most so many; ``most`` 1 is an exclusion: one row for the whole clique."""

    items: tuple[str, ...]
    least: int = 0
    most: int | None = None
    id: str = ""
    title: str = ""


class Requires(Struct, frozen=True, tag="requires", tag_field="kind"):
    """An item only with what it needs, which starts at least ``lag`` periods earlier.

    For each start τ of the item: Σ_{s starts ≤ τ} x[item, s] ≤ Σ_{s starts ≤ τ − lag} x[needs, s].
    """

    item: str
    needs: str
    lag: int = 0
    id: str = ""
    title: str = ""


class Churn(Struct, frozen=True, tag="churn", tag_field="kind"):
    """At most so many items decided otherwise than in the previous plan: in, out, or another way."""

    most: int
    id: str = ""
    title: str = ""


class Linear(Struct, frozen=True, tag="linear", tag_field="kind"):
    """Any other limit: ``least`` ≤ Σ factor · x ≤ ``most``, x by item, or by ``item/option``."""

    of: dict[str, Number]
    least: Number | None = None
    most: Number | None = None
    id: str = ""
    title: str = ""


Limit = Budget | Capacity | Share | Exposure | Mean | Group | Requires | Churn | Linear


class Problem(Struct, frozen=True):
    """What is to be chosen: of ``items`` the ways whose values add up to the most, under every limit."""

    items: tuple[Item, ...]
    limits: tuple[Limit, ...] = ()
    pins: dict[str, str] = {}
    """By item: ``in``, ``out``, or the name of one of its ways."""
    previous: dict[str, str] | None = None
    """The plan before: by item that was in, the name of its way. For ``Churn`` and the tie-break."""
    prices: dict[str, Number] = {}
    """Factor on the money of a kind: 0.6 makes it 40 % cheaper."""
    periods: tuple[str, ...] = ("",)
    currency: str = ""
    title: str = ""
    fewest_changes: bool = True
    """Among plans of equal value the one nearest to ``previous``."""

    @property
    def columns(self) -> Iterator[tuple[int, Option]]:
        """Every way of every item, with the item's position: the order of a model's columns."""
        for position, item in enumerate(self.items):
            for way in item.ways:
                yield position, way


def amounts(given: Amounts, periods: int) -> Sequence[Number]:
    """One amount a period."""
    return given if isinstance(given, list) else [given] * periods
