"""Work and what it serves for a program and for tables: every figure typed, with its address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from northing.measure.address import figure
from northing.measure.flow.asked import Whose
from northing.measure.flow.linking import Count, Effect, counted
from northing.measure.flow.proposing import proposals
from northing.measure.flow.serving import Backlog, Standing, backlog, narrowed
from northing.measure.flow.sight import Linked, Served
from northing.measure.flow.story import Reason, Story, story
from northing.measure.flow.teams import teams_of
from northing.measure.levels import read_scope
from northing.measure.line_of_sight import CAUSES
from northing.measure.view import View
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.flow import WorkLink

from . import linking, words, work_words
from .asking_money import Figured, Named, named
from .plain import plain


class ServedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an item that serves an investment, and the link that says so."""

    investment: Named
    share: Decimal
    link: Named | None


class ItemSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One item in progress; ``standing``: orphan, broken or in_sight; ``unlinked``: the share no link takes."""

    source: str
    item: str
    key: str | None
    title: str | None
    url: str | None
    type: str | None
    state: str | None
    project: str | None
    epic: str | None
    teams: list[str]
    started: date | None
    days: int
    """Whole days since it started, as its policy counts them."""
    blocked: bool
    standing: Standing
    serves: list[ServedSaid]
    unlinked: Decimal


class ProposedSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A filter that orphans share."""

    where: str
    name: str
    orphans: list[str]


class WorkSaid(msgspec.Struct, frozen=True, kw_only=True):
    """Work in progress and what it serves: in sight + broken + unlinked = in progress."""

    policy: Named | None
    in_progress: Figured
    in_sight: Figured
    share: Figured
    broken: Figured
    unlinked: Figured
    orphans: Figured
    causes: dict[str, Figured]
    """Title of the cause → items whose chain breaks by it."""
    items: list[ItemSaid]
    proposals: list[ProposedSaid]


class ChainSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One way from an investment up, as far as it leads; ``broken``: why it does not lead to the board."""

    key_result: Named | None
    objectives: list[Named]
    broken: str | None


class ReasonSaid(msgspec.Struct, frozen=True, kw_only=True):
    served: ServedSaid
    chains: list[ChainSaid]


class StaySaid(msgspec.Struct, frozen=True, kw_only=True):
    """A stay in one state; times in seconds."""

    state: str | None
    phase: str | None
    entered: datetime
    left: datetime | None
    blocked: float


class StorySaid(msgspec.Struct, frozen=True, kw_only=True):
    """One item: why it is worked on, and its own history."""

    source: str
    item: str
    key: str | None
    title: str | None
    url: str | None
    type: str | None
    state: str | None
    project: str | None
    teams: list[str]
    above: list[str]
    """Keys of what it is a part of, from the one right above it up."""
    reasons: list[ReasonSaid]
    unlinked: Decimal
    policy: Named | None
    created: date | None
    started: date | None
    finished: date | None
    outcome: str | None
    stays: list[StaySaid]
    problems: list[str]
    parts: list[str]
    delivery: str
    line: int


class LinkSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One work link, and what it claims of the items in force; ``problem``: why it claims nothing."""

    id: str
    number: str | None
    name: str | None
    where: str
    investment: Named
    share: Decimal
    precedence: int
    start: date | None
    end: date | None
    items: int
    in_progress: int
    problem: str | None


class CountSaid(msgspec.Struct, frozen=True, kw_only=True):
    items: int
    in_progress: int


class EffectSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What a link would change; links by their ids."""

    claimed: CountSaid
    orphans_found: CountSaid
    taken_from: dict[str, CountSaid]
    given_to: dict[str, CountSaid]
    made_orphans: CountSaid
    orphans: CountSaid
    share: Decimal | None
    """Of work in progress in line of sight, as it is."""
    share_then: Decimal | None
    named: list[str]
    """Keys of some items that it would claim."""


def work_said(
    view: View, whose: Whose, *, policy: str | None = None, where: str = "", standing: Standing | None = None
) -> WorkSaid | None:
    """The work of *whose* in progress; None where none was delivered, or nobody has said how it is read."""
    found = backlog(view, whose, policy)
    if found is None:
        return None
    args = {"level": None if whose.level == "organisation" else whose.level, "id": whose.id, "policy": policy}

    def of(name: str, value: Any, **more: Any) -> Figured:
        return Figured(value=value, address=str(figure(f"work.{name}", **args, **more)))

    seen, teams = found.seen, teams_of(view)
    shown = [one for one in narrowed(view, where, seen.items) if standing in (None, found.standing(one))]
    return WorkSaid(
        policy=named(view, "workflow_policy", found.asked.policy.id),
        in_progress=of("in_progress", len(seen.items)),
        in_sight=of("in_sight", seen.in_sight),
        share=of("in_sight_share", _decimal(seen.share)),
        broken=of("broken", sum(seen.broken.values(), Decimal(0))),
        unlinked=of("unlinked", seen.unlinked),
        orphans=of("orphans", len(seen.orphans)),
        causes={CAUSES[cause]: of("broken", value, cause=cause) for cause, value in seen.broken.items()},
        items=[_item(view, found, one, teams.get((one.item.source, one.item.item), ())) for one in shown],
        proposals=[
            ProposedSaid(where=one.where, name=one.name, orphans=[item.key or item.item for item in one.orphans])
            for one in proposals(view, found)
        ],
    )


def _item(view: View, found: Backlog, one: Linked, teams: tuple[str, ...]) -> ItemSaid:
    item, work = one.item, found.asked.work
    return ItemSaid(
        source=item.source, item=item.item, key=item.key, title=item.title, url=item.url, type=item.type,
        state=item.state, project=item.project, epic=item.epic, teams=[words.name(view, "team", id) for id in teams],
        started=None if item.started is None else work.days.of(item.started),
        days=int(work.age(item)), blocked=item.blocked_now,
        standing=found.standing(one), serves=[_served(view, part) for part in one.serves], unlinked=one.left,
    )  # fmt: skip


def _served(view: View, part: Served) -> ServedSaid:
    link = part.rule if part.rule in view.plan.work_links else None
    return ServedSaid(
        investment=named(view, "investment", part.investment), share=part.share,
        link=named(view, "work_link", link) if link else None,
    )  # fmt: skip


def story_said(view: View, name: str, *, source: str | None = None, policy: str | None = None) -> StorySaid:
    """The item *name*. Raises :class:`NotFound`."""
    found = story(view, name, source=source, policy=policy)
    row, item, work = found.row.values, found.item, found.work

    def day(at: int | None) -> date | None:
        return None if at is None or work is None else work.days.of(at)

    return StorySaid(
        source=found.id[0], item=found.id[1], key=row.get("key"), title=row.get("title"), url=row.get("url"),
        type=row.get("type"), state=row.get("state"), project=row.get("project"),
        teams=[words.name(view, "team", id) for id in found.teams], above=[one.name for one in found.above],
        reasons=[_reason(view, one) for one in found.reasons], unlinked=found.left,
        policy=named(view, "workflow_policy", found.policy.id) if found.policy is not None else None,
        created=day(item.created) if item else None, started=day(item.started) if item else None,
        finished=day(item.finished) if item else None, outcome=item.outcome if item else None, stays=_stays(found),
        problems=[work_words.problem(one) for one in found.problems],
        parts=[str(one.get("key") or one["item"]) for one in found.parts],
        delivery=found.row.delivery, line=found.row.line,
    )  # fmt: skip


def _reason(view: View, reason: Reason) -> ReasonSaid:
    return ReasonSaid(
        served=_served(view, reason.served),
        chains=[
            ChainSaid(
                key_result=named(view, "key_result", chain.key_result) if chain.key_result else None,
                objectives=[named(view, "objective", id) for id in chain.objectives],
                broken=words.say(view, chain.broken.sentence) if chain.broken is not None else None,
            )
            for chain in reason.chains
        ],
    )


def _stays(found: Story) -> list[StaySaid]:
    zone = found.work.days.zone if found.work is not None else "UTC"
    return [
        StaySaid(
            state=stay.span.state, phase=stay.span.phase.value if stay.span.phase is not None else None,
            entered=work_words.instant(stay.entered, zone),
            left=work_words.instant(stay.left, zone) if stay.left is not None else None,
            blocked=stay.span.blocked / 1_000_000,
        )
        for stay in found.stays
    ]  # fmt: skip


def links_said(view: View) -> list[LinkSaid]:
    """The links as they are asked."""
    counts, broken = counted(view), linking.unreadable(view.plan)
    found = []
    for link in linking.in_order(view.plan):
        count, wrong = counts.get(link.id, Count()), broken.get(link.id)
        found.append(
            LinkSaid(
                id=link.id, number=link.number, name=link.name, where=link.where,
                investment=named(view, "investment", link.investment), share=link.share, precedence=link.precedence,
                start=link.start, end=link.end, items=count.items, in_progress=count.progress,
                problem=wrong.message if wrong is not None else None,
            )
        )  # fmt: skip
    return found


def effect_said(found: Effect) -> EffectSaid:
    def of(count: Count) -> CountSaid:
        return CountSaid(items=count.items, in_progress=count.progress)

    return EffectSaid(
        claimed=of(found.claimed), orphans_found=of(found.found),
        taken_from={id: of(count) for id, count in found.taken.items()},
        given_to={id: of(count) for id, count in found.given.items()}, made_orphans=of(found.lost),
        orphans=of(found.orphans), share=_decimal(found.share[0]), share_then=_decimal(found.share[1]),
        named=[item.key or item.item for item in found.named],
    )  # fmt: skip


def find_link(view: View, text: str) -> WorkLink:
    """A link by its id, its number (WL-0007, or 7) or a name that only one has; raises :class:`NotFound`."""
    links = view.plan.work_links
    wanted = f"WL-{int(text):04}" if text.isdecimal() and len(text) < 10 else text.upper()
    found = [one for one in links.values() if text == one.id or one.number == wanted]
    found = found or [one for one in links.values() if (one.name or "").casefold() == text.casefold()]
    if len(found) != 1:
        raise NotFound(f"There is no one work link “{text[:60]}”.", remedy="northing work links shows their numbers.")
    one: WorkLink = found[0]
    return one


def link_of(view: View, before: WorkLink | None, says: Mapping[str, Any]) -> WorkLink:
    """*before*, or a new link, with what *says* says of it; None says nothing. Raises :class:`Invalid`."""
    given = {name: value for name, value in says.items() if value is not None}
    if "investment" in given:
        given["investment"] = read_scope(view, "investment", given["investment"]).id
    old = {} if before is None else {name: value for name, value in plain(before).items() if value is not None}
    fields = {"id": new_id(), **old, **plain(given)}
    for name, what in (("where", "which items it claims"), ("investment", "which investment they serve")):
        if not fields.get(name):
            raise Invalid(f"A work link needs to say {what}.", remedy=f"Say its “{name}”.")
    try:
        return msgspec.convert(fields, WorkLink, strict=False)
    except msgspec.ValidationError as wrong:
        raise Invalid(f"The link is not understood: {wrong}.") from None


def _decimal(share: Fraction | None) -> Decimal | None:
    return None if share is None else Decimal(share.numerator) / share.denominator
