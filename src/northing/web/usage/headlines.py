"""The head of the page: what was used and what it cost, in a sentence and in figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from markupsafe import Markup

from northing.measure.address import Figure
from northing.measure.usage import Tokens, Usage, usage
from northing.report import words
from northing.web.frame.amounts import own, short
from northing.web.frame.context import Page
from northing.web.frame.figured import figured

from .state import State, address
from .told import MILLION, each, exactly, many


@dataclass(frozen=True)
class Headline:
    """One figure: what it is called, how it reads, what it is of, and its address."""

    key: str
    name: str
    value: str
    why: str
    figure: Figure | None = None
    exact: str = ""
    tone: str = ""
    share: float | None = None


def lead(page: Page, state: State, found: Usage) -> str:
    total = found.total
    if not total.lines:
        return _("No model was called in these days.")
    said = {
        "tokens": many(total.tokens),
        "requests": many(total.requests),
        "cost": short(total.cost),
        "each": each(total.cost, total.tokens, MILLION),
    }
    names = {"tokens": "tokens", "requests": "requests", "cost": "cost", "each": "million"}
    figures = {one: address(page, state, name) for one, name in names.items()}
    text = _("%(tokens)s tokens in %(requests)s requests for %(cost)s: %(each)s a million.")
    if not total.cost:
        text = _("%(tokens)s tokens in %(requests)s requests; nobody says what they cost.")
    return figured(page, text, said, figures)


def headlines(page: Page, state: State, found: Usage) -> list[Headline]:
    total = found.total

    def of(key: str, name: str, value: str, why: str, exact: str = "", at: str = "") -> Headline:
        told = bool(total.lines) and value not in ("–", "0")
        return Headline(key, name, value, why, address(page, state, at or key) if told else None, exact)

    into = total.input + total.cache_read + total.cache_write
    cached = words.percent(total.cache_read / into) if total.cache_read else "–"
    beside = Markup("; ").join(_beside_cost(page, state, found))
    return [
        of("cost", _("Cost"), short(total.cost), beside, words.money(total.cost)),
        of("tokens", _("Tokens"), many(total.tokens), _in_and_out(into, total.output), exactly(total.tokens)),
        of("requests", _("Requests"), many(total.requests), _failed(page, state, total), exactly(total.requests)),
        of("million", _("A million tokens"), each(total.cost, total.tokens, MILLION), _("cost / tokens")),
        of("request", _("A request"), each(total.cost, total.requests), _size(found)),
        of(
            "cache_read", _("From a cache"), cached, _cached(total.cache_read), exactly(total.cache_read), "cache_share"
        ),
        _unattributed(page, state, found),
    ]


def _beside_cost(page: Page, state: State, found: Usage) -> Iterator[str]:
    """The list price of the same, and what the cost leaves out."""
    if found.total.list_cost:
        said = {"list": short(found.total.list_cost)}
        yield figured(page, _("at list price %(list)s"), said, {"list": address(page, state, "list_cost")})
    if found.total.cost and (left_out := _without_a_price(page, state, found)):
        yield left_out


def _without_a_price(page: Page, state: State, found: Usage) -> str:
    """What the cost leaves out: the models of which nobody says what they cost."""
    if state.by != "model":
        found = usage(
            page.view, state.scope, window=state.window.period, by="model", unit=state.unit, where=state.where
        )
    bare = [row for row in found.rows if row.total.tokens and not any(row.total.cost.by_currency.values())]
    if not bare:
        return ""
    count = many(sum((row.total.tokens for row in bare), Decimal(0)))
    if len(bare) == 1:
        return _("without %(tokens)s tokens of %(model)s, which have no price") % {
            "tokens": count, "model": bare[0].title or _("a model that is not named"),
        }  # fmt: skip
    return _("without %(tokens)s tokens of %(n)s models, which have no price") % {"tokens": count, "n": len(bare)}


def _in_and_out(into: Decimal, out: Decimal) -> str:
    return _("%(in)s in, %(out)s out") % {"in": many(into), "out": many(out)}


def _cached(count: Decimal) -> str:
    return _("of what goes in") if count else _("no source tells of a cache")


def _failed(page: Page, state: State, total: Tokens) -> str:
    if not total.requests:
        return ""
    said = {"share": words.percent(total.failed / total.requests, 1)}
    return figured(page, _("%(share)s failed"), said, {"share": address(page, state, "failed_share")})


def _size(found: Usage) -> str:
    total = found.total
    return _("%(n)s tokens each") % {"n": many(total.tokens / total.requests)} if total.requests else ""


def _unattributed(page: Page, state: State, found: Usage) -> Headline:
    """What no rule gives to an investment, of the organisation's whole cost of usage."""
    mine, whole = own(found.unattributed.cost, page), own(found.total.cost, page)
    if not found.unattributed.lines:
        return Headline("unattributed", _("Unattributed"), _("None"), _("every call is claimed"), tone="good")
    share = mine / whole if whole else None
    value = short(found.unattributed.cost)
    why = ""
    if share is not None and share <= 1:
        of = address(page, state, "unattributed_share").but(level=None, id=None)
        why = figured(page, _("%(share)s of the cost"), {"share": words.percent(share)}, {"share": of})
    tone = "bad" if share is not None and share > Decimal("0.2") else "warn"
    at = address(page, state, "cost").but(level=None, id=None, claimed="no")
    return Headline("unattributed", _("Unattributed"), value, why, at, words.money(found.unattributed.cost), tone)
