"""Delivery: DORA's five of each service, how services are spread, month by month, and what is behind each figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from northing.measure.address import Figure, figure
from northing.measure.delivery.asked import FIGURES, Asked, Delivery, asked, called, delivery, short_name, spread, value
from northing.measure.delivery.five import PARTS, Five
from northing.measure.flow.asked import policies
from northing.measure.view import View
from northing.portfolio.periods import Period
from northing.report import delivery_charts, delivery_told, words
from northing.web.frame.context import Page, page
from northing.web.frame.freshness import sourced

from .delivery_lists import Listed, listed
from .framing import framed
from .state import State, read

BEHIND = {
    "deployments": gettext_noop("Deployments"),
    "changes": gettext_noop("Changes"),
    "failures": gettext_noop("Failures"),
    "unplanned": gettext_noop("Unplanned"),
}
"""What can be listed behind the figures of a service."""
SHOWS = {
    "frequency": "deployments", "lead_time": "changes", "recovery": "failures", "fail_rate": "failures",
    "rework_rate": "unplanned",
}  # fmt: skip


@dataclass(frozen=True)
class OfDelivery(State):
    """The state of the page, with what it has beside the others': the service, what is drawn, what is listed."""

    service: str = ""
    draw: str = "fail_rate"
    show: str = "deployments"

    def query(self, **changes: Any) -> dict[str, Any]:
        own = {"service": self.service, "draw": self.draw, "show": self.show} | changes
        told = super().query(**own)
        usual = {"draw": "fail_rate", "show": "deployments"}
        return {name: text for name, text in told.items() if text != usual.get(name)}


@dataclass(frozen=True)
class Cell:
    """One of the five of one service: the figure, what it stands on, its address, its small line of months."""

    name: str
    text: str
    why: str
    figure: Figure
    href: str
    trend: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    name: str
    href: str
    cells: list[Cell]
    current: bool


@dataclass(frozen=True)
class Headline:
    key: str
    name: str
    value: str
    why: str
    figure: Figure | None
    tone: str = ""
    exact: str = ""
    share: float | None = None


@dataclass(frozen=True)
class Strip:
    """How one of the five is spread over services: a dot each."""

    name: str
    low: str
    high: str
    dots: list[tuple[float, str, str]]
    """Place in hundredths of the width, words, address."""
    silent: int


@page("flow")
def overview(page: Page) -> HttpResponse:
    """The verdict, the spread over services, the five by service, the months, and what is behind them."""
    state = read_delivery(page.view, page.request.GET)
    found = asked(page.view, state.whose, state.policy or None)
    context: dict[str, Any] = framed(page, state, "delivery", None) | _policy(page, state, found)
    if found is None or not any(one.deployments for one in found.found.services.values()):
        return page.render("flow/delivery.html", **context, found=None, one=None, lead="", tone="")
    every = delivery(found, state.days(page.view))
    one = next((five for five in every.services if state.service in (five.service, called(five.service))), None)
    if state.service and one is None:
        found.service(state.service)
    told = delivery(found, state.days(page.view), state.service) if state.service else every
    lead, tone = delivery_told.lead(told)
    if every.window is None:
        lead = _("No delivery speaks of these days; choose others.")
    return page.render(
        "flow/delivery.html",
        **context,
        found=found,
        lead=lead,
        tone=tone,
        days_told=words.period(every.window) if every.window else "",
        one=one,
        one_name=called(one.service) if one else "",
        figures=_headlines(state, every, one) if one else [],
        parts=_parts(one) if one else [],
        strips=[_strip(page, state, every, name) for name in FIGURES] if not one and len(every.services) > 1 else [],
        heads=[(name, _(title)) for name, title in delivery_told.TITLES.items()],
        rows=[_row(page, state, every, five) for five in every.services],
        chart=_chart(state, told),
        draws=[(name, _(title), context["go"](draw=name)) for name, title in delivery_told.TITLES.items()],
        behind=_behind(page, state, every, one),
        behinds=[(name, _(title), context["go"](show=name)) for name, title in BEHIND.items()],
        all_services=context["go"](service=None, show=None),
        coverage=_coverage(every, one),
        own=found.own,
        rules=found.found.rules,
        evidence=words.label(found.found.rules.weakest.value, "evidence"),
    )


def read_delivery(view: View, given: Mapping[str, str]) -> OfDelivery:
    """The state that *given* names. Raises :class:`Invalid` or :class:`NotFound` for what there is none of."""
    told = read(view, given)
    draw, show = given.get("draw", ""), given.get("show", "")
    return OfDelivery(
        told.whose, told.window, told.policy, told.other, service=given.get("service", "").strip(),
        draw=draw if draw in FIGURES else "fail_rate", show=show if show in BEHIND else "deployments",
    )  # fmt: skip


def _policy(page: Page, state: OfDelivery, found: Asked | None) -> dict[str, Any]:
    """By which policy deployments are read; Northing's own defaults where none holds."""
    chosen = found.policy if found else None
    return {
        "policy": chosen,
        "policy_of": chosen.name if chosen else _("No policy yet"),
        "policies": [
            (one.name, page.link("flow/delivery", **state.query(policy=one.id)), bool(chosen and one.id == chosen.id))
            for one in policies(page.view, state.whose)
        ],
        "sourced": sourced(page, ("deployment", "incident")),
    }


def at(state: OfDelivery, found: Delivery, service: str, name: str, window: Period | None = None) -> Figure:
    """Where a figure of a service is explained."""
    told: dict[str, Any] = {"level": state.whose.level if state.whose.id else "", "id": state.whose.id}
    return figure(
        f"dora.{name}", service=short_name(found.asked.found, service), policy=state.policy,
        window=window or found.window, **told,
    )  # fmt: skip


def _headlines(state: OfDelivery, found: Delivery, one: Five) -> list[Headline]:
    return [
        Headline(
            name, _(title), delivery_told.shown(one, name), delivery_told.stands_on(one, name),
            at(state, found, one.service, _counted(one, name)),
        )
        for name, title in delivery_told.TITLES.items()
    ]  # fmt: skip


def _counted(one: Five, name: str) -> str:
    """The measure that a shown figure is: a count stands in place of a rate of too few."""
    if value(one, name) is None:
        return {"fail_rate": "failures", "rework_rate": "unplanned", "frequency": "deployments"}.get(name, name)
    return name


def _parts(one: Five) -> list[tuple[str, str]]:
    """The parts of the lead time of pull requests, by DevLake's rules."""
    titles = {
        "coding": _("Coding"), "pickup": _("Waiting for a review"), "review": _("Review"), "deploy": _("Deployment"),
        "cycle": _("Together"),
    }  # fmt: skip
    return [(titles[name], text) for name in PARTS if (text := delivery_told.took(one.lead_time.parts[name]))]


def _strip(page: Page, state: OfDelivery, found: Delivery, name: str) -> Strip:
    told = spread(found, name)
    most = told.values[-1][0] if told.values else Fraction(0)
    dots = [
        (
            round(2 + 96 * float(number / most), 2) if most else 2.0,
            f"{called(service)}: {delivery_told.told(name, number)}",
            page.link("flow/delivery", **state.query(service=short_name(found.asked.found, service), show=SHOWS[name])),
        )
        for number, service in told.values
    ]
    ends = [delivery_told.told(name, number) for number, _service in told.values]
    title = _(delivery_told.TITLES[name])
    return Strip(title, ends[0] if ends else "", ends[-1] if ends else "", dots, told.silent)


def _row(page: Page, state: OfDelivery, found: Delivery, one: Five) -> Row:
    name = short_name(found.asked.found, one.service)

    def there(**more: Any) -> str:
        return page.link("flow/delivery", **state.query(service=name, **more))

    cells = [
        Cell(
            key, delivery_told.shown(one, key), delivery_told.stands_on(one, key),
            at(state, found, one.service, _counted(one, key)), there(show=SHOWS[key]) + "#behind",
            delivery_charts.small_line([value(month, key) for month in found.trends[one.service]]),
        )
        for key in FIGURES
    ]  # fmt: skip
    return Row(called(one.service), there(), cells, state.service in (name, one.service))


def _chart(state: OfDelivery, found: Delivery) -> Any:
    if len(found.months) < 2:
        return None
    lines = [
        delivery_charts.Months(
            called(service), found.trends[service],
            [at(state, found, service, state.draw, month) for month in found.months],
        )
        for service in found.trends
    ]  # fmt: skip
    return delivery_charts.months(state.draw, found.months, lines)


def _behind(page: Page, state: OfDelivery, found: Delivery, one: Five | None) -> Listed | None:
    if one is None:
        return None
    every = page.request.GET.get("all") == "1"
    return listed(page, found.asked, one, state.show, every=every)


def _coverage(found: Delivery, one: Five | None) -> list[str]:
    """What is left out, and why."""
    chosen = [one] if one else list(found.services)
    delivered = found.asked.found
    span = delivered.bounds(found.window) if found.window else (0, 0)
    counted = [delivered.services[each.service].left.within(*span) for each in chosen]
    failed, elsewhere, nowhere, endless = (
        sum(one[why] for one in counted) for why in ("failed", "elsewhere", "nowhere", "endless")
    )
    known, of = (sum(getattr(each.lead_time, name) for each in chosen) for name in ("known", "of"))
    unplaced = sum(span[0] <= each.began < span[1] for each in delivered.unplaced)
    told = [
        (of - known, _("%(n)s deployments of which nobody knows what they brought: the first of a service, and those "
                       "whose difference to the one before was not delivered.")),
        (failed, _("%(n)s attempts failed before they were live; they are no deployments.")),
        (elsewhere, _("%(n)s deployments went to other environments.")),
        (nowhere, _("%(n)s deployments name no environment.")),
        (endless, _("%(n)s deployments do not say when they finished.")),
        (unplaced, _("%(n)s incidents belong to no deployment that is known.")),
        (sum(len(each.recovery.untrue) for each in chosen),
         _("%(n)s failures were closed before their deployment was live; they are left out of recovery.")),
        (sum(len(each.lead_time.untrue) for each in chosen),
         _("%(n)s changes are dated after they were live; they are left out of the lead time.")),
    ]  # fmt: skip
    return [text % {"n": words.number(many)} for many, text in told if many]
