"""Why an item is worked on: what stands above it, which investments it serves and by which links, up to the board.

Beside that its own history: where it was and for how long, when it was blocked, what is wrong with its data, and the
row of the delivery that says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from northing.facts.asking import FactRow
from northing.facts.flow_asking import Item, Problem, Reading, reading_of
from northing.measure.line_of_sight import Chain, why
from northing.measure.view import View
from northing.portfolio.errors import NotFound
from northing.portfolio.filter.writer import quoted
from northing.portfolio.flow import WorkflowPolicy

from .asked import Whose, day_end, policy_of
from .serving import served, teams_of
from .sight import Served
from .work import Id, Stay, Work, work_of

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
    chosen, work, item, counts = read or (None, None, None, False)
    return Story(
        row=row,
        above=tuple(_above(view, row.values)),
        reasons=tuple(Reason(served=one, chains=why(view, one.investment)) for one in parts),
        left=1 - sum(one.share for one in parts),
        teams=teams,
        parts=tuple(one.values for one in _rows(view, "work", f"parent = {quoted(id[1])}", id[0], PARTS)),
        policy=chosen,
        work=work,
        item=item,
        counts=counts,
        stays=work.stays(item) if work is not None and item is not None else (),
        problems=tuple(_problems(view, work.reading, id)) if work is not None else (),
        changes=tuple(_changes(view, id)),
    )  # fmt: skip


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


def _above(view: View, row: Row) -> list[Above]:
    """Parent after parent, or the epic where no parent is named; it ends where it would begin anew."""
    found: list[Above] = []
    seen = {row["item"]}
    at: Row | None = row
    while at is not None and len(found) < HIGHEST:
        parent, epic, source = at.get("parent"), at.get("epic"), str(at["source"])
        if parent:
            above = _row(view, "item", parent, source)
        elif epic and epic != at.get("key"):
            above = _row(view, "key", epic, source)
        else:
            break
        name = str(above.values.get("key") or above.values["item"]) if above is not None else str(epic or parent)
        at = above.values if above is not None else None
        if at is not None and at["item"] in seen:
            break
        found.append(Above(name=name, row=at))
        if at is not None:
            seen.add(at["item"])
    return found


def _read(
    view: View, id: Id, teams: Sequence[str], policy: str | None
) -> tuple[WorkflowPolicy, Work, Item, bool] | None:
    """The item by the policy that was asked for, else by its team's, else by the organisation's."""
    plan, flow = view.plan, view.facts.flow  # type: ignore[union-attr]
    asked = [plan.workflow_policies.get(policy)] if policy else []
    asked += [policy_of(view, Whose("team", team)) for team in teams[:1]]
    asked.append(policy_of(view, Whose()))
    for chosen in filter(None, asked):
        reading = reading_of(plan, chosen, view.zone)
        found = flow.one(reading, *id)
        if found is not None:
            item, counts = found
            spans = [span for span in flow.spans(reading, {id[1]}) if span.source == id[0]]
            calendar = plan.calendars.get(chosen.calendar or "")
            return chosen, work_of(
                chosen, reading, [item], spans, now=day_end(view.today, reading.zone), calendar=calendar
            ), item, counts  # fmt: skip
    return None


def _problems(view: View, reading: Reading, id: Id) -> list[Problem]:
    found: list[Problem] = view.facts.flow.problems(reading)  # type: ignore[union-attr]
    return [one for one in found if one.item == id[1]]


def _changes(view: View, id: Id) -> list[Row]:
    found = [one.values for one in _rows(view, "transition", f"item = {quoted(id[1])}", id[0], CHANGES)]
    return sorted(found, key=lambda row: (row["at"], row["sequence"] or 0, row["change"]))
