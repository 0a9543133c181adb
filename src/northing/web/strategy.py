"""Strategy: what the board wants, how it is measured, which investments work on it, and what hangs nowhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.address import Figure, figure
from northing.measure.rollup import FORMULAS, Node, Share, Strategy, strategy
from northing.measure.sentence import Ref
from northing.measure.strategy_spend import FORMULA as SPENT
from northing.measure.strategy_spend import StrategySpend, strategy_spend
from northing.portfolio.filter.writer import write_value
from northing.portfolio.kinds import KINDS
from northing.portfolio.money import Amounts
from northing.portfolio.strategy import KeyResult, Level, Objective
from northing.report import words
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page
from northing.web.frame.currencies import problem

SHOWN = 10
"""Entries of a list beside the tree that are shown before one asks for more."""
LISTED = 25
"""Investments listed under an objective or key result; the others are in the portfolio, one click away."""


@page("strategy")
def tree(page: Page) -> HttpResponse:
    plan = page.view.plan
    found = strategy(page.view)
    spent = strategy_spend(page.view) if plan.deliveries else None
    orphans, rests = _orphans(page, found), _rests(found)
    spread = page.request.GET.get("all") == "1"
    board = [
        node
        for node in found.roots
        if node.ref.kind == "objective" and plan.objectives[node.ref.id].level == Level.BOARD
    ]
    other = [node for node in found.roots if node not in board]
    serving = frozenset().union(*(node.investments for node in board)) if board else frozenset()
    return page.render(
        "strategy.html",
        title=_("Strategy"),
        board=[_node(page, node, 0, spent) for node in board],
        other=[_node(page, node, 0, spent) for node in (*other, *found.loose)],
        spread=spread,
        figures=_figures(page, found, board, len(serving)),
        spent=_spent(spent),
        problems=[problem(page, one) for one in spent.findings] if spent else [],
        formulas={**{name: _(text) for name, text in FORMULAS.items()}, "spent": _(SPENT)},
        orphans=orphans[:SHOWN],
        orphan_count=len(orphans),
        rests=[
            {
                "id": id,
                "name": words.name(page.view, "investment", id),
                "href": address_of(page, "investment", id) + "#why",
                "money": words.money(rest, short=True),
            }
            for id, rest in rests[:LISTED]
        ],
        rest_count=len(rests),
        all_rests=page.link("portfolio", where="aligned < 1"),
        empty=[
            (
                words.name(page.view, "objective", id),
                address_of(page, "objective", id),
                page.link("add/strategic_contribution", objective=id, next=page.here),
            )
            for id in found.empty
        ],
        shown=SHOWN,
        any=bool(plan.objectives) or bool(plan.investments),
        adds=[
            (_(KINDS[kind].TITLE), page.link(f"add/{kind}", next=page.here))
            for kind in ("key_result", "portfolio", "value_stream", "org_unit")
        ],
        add_objective=page.link("add/objective", next=page.here),
    )


def _figures(page: Page, found: Strategy, board: list[Node], serving: int) -> list[tuple[str, str, str, Figure | None]]:
    on_way = [node.progress for node in board if node.progress is not None]
    mean = sum(on_way, Decimal(0)) / len(on_way) if on_way else None
    return [
        (
            _("Board objectives"),
            words.number(len(board)) if board else "–",
            ngettext("%(n)s investment works on them", "%(n)s investments work on them", serving)
            % {"n": words.number(serving)}
            if board
            else _("none is written down yet"),
            figure("total", kind="objective", where="level = board") if board else None,
        ),
        (
            _("Way to the targets"),
            words.percent(mean) if mean is not None else "–",
            _("mean of the board's key results that are measured"),
            figure("total", kind="objective", column="progress", function="mean", where="level = board"),
        ),
        (
            _("Planned for objectives"),
            words.money(found.aligned, short=True) or "–",
            _("by weight, in all years planned"),
            figure("strategy.aligned"),
        ),
        (
            _("Planned for nothing named"),
            words.money(found.unaligned, short=True) or "–",
            _("what the weights leave, and what serves nothing"),
            figure("strategy.unaligned"),
        ),
    ]


def _spent(spent: StrategySpend | None) -> list[dict[str, Any]]:
    """Actual spend beside what is planned: for objectives, for nothing named, and what nobody claims."""
    if spent is None or not spent.billed:
        return []
    share = words.percent(spent.aligned_share) if spent.aligned_share is not None else "–"
    told = (
        ("aligned", _("Spent on objectives"), spent.aligned, figure("spend.on_aim"),
         _("%(share)s of all that is billed") % {"share": share}, ""),
        ("unaligned", _("Spent on nothing named"), spent.unaligned, figure("spend.unaligned"),
         _("what the weights leave, and what serves nothing"), ""),
        ("unattributed", _("Unattributed"), spent.unattributed, figure("spend.unattributed"),
         _("no investment claims it"), "warn"),
    )  # fmt: skip
    return [
        {
            "key": key, "name": name, "value": words.money(amount, short=True) or "–", "exact": words.money(amount),
            "figure": at if amount else None, "why": why,
            "why_figure": figure("spend.aligned_share") if key == "aligned" else None,
            "tone": tone if amount else "", "share": None,
        }
        for key, name, amount, at, why, tone in told
    ]  # fmt: skip


def _node(page: Page, node: Node, depth: int, spent: StrategySpend | None) -> dict[str, Any]:
    plan = page.view.plan
    entity = plan.need(node.ref.kind, node.ref.id)
    is_objective = node.ref.kind == "objective"
    back = page.here
    mine = spent.by.get(Ref(node.ref.kind, node.ref.id)) if spent else None
    by_investment = mine.by_investment if mine else {}
    told: dict[str, Any] = {
        "kind": node.ref.kind,
        "id": node.ref.id,
        "anchor": f"{node.ref.kind.replace('_', '-')}-{node.ref.id}",
        "name": entity.name,
        "depth": depth,
        "level": entity.level if is_objective else None,
        "number": entity.number if is_objective else None,
        "owner": page.names.get(entity.owner or "", ""),
        "left": bool((who := plan.people.get(entity.owner)) and who.left),
        "description": entity.description if is_objective else None,
        "progress": node.progress,
        "count": node.count,
        "planned": words.money(node.planned, short=True),
        "spent": words.money(mine.amount, short=True) if mine else "",
        "spent_figure": figure("spend.on_aim", id=node.ref.id) if mine else None,
        "used": _used(node.planned, mine.amount if mine else Amounts(), page.currency),
        "shares": [
            _share(page, share, by_investment.get(share.investment, Amounts()))
            for share in sorted(node.shares, key=lambda one: (-_size(one.planned), one.investment))[:LISTED]
        ],
        "serving": len(node.shares),
        "all_serving": page.link("portfolio", where=f"contributions.{node.ref.kind} = {write_value(_called(entity))}"),
        "results": [_node(page, child, depth + 1, spent) for child in node.children if child.ref.kind == "key_result"],
        "below": [_node(page, child, depth + 1, spent) for child in node.children if child.ref.kind == "objective"],
        "edit": page.link(f"edit/{node.ref.kind}/{node.ref.id}", next=back),
        "drop": page.link(f"drop/{node.ref.kind}/{node.ref.id}", next=back),
        "serve": page.link("add/strategic_contribution", **{node.ref.kind: node.ref.id, "next": back}),
    }
    if is_objective:
        told["add_result"] = page.link("add/key_result", objective=node.ref.id, next=back)
        told["add_below"] = page.link("add/objective", parent=node.ref.id, next=back)
    else:
        told["measured"] = _measured(entity)
        told["measured_on"] = entity.measured_on
        told["measure"] = page.link(f"edit/key_result/{node.ref.id}", fields="current,measured_on", next=back)
    return told


def _called(entity: Objective | KeyResult) -> str:
    """What the filter language knows it by."""
    return getattr(entity, "number", None) or entity.name


def _measured(result: KeyResult) -> str:
    """ "31.4 → 52.8 of 70 %": from where, where now, to where."""
    unit = f" {result.unit}" if result.unit else ""
    if result.current is None:
        return (
            _("not measured yet; target %(target)s") % {"target": words.number(result.target) + unit}
            if result.target is not None
            else _("not measured yet")
        )
    said = words.number(result.current)
    if result.measure_baseline is not None:
        said = _("from %(base)s to %(now)s") % {"base": words.number(result.measure_baseline), "now": said}
    if result.target is not None:
        said = _("%(said)s; target %(target)s") % {"said": said, "target": words.number(result.target) + unit}
    return said


def _used(planned: Amounts, spent: Amounts, currency: str) -> float | None:
    """Spent of planned, where both are told in the reader's currency alone."""
    whole, part = planned.by_currency.get(currency), spent.by_currency.get(currency)
    if whole is None or part is None or whole <= 0 or len(planned.by_currency) > 1:
        return None
    return float(min(Decimal(1), max(Decimal(0), part / whole)))


def _share(page: Page, share: Share, spent: Amounts) -> dict[str, Any]:
    investment = page.view.plan.investments[share.investment]
    return {
        "investment": investment.id,
        "contribution": share.contribution,
        "name": investment.name,
        "href": address_of(page, "investment", investment.id),
        "stage": investment.stage,
        "weight": share.weight,
        "planned": words.money(share.planned, short=True),
        "spent": words.money(spent, short=True),
        "edit": page.link(
            f"edit/strategic_contribution/{share.contribution}", fields="aim,percent,rationale", next=page.here
        ),
    }


def _orphans(page: Page, found: Strategy) -> list[dict[str, Any]]:
    """Investments that serve nothing, those with the most money first; ended ones are left out."""
    from northing.portfolio.investment import ENDED

    plan = page.view.plan
    listed = [id for id in found.orphans if plan.investments[id].stage not in ENDED]
    listed.sort(key=lambda id: -_size(found.unaligned_by_investment.get(id, Amounts())))
    return [
        {
            "id": id,
            "name": plan.investments[id].name,
            "href": address_of(page, "investment", id),
            "stage": plan.investments[id].stage,
            "money": words.money(found.unaligned_by_investment.get(id), short=True),
            "mend": page.link("add/strategic_contribution", investment=id, next=page.here),
        }
        for id in listed
    ]


def _rests(found: Strategy) -> list[tuple[str, Amounts]]:
    """What weights leave over of each investment, the most money first."""
    orphans = set(found.orphans)
    left = [(id, rest) for id, rest in found.unaligned_by_investment.items() if id not in orphans]
    return sorted(left, key=lambda one: -_size(one[1]))


def _size(amounts: Amounts) -> Decimal:
    """For ordering alone."""
    return sum(amounts.by_currency.values(), Decimal(0))
