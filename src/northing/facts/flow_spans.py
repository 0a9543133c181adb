"""The stays of items in their states, as columns: a row a stay, an item's in order, the items one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, repeat
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from northing.portfolio.flow import Phase

from .flow_asking import Id, Span
from .flow_rows import Called

State = tuple[str | None, Phase | None, int | None]
"""A state's name, its phase and its rank."""
Ints = NDArray[np.int64]
NEVER = int(np.iinfo(np.int64).max)
"""The instant at which an item leaves what it is still in."""
NOTHING: Called = (None, None)
NUMBERS = ("n", "entered", "left", "blocked", "inferred", "state")
"""The columns. left: ``NEVER`` of one that lasts; inferred: 0 or 1; state: a place among the states."""


class Spans(Mapping[Id, tuple[Span, ...]]):
    """Item → its spans, from its creation on."""

    def __init__(self, ids: Iterable[Id], first: Ints, states: Sequence[State], columns: Mapping[str, Ints]) -> None:
        self.row = {id: row for row, id in enumerate(ids)}
        """Item → its place among the items."""
        self.first = first
        """By item: the row of its first span; one more at the end."""
        self.states = states
        self.columns = columns

    def __getitem__(self, id: Id) -> tuple[Span, ...]:
        row = self.row[id]
        return tuple(self.span(id, at) for at in range(int(self.first[row]), int(self.first[row + 1])))

    def __iter__(self) -> Iterator[Id]:
        return iter(self.row)

    def __len__(self) -> int:
        return len(self.row)

    @property
    def rows(self) -> int:
        """How many spans there are."""
        return len(self.columns["n"])

    def span(self, id: Id, at: int) -> Span:
        """The span in row *at*, of the item *id*."""
        n, entered, left, blocked, inferred, code = (int(self.columns[name][at]) for name in NUMBERS)
        state, phase, rank = self.states[code]
        return Span(
            item=id[1], n=n, entered=entered, source=id[0], state=state, phase=phase, rank=rank,
            left=None if left == NEVER else left, origin="inferred" if inferred else "recorded", blocked=blocked,
        )  # fmt: skip

    def rows_of(self, ids: Iterable[Id]) -> tuple[Ints, Ints]:
        """The rows of *ids*, item by item, and how many each has; an item without spans has none."""
        row, ends = self.row, np.append(self.first, self.first[-1])
        places = np.array(list(map(row.get, ids, repeat(len(row)))), np.int64)
        sizes = ends[places + 1] - ends[places]
        before = np.cumsum(sizes) - sizes
        return np.arange(int(sizes.sum())) + np.repeat(ends[places] - before, sizes), sizes

    def only(self, ids: Collection[Id]) -> Spans:
        """Those of *ids*."""
        found = [id for id in self.row if id in ids]
        if len(found) == len(self.row):
            return self
        at, sizes = self.rows_of(found)
        return Spans(found, _firsts(sizes), self.states, {name: told[at] for name, told in self.columns.items()})


def spans_of(spans: Iterable[Span]) -> Spans:
    """*spans*, in any order."""
    every = sorted(spans, key=attrgetter("source", "item", "n"))
    ids = [(span.source, span.item) for span in every]
    return _spans(
        ids,
        [(span.state, span.phase, span.rank) for span in every],
        {
            "n": np.array([span.n for span in every], np.int64),
            "entered": np.array([span.entered for span in every], np.int64),
            "left": np.array([NEVER if span.left is None else span.left for span in every], np.int64),
            "blocked": np.array([span.blocked for span in every], np.int64),
            "inferred": np.array([span.origin == "inferred" for span in every], np.int64),
        },
    )


def together(every: Sequence[Spans]) -> Spans:
    """*every*, no item of which is in two."""
    before = np.cumsum([0, *(len(one.states) for one in every)])
    columns = {name: np.concatenate([one.columns[name] for one in every]) for name in NUMBERS}
    columns["state"] += np.repeat(before[:-1], [one.rows for one in every])
    return Spans(
        chain.from_iterable(every),
        _firsts(np.concatenate([np.diff(one.first) for one in every])),
        tuple(chain.from_iterable(one.states for one in every)),
        columns,
    )


def of_columns(found: Mapping[str, Any], called: Mapping[int, Called]) -> Spans:
    """The columns of ``flow_spans_read`` as spans; *called*: what the states of the policy are."""
    begins = np.flatnonzero(found["n"] == 1)
    ids = zip(found["source"][begins].tolist(), found["item"][begins].tolist(), strict=True)
    codes = np.ma.filled(found["place"], -1).astype(np.int64)
    others = np.flatnonzero(codes < 0)
    states = [(*called.get(rank, NOTHING), rank) for rank in range(1 + max(called, default=-1))]
    names: dict[str | None, int] = {}
    codes[others] = [names.setdefault(name, len(states) + len(names)) for name in found["state"][others].tolist()]
    return Spans(
        ids,
        np.append(begins, len(codes)),
        (*states, *((name, None, None) for name in names)),
        {
            "n": found["n"],
            "entered": found["entered"],
            "left": np.ma.filled(found["until"], NEVER),
            "blocked": found["blocked"],
            "inferred": found["inferred"],
            "state": codes,
        },
    )


def _spans(ids: Sequence[Id], states: Iterable[State], columns: Mapping[str, Ints]) -> Spans:
    """Spans from what each row says of its item and its state, item by item."""
    known: dict[State, int] = {}
    codes = np.array([known.setdefault(state, len(known)) for state in states], np.int64)
    sizes = Counter(ids)
    first = _firsts(np.fromiter(sizes.values(), np.int64, len(sizes)))
    return Spans(sizes, first, tuple(known), {**columns, "state": codes})


def _firsts(sizes: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
