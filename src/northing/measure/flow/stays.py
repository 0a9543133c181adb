"""The stays of items as columns, for the measures that look at all of them: a row a stay, item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import msgspec
import numpy as np

from northing.facts.flow_asking import Id, Item, Span
from northing.facts.flow_spans import NEVER, Ints, Spans, State

ID = attrgetter("source", "item")
Place = State
"""Where an item stands in a picture: in a state, or in a phase, which then is the state, too."""
NOWHERE: Place = (None, None, None)
"""Time of which no state is known: of a parent that its children started before it was there itself."""


class Stay(msgspec.Struct, frozen=True, gc=False):
    """A span as it really lasted: none of an item's stays overlap, whatever order its changes are told in."""

    span: Span
    entered: int
    left: int | None


@dataclass(frozen=True, eq=False)
class Stays:
    """Each item's stays lie end to end from its creation on; the last one is not over."""

    first: Ints
    """By item: the row of its first stay; one more at the end."""
    item: Ints
    """The row of the item."""
    spans: Spans
    row: Ints
    """Of its span, among them."""
    entered: Ints
    left: Ints
    place: Ints
    """Among ``places``."""
    places: tuple[Place, ...]

    @property
    def ranks(self) -> Ints:
        """Of each stay its state's rank, as the item's own policy has it; -1: none."""
        ranks = [-1 if rank is None else rank for _, _, rank in self.spans.states]
        return np.array(ranks, np.int64)[self.spans.columns["state"][self.row]]

    def state(self, at: int) -> State:
        """The state of the stay in row *at*, as the item's own policy has it."""
        return self.spans.states[int(self.spans.columns["state"][self.row[at]])]

    def of_item(self, id: Id, row: int) -> Iterator[Stay]:
        """The stays of the item *id* in *row*."""
        for at in range(int(self.first[row]), int(self.first[row + 1])):
            left = int(self.left[at])
            span = self.spans.span(id, int(self.row[at]))
            yield Stay(span, int(self.entered[at]), None if left == NEVER else left)


def stays_of(items: Sequence[Item], spans: Spans, place: Callable[[State], Place]) -> Stays:
    """The stays of *items*: of each span what no later one takes back."""
    rows, sizes = spans.rows_of(map(ID, items))
    item = np.repeat(np.arange(len(items)), sizes)
    entered = spans.columns["entered"][rows]
    left = _earliest_later(item, entered)
    lasts = np.flatnonzero(entered < left)
    item, row = item[lasts], rows[lasts]
    found: dict[Place, int] = {}
    codes = np.array([found.setdefault(place(state), len(found)) for state in spans.states], np.int64)
    return Stays(
        first=np.searchsorted(item, np.arange(len(items) + 1)),
        item=item,
        spans=spans,
        row=row,
        entered=entered[lasts],
        left=left[lasts],
        place=codes[spans.columns["state"][row]],
        places=tuple(found),
    )


def _earliest_later(item: Ints, entered: Ints) -> Ints:
    """By row the earliest instant at which the same *item* entered anything later in the order of its spans."""
    size = len(entered)
    order = np.argsort(entered, kind="stable")
    rank = np.empty(size, np.int64)
    rank[order] = np.arange(size)
    # Ranks of an earlier item lie below those of a later one, so that a minimum from the end on stays within its item.
    least = np.minimum.accumulate((item * size + rank)[::-1])[::-1]
    left = np.full(size, NEVER)
    same = np.flatnonzero(item[:-1] == item[1:])
    left[same] = entered[order[least[same + 1] - item[same] * size]]
    return left


@dataclass(frozen=True, eq=False)
class Spent:
    """How long items were in each place from one instant to another: a row an item and a place, item by item."""

    first: Ints
    """By item: its first row; one more at the end."""
    item: Ints
    place: Ints
    """Among ``places``."""
    time: Ints
    places: tuple[Place, ...]


def spent_of(stays: Stays, rows: Ints, starts: Ints, finishes: Ints) -> Spent:
    """Of the items in *rows*, each from its start to its finish. What is before its first stay it was nowhere."""
    places = stays.places if NOWHERE in stays.places else (*stays.places, NOWHERE)
    whose = np.full(len(stays.first) - 1, -1)
    whose[rows] = np.arange(len(rows))
    item = whose[stays.item]
    inside = item >= 0
    item = item[inside]
    time = np.minimum(stays.left[inside], finishes[item]) - np.maximum(stays.entered[inside], starts[item])
    begun = np.where(
        stays.first[rows] < stays.first[rows + 1], np.append(stays.entered, NEVER)[stays.first[rows]], finishes
    )
    before = np.minimum(begun, finishes) - starts
    item = np.concatenate([item, np.arange(len(rows))])
    place = np.concatenate([stays.place[inside], np.full(len(rows), places.index(NOWHERE))])
    time = np.concatenate([time, before])
    real = time > 0
    keys, which = np.unique(item[real] * len(places) + place[real], return_inverse=True)
    total = np.zeros(len(keys), np.int64)
    np.add.at(total, which, time[real])
    item = keys // len(places)
    return Spent(np.searchsorted(item, np.arange(len(rows) + 1)), item, keys % len(places), total, places)
