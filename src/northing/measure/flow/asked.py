"""Whose work is looked at, by which policy: from a View to the items that belong there.

- organisation: every item that the policy reads.
- team: the items that its own filter (``Team.work``) selects, or that name it where it has none.
- value stream: the items of its teams, and those that a policy of its own reads.
- investment: the items that work links give a share of to it. A shared item counts once, as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal, get_args

import msgspec

from northing.facts.asking import Part
from northing.facts.flow_asking import Item, Problem, Reading, reading, reading_of
from northing.measure.sentence import Ref
from northing.measure.view import View
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.filter.writer import quoted
from northing.portfolio.flow import WorkflowPolicy
from northing.portfolio.people import Team

from .policies import policy_for
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


class Asked(msgspec.Struct, frozen=True):
    """Work, with what it was read by."""

    whose: Whose
    policy: WorkflowPolicy
    reading: Reading
    work: Work
    problems: tuple[Problem, ...]
    """What a person should know of the data of these items, by item."""


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
    """The work of *whose*, read by the policy that holds today or by *policy*, up to the end of today.

    None where nothing was delivered, or nobody has said yet how work is read. Raises :class:`NotFound` for a policy
    that there is none of.
    """
    chosen = policy_of(view, whose)
    if policy:
        chosen = view.plan.workflow_policies.get(policy)
        if chosen is None:
            raise NotFound("There is no such workflow policy at this revision.")
    if chosen is None or view.facts is None:
        return None
    return view.plan.memo(
        ("work asked", whose, chosen.id, view.today, view.zone), READS, lambda: _asked(view, whose, chosen)
    )


READS = frozenset((
    "workflow_policy", "calendar", "value_stream", "team", "investment", "work_link", "delivery", "source",
))  # fmt: skip


def _asked(view: View, whose: Whose, policy: WorkflowPolicy) -> Asked:
    flow = view.facts.flow  # type: ignore[union-attr]
    read = reading_of(view.plan, policy, view.zone)
    where = _where(view, whose, policy)
    if where:
        read = _within(read, where)
    items: list[Item] = flow.items(read)
    if whose.level == "investment":
        whose_it_is = view.facts.whose()  # type: ignore[union-attr]
        items = [item for item in items if _serves(whose_it_is.get((item.source, item.item), ()), whose.id)]
    ids = {item.item for item in items}
    now = day_end(view.today, read.zone)
    work = work_of(
        policy, read, items, flow.spans(read, ids), now=now, calendar=view.plan.calendars.get(policy.calendar or "")
    )
    return Asked(whose, policy, read, work, tuple(one for one in flow.problems(read) if one.item in ids))


def _serves(parts: Iterable[Part], investment: str | None) -> bool:
    return any(part.investment == investment for part in parts)


def selects(team: Team) -> str:
    """The filter over work items that selects those of *team*."""
    return team.work or f"team = {quoted(team.name)}"


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
    if policy.value_stream == whose.id:
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
