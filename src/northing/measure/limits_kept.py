"""Limits that the plan breaks as it stands, as things that need somebody: each once, where it is broken worst."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from northing.portfolio.choosing import LimitType
from northing.portfolio.money import Amounts
from northing.portfolio.words import Several, several, word

from .choosing.choosing import READS, Broken, limits_broken
from .money_flows import remember
from .needs import Item, Look
from .sentence import Ref, Said
from .view import View

KINDS = ("limit", "capacity", "group")
"""Without any of these there is nothing to keep but must-dos and what needs what."""


def limits_not_kept(look: Look) -> Iterable[Item]:
    """A limit of the plan does not hold for what the plan has chosen."""
    if not any(look.plan.table(kind) for kind in KINDS):
        return ()
    return remember(look.view, "limits not kept", "", lambda: list(_items(look.view)), READS)


def _items(view: View) -> Iterable[Item]:
    worst: dict[str, Broken] = {}
    spans: dict[str, int] = {}
    for one in limits_broken(view):
        spans[one.key] = spans.get(one.key, 0) + 1
        if one.key not in worst or one.off > worst[one.key].off:
            worst[one.key] = one
    for key, one in worst.items():
        about = _about(view, one)
        yield Item(
            code="limit-broken", severity="high", entity=about, mend=None,
            sentence=Said(_template(one, spans[key]), {
                "name": about, "span": one.span, "used": _said(view, one, one.used),
                "edge": _said(view, one, one.edge), "more": spans[key] - 1,
            }),
        )  # fmt: skip


def _about(view: View, one: Broken) -> Ref:
    if one.kind == "capacity":
        return Ref("role", one.key.partition(":")[2])
    if one.kind == "dependency":
        return Ref("investment", view.plan.dependencies[one.key].successor)
    return Ref(one.kind, one.key)


def _template(one: Broken, spans: int) -> str | Several:
    if one.used is None:
        return (
            word("{name} is out, and must be done.")
            if one.kind == "investment"
            else word("{name} is in without what it needs.")
        )
    if one.above:
        if spans > 1:
            return several(
                "{name}: {used} in {span}, {edge} at most; and {more} period more.",
                "{name}: {used} in {span}, {edge} at most; and {more} periods more.", "more",
            )  # fmt: skip
        return (
            word("{name}: {used} in {span}, {edge} at most.") if one.span else word("{name}: {used}, {edge} at most.")
        )
    if spans > 1:
        return several(
            "{name}: {used} in {span}, {edge} at least; and {more} period more.",
            "{name}: {used} in {span}, {edge} at least; and {more} periods more.", "more",
        )  # fmt: skip
    return word("{name}: {used} in {span}, {edge} at least.") if one.span else word("{name}: {used}, {edge} at least.")


def _said(view: View, one: Broken, amount: Decimal | None) -> Amounts | Said | None:
    """An amount in the unit of its limit."""
    if amount is None:
        return None
    if one.type in (None, LimitType.CHURN):
        return Said(several("{n} investment", "{n} investments", "n"), {"n": int(amount)})
    if one.type in (LimitType.SHARE, LimitType.RISK):
        return Said(word("{n} %"), {"n": round(amount * 100, 1)})
    if one.type is LimitType.CAPACITY:
        return Said(word("{n} FTE"), {"n": round(amount, 2)})
    return Amounts.of(amount, view.home_currency)
