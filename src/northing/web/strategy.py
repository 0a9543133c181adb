"""Strategy: what the board wants, how it is measured, which investments work on it, and what hangs nowhere."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.measure.rollup import FORMULAS, Node, Share, Strategy, strategy
from northing.portfolio.filter.writer import write_value
from northing.portfolio.kinds import KINDS
from northing.portfolio.money import Amounts
from northing.portfolio.strategy import KeyResult, Level, Objective
from northing.report import words
from northing.web.frame.addresses import address_of
from northing.web.frame.context import Page, page

SHOWN = 10
"""Entries of a list beside the tree that are shown before one asks for more."""
LISTED = 25
"""Investments listed under an objective or key result; the others are in the portfolio, one click away."""


@page("strategy")
def tree(page: Page) -> HttpResponse:
    plan = page.view.plan
    found = strategy(page.view)
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
        board=[_node(page, node, 0) for node in board],
        other=[_node(page, node, 0) for node in (*other, *found.loose)],
        spread=spread,
        figures=_figures(page, found, board, len(serving)),
        formulas={name: _(text) for name, text in FORMULAS.items()},
        orphans=orphans[:SHOWN],
        orphan_count=len(orphans),
        rests=[
            {
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


def _figures(page: Page, found: Strategy, board: list[Node], serving: int) -> list[tuple[str, str, str]]:
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
        ),
        (
            _("Way to the targets"),
            words.percent(mean) if mean is not None else "–",
            _("mean of the board's key results that are measured"),
        ),
        (
            _("Planned for objectives"),
            words.money(found.aligned, short=True) or "–",
            _("by weight, in all years planned"),
        ),
        (
            _("Planned for nothing named"),
            words.money(found.unaligned, short=True) or "–",
            _("what the weights leave, and what serves nothing"),
        ),
    ]


def _node(page: Page, node: Node, depth: int) -> dict[str, Any]:
    plan = page.view.plan
    entity = plan.need(node.ref.kind, node.ref.id)
    is_objective = node.ref.kind == "objective"
    back = page.here
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
        "shares": [
            _share(page, share)
            for share in sorted(node.shares, key=lambda one: (-_size(one.planned), one.investment))[:LISTED]
        ],
        "serving": len(node.shares),
        "all_serving": page.link("portfolio", where=f"contributions.{node.ref.kind} = {write_value(_called(entity))}"),
        "results": [_node(page, child, depth + 1) for child in node.children if child.ref.kind == "key_result"],
        "below": [_node(page, child, depth + 1) for child in node.children if child.ref.kind == "objective"],
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


def _share(page: Page, share: Share) -> dict[str, Any]:
    investment = page.view.plan.investments[share.investment]
    return {
        "name": investment.name,
        "href": address_of(page, "investment", investment.id),
        "stage": investment.stage,
        "weight": share.weight,
        "planned": words.money(share.planned, short=True),
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
