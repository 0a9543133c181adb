"""The stays of items as columns, for the measures that look at all of them: a row a stay, item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import msgspec
import numpy as np

from northing.facts.flow_asking import Item, Span
from northing.portfolio.flow import Phase

from .days import Ints

Place = tuple[str | None, Phase | None, int | None]
"""A state, its phase and its rank; a phase stands for its states where that is the state, too."""
NOWHERE: Place = (None, None, None)
"""Time of which no state is known: of a parent that its children started before it was there itself."""
NEVER = int(np.iinfo(np.int64).max)
"""The instant at which it leaves what it is still in."""


class Stay(msgspec.Struct, frozen=True, gc=False):
    """A span as it really lasted: none of an item's stays overlap, whatever order its changes are told in."""

    span: Span
    entered: int
    left: int | None


ENTERED = attrgetter("entered")
STATE = attrgetter("state", "phase", "rank")


@dataclass(frozen=True, eq=False)
class Stays:
    """Each item's stays lie end to end from its creation on; the last one is not over."""

    first: Ints
    """By item: the row of its first stay; one more at the end."""
    item: Ints
    """The row of the item."""
    spans: tuple[Span, ...]
    entered: Ints
    left: Ints
    place: Ints
    """Among ``places``."""
    places: tuple[Place, ...]

    def of_item(self, row: int) -> Iterator[Stay]:
        """The stays of the item in *row*."""
        for at in range(int(self.first[row]), int(self.first[row + 1])):
            left = int(self.left[at])
            yield Stay(self.spans[at], int(self.entered[at]), None if left == NEVER else left)


def stays_of(
    items: Sequence[Item], spans: Mapping[tuple[str, str], Sequence[Span]], place: Callable[[Span], Place]
) -> Stays:
    """The stays of *items*: of each span what no later one takes back."""
    every: list[Span] = []
    sizes = []
    for one in items:
        own = spans.get((one.source, one.item), ())
        every.extend(own)
        sizes.append(len(own))
    item = np.repeat(np.arange(len(items)), sizes)
    entered = np.array(list(map(ENTERED, every)), np.int64)
    left = _earliest_later(item, entered)
    lasts = np.flatnonzero(entered < left)
    kept = tuple(every) if len(lasts) == len(every) else tuple(every[at] for at in lasts.tolist())
    item = item[lasts]
    states = list(map(STATE, kept))
    examples = dict(zip(states, kept, strict=True))
    found: dict[Place, int] = {}
    codes = {state: found.setdefault(place(span), len(found)) for state, span in examples.items()}
    return Stays(
        first=np.searchsorted(item, np.arange(len(items) + 1)),
        item=item,
        spans=kept,
        entered=entered[lasts],
        left=left[lasts],
        place=np.array([codes[state] for state in states], np.int64),
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
