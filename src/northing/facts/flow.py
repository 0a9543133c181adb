"""How the work in force flowed, by a reading: items, their spans, and what is wrong with their data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import compress
from typing import TYPE_CHECKING, Any

from northing.portfolio.flow import Parents

from . import flow_trees, kept
from .flow_asking import NO_ITEM, Id, Item, Problem, Reading, StateSeen, TypeSeen
from .flow_files import Folder
from .flow_rows import ITEM, Columns, Kinds, Parts, Seen, called, items_of, rolled_up, state_of, wrong_with
from .flow_worked import Facts, Worked

if TYPE_CHECKING:
    from .flow_spans import Spans


class FlowAt:
    """The flow of the work that a plan reads. Equal facts and readings give equal answers, in an order of their own."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.worked = Worked(facts)

    def items(self, reading: Reading, *, as_of: int | None = None) -> list[Item]:
        """The items that count, by creation. *as_of*: as they were at that instant, of what is known now."""
        return [item for item, counts in self._all(reading, as_of) if counts]

    def spans(self, reading: Reading, ids: Collection[Id] | None = None, *, as_of: int | None = None) -> Spans:
        """The stays of the items that count, or of *ids*."""
        every = kept.ANSWERS.get((*self._key(reading), "spans", as_of), lambda: self._spans(reading, as_of))
        if ids is not None:
            return every.only(ids)
        items = self.items(reading, as_of=as_of)
        return every if len(items) == len(every) else every.only({(one.source, one.item) for one in items})

    def every(self, reading: Reading) -> list[tuple[Item, bool]]:
        """Every item that the policy speaks of, parents and parts too, and whether it counts."""
        return self._all(reading, None)

    def problems(self, reading: Reading) -> list[Problem]:
        """What a person should know of the data, by item: also of parents and parts, and of changes without an item."""
        return kept.ANSWERS.get((*self._key(reading), "problems"), lambda: self._problems(reading))

    def states(self, reading: Reading) -> list[StateSeen]:
        """The states that the work of the policy was in, in its order; those that it does not know last."""
        return kept.ANSWERS.get((*self._key(reading), "states"), lambda: self._states(reading))

    def types(self, reading: Reading) -> list[TypeSeen]:
        """The types of the work of the policy, the most frequent first."""
        return kept.ANSWERS.get((*self._key(reading), "types"), lambda: self._types(reading))

    # At scale: answered from what was worked out, without an item in memory

    def throughput(self, reading: Reading, start: int, end: int, by: Sequence[str] = ()) -> dict[tuple[Any, ...], int]:
        """How many items were delivered from *start* up to *end*, by columns of theirs: type, team, project."""
        from sqlglot import exp

        tree = self._asked("flow_throughput", reading)
        columns = [exp.column(name) for name in by]
        tree.select(*columns, copy=False).group_by(*(column.copy() for column in columns), copy=False)
        _inside(tree, start, end)
        return {tuple(row[1:]): int(row[0]) for row in self.worked.run(tree)}

    def percentiles(self, reading: Reading, start: int, end: int, asked: Sequence[int]) -> dict[int, int]:
        """Times from start to finish of items delivered from *start* up to *end*, by nearest rank, in microseconds.

        *asked*: hundredths, 85 for the 85th. Eight bytes an item are in memory, and no more is sorted than is asked.
        """
        import numpy as np

        tree = self._asked("flow_times", reading)
        _inside(tree, start, end)
        times = self.worked.arrays(tree)["took"]
        if not len(times):
            return {}
        places = {percent: max(1, -(-percent * len(times) // 100)) - 1 for percent in asked}
        ordered = np.partition(times, sorted(set(places.values())))
        return {percent: int(ordered[place]) for percent, place in places.items()}

    # Rows

    def _all(self, reading: Reading, as_of: int | None) -> list[tuple[Item, bool]]:
        """Every item that the policy speaks of, and whether it counts."""
        return self._seen(reading, as_of).items

    def _seen(self, reading: Reading, as_of: int | None) -> Seen:
        return kept.ANSWERS.get((*self._key(reading), "items", as_of), lambda: self._read(reading, as_of))

    def _read(self, reading: Reading, as_of: int | None) -> Seen:
        if not self.worked.has_work:
            return Seen([], [])
        with self.worked.layers(reading, as_of) as (items, _):
            found = self._found(reading, items)
            whole = any(found["parent"]) or any(found["epic"])
            parts = Parts(self.worked.dicts(flow_trees.ask("flow_parts", items)) if whole else ())
        if not all(found["inside"]):
            found = {name: list(compress(column, found["inside"])) for name, column in found.items()}
        wrongs = wrong_with(found)
        every = [
            (rolled_up(item, parts) if reading.parents is Parents.CHILDREN else item, counts == 1)
            for item, counts, deleted in zip(
                items_of(found, Kinds(reading), parts, wrongs), found["counts"], found["deleted"], strict=True
            )
            if not deleted
        ]
        doubtful = sorted(
            one for one in zip(found["source"], found["item"], found["key"], wrongs, strict=True) if one[3]
        )
        problems = [
            Problem(item=item, key=key, code=code, detail=detail)
            for _, item, key, wrong in doubtful
            for code, detail in wrong
        ]
        return Seen(every, problems)

    def _found(self, reading: Reading, items: Any) -> Columns:
        tree = flow_trees.ask("flow_read", items)
        tree.set("expressions", [flow_trees.exactly(name) for name in ITEM])
        tree.order_by("created", "source", "item", append=False, copy=False)
        found, states = self.worked.columns(tree), called(reading)
        names, phases = ({rank: told[at] for rank, told in states.items()} for at in (0, 1))
        return {
            **found,
            "state": [names.get(place, state) for place, state in zip(found["place"], found["state"], strict=True)],
            "phase": list(map(phases.get, found["place"])),
        }

    def _spans(self, reading: Reading, as_of: int | None) -> Spans:
        from . import flow_spans

        if not self.worked.has_work:
            return flow_spans.spans_of(())
        with self.worked.layers(reading, as_of) as (_, spans):
            found = self.worked.arrays(flow_trees.ask("flow_spans_read", spans))
        return flow_spans.of_columns(found, called(reading))

    def _states(self, reading: Reading) -> list[StateSeen]:
        if not self.worked.has_work:
            return []
        with self.worked.layers(reading, None) as (items, spans):
            states = called(reading)
            found = [state_of(row, states) for row in self.worked.run(flow_trees.states_asked(items, spans))]
        return sorted(found, key=lambda one: (one.rank is None, one.rank or 0, -one.items, one.state))

    def _types(self, reading: Reading) -> list[TypeSeen]:
        if not self.worked.has_work:
            return []
        with self.worked.layers(reading, None) as (items, _):
            return [TypeSeen(*row) for row in self.worked.run(flow_trees.ask("flow_types", items))]

    def _problems(self, reading: Reading) -> list[Problem]:
        if not self.worked.has_work:
            return []
        tree = flow_trees.ask("flow_read", self._relation(reading, "orphans"))
        return [
            *self._seen(reading, None).problems,
            *(Problem(item=item, code=NO_ITEM, detail=str(changes)) for _, item, changes in self.worked.run(tree)),
        ]

    def _asked(self, name: str, reading: Reading) -> Any:
        return flow_trees.ask(name, self._relation(reading, "items"))

    def _relation(self, reading: Reading, what: str) -> Any:
        folder, layers = Folder(self.worked.store, reading.key), self.worked.worked(reading).layers
        return folder.relation(layers, what)

    def _key(self, reading: Reading) -> tuple[str, ...]:
        return str(self.worked.store.folder), self.worked.name, reading.key


def _inside(tree: Any, start: int, end: int) -> None:
    """Only what finished from *start* up to *end*."""
    from sqlglot import exp

    tree.where(exp.GTE(this=exp.column("finished"), expression=_number(start)), copy=False)
    tree.where(exp.LT(this=exp.column("finished"), expression=_number(end)), copy=False)


def _number(value: int) -> Any:
    from sqlglot import exp

    return exp.Literal.number(value)
