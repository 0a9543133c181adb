"""Line of sight: how much of the portfolio leads up to the board, and where each broken chain can be mended."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from northing.measure.address import Figure, figure
from northing.measure.derived_strategy import served
from northing.measure.flow.serving import backlog
from northing.measure.line_of_sight import CAUSES, Broken, line_of_sight
from northing.measure.spend_in_sight import SpendInSight, line_of_sight_spend
from northing.measure.unattributed import Group
from northing.portfolio.edits import create
from northing.portfolio.entity import new_id
from northing.portfolio.errors import Invalid
from northing.portfolio.money import Amounts
from northing.portfolio.strategy import Level
from northing.report import words
from northing.web.changing.committing import commit_and_go
from northing.web.changing.forms import controls, read
from northing.web.frame.addresses import address_of
from northing.web.frame.amounts import short
from northing.web.frame.context import Page, page
from northing.web.frame.currencies import problem
from northing.web.frame.figured import figured
from northing.web.frame.freshness import sourced
from northing.web.frame.saying import control_of, mend_address, say
from northing.web.frame.window import MONTHS, Window, offered, window_of

SHOWN = 25
"""Broken chains of one cause that are listed before one asks for more."""

FEW = 8
"""More than so many that serve nothing are ticked and tied at once."""

GROUPS = 8
"""Groups of unattributed rows that stand beside the broken chains."""

USUAL_PERIOD = MONTHS

REMEDIES = {
    "no-contribution": gettext_noop("Choose the objective that it serves, or ask its sponsor why it is done."),
    "objective-without-parent": gettext_noop("Say which objective stands above it: one edit mends all of these."),
    "objective-ended": gettext_noop(
        "The objective was over before the work began: prolong it, or choose one that is open."
    ),
    "objective-circle": gettext_noop("Two objectives serve each other: one of them has to serve something above."),
    "key-result-without-objective": gettext_noop("Say which objective the key result proves."),
    "contribution-without-aim": gettext_noop("Choose the objective or take the contribution away."),
    "weight-zero": gettext_noop("Give the contribution a weight, or take it away."),
}


@page("line-of-sight")
def sight(page: Page) -> HttpResponse:
    """The share of investments and of money that leads up to the board, and all that does not, by cause."""
    found = line_of_sight(page.view)
    counted = len(found.unbroken) + len(found.broken)
    every = page.request.GET.get("all") == "1"
    window = window_of(page.view, page.request.GET.get("period"), USUAL_PERIOD)
    money = line_of_sight_spend(page.view, window=window.period) if page.view.plan.deliveries else None
    spent = {one.investment: one.amount for one in money.broken} if money else {}
    groups = []
    for cause in sorted(found.by_cause, key=lambda one: -found.by_cause[one]):
        broken = [one for one in found.broken if one.cause == cause]
        broken.sort(key=lambda one: -_size(spent.get(one.investment, Amounts())))
        groups.append(
            {
                "cause": cause,
                "title": _(CAUSES[cause]),
                "remedy": _(REMEDIES[cause]),
                "count": len(broken),
                "bulk": cause == "no-contribution" and len(broken) > FEW,
                "rows": [
                    _row(page, one, spent.get(one.investment, Amounts()))
                    for one in (broken if every else broken[:SHOWN])
                ],
                "more": 0 if every else max(0, len(broken) - SHOWN),
                "spent": _spent_told(page, money.by_cause.get(cause), cause, window) if money else "",
                "together": _together(page, broken),
            }
        )
    return page.render(
        "line_of_sight.html",
        title=_("Line of sight"),
        found=found,
        counted=counted,
        board=any(one.level == Level.BOARD for one in page.view.plan.objectives.values()),
        aims=controls(page, "strategic_contribution", ("aim",), {})[0] if page.may_edit else None,
        add_objective=page.link("add/objective", next=page.here),
        formula=_(found.formula),
        groups=groups,
        money=_money(page, money, window) if money is not None else None,
        served=_served(page),
        work=_work(page),
        planned=[
            {
                "currency": currency,
                "share": share,
                "unbroken": words.money(found.planned_unbroken.by_currency.get(currency), currency, short=True),
                "all": words.money(found.planned_all.by_currency.get(currency), currency, short=True),
            }
            for currency, share in found.planned_share.items()
        ],
    )


@page("line-of-sight", methods=("POST",), changes=True)
def tie(page: Page) -> HttpResponse:
    """Say at once of several investments that serve nothing which objective they serve."""
    page.require("plan", "change the plan")
    form = page.request.POST
    ticked = [id for id in form.getlist("investment") if id in page.view.plan.investments]
    if not ticked:
        raise Invalid(_("Nothing is ticked."), remedy=_("Tick the investments that serve this objective."))
    aim = read(page, "strategic_contribution", ("aim",), form)
    edits = [
        create(
            "strategic_contribution", new_id(), investment=id, **{name: value for name, value in aim.items() if value}
        )
        for id in ticked
    ]
    named = (
        page.view.name_of("objective", aim.get("objective"))
        or page.view.name_of("key_result", aim.get("key_result"))
        or ""
    )
    reason = ngettext("%(n)s investment serves “%(aim)s”", "%(n)s investments serve “%(aim)s”", len(ticked)) % {
        "n": len(ticked),
        "aim": named,
    }
    return commit_and_go(page, edits, reason, reason)


def _work(page: Page) -> dict[str, Any] | None:
    """The line of sight of work in progress; None where there is none."""
    found = backlog(page.view)
    if found is None or found.seen.share is None:
        return None
    return {
        "share": found.seen.share.numerator / found.seen.share.denominator,
        "all": len(found.seen.items),
        "in_sight": words.number(found.seen.in_sight),
        "orphans": len(found.seen.orphans),
        "href": page.link("flow/work"),
        "nobodys": page.link("flow/work", show="orphan"),
    }


def _money(page: Page, found: SpendInSight, window: Window) -> dict[str, Any]:
    """The line of sight of money: the share of spend that leads to the board, and what is outside of it, by cause."""
    days = window.period
    whole = found.total.by_currency.get(page.currency, Decimal(0))

    def part(amounts: Amounts) -> float:
        mine = amounts.by_currency.get(page.currency, Decimal(0))
        return float(min(Decimal(1), max(Decimal(0), mine / whole))) if whole > 0 else 0

    outside: list[tuple[str, str, float, str, Figure | None, str]] = [
        (_(CAUSES[cause]), short(amounts), part(amounts), f"#cause-{cause}", _spent_on(cause, window), "")
        for cause, amounts in sorted(found.by_cause.items(), key=lambda item: -_size(item[1]))
        if amounts
    ]
    if found.unattributed:
        figure_ = figure("spend.unattributed", window=days)
        href = page.link("unattributed", period=window.text)
        outside.append(
            (_("No investment claims it"), short(found.unattributed), part(found.unattributed), href, figure_, "bad")
        )
    return {
        "share": found.share,
        "share_figure": figure("spend.in_sight_share", window=days),
        "in_sight": short(found.in_sight),
        "in_sight_figure": figure("spend.in_sight", window=days),
        "total": short(found.total),
        "total_figure": figure("spend.billed", window=days),
        "outside": outside,
        "outside_all": short(found.outside),
        "outside_figure": figure("spend.outside", window=days),
        "groups": [_group(page, one, window) for one in found.groups[:GROUPS]],
        "more": max(0, len(found.groups) - GROUPS),
        "all": page.link("unattributed", period=window.text),
        "window": window,
        "periods": [(text, title, page.again(period=text)) for text, title, _on in offered(window)],
        "problems": [problem(page, one) for one in found.findings],
        "sourced": sourced(page, ("cost",)),
    }


def _spent_on(cause: str, window: Window) -> Figure:
    """The address of what is spent on investments whose chain breaks for *cause*."""
    return figure("spend.outside", cause=cause, window=window.period)


def _spent_told(page: Page, spent: Amounts | None, cause: str, window: Window) -> str:
    if not spent:
        return ""
    said = {"money": words.money(spent, short=True)}
    return figured(page, _("%(money)s is spent on these."), said, {"money": _spent_on(cause, window)})


def _group(page: Page, group: Group, window: Window) -> dict[str, Any]:
    return {
        "name": " · ".join(value for _column, value in group.by if value) or _("not said"),
        "amount": short(group.amount),
        "figure": figure("spend.unattributed", where=group.where, window=window.period),
        "ai": group.is_ai,
        "rows": page.link("unattributed/rows", where=group.where, period=window.text),
    }


def _size(amounts: Amounts) -> Decimal:
    """For ordering alone."""
    return sum(amounts.by_currency.values(), Decimal(0))


def _row(page: Page, one: Broken, spent: Amounts) -> dict[str, Any]:
    plan = page.view.plan
    investment = plan.investments[one.investment]
    mend = one.mend
    create = mend.op == "create"
    back = page.here
    if create:
        control = controls(page, mend.kind, ("aim",), dict(mend.given))[0] if page.may_edit else None
        action = page.link(f"add/{mend.kind}", **{**dict(mend.given), "next": back})
    else:
        entity = plan.get(mend.kind, mend.id)
        name = control_of(mend.kind, mend.field)
        shown = page.may_edit and entity is not None and name != "end"
        control = controls(page, mend.kind, (name,), _body(entity))[0] if shown else None
        action = page.link(f"edit/{mend.kind}/{mend.id}", fields=name, next=back)
    return {
        "investment": investment,
        "href": address_of(page, "investment", investment.id),
        "owner": page.names.get(investment.owner or "", ""),
        "sentence": say(page, one.break_.sentence, without=investment.id),
        "words": words.say(page.view, mend.words) if mend.words else _("Mend it"),
        "planned": _planned(page, investment.id),
        "spent": words.money(spent, short=True),
        "control": control,
        "action": action,
        "whole": mend_address(page, mend),
        "create": create,
        "target": mend.id,
    }


def _together(page: Page, broken: list[Broken]) -> bool:
    """Whether one edit mends all of them: they break at the same place."""
    return len(broken) > 1 and len({one.break_.at for one in broken}) == 1


def _body(entity: Any) -> dict[str, Any]:
    import msgspec

    found: dict[str, Any] = msgspec.to_builtins(entity)
    return found


def _planned(page: Page, id: str) -> str:
    from northing.measure.derived_money import planned

    amounts = planned(page.view, id)
    return words.money(amounts, short=True) if amounts else ""


def _served(page: Page) -> list[dict[str, Any]]:
    """Each board objective with the number of investments that lead up to it."""
    plan = page.view.plan
    above: dict[str, str | None] = {}

    def board_of(id: str) -> str | None:
        if id in above:
            return above[id]
        above[id] = None  # a circle ends here
        objective = plan.objectives.get(id)
        if objective is not None:
            above[id] = (
                id if objective.level == Level.BOARD else board_of(objective.parent) if objective.parent else None
            )
        return above[id]

    counts: dict[str, set[str]] = {one.id: set() for one in plan.objectives.values() if one.level == Level.BOARD}
    for investment, objectives in served(plan).items():
        for objective in objectives:
            top = board_of(objective)
            if top is not None:
                counts[top].add(investment)
    most = max((len(found) for found in counts.values()), default=0) or 1
    return [
        {
            "name": plan.objectives[id].name,
            "href": address_of(page, "objective", id),
            "count": len(found),
            "share": len(found) / most,
        }
        for id, found in sorted(counts.items(), key=lambda item: -len(item[1]))
    ]
