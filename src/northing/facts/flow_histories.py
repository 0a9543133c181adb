"""What a reading makes of the histories of items: their stays in states, and what these come to, by columns.

All items are gone through at once; each row bears the number of its item, from 0, and an item's rows follow each other.
Instants are whole microseconds, sums are of whole numbers: exact. What is told has gaps where nothing is known.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from northing.portfolio.flow import Phase, StartRule

from .flow_asking import Reading, folded
from .flow_spans import NEVER, Ints

Bools = NDArray[np.bool_]
Objects = NDArray[np.object_]
Told = Mapping[str, Any]
"""Columns, masked where nothing is known."""
ENDS = (Phase.DONE, Phase.DISCARDED)
BEGUN = (Phase.QUEUE, Phase.ACTIVE, Phase.WAIT)
UNSET = (None, "no", "false", "0")
"""What a flag says where it is not set."""


class Codes(dict[tuple[str | None, str | None], int]):
    """A state's name and its id there → its number: its rank where the policy knows it, a number of its own where it
    does not, −1 for none. By name first: names are what policies are written in."""

    def __init__(self, reading: Reading) -> None:
        self._ranks = {state.name: state.rank for state in reversed(reading.states)}
        phases = {state.rank: state.phase for state in reading.states}
        self.known = 1 + max(phases, default=-1)
        self._phases = [phases.get(rank) for rank in range(self.known)]
        self._others: dict[str, int] = {}
        """States that the policy does not know."""

    def __missing__(self, told: tuple[str | None, str | None]) -> int:
        ranks = (self._ranks.get(folded(each)) for each in told if each is not None)
        found = next((rank for rank in ranks if rank is not None), None)
        if found is None:
            called = told[1] if told[0] is None else told[0]
            found = -1 if called is None else self._others.setdefault(called, self.known + len(self._others))
        self[told] = found
        return found

    def of(self, names: Any, ids: Any) -> Ints:
        """The numbers of a column of names beside one of ids."""
        told = zip(names.tolist(), ids.tolist(), strict=True)
        return np.fromiter(map(self.__getitem__, told), np.int64, len(names))

    def within(self, phases: Collection[Phase | None]) -> Bools:
        """By number, the last of no state: whether it is in one of *phases*."""
        return np.array([phase in phases for phase in (*self._phases, *(None for _ in self._others), None)])

    @property
    def others(self) -> Objects:
        """By number, the last of no state: the name of a state that the policy does not know."""
        return np.array([*(None for _ in range(self.known)), *self._others, None], np.object_)


@dataclass(frozen=True)
class Stays:
    """A row a stay."""

    item: Ints
    first: Ints
    """By item: its first row; one more at the end."""
    code: Ints
    was: Ints
    """The number of the state before; −1 in an item's first row."""
    entered: Ints
    left: Ints
    """``NEVER`` of one that lasts."""
    recorded: Bools
    """By item: whether changes tell of its states."""

    @property
    def last(self) -> Ints:
        """By item: its last row."""
        return self.first[1:] - 1

    def first_of(self, rows: Bools) -> Ints:
        """By item the first of *rows*; −1 where it has none."""
        return _first(self.item, len(self.recorded), rows)

    def last_of(self, rows: Bools) -> Ints:
        return _last(self.item, len(self.recorded), rows)

    def sums(self, column: Any) -> Ints:
        """By item: the sum of *column*."""
        return np.add.reduceat(column, self.first[:-1], dtype=np.int64)


def histories(reading: Reading, works: Told, moves: Told, horizon: int | None) -> tuple[Told, Told]:
    """The stays of items, and what each item comes to; *horizon*: as it was at that instant.

    works: created, resolved, received, blocked, state, resolution; a row an item. moves: number, field, at, received,
    was, now, was_id, now_id; the changes of each item in their order.
    """
    codes, items = Codes(reading), len(works["created"])
    past = np.ones(len(moves["at"]), np.bool_) if horizon is None else moves["at"] <= horizon
    stays = _stays(codes, works, _only(moves, moves["field"] == "state"), horizon)
    if horizon is None:
        last = _last(moves["number"], items, past)
        known = np.where(last < 0, works["created"], np.maximum(works["created"], np.append(moves["at"], 0)[last]))
    else:
        known = np.full(items, horizon)
    left = np.where(stays.left == NEVER, known[stays.item], stays.left)
    flags = _only(moves, (moves["field"] == "blocked") & past)
    blocked = _blocked(stays, left, flags, works["created"], known)
    spans = {
        "number": stays.item, "n": np.arange(len(stays.item)) - stays.first[stays.item] + 1,
        **_states(codes, stays.code), "entered": stays.entered, "until": _gaps(stays.left, NEVER), "blocked": blocked,
        "inferred": np.where(stays.recorded, 0, 1)[stays.item],
    }  # fmt: skip
    measured = _measured(reading, codes, stays, works, left, blocked)
    discarded = codes.within((Phase.DISCARDED,))[stays.code[stays.last]] | _dropped(reading, works, moves, past)
    ended = np.where(discarded, "discarded", "delivered")
    outcome = np.where(measured["closed"] == 1, ended, "open").astype(np.object_)
    return spans, {"number": np.arange(items), **measured, **_told(works, moves, past), "outcome": outcome}


def _stays(codes: Codes, works: Told, moves: Told, horizon: int | None) -> Stays:
    """A stay from an item's creation on, and one from each change of its state; another name of it is no change."""
    items, number = len(works["created"]), moves["number"]
    begins = np.diff(number, prepend=-1) != 0
    now, was = codes.of(moves["now"], moves["now_id"]), codes.of(moves["was"][begins], moves["was_id"][begins])
    before = np.roll(now, 1)
    before[begins] = was
    kept = now != before
    if horizon is not None:
        kept &= moves["at"] <= horizon
    # Where the first change says no state before it, the first stay has none: its length is what nobody knows.
    recorded = np.zeros(items, np.bool_)
    recorded[number] = True
    initial = np.empty(items, np.int64)
    initial[recorded] = was
    stated = works["state"][~recorded]
    initial[~recorded] = codes.of(stated, np.full(len(stated), None))
    item = np.concatenate([np.arange(items), number[kept]])
    order = np.argsort(item, kind="stable")
    item = item[order]
    code = np.concatenate([initial, now[kept]])[order]
    entered = np.concatenate([works["created"], moves["at"][kept]])[order]
    goes_on = item[1:] == item[:-1]
    return Stays(
        item=item, first=_starts(item, items), code=code, entered=entered,
        was=np.concatenate([[-1], np.where(goes_on, code[:-1], -1)])[: len(item)],
        left=np.concatenate([np.where(goes_on, entered[1:], NEVER), [NEVER]])[: len(item)],
        recorded=recorded,
    )  # fmt: skip


def _blocked(stays: Stays, left: Ints, flags: Told, created: Ints, known: Ints) -> Ints:
    """How long each stay was blocked, by the changes of the item's flag; *left*: of one that lasts, what is known."""
    blocked = np.zeros(len(stays.item), np.int64)
    number, at = flags["number"], flags["at"]
    begins = np.diff(number, prepend=-1) != 0
    until = np.where(np.append(begins[1:], True), known[number], np.append(at[1:], 0))
    now, was = _set(flags["now"]), _set(flags["was"]) & begins
    item = np.concatenate([number[now], number[was]])
    since = np.concatenate([at[now], created[number[was]]])
    until = np.concatenate([until[now], at[was]])
    # Each time beside each stay of its item.
    sizes = np.diff(stays.first)[item]
    row = np.arange(sizes.sum()) + np.repeat(stays.first[item] - (np.cumsum(sizes) - sizes), sizes)
    took = np.minimum(np.repeat(until, sizes), left[row]) - np.maximum(np.repeat(since, sizes), stays.entered[row])
    np.add.at(blocked, row, np.maximum(took, 0))
    return blocked


def _measured(reading: Reading, codes: Codes, stays: Stays, works: Told, left: Ints, blocked: Ints) -> Told:
    """Start, finish, active and blocked time, rework, and the state that each item is in."""
    item, row = stays.item, np.arange(len(stays.item))
    ended, was_ended = codes.within(ENDS)[stays.code], codes.within(ENDS)[stays.was]
    unknown, begun = codes.within((None,))[stays.code], codes.within(BEGUN)[stays.code]
    if reading.start_rule is StartRule.LAST_RETURN:
        begun &= row > stays.last_of(codes.within((Phase.BACKLOG,))[stays.code])[item]
    first, run = stays.first_of(begun), stays.last_of(ended & ~was_ended)
    closed = ended[stays.last]
    inside = (first[item] >= 0) & (row >= first[item]) & (~closed[item] | (row < run[item]))
    active = left - stays.entered - (blocked if reading.blocked_waits else 0)
    entered = np.append(stays.entered, NEVER)
    # Without a history, when it ended is what its source says.
    resolved = np.ma.filled(works["resolved"], NEVER)
    finished = np.where(closed, np.where(stays.recorded, entered[run], resolved), NEVER)
    first_finished = np.where(closed & ~stays.recorded, resolved, entered[stays.first_of(ended)])
    back = (stays.code >= 0) & (stays.code < stays.was) & (stays.was < codes.known)
    # A stay of no state that lasted no time is nothing that a person should know of.
    told = unknown & ((stays.code >= 0) | (stays.left != stays.entered))
    return {
        **_states(codes, stays.code[stays.last]), "unknown": _least(codes, stays.code[told], item[told], len(closed)),
        "started": _gaps(entered[first], NEVER), "finished": _gaps(finished, NEVER),
        "first_finished": _gaps(first_finished, NEVER), "closed": closed.astype(np.int64),
        "active": stays.sums(np.where(inside & codes.within((Phase.ACTIVE,))[stays.code], active, 0)),
        "blocked": stays.sums(np.where(inside, blocked, 0)),
        "reopened": stays.sums(was_ended & ~ended & ~unknown),
        "backward": stays.sums(back & ~ended & ~was_ended),
        "inferred": np.where(stays.recorded, 0, 1),
    }  # fmt: skip


def _told(works: Told, moves: Told, past: Bools) -> Told:
    """What other changes than those of states say of each item: flag, resolution, project; and of its clocks."""
    items, number, field = len(works["created"]), moves["number"], moves["field"]

    def last(rows: Bools) -> Ints:
        return _last(number, items, rows)

    flagged, blocked = last((field == "blocked") & past), works["blocked"] == 1
    blocked[flagged >= 0] = _set(moves["now"][flagged[flagged >= 0]])
    every = np.ones(len(number), np.bool_)
    first_at = np.append(moves["at"], NEVER)[_first(number, items, every)]
    ahead = np.zeros(items, np.bool_)
    ahead[number[moves["at"] > moves["received"]]] = True
    skew = np.full(items, None)
    skew[ahead | (works["created"] > works["received"])] = "after"
    skew[first_at < works["created"]] = "before"
    return {
        "blocked_now": blocked.astype(np.int64),
        "moved": (last((field == "project") & past) >= 0).astype(np.int64),
        "skew": skew,
    }


def _dropped(reading: Reading, works: Told, moves: Told, past: Bools) -> Bools:
    """Whether each item's resolution says that it ended without being delivered."""
    names = _resolution(works, moves, past).tolist()
    dropped = {name: name is not None and name.lower() in reading.discarded for name in set(names)}
    return np.fromiter(map(dropped.__getitem__, names), np.bool_, len(names))


def _resolution(works: Told, moves: Told, past: Bools) -> Objects:
    """As it was then: by the last change up to then, else by the first after, else as it is."""
    found, items = _texts(works["resolution"]), len(works["created"])
    number, changes = moves["number"], moves["field"] == "resolution"
    if past.all():
        return found
    before, after = _last(number, items, changes & past), _first(number, items, changes & ~past)
    found[after >= 0] = _texts(moves["was"])[after[after >= 0]]
    found[before >= 0] = _texts(moves["now"])[before[before >= 0]]
    return found


def _states(codes: Codes, code: Ints) -> Told:
    """place: the rank of a state; state: the name of one that the policy does not know."""
    return {"place": np.ma.masked_where((code < 0) | (code >= codes.known), code), "state": codes.others[code]}


def _least(codes: Codes, code: Ints, item: Ints, items: int) -> Objects:
    """By item the first by name of its states *code*; that of no state is called nothing."""
    names = sorted((name or "", number) for number, name in enumerate(codes.others))
    place = np.empty(len(names), np.int64)
    place[[number for _, number in names]] = np.arange(len(names))
    least = np.full(items, len(names))
    np.minimum.at(least, item, place[code])
    found: Objects = np.array([*(name for name, _ in names), None], np.object_)[least]
    return found


def _set(told: Any) -> Bools:
    """Where a flag is set."""
    return np.array([(text and text.lower()) not in UNSET for text in told.tolist()], np.bool_)


def _texts(column: Any) -> Objects:
    found: Objects = np.array([*column.tolist(), None], np.object_)
    return found[:-1]


def _gaps(column: Ints, missing: int) -> Any:
    return np.ma.masked_equal(column, missing)


def _only(columns: Told, rows: Bools) -> Told:
    return {name: column[rows] for name, column in columns.items()}


def _starts(item: Ints, items: int) -> Ints:
    """By item: its first row of *item*, which is in order; one more at the end."""
    return np.concatenate([[0], np.cumsum(np.bincount(item, minlength=items))])


def _first(number: Ints, items: int, rows: Bools) -> Ints:
    """By item the first of *rows*; −1 where it has none."""
    found, at = np.full(items, -1), np.flatnonzero(rows)
    begins = np.diff(number[at], prepend=-1) != 0
    found[number[at[begins]]] = at[begins]
    return found


def _last(number: Ints, items: int, rows: Bools) -> Ints:
    """By item the last of *rows*; −1 where it has none."""
    found, at = np.full(items, -1), np.flatnonzero(rows)
    ends = np.diff(number[at], append=-1) != 0
    found[number[at[ends]]] = at[ends]
    return found
