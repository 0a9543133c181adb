"""Which policy reads whose work, in a scope of several teams.

A team's items are read by the policy that holds for the team: its own, its value stream's, the organisation's. Items
of no team are read by the policy of a value stream whose filter selects them, else by the organisation's. An item of
several teams is the first one's, by id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from northing.facts.flow_asking import Id, Item, reading_of
from northing.measure.view import View
from northing.portfolio.flow import WorkflowPolicy

from .policies import policy_for
from .teams import teams_of

Wanted = Callable[[Id], bool]


class ReadBy(NamedTuple):
    """What one policy reads of a scope."""

    policy: WorkflowPolicy
    teams: tuple[str, ...]
    """The teams whose items these are."""
    others: bool
    """Whether items of no team are among them."""
    ids: frozenset[Id]


class Readers(msgspec.Struct, frozen=True):
    """The policies that hold today in a scope."""

    holds: Mapping[str, WorkflowPolicy | None]
    """Team of the scope → its policy."""
    own: tuple[WorkflowPolicy, ...]
    """Policies of its value streams that select items themselves."""
    rest: WorkflowPolicy | None
    """By which items are read that neither takes: the organisation's."""
    whole: bool
    """Whether all work belongs to the scope."""

    @property
    def policies(self) -> tuple[WorkflowPolicy, ...]:
        """Each once; the one for the rest last."""
        every = [*self.own, *filter(None, self.holds.values()), *([self.rest] if self.rest else [])]
        last = self.rest.id if self.rest else None
        told = {one.id: one for one in every if one.id != last}
        return (*told.values(), *([self.rest] if self.rest else []))

    def parts(self, view: View, wanted: Wanted) -> Iterator[tuple[ReadBy, list[Item]]]:
        """Each policy that reads something, with its items that are *wanted*."""
        names, taken = teams_of(view), set[Id]()
        takes = {one.id for one in (*self.own, *([self.rest] if self.rest else []))}
        for policy in self.policies:
            items: list[Item] = []
            teams = set[str]()
            for item in view.facts.flow.items(reading_of(view.plan, policy, view.zone)):  # type: ignore[union-attr]
                id = (item.source, item.item)
                team = min((one for one in names.get(id, ()) if one in self.holds), default="")
                held = self.holds.get(team)
                mine = held is not None and held.id == policy.id if team else policy.id in takes and id not in taken
                if mine and wanted(id):
                    items.append(item)
                    teams.add(team)
            if items:
                ids = frozenset((item.source, item.item) for item in items)
                taken |= ids
                yield ReadBy(policy, tuple(sorted(teams - {""})), "" in teams, ids), items

    def unread(self, view: View, wanted: Wanted, read: frozenset[Id]) -> tuple[str, ...]:
        """Teams that no policy holds for, though work is theirs; "" where work of no team is read by none either."""
        names = teams_of(view)
        silent = {min(told) for id, teams in names.items() if (told := self._in(teams)) and wanted(id)}
        found = sorted(team for team in silent if self.holds[team] is None)
        if self.rest is None and self.whole:
            every = view.facts.answering({"every": "item is not empty"}, view.today)  # type: ignore[union-attr]
            nobody = (id for id, told in every.items() if told and id not in read and not self._in(names.get(id, ())))
            found += [""] if any(wanted(id) for id in nobody) else []
        return tuple(found)

    def _in(self, teams: tuple[str, ...]) -> list[str]:
        return [team for team in teams if team in self.holds]


def readers(view: View, stream: str | None = None) -> Readers:
    """Of the whole organisation, or of one value stream."""
    plan = view.plan
    teams = [one for one in plan.teams.values() if stream is None or one.value_stream == stream]
    streams = [
        policy_for(plan, view.today, value_stream=id) for id in sorted(plan.value_streams) if stream in (None, id)
    ]
    return Readers(
        holds={one.id: policy_for(plan, view.today, value_stream=one.value_stream, team=one.id) for one in teams},
        own=tuple(one for one in streams if one is not None and one.value_stream and one.where),
        rest=policy_for(plan, view.today) if stream is None else None,
        whole=stream is None,
    )
