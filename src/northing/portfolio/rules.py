"""The invariants of a plan, each a named function: what must hold whoever edits and however edits are merged.

``check`` looks at the neighbourhood of what was touched, ``check_all`` at everything; a law in the tests says
that both find the same. Each rule yields breaches at one canonical place (the least id of a cycle, the
investment of an overfull sum), however it came upon them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from .breach import Breach, Touched, absent, broken, broken_at, called, name_of, percent, present, ring_of
from .choosing_rules import CHOOSING_RULES
from .custom_values import custom_values_fit
from .entity import Entity
from .errors import Finding
from .flow_rules import FLOW_RULES
from .kinds import KINDS, fields, references, referring_fields
from .ledger_rules import LEDGER_RULES
from .locking import CHANGES
from .money_rules import MONEY_RULES
from .plan import Plan
from .words import in_sentence
from .workspace import WeekPattern

Rule = Callable[[Plan, Touched], Iterator[Breach]]

ANY = frozenset(KINDS)


def check(plan: Plan, touched: Touched) -> list[Finding]:
    """What is broken in *plan* around *touched*."""
    return [breach.finding for breach in breaches(plan, touched)]


def check_all(plan: Plan) -> list[Finding]:
    """What is broken anywhere in *plan*."""
    return check(plan, {kind: list(plan.table(kind)) for kind in KINDS})


def judge(before: Plan, after: Plan, touched: Touched) -> list[Finding]:
    """What is broken around *touched* after an edit; what was so before and is not worse is only a warning.

    Besides the rules of a plan there are those of a change: what a closed period and the ledger do not allow.
    """
    now = breaches(after, touched)
    found = [breach.finding for rule in _changes_of(frozenset(touched)) for breach in rule(before, after, touched)]
    if not now:
        return found
    known = {breach.place: breach.degree for breach in breaches(before, _around(before, touched, now))}
    found.extend(
        msgspec.structs.replace(breach.finding, severity="warning")
        if known.get(breach.place, Decimal(-1)) >= breach.degree
        else breach.finding
        for breach in now
    )
    return found


def _around(plan: Plan, touched: Touched, found: Iterable[Breach]) -> Touched:
    """*touched*, the places of what was *found*, and what refers to these.

    A new entity can lead to an old breach (an objective under a circle). To know it for an old one, look from
    where it stands, too, and from what makes it: the contributions of an overfull investment.
    """
    wider: dict[str, set[str]] = {kind: set(ids) for kind, ids in touched.items()}
    for kind, id in {(breach.finding.kind, breach.finding.id) for breach in found}:
        if kind is None or id is None:
            continue
        wider.setdefault(kind, set()).add(id)
        for field in referring_fields(kind):
            if field.name != "source_row" and KINDS[field.kind].LOADED:
                wider.setdefault(field.kind, set()).update(e.id for e in plan.table(field.kind).by(field.name, id))
    return wider


def breaches(plan: Plan, touched: Touched) -> list[Breach]:
    """All breaches around *touched*, each place once, in a stable order."""
    found: dict[Any, Breach] = {}
    for rule in _rules_of(frozenset(touched)):
        for breach in rule(plan, touched):
            found.setdefault(breach.place, breach)
    return sorted(found.values(), key=lambda breach: tuple(part or "" for part in breach.place))


@functools.lru_cache(maxsize=512)
def _rules_of(kinds: frozenset[str]) -> tuple[Rule, ...]:
    """The rules that entities of *kinds* can break: most edits touch one kind, and few rules care."""
    return tuple(rule for rule, able in RULES if not able.isdisjoint(kinds))


@functools.lru_cache(maxsize=512)
def _changes_of(kinds: frozenset[str]) -> tuple[Callable[[Plan, Plan, Touched], Iterator[Breach]], ...]:
    return tuple(rule for rule, able in CHANGES if not able.isdisjoint(kinds))


def references_exist(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """Every reference points to an entity that is in the plan, of the kind that the field names."""
    for entity in present(plan, touched):
        yield from _dangling(plan, entity)
    for kind, id in absent(plan, touched):
        for field in referring_fields(kind):
            if field.name == "source_row" or not KINDS[field.kind].LOADED:
                continue
            for entity in plan.table(field.kind).by(field.name, id):
                yield from _dangling(plan, entity)


def _dangling(plan: Plan, entity: Entity) -> Iterator[Breach]:
    for name, ref, title, target in _references(entity.KIND):
        id = getattr(entity, name)
        if id is None:
            continue
        found = plan.find(id) is not None if ref == "*" else id in plan.table(ref)
        if not found:
            yield broken(
                "missing-reference",
                f"{called(entity)}: “{title}” points to {target} that is not in the plan.",
                entity,
                name,
                value=id,
                remedy="Choose another, or empty the field.",
            )


def numbers_are_finite(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """Amounts, weights and measured values are numbers: neither infinite nor “not a number”."""
    for entity in present(plan, touched):
        for name in _decimals(entity.KIND):
            value = getattr(entity, name)
            if value is not None and not value.is_finite():
                yield broken(
                    "not-a-number", f"{called(entity)}: “{value}” is not a number.", entity, name, value=str(value)
                )


def weights_are_shares(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """The weight of a contribution is above 0 and at most 1."""
    for entity in present(plan, touched, "strategic_contribution"):
        if entity.weight.is_finite() and not 0 < entity.weight <= 1:
            yield broken(
                "weight-out-of-range",
                f"{called(entity)}: a weight is above 0 and at most 1, not {entity.weight}.",
                entity,
                "weight",
                degree=abs(entity.weight),
                value=str(entity.weight),
            )


def weights_add_up(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """The weights of one investment's contributions add up to at most 1."""
    table = plan.strategic_contributions
    for id in {entity.investment for entity in present(plan, touched, "strategic_contribution")}:
        total = sum((_finite(line.weight) for line in table.by("investment", id)), Decimal(0))
        if total > 1:
            yield broken_at(
                "contributions-over-one",
                f"The contributions of {name_of(plan, 'investment', id)} add up to {percent(total)}.",
                "investment",
                id,
                degree=total,
                value=str(total),
                remedy="Lower the weights until they add up to 100 % at most.",
            )


def contribution_has_one_aim(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """A contribution serves either an objective or a key result: one of the two, not both."""
    for entity in present(plan, touched, "strategic_contribution"):
        if (entity.objective is None) == (entity.key_result is None):
            both = "neither an objective nor" if entity.objective is None else "both an objective and"
            yield broken(
                "contribution-aim",
                f"{called(entity)} names {both} a key result.",
                entity,
                "objective",
                remedy="Name exactly one.",
            )


def parents_form_trees(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """No objective, portfolio or organisational unit is its own ancestor, nor an AI model its own replacement."""
    for kind, field in (
        ("objective", "parent"),
        ("portfolio", "parent"),
        ("org_unit", "parent"),
        ("ai_model", "replacement"),
    ):
        done: set[str] = set()
        for entity in present(plan, touched, kind):
            path: dict[str, None] = {}
            id: str | None = entity.id
            while id is not None and id not in path and id not in done:
                path[id] = None
                above = plan.get(kind, id)
                id = None if above is None else getattr(above, field)
            done.update(path)
            if id is not None and id in path:
                ring = list(path)[list(path).index(id) :]
                if set(touched[kind]).isdisjoint(ring):
                    continue  # it was there before: whoever leads to it does not make it
                yield broken_at(
                    "cycle",
                    f"{KINDS[kind].TITLE_PLURAL} go round in a circle: {ring_of(plan, kind, ring)}.",
                    kind,
                    min(ring),
                    field,
                    degree=Decimal(len(ring)),
                )


def dependencies_have_an_order(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """Finish-to-start dependencies do not go round: something can be done first."""
    table = plan.dependencies
    seen: set[str] = set()
    for entity in present(plan, touched, "dependency"):
        if entity.type != "FS" or entity.successor in seen:
            continue
        after = _reach(
            entity.successor, lambda id: (d.successor for d in table.by("predecessor", id) if d.type == "FS")
        )
        if entity.predecessor not in after:
            continue
        before = _reach(
            entity.predecessor, lambda id: (d.predecessor for d in table.by("successor", id) if d.type == "FS")
        )
        ring = sorted(after & before)
        seen.update(ring)
        yield broken_at(
            "dependency-cycle",
            f"Each of these waits for the other to finish: {ring_of(plan, 'investment', ring)}.",
            "investment",
            ring[0],
            degree=Decimal(len(ring)),
            remedy="Remove one of the dependencies between them.",
        )


def ends_do_not_precede_starts(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """An investment or objective does not end before it starts."""
    for kind in ("investment", "objective"):
        for entity in present(plan, touched, kind):
            if entity.start is not None and entity.end is not None and entity.end < entity.start:
                yield broken(
                    "end-before-start",
                    f"{called(entity)} ends on {entity.end}, before it starts on {entity.start}.",
                    entity,
                    "end",
                    degree=Decimal((entity.start - entity.end).days),
                    value=str(entity.end),
                )


def model_shares_add_up(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """The shares of the models that one system uses lie between 0 and 1 and add up to at most 1."""
    systems = set()
    for entity in present(plan, touched, "model_use"):
        systems.add(entity.system)
        if entity.share is not None and entity.share.is_finite() and not 0 <= entity.share <= 1:
            yield broken(
                "share-out-of-range",
                f"{called(entity)}: a share lies between 0 and 1, not at {entity.share}.",
                entity,
                "share",
                degree=abs(entity.share),
                value=str(entity.share),
            )
    for id in systems:
        total = sum((_finite(use.share) for use in plan.model_uses.by("system", id)), Decimal(0))
        if total > 1:
            yield broken_at(
                "model-shares-over-one",
                f"The models of {name_of(plan, 'ai_system', id)} take {percent(total)} of its calls.",
                "ai_system",
                id,
                degree=total,
                value=str(total),
            )


def numbers_are_unique(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """No two entities of one kind have the same number."""
    for kind in touched:
        cls = KINDS[kind]
        if cls.NUMBERED is None:
            continue
        for number in {entity.number for entity in present(plan, touched, kind) if entity.number is not None}:
            same = sorted(entity.id for entity in plan.table(kind).by("number", number))
            if len(same) > 1:
                yield broken_at(
                    "number-twice",
                    f"{len(same)} {in_sentence(cls.TITLE_PLURAL)} have the number {number}.",
                    kind,
                    same[0],
                    "number",
                    degree=Decimal(len(same)),
                    value=number,
                    remedy="Empty the number of one: it gets a free one.",
                )


def one_calendar(plan: Plan, touched: Touched) -> Iterator[Breach]:
    """There is one fiscal calendar at most, and it can be reckoned with."""
    table = plan.table("fiscal_calendar")
    for entity in present(plan, touched, "fiscal_calendar"):
        if not 1 <= entity.start_month <= 12:
            yield broken(
                "calendar-month",
                f"A fiscal year starts in a month from 1 to 12, not {entity.start_month}.",
                entity,
                "start_month",
                value=str(entity.start_month),
            )
        if entity.pattern != WeekPattern.MONTHS and entity.first_day is None:
            yield broken(
                "calendar-first-day", "A calendar of weeks needs the first day of one fiscal year.", entity, "first_day"
            )
        if entity.accrual_threshold < 0:
            yield broken(
                "calendar-accruals", "The amount from which accruals are proposed is 0 or more.", entity,
                "accrual_threshold", value=str(entity.accrual_threshold),
            )  # fmt: skip
    if touched.get("fiscal_calendar") and len(table) > 1:
        yield broken_at(
            "two-calendars",
            f"There are {len(table)} fiscal calendars; there can be one.",
            "fiscal_calendar",
            min(table),
            degree=Decimal(len(table)),
        )


RULES: tuple[tuple[Rule, frozenset[str]], ...] = (
    (references_exist, ANY),
    (numbers_are_finite, ANY),
    (weights_are_shares, frozenset({"strategic_contribution"})),
    (weights_add_up, frozenset({"strategic_contribution"})),
    (contribution_has_one_aim, frozenset({"strategic_contribution"})),
    (parents_form_trees, frozenset({"objective", "portfolio", "org_unit", "ai_model"})),
    (dependencies_have_an_order, frozenset({"dependency"})),
    (ends_do_not_precede_starts, frozenset({"investment", "objective"})),
    (model_shares_add_up, frozenset({"model_use"})),
    (numbers_are_unique, frozenset(kind for kind, cls in KINDS.items() if cls.NUMBERED)),
    (one_calendar, frozenset({"fiscal_calendar"})),
    (custom_values_fit, ANY),
    *MONEY_RULES,
    *LEDGER_RULES,
    *FLOW_RULES,
    *CHOOSING_RULES,
)
"""Each rule with the kinds whose entities can break it."""


@functools.cache
def _references(kind: str) -> tuple[tuple[str, str, str, str], ...]:
    """Name, target kind and title of each field of *kind* that must point to something in the plan."""
    found = []
    for field in references(kind):
        if field.name != "source_row" and field.ref is not None and (field.ref == "*" or KINDS[field.ref].LOADED):
            title = "something" if field.ref == "*" else KINDS[field.ref].TITLE
            article = "an" if title[0].lower() in "aeiou" else "a"
            found.append(
                (field.name, field.ref, field.title, title if field.ref == "*" else f"{article} {in_sentence(title)}")
            )
    return tuple(found)


@functools.cache
def _decimals(kind: str) -> tuple[str, ...]:
    return tuple(name for name, field in fields(kind).items() if field.type == "number")


def _reach(start: str, following: Callable[[str], Iterable[str]]) -> set[str]:
    reached = {start}
    edge = [start]
    while edge:
        for id in following(edge.pop()):
            if id not in reached:
                reached.add(id)
                edge.append(id)
    return reached


def _finite(value: Decimal | None) -> Decimal:
    return value if value is not None and value.is_finite() else Decimal(0)
