"""Why an item is worked on: what stands above it, which investments it serves and by which links, up to the board.

Beside that its own history: where it was and for how long, when it was blocked, what is wrong with its data, and the
row of the delivery that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from northing.facts.asking import FactRow
from northing.facts.flow_asking import Id, Item, Problem, Reading, reading_of
from northing.measure.line_of_sight import Chain, why
from northing.measure.view import View
from northing.portfolio.errors import NotFound
from northing.portfolio.filter.writer import quoted
from northing.portfolio.flow import WorkflowPolicy

from .asked import Whose, day_end, policy_of
from .policies import policy_named
from .serving import served
from .sight import Served
from .stays import Stay
from .teams import teams_of
from .work import Work, work_of

Row = Mapping[str, Any]
"""A row of ``work`` by column."""
HIGHEST = 8
"""Steps from an item up that are followed."""
PARTS = 200
"""Parts of an item that are listed."""
CHANGES = 500


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One investment that an item serves, the link that says so, and the way from there up to the board."""

    served: Served
    chains: tuple[Chain, ...]
    """The unbroken ones first."""

    @property
    def broken(self) -> bool:
        """Whether none of its chains leads up to the board."""
        return all(chain.broken is not None for chain in self.chains)


class Above(msgspec.Struct, frozen=True, kw_only=True):
    """An item that this one is a part of; without a row where nothing was delivered of it but its name."""

    name: str
    row: Row | None = None


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one item of work, and why it is worked on."""

    row: FactRow
    above: tuple[Above, ...]
    """From the one right above it up."""
    reasons: tuple[Reason, ...]
    left: Any
    """The share of it that no link takes."""
    teams: tuple[str, ...]
    parts: tuple[Row, ...]
    policy: WorkflowPolicy | None
    """By which its history is read; None where no policy reads it."""
    work: Work | None
    """It alone."""
    item: Item | None
    """As the policy reads it."""
    counts: bool
    """Whether it is an item of the policy's level; parents and parts of items are not."""
    stays: tuple[Stay, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Row, ...]
    """Everything that was changed, the oldest first."""

    @property
    def id(self) -> Id:
        return str(self.row.values["source"]), str(self.row.values["item"])


def story(view: View, name: str, *, source: str | None = None, policy: str | None = None) -> Story:
    """The item whose key, else whose id in its source, is *name*, in *source* where several have it.

    Raises :class:`NotFound` where no delivery in force speaks of such an item.
    """
    row = _row(view, "key", name, source) or _row(view, "item", name, source)
    if row is None:
        raise NotFound(
            f"There is no item of work “{name[:60]}” at this revision.",
            remedy="Write its key as its tracker does: CHAT-12.",
        )
    id = str(row.values["source"]), str(row.values["item"])
    teams = teams_of(view).get(id, ())
    parts = served(view).get(id, ())
    read = _read(view, id, teams, policy)
    near = _Near(view, id[0], read.every if read is not None else ())
    return Story(
        row=row,
        above=tuple(_above(near, row.values)),
        reasons=tuple(Reason(served=one, chains=why(view, one.investment)) for one in parts),
        left=1 - sum(one.share for one in parts),
        teams=teams,
        parts=tuple(near.parts(id[1])),
        policy=read.policy if read else None,
        work=read.work if read else None,
        item=read.item if read else None,
        counts=read.counts if read else False,
        stays=read.work.stays(read.item) if read else (),
        problems=tuple(_problems(view, read.work.reading, id)) if read else (),
        changes=tuple(_changes(view, id)),
    )


def _row(view: View, column: str, value: str, source: str | None) -> FactRow | None:
    found = _rows(view, "work", f"{column} = {quoted(value)}", source, 1)
    return found[0] if found else None


def _rows(view: View, table: str, where: str, source: str | None, limit: int) -> list[FactRow]:
    """The rows that *where* selects, each once however many share it."""
    if view.facts is None or "\x00" in where:
        return []
    if source is not None:
        where = f"{where} and source = {quoted(source)}"
    found: dict[tuple[Any, ...], FactRow] = {}
    for row in view.facts.rows(table, where=where, limit=limit * 8, today=view.today):
        found.setdefault((row.delivery, row.values["item"], row.values.get("change"), row.values.get("field")), row)
    return list(found.values())[:limit]


class _Near:
    """What is around an item: of the work that its policy reads, else of the rows as they were delivered."""

    def __init__(self, view: View, source: str, items: Sequence[Item]) -> None:
        self.view, self.source = view, source
        self.items = [item for item in items if item.source == source]

    def find(self, column: str, value: str) -> Row | None:
        """The item with this id or key."""
        seen = next((item for item in self.items if getattr(item, column) == value), None)
        if seen is not None:
            return _as_row(seen)
        row = _row(self.view, column, value, self.source)
        return row.values if row is not None else None

    def parts(self, item: str) -> list[Row]:
        if self.items:
            return [_as_row(one) for one in self.items if one.parent == item][:PARTS]
        return [one.values for one in _rows(self.view, "work", f"parent = {quoted(item)}", self.source, PARTS)]


def _as_row(item: Item) -> Row:
    return {name: getattr(item, name) for name in ("source", "item", "key", "title", "state", "parent", "epic")}


def _above(near: _Near, row: Row) -> list[Above]:
    """Parent after parent, or the epic where no parent is named; it ends where it would begin anew."""
    found: list[Above] = []
    seen = {row["item"]}
    at: Row | None = row
    while at is not None and len(found) < HIGHEST:
        parent, epic = at.get("parent"), at.get("epic")
        if parent:
            above = near.find("item", parent)
        elif epic and epic != at.get("key"):
            above = near.find("key", epic)
        else:
            break
        if above is not None and above["item"] in seen:
            break
        found.append(Above(name=str((above and (above["key"] or above["item"])) or epic or parent), row=above))
        seen.add(above["item"] if above is not None else None)
        at = above
    return found


class _Read(NamedTuple):
    """An item as a policy reads it, and everything else that the policy reads."""

    policy: WorkflowPolicy
    work: Work
    item: Item
    counts: bool
    every: list[Item]


def _read(view: View, id: Id, teams: Sequence[str], policy: str | None) -> _Read | None:
    """The item by the policy that was asked for, else by its team's, else by the organisation's."""
    plan, flow = view.plan, view.facts.flow  # type: ignore[union-attr]
    asked: list[WorkflowPolicy | None] = [policy_named(plan, policy)] if policy else []
    asked += [policy_of(view, Whose("team", team)) for team in teams[:1]]
    asked.append(policy_of(view, Whose()))
    for chosen in filter(None, asked):
        reading = reading_of(plan, chosen, view.zone)
        every: list[tuple[Item, bool]] = flow.every(reading)
        found = next((told for told in every if (told[0].source, told[0].item) == id), None)
        if found is None:
            continue
        calendar = plan.calendars.get(chosen.calendar or "")
        now = day_end(view.today, reading.zone)
        work = work_of(chosen, reading, [found[0]], flow.spans(reading, {id}), now=now, calendar=calendar)
        return _Read(chosen, work, *found, [item for item, _ in every])
    return None


def _problems(view: View, reading: Reading, id: Id) -> list[Problem]:
    found: list[Problem] = view.facts.flow.problems(reading)  # type: ignore[union-attr]
    return [one for one in found if one.item == id[1]]


def _changes(view: View, id: Id) -> list[Row]:
    found = [one.values for one in _rows(view, "transition", f"item = {quoted(id[1])}", id[0], CHANGES)]
    return sorted(found, key=lambda row: (row["at"], row["sequence"] or 0, row["change"]))
