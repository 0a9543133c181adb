"""Whose work is looked at, by which policy: from a View to the items that belong there.

- organisation: every item that a policy reads.
- team: the items that its own filter (``Team.work``) selects, or that name it where it has none.
- value stream: the items of its teams, and those that a policy of its own reads.
- investment: the items that work links give a share of to it. A shared item counts once, as a whole.

Of several teams, each team's items are read by the policy that holds for the team, and joined (:mod:`.joining`); a
policy that somebody chose reads all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Literal, get_args

import msgspec

from northing.facts.flow_asking import Id, Item, Problem, Reading, reading, reading_of
from northing.measure.sentence import Ref
from northing.measure.view import View
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.filter.writer import quoted
from northing.portfolio.flow import WorkflowPolicy

from .joining import join
from .policies import policy_for, policy_named
from .readers import ReadBy, Readers, Wanted, readers
from .teams import selects
from .work import Work, work_of

Level = Literal["organisation", "value_stream", "team", "investment"]
LEVELS: tuple[Level, ...] = get_args(Level)


class Whose(msgspec.Struct, frozen=True):
    """Whose work is asked for: a level, and which entity of it."""

    level: Level = "organisation"
    id: str | None = None

    @property
    def ref(self) -> Ref | None:
        """The entity; None for the organisation."""
        return None if self.id is None else Ref(self.level, self.id)


@dataclass(frozen=True)
class Asked:
    """Work, with what it was read by."""

    whose: Whose
    policy: WorkflowPolicy
    reading: Reading
    work: Work
    problems: tuple[Problem, ...]
    """What a person should know of the data of these items, by item."""
    parts: tuple[ReadBy, ...] = ()
    """Which policy read which items; more than one where the work was joined."""
    unread: tuple[str, ...] = ()
    """Teams whose items nobody has said how to read: nothing here tells of them."""

    def policy_of(self, item: Item) -> WorkflowPolicy:
        """By which it was read."""
        return self._policies.get((item.source, item.item), self.policy)

    @cached_property
    def _policies(self) -> Mapping[Id, WorkflowPolicy]:
        return {id: part.policy for part in self.parts[1:] for id in part.ids}


def read_whose(view: View, level: str | None = None, name: str | None = None) -> Whose:
    """What *level* and an id, a number or a name mean.

    Raises :class:`Invalid` for a level that there is none of, :class:`NotFound` for an entity that there is none of.
    """
    known = next((one for one in LEVELS if one == (level or "organisation")), None)
    if known is None:
        raise Invalid(f"Work has no level “{level}”.", remedy="Levels: " + ", ".join(LEVELS) + ".")
    if known == "organisation":
        return Whose()
    wanted = (name or "").strip()
    table = view.plan.table(known)
    if wanted in table:
        return Whose(known, wanted)
    told = wanted.casefold()
    found = [
        id
        for id, one in table.items()
        if told in ((getattr(one, "number", None) or "").casefold(), one.name.casefold())
    ]
    if not told or len(found) != 1:
        raise NotFound(f"There is no {known.replace('_', ' ')} “{wanted}” at this revision.")
    return Whose(known, found[0])


def policies(view: View, whose: Whose) -> list[WorkflowPolicy]:
    """The policies by which this work can be read today: the one that holds first, then the others by name."""
    every = view.plan.workflow_policies.values()
    first = policy_of(view, whose)
    others = sorted((one for one in every if first is None or one.id != first.id), key=lambda one: (one.name, one.id))
    return [*([first] if first else []), *others]


def policy_of(view: View, whose: Whose, day: date | None = None) -> WorkflowPolicy | None:
    """The policy that holds for *whose* on *day*, or today."""
    stream, team = whose.id if whose.level == "value_stream" else None, whose.id if whose.level == "team" else None
    if whose.level == "investment":
        stream = view.plan.investments[whose.id or ""].value_stream
    elif team is not None:
        stream = view.plan.teams[team].value_stream
    return policy_for(view.plan, day or view.today, value_stream=stream, team=team)


def asked(view: View, whose: Whose, policy: str | None = None) -> Asked | None:
    """The work of *whose*, read by the policies that hold today or by *policy*, up to the end of today.

    *policy*: its id, number or name. None where nothing was delivered, or nobody has said yet how work is read. Raises
    :class:`NotFound` for a policy that there is none of.
    """
    chosen = policy_named(view.plan, policy) if policy else None
    if view.facts is None or not view.plan.workflow_policies:
        return None
    key = ("work asked", whose, chosen and chosen.id, view.today, view.zone)
    if chosen is not None:
        return view.plan.memo(key, READS, lambda: _asked(view, whose, chosen))
    return view.plan.memo(key, READS, lambda: _each_by_its_own(view, whose))


READS = frozenset((
    "workflow_policy", "calendar", "value_stream", "team", "investment", "work_link", "delivery", "source",
))  # fmt: skip


def _each_by_its_own(view: View, whose: Whose) -> Asked | None:
    first = policy_of(view, whose)
    reads = own_readers(view, whose)
    if reads is None:
        return None if first is None else _asked(view, whose, first)
    wanted = _wanted(view, whose)
    found: list[ReadBy] = []
    works: list[Work] = []
    problems: list[Problem] = []
    for part, items in reads.parts(view, wanted):
        read = reading_of(view.plan, part.policy, view.zone)
        work = _work(view, part.policy, read, items)
        found.append(part)
        works.append(work)
        problems += (one for one in view.facts.flow.problems(read) if one.item in work.names)  # type: ignore[union-attr]
    unread = reads.unread(view, wanted, frozenset[Id]().union(*(part.ids for part in found)))
    if not found:
        return None if first is None else replace(_asked(view, whose, first), unread=unread)
    most = max(range(len(found)), key=lambda at: len(found[at].ids))
    chief = next((at for at, part in enumerate(found) if first and part.policy.id == first.id), most)
    joined = works[chief] if len(works) == 1 else join(works, works[chief])
    parts = [found.pop(chief), *found]
    return Asked(whose, parts[0].policy, joined.reading, joined, tuple(problems), tuple(parts), unread)


def own_readers(view: View, whose: Whose) -> Readers | None:
    """Who reads what of a scope in which several policies may hold; None where one does for all of it."""
    if whose.level == "team":
        return None
    found = readers(view, whose.id if whose.level == "value_stream" else None)
    if whose.level == "value_stream":
        return found if found.holds or found.own else None
    return None if {one.id for one in found.policies} == {found.rest and found.rest.id} else found


def _wanted(view: View, whose: Whose) -> Wanted:
    if whose.level != "investment":
        return lambda id: True
    whose_it_is = view.facts.whose()  # type: ignore[union-attr]
    return lambda id: any(part.investment == whose.id for part in whose_it_is.get(id, ()))


def _asked(view: View, whose: Whose, policy: WorkflowPolicy) -> Asked:
    """All of it, by *policy*."""
    flow = view.facts.flow  # type: ignore[union-attr]
    read = reading_of(view.plan, policy, view.zone)
    where = _where(view, whose, policy)
    if where:
        read = _within(read, where)
    wanted = _wanted(view, whose)
    work = _work(view, policy, read, [item for item in flow.items(read) if wanted((item.source, item.item))])
    return Asked(whose, policy, read, work, tuple(one for one in flow.problems(read) if one.item in work.names))


def _work(view: View, policy: WorkflowPolicy, read: Reading, items: list[Item]) -> Work:
    spans = view.facts.flow.spans(read, {(item.source, item.item) for item in items})  # type: ignore[union-attr]
    now, calendar = day_end(view.today, read.zone), view.plan.calendars.get(policy.calendar or "")
    return work_of(policy, read, items, spans, now=now, calendar=calendar)


def _where(view: View, whose: Whose, policy: WorkflowPolicy) -> str:
    """What of the work that *policy* reads belongs to *whose*; empty: all of it."""
    if whose.level == "team":
        return selects(view.plan.teams[whose.id or ""])
    if whose.level != "value_stream":
        return ""
    teams = sorted(
        (one for one in view.plan.teams.values() if one.value_stream == whose.id), key=lambda one: (one.name, one.id)
    )
    own = {
        one.where
        for one in view.plan.workflow_policies.values()
        if one.value_stream == whose.id and one.where and one.id != policy.id
    }
    if policy.value_stream == whose.id and (policy.where or not teams):
        return ""
    parts = [*map(selects, teams), *sorted(own)]
    return " or ".join(f"({part})" for part in dict.fromkeys(parts)) or f"team = {quoted('–')}"


def _within(read: Reading, where: str) -> Reading:
    """*read*, of the work that *where* selects, too."""
    both = f"({read.where}) and ({where})" if read.where else where
    return reading(**{name: getattr(read, name) for name in read.__struct_fields__ if name != "key"} | {"where": both})


def day_end(today: date, zone: str) -> int:
    """The last instant of *today* in *zone*: up to there work is looked at."""
    from .days import Days

    return Days(zone).begins(today + timedelta(days=1)) - 1
