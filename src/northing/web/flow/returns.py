"""Return: what work cost and where it went, beside what is claimed to come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from northing.measure.address import Figure, figure
from northing.measure.flow.asked import Whose, asked
from northing.measure.flow.days import Days
from northing.measure.levels import ORGANISATION, Scope
from northing.measure.returns.roi import Return, Returns, returns
from northing.measure.returns.work_costs import CostedItem, CostOfWork, TeamWork, cost_of_work
from northing.portfolio.benefits import BenefitKind
from northing.portfolio.flow import FlowKind
from northing.portfolio.money import Amounts
from northing.report import words
from northing.report.return_charts import COLOURS, Part, Spread, parts, spreads
from northing.web.frame.addresses import WORK, address_of
from northing.web.frame.amounts import NOTHING, Cell, cell, short
from northing.web.frame.context import Page, page
from northing.web.frame.currencies import currencies, problem
from northing.web.frame.figured import figured
from northing.web.frame.freshness import sourced
from northing.web.frame.window import called

from .framing import framed
from .return_headlines import claim_headlines, cost_figures, lead, percent, scoped, work_figure, work_headlines
from .state import State, read

ROWS = 25
MOST = 500
DAY = 86_400_000_000
BESIDE = (BenefitKind.AVOIDANCE, BenefitKind.CAPACITY, BenefitKind.RISK)
"""Types that are not cash: each has a column of its own."""


@dataclass(frozen=True)
class ClaimRow:
    """A value stream or an investment: cost, claims, return."""

    title: str
    href: str
    cost: Cell
    cash: Cell
    between: str
    """Low to high, each with its receipt; empty where there is no range."""
    roi: str
    roi_range: str
    roi_figure: Figure | None
    tone: str
    beside: list[Cell]
    note: str = ""
    spread: Spread | None = None


@dataclass(frozen=True)
class KindRow:
    name: str
    colour: str
    items: int
    amount: Cell
    share: Cell
    each: Cell
    href: str


@dataclass(frozen=True)
class TeamRow:
    title: str
    href: str
    stream: str
    amount: Cell
    waiting: Cell
    waits: Cell
    items: int
    sources: list[tuple[str, str]] = field(default_factory=list)
    """Words and tone: how many months are known from where."""


@dataclass(frozen=True)
class ItemRow:
    key: str
    title: str
    href: str
    team: str
    kind: str
    finished: str
    active: str
    amount: Cell
    whole: Cell
    by_plan: str


@page("flow")
def returned(page: Page) -> HttpResponse:
    """Claims by value stream or investment; then what the work of these months cost."""
    state = read(page.view, page.request.GET)
    found = cost_of_work(page.view, state.whose, state.days(page.view))
    claims = _claims(page, state.whose)
    every = page.request.GET.get("all") == "1"
    kind = page.request.GET.get("kind", "")
    items = [one for one in found.finished if not kind or (one.item.kind or "none") == kind]
    context = framed(page, state, "return", asked(page.view, state.whose))
    verdict, tone = lead(page, claims, found)
    return page.render(
        "flow/return.html",
        **context | {"policies": [], "problems": _problems(page, claims, found)},
        lead=verdict,
        tone=tone,
        currencies=[(code, page.again(**{"in": code})) for code in currencies(page)],
        bills=sourced(page, ("cost", "work", "transition")),
        claim_figures=claim_headlines(page, claims) if claims else [],
        work_figures=work_headlines(page, found),
        claim_rows=_claim_rows(page, claims) if claims else [],
        claim_total=_claim_row(page, _("Together"), "", claims.total) if claims and len(claims.streams) != 1 else None,
        without_ai=_claim_row(page, _("Without an AI system"), "", claims.others, ai="without")
        if claims and _any(claims.others) and state.whose.level == "organisation" else None,
        by_investment=state.whose.level != "organisation",
        unranged=sum(not one.is_ranged for one in claims.total.claims) if claims else 0,
        any_claims=bool(page.view.plan.benefit_plan_lines),
        own_stream=_own_stream(page, state.whose),
        found=found,
        months=_months(page, found),
        kinds=_kinds(page, found),
        kind_parts=_kind_parts(found),
        teams=[_team(page, state, found, one) for one in found.teams] if state.whose.level != "investment" else [],
        items=[_item(page, found, one) for one in items[: MOST if every else ROWS]],
        kind=kind,
        every_kind=page.again(kind=None, all=None),
        count=len(items),
        more=max(0, min(len(items), MOST) - (MOST if every else ROWS)),
        unread=[words.name(page.view, "team", team) for team in found.unread],
        strangers=[(name, words.money(amount)) for name, amount in found.strangers.items()],
        unplaced=cell(found.unplaced, page.currency, work_figure(page, found, "unplaced")),
        adds_up=_adds_up(page, found),
    )  # fmt: skip


def _claims(page: Page, whose: Whose) -> Returns | None:
    """What the investments of a scope are claimed to bring; a team has none of its own."""
    if whose.level == "team":
        return None
    scope = ORGANISATION if whose.id is None else Scope(whose.level, whose.id)
    return returns(page.view, scope)


def _any(one: Return) -> bool:
    return bool(one.claims) or any(one.cost.eac.by_currency.values())


def _problems(page: Page, claims: Returns | None, found: CostOfWork) -> list[dict[str, Any]]:
    every = {one.message: one for one in (*(claims.findings if claims else ()), *found.findings)}
    return [problem(page, one) for one in every.values()]


def _own_stream(page: Page, whose: Whose) -> tuple[str, str] | None:
    """Of a team: its value stream, where the claims are."""
    stream = page.view.plan.teams[whose.id or ""].value_stream if whose.level == "team" else None
    if stream not in page.view.plan.value_streams:
        return None
    return words.name(page.view, "value_stream", stream), page.link("flow/return", level="value_stream", id=stream)


# Claims


def _claim_rows(page: Page, claims: Returns) -> list[ClaimRow]:
    if claims.scope.level == "organisation":
        shown = [(one, _stream_name(page, one), _stream_there(page, one)) for one in claims.streams]
    else:
        own = [one for one in (*claims.total.investments, *claims.others.investments) if _any(one)]
        shown = [
            (one, words.name(page.view, "investment", one.scope.id), address_of(page, "investment", one.scope.id or ""))
            for one in own
        ]
    drawn = spreads([(one.cost.eac, one.cash) for one, _name, _href in shown], page.currency)
    return [_claim_row(page, name, href, one, spread) for (one, name, href), spread in zip(shown, drawn, strict=True)]


def _stream_name(page: Page, one: Return) -> str:
    return words.name(page.view, "value_stream", one.scope.id) if one.scope.id else _("No value stream")


def _stream_there(page: Page, one: Return) -> str:
    return page.link("flow/return", level="value_stream", id=one.scope.id) if one.scope.id else ""


def _claim_row(
    page: Page, title: str, href: str, one: Return, spread: Spread | None = None, *, ai: str | None = None
) -> ClaimRow:
    def at(name: str, **more: Any) -> Figure | None:
        return figure(f"returns.{name}", **scoped(page, one.scope.level, one.scope.id), ai=ai, **more)

    types = one.by_type
    ratio = one.roi
    cost = at("cost") if ai else cost_figures(page, one.scope)["eac"]
    return ClaimRow(
        title=title,
        href=href,
        cost=cell(one.cost.eac, page.currency, cost),
        cash=cell(one.cash.likely, page.currency, at("claimed")),
        between=_range(page, one, {bound: at("claimed", bound=bound) for bound in ("low", "high")}),
        roi=percent(ratio.likely) if ratio and one.cash else "",
        roi_range=_between(page, one, {bound: at("roi", bound=bound) for bound in ("low", "high")})
        if ratio and one.cash
        else "",
        roi_figure=at("roi"),
        tone="bad" if ratio and one.cash and ratio.high < 0 else "",
        beside=[
            cell(types[kind].likely, page.currency, at("claimed", type=kind.value)) if kind in types else NOTHING
            for kind in BESIDE
        ],
        note=_note(page, one),
        spread=spread,
    )


def _range(page: Page, one: Return, figures: dict[str, Figure | None]) -> str:
    """Low to high of the claimed cash, shortened."""
    if one.cash.low == one.cash.high:
        return ""
    return figured(page, _("%(low)s to %(high)s"), {"low": short(one.cash.low), "high": short(one.cash.high)}, figures)


def _between(page: Page, one: Return, figures: dict[str, Figure | None]) -> str:
    ratio = one.roi
    assert ratio is not None
    return figured(page, _("%(low)s to %(high)s"), {"low": percent(ratio.low), "high": percent(ratio.high)}, figures)


def _note(page: Page, one: Return) -> str:
    """What a careful reader would ask of the row."""
    if one.scope.level == "investment":
        if one.ended_and_claiming(page.today):
            return _("stopped or retired, and still claims")
        return _("claims nothing") if not one.claims else ""
    said = []
    if one.silent:
        said.append(_("%(n)s of %(all)s claim nothing") % {"n": len(one.silent), "all": len(one.investments)})
    if ended := one.ended_and_claiming(page.today):
        said.append(_("%(n)s stopped and still claim") % {"n": len(ended)})
    return ", ".join(said)


# What work cost


def _months(page: Page, found: CostOfWork) -> str:
    if found.window is None:
        return ""
    first, last = found.months[0], found.months[-1]
    names = [called(page.view, one) for one in (first, last)]
    return names[0] if len(found.months) == 1 else _("%(first)s to %(last)s") % {"first": names[0], "last": names[1]}


def _share(part: Amounts, total: Amounts, page: Page) -> Decimal | None:
    whole = total.by_currency.get(page.currency, Decimal(0))
    return part.by_currency.get(page.currency, Decimal(0)) / whole if whole else None


def _kinds(page: Page, found: CostOfWork) -> list[KindRow]:
    rows = []
    for kind, amount in found.by_kind.items():
        items = sum(one.item.kind == kind for one in found.finished)
        share = _share(amount, found.spent, page)
        name = kind.value if kind else "none"
        each = amount.times(Decimal(1) / items)
        rows.append(
            KindRow(
                name=_kind_name(kind),
                colour=COLOURS[kind],
                items=items,
                amount=cell(amount, page.currency, work_figure(page, found, "finished", flow_kind=name)),
                share=Cell(words.percent(share), figure=work_figure(page, found, "kind_share", flow_kind=name))
                if share is not None
                else NOTHING,
                each=cell(each, page.currency, work_figure(page, found, "each", flow_kind=name)),
                href=page.again(kind=name, all=None) + "#items",
            )
        )
    return rows


def _kind_parts(found: CostOfWork) -> list[Part]:
    """The stretches of the bar, by what is told in one currency."""
    total = sum((sum(one.by_currency.values(), Decimal(0)) for one in found.by_kind.values()), Decimal(0))
    if total <= 0:
        return []
    return parts(
        [
            (_kind_name(kind), COLOURS[kind], sum(amount.by_currency.values(), Decimal(0)) / total)
            for kind, amount in found.by_kind.items()
        ]
    )


def _kind_name(kind: FlowKind | None) -> str:
    names = {
        FlowKind.FEATURE: _("Features"),
        FlowKind.DEFECT: _("Defects"),
        FlowKind.RISK: _("Risks"),
        FlowKind.DEBT: _("Debt"),
        None: _("No kind"),
    }
    return names[kind]


def _team(page: Page, state: State, found: CostOfWork, one: TeamWork) -> TeamRow:
    waiting = Amounts.sum(Amounts({part.cost.currency: part.amount}) for part in one.costs.waiting)
    share = _share(waiting, one.costs.total, page)
    months: dict[str, int] = {}
    for month in one.months:
        months[month.source] = months.get(month.source, 0) + 1
    said = {"booked": _("%(n)s booked"), "planned": _("%(n)s by plan"), "none": _("%(n)s without a cost")}
    tones = {"booked": "good", "planned": "warn", "none": "bad"}
    at = {"level": "team", "id": one.team}
    return TeamRow(
        title=words.name(page.view, "team", one.team),
        href=page.link("flow/return", **state.query(**at)),
        stream=words.name(page.view, "value_stream", one.value_stream) if one.value_stream else "",
        amount=cell(one.costs.total, page.currency, work_figure(page, found, "team_cost", **at)),
        waiting=cell(waiting, page.currency, work_figure(page, found, "waiting", **at)),
        waits=Cell(words.percent(share), figure=work_figure(page, found, "waiting_share", **at))
        if share is not None
        else NOTHING,
        items=len(one.costs.finished),
        sources=[(said[source] % {"n": months[source]}, tones[source]) for source in said if source in months],
    )


def _item(page: Page, found: CostOfWork, one: CostedItem) -> ItemRow:
    item = one.item
    key = item.key or item.item
    return ItemRow(
        key=key,
        title=item.title or "",
        href=address_of(page, WORK, key),
        team=words.name(page.view, "team", one.team),
        kind=_kind_name(item.kind),
        finished=_day(page, item.finished),
        active=words.number(Decimal(one.active) / DAY, 1),
        amount=cell(one.amount, page.currency),
        whole=cell(one.whole, page.currency, work_figure(page, found, "item", item=key)),
        by_plan=words.money(one.by_plan, short=True) if one.by_plan else "",
    )


def _day(page: Page, at: int | None) -> str:
    return words.day(Days(page.view.zone).of(at)) if at is not None else ""


def _adds_up(page: Page, found: CostOfWork) -> list[tuple[str, Cell]]:
    """Finished + in progress or dropped + unplaced = what the teams cost."""

    def of(name: str, amount: Amounts) -> Cell:
        return cell(amount, page.currency, work_figure(page, found, name))

    lines = [
        (_("on finished items"), of("finished", found.spent)),
        (_("on items in progress, or dropped"), of("unfinished", found.unfinished)),
    ]
    if found.unplaced:
        lines.append((_("in months in which nothing was active"), of("unplaced", found.unplaced)))
    return [*lines, (_("together"), of("team_cost", found.total))]
