"""The left side of the page: a slider for each limit, role and price, and a pin for each investment."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from northing.measure.choosing.bounds import Bound
from northing.measure.choosing.ways import Offer
from northing.portfolio.choosing import LimitType
from northing.portfolio.periods import Period
from northing.report import words
from northing.report.choosing import CHURN, Sheet
from northing.report.choosing_moves import plain
from northing.web.frame.context import Page
from northing.web.frame.window import called

from .told import amount_words, way_words


@dataclass(frozen=True)
class Slider:
    """One number that can be moved."""

    name: str
    """As the address has it: ``most.<key>``."""
    title: str
    help: str
    low: str
    high: str
    step: str
    value: str
    plan: str
    """Where the plan has it; empty where it has none."""
    unit: str
    """money, share, people, factor, count: how the script writes it."""
    text: str


@dataclass(frozen=True)
class Part:
    """Limits of one sort, with what the answer takes of each."""

    title: str
    rows: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A limit: its sliders, and the names of its spans."""

    key: str
    title: str
    sliders: list[Slider]
    spans: list[str]
    href: str = ""


def parts(page: Page, sheet: Sheet) -> list[Part]:
    """Money, shares, people, prices and changes; a part without a line is left out."""
    money, shares, people = Part(_("Money")), Part(_("Shares and risk")), Part(_("People"))
    other = Part(_("Prices and changes"))
    for plain_bound, bound in zip(sheet.plain.bounds, sheet.found.bounds, strict=True):
        if not bound.spans:
            continue
        line = _line(page, sheet, plain_bound, bound)
        if bound.type in (LimitType.BUDGET, LimitType.EXPOSURE):
            money.rows.append(line)
        elif bound.type in (LimitType.SHARE, LimitType.RISK):
            shares.rows.append(line)
        elif bound.type is LimitType.CAPACITY:
            people.rows.append(line)
    other.rows.extend(_prices(page, sheet))
    other.rows.append(Line(CHURN, _("Decisions that may change"), [_churn(sheet)], []))
    return [part for part in (money, shares, people, other) if part.rows]


def _line(page: Page, sheet: Sheet, plain_bound: Bound, bound: Bound) -> Line:
    sliders = []
    for side, title in (("least", _("At least")), ("most", _("At most"))):
        made = _slider(sheet, plain_bound, bound, side, title)
        if made is not None:
            sliders.append(made)
    spans = [called(page.view, Period(span.days.start, span.days.end)) for span in bound.spans]
    return Line(bound.key, bound.name, sliders, spans)


def _slider(sheet: Sheet, plain_bound: Bound, bound: Bound, side: str, title: str) -> Slider | None:
    planned = [getattr(span, side) for span in plain_bound.spans]
    now = [getattr(span, side) for span in bound.spans]
    if planned[0] is None:
        return None
    name = f"{side}.{bound.key}"
    if bound.type is LimitType.CAPACITY and bound.limit is None:
        more = sheet.moves.most.get(bound.key, Decimal(0))
        reach = max(Decimal(2), (max(planned) / 2).to_integral_value())
        low, high = min(planned), max(planned)
        there = amount_words(sheet, bound, low) + (f"–{amount_words(sheet, bound, high)}" if high != low else "")
        return Slider(name, _("More or fewer"), _("%(n)s in the plan") % {"n": there}, plain(-reach), plain(reach),
                      "0.5", plain(more), "0", "people", _signed(more))  # fmt: skip
    value, plan = now[0], planned[0]
    if bound.type in (LimitType.SHARE, LimitType.RISK):
        return Slider(name, title, "", "0", "1", "0.01", plain(value), plain(plan), "share", words.percent(value, 0))
    if bound.type is LimitType.CAPACITY:
        return Slider(
            name,
            title,
            "",
            "0",
            plain(plan * 2 or Decimal(10)),
            "0.5",
            plain(value),
            plain(plan),
            "count",
            plain(value),
        )
    step = _step(plan)
    top = max(plan * 2, value, step * 20)
    top = (top / step).to_integral_value() * step
    return Slider(name, title, "", "0", plain(top), plain(step), plain(value), plain(plan), "money",
                  words.amount(value, sheet.found.currency, short=True))  # fmt: skip


def _signed(more: Decimal) -> str:
    return f"{more:+f}".replace("-", "−") if more else "±0"


def _step(amount: Decimal) -> Decimal:
    """About a hundredth of *amount*, round."""
    if amount <= 0:
        return Decimal(10_000)
    size = Decimal(10) ** (amount.adjusted() - 2)
    return size * 5 if amount / size > 500 else size


def _prices(page: Page, sheet: Sheet) -> list[Line]:
    """A factor for each AI model that any plan line pays for."""
    models = sorted({kind[1] for offer in sheet.found.offers for kind in offer.ways[0].cost if kind[1]})
    found = []
    for model in models:
        plan = sheet.plain.factors.by_model.get(model, Decimal(1))
        now = sheet.found.factors.by_model.get(model, Decimal(1))
        slider = Slider(f"price.{model}", _("Price, of what is planned"), "", "0", "2", "0.05", plain(now), plain(plan),
                        "share", words.percent(now, 0))  # fmt: skip
        found.append(Line(model, words.name(page.view, "ai_model", model), [slider], []))
    return found


def _churn(sheet: Sheet) -> Slider:
    own = next(
        (bound.limit.most for bound in sheet.plain.bounds if bound.type is LimitType.CHURN and bound.limit), None
    )
    every = len(sheet.found.offers)
    value = sheet.moves.churn if sheet.moves.churn is not None else int(own) if own is not None else every
    plan = str(int(own)) if own is not None else str(every)
    return Slider(
        CHURN,
        _("At most"),
        _("against the plan of record"),
        "0",
        str(every),
        "1",
        str(value),
        plan,
        "count",
        str(value),
    )


@dataclass(frozen=True)
class Pinned:
    """What can be said of one investment before anything is worked out."""

    id: str
    name: str
    number: str
    href: str
    value: str
    options: list[tuple[str, str]]
    pin: str
    note: str


def pinned(page: Page, sheet: Sheet, offer: Offer) -> Pinned:
    one = offer.investment
    own = one.pin.value if one.pin else ""
    options = [("free" if own else "", _("As it comes")), ("in", _("In")), ("out", _("Out"))]
    options += [(way.name, way_words(page.view, way)) for way in offer.ways] if len(offer.ways) > 1 else []
    return Pinned(
        id=one.id, name=one.name, number=one.number or "", href=page.link(f"investments/{one.number or one.id}"),
        value=sheet.moves.pins.get(one.id, own), options=options, pin=own,
        note=_("must be done") if one.must_do and one.id not in sheet.moves.spared else "",
    )  # fmt: skip
