"""Receipts of AI usage: counts, tokens, cost, effects of price and volume, and the same usage at other prices.

``provider``, ``model``, ``project``, ``api_key``, ``team`` and ``account`` narrow the rows; ``where`` does so in the
filter language, and ``claimed=no`` leaves only what no rule claims. ``from`` and ``until`` are days; of an effect they
are the later period, ``before_from`` and ``before_until`` the earlier.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from northing.measure.explained import Asked, Measure, Question, Term
from northing.measure.levels import ORGANISATION
from northing.measure.money_flows import also
from northing.measure.price_effects import FORMULAS as EFFECT_FORMULAS
from northing.measure.price_effects import Effects, Per, price_effects
from northing.measure.repricing import FORMULA as REPRICED
from northing.measure.repricing import Repriced, reprice
from northing.measure.sentence import Ref, Said
from northing.measure.unattributed import where_of
from northing.measure.usage import FORMULAS, Tokens, Usage, usage
from northing.portfolio.errors import Invalid
from northing.portfolio.money import Amounts
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from .facts import asked
from .spend import days, window

NARROWING = ("provider", "model", "project", "api_key", "team", "account")
ARGUMENTS = ("level", "id", *NARROWING, "from", "until", "where", "rule", "claimed", "currency")

TITLES = {
    "requests": word("Requests"),
    "ok": word("Requests that succeeded"),
    "failed": word("Requests that failed"),
    "input": word("Input tokens"),
    "output": word("Output tokens"),
    "cache_read": word("Tokens read from a cache"),
    "cache_write": word("Tokens written to a cache"),
    "reasoning": word("Reasoning tokens"),
    "tokens": word("Tokens"),
    "cost": word("Cost of usage"),
    "list_cost": word("List cost of usage"),
}

EFFECTS = {
    "change": word("Change of cost"),
    "volume": word("Volume effect"),
    "mix": word("Mix effect"),
    "price": word("Price effect"),
    "joint": word("Joint effect"),
}


def narrowed(question: Question) -> str:
    """The filter that the arguments come to."""
    given = [(name, question.get(name)) for name in NARROWING if question.get(name)]
    return also(question.get("where"), where_of(given))


def unclaimed(question: Question) -> bool:
    """Whether only what no rule claims is asked for. Raises :class:`Invalid` for anything but ``no``."""
    said = question.get("claimed")
    if said not in ("", "no"):
        raise Invalid(f"“{said}” says nothing of what is claimed.", remedy="Write claimed=no, or leave it out.")
    return said == "no"


def row_args(by: str, key: str | None, where: str) -> dict[str, str]:
    """The arguments that narrow a figure of usage to the row *key* of usage told apart by *by*."""
    if by == "investment":
        return {"claimed": "no"} if key is None else {"level": "investment", "id": key}
    if by in NARROWING and key:
        return {by: key}
    return {"where": also(where, where_of([(by, key or None)]))}


def _usage(question: Question, by: str) -> Usage:
    return usage(
        question.view,
        question.scope,
        window=window(question, "usage"),
        by=by,
        where=narrowed(question),
        unclaimed=unclaimed(question),
        rule=question.get("rule") or None,
    )


def _of(name: str) -> Callable[[Question], Any]:
    def value(question: Question) -> Any:
        return getattr(_usage(question, "model").total, name)

    return value


def _terms(name: str) -> Callable[[Question], Sequence[Term]]:
    """The next thing that usage can be told apart by: tokens by kind, then provider, model, investment."""

    def terms(question: Question) -> Sequence[Term]:
        if name == "tokens":
            total = _usage(question, "model").total
            return [
                Term(
                    value=getattr(total, kind),
                    said=Said(TITLES[kind]),
                    figure=question.figure.but(f"usage.{kind}"),
                )
                for kind in ("input", "output", "cache_read", "cache_write")
            ]
        by = next((one for one in ("provider", "model") if not question.get(one)), None)
        if by is None:
            by = "investment" if question.scope == ORGANISATION and not unclaimed(question) else "api_key"
        return [_row(question, name, by, row.key, row.ref, row.total) for row in _usage(question, by).rows]

    return terms


def _row(question: Question, name: str, by: str, key: str | None, ref: Ref | None, total: Tokens) -> Term:
    nearer = None
    if by == "investment" and key is not None:
        nearer = question.figure.but(level="investment", id=key)
    elif by == "investment":
        nearer = question.figure.but(claimed="no")
    elif question.get(by):
        nearer = None
    elif key is not None:
        nearer = question.figure.but(**{by: key})
    elif (nothing := where_of([(by, None)])) not in question.get("where"):
        nearer = question.figure.but(where=also(question.get("where"), nothing))
    said = None if ref is not None else Said(word("{name}"), {"name": key or "–"})
    return Term(value=getattr(total, name), ref=ref, said=said, figure=nearer, rows=total.lines)


def _facts(name: str) -> Callable[[Question], Sequence[Asked]]:
    def facts(question: Question) -> Sequence[Asked]:
        everything = question.scope == ORGANISATION
        found: list[Asked] = []
        for column in ("input", "output", "cache_read", "cache_write") if name == "tokens" else (name,):
            found += asked(
                question,
                "usage",
                column,
                *days(question),
                where=narrowed(question),
                unclaimed=unclaimed(question),
                everything=everything,
                money=name in ("cost", "list_cost"),
            )
        return found

    return facts


UNIT_PRICES = (
    ("million", word("Cost of a million tokens"), "tokens", Decimal(1_000_000), word("Cost / tokens × 1,000,000.")),
    ("request", word("Cost of a request"), "requests", Decimal(1), word("Cost / requests.")),
)
"""Name, title, what is divided by, how many of it, formula."""

INTO = ("input", "cache_read", "cache_write")


def _each(per: str, many: Decimal) -> Callable[[Question], Amounts | None]:
    def value(question: Question) -> Amounts | None:
        total = _usage(question, "model").total
        count: Decimal = getattr(total, per)
        if not count or not total.cost:
            return None
        return Amounts({code: amount * many / count for code, amount in total.cost.by_currency.items()})

    return value


def _divided(*names: str) -> Callable[[Question], Sequence[Term]]:
    """What a quotient is made of, each with a receipt of its own."""

    def terms(question: Question) -> Sequence[Term]:
        total = _usage(question, "model").total
        return [
            Term(
                value=getattr(total, name), sign=0, said=Said(TITLES[name]), figure=question.figure.but(f"usage.{name}")
            )
            for name in names
        ]

    return terms


def _cached(question: Question) -> Decimal | None:
    total = _usage(question, "model").total
    into = sum((getattr(total, name) for name in INTO), Decimal(0))
    return total.cache_read / into if into else None


def _earlier(question: Question) -> Period:
    try:
        return Period(date.fromisoformat(question.get("before_from")), date.fromisoformat(question.get("before_until")))
    except ValueError:
        raise Invalid(
            "The earlier period is missing.", remedy="Write before_from=2026-01-01 before_until=2026-02-01."
        ) from None


def _effects(question: Question) -> Effects:
    later = window(question, "usage")
    if later is None:
        raise Invalid("The later period is missing.", remedy="Write from=2026-02-01 until=2026-03-01.")
    per: Per = "requests" if question.get("per") == "requests" else "tokens"
    return price_effects(question.view, _earlier(question), later, question.scope, per=per, where=narrowed(question))


def _effect_terms(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        found = _effects(question)
        if name == "change":
            return [
                Term(value=getattr(found, part), said=Said(title), figure=question.figure.but(f"effect.{part}"))
                for part, title in EFFECTS.items()
                if part != "change"
            ]
        stated = "volume" if name == "mix" else name
        rows = [
            Term(
                value=Amounts({row.currency: getattr(row, stated)}),
                sign=0 if name == "volume" else 1,
                said=Said(word("{name}"), {"name": row.model or "–"}),
            )
            for row in found.rows
        ]
        if name == "mix":
            rows.append(
                Term(
                    value=found.volume,
                    sign=-1,
                    said=Said(EFFECTS["volume"]),
                    figure=question.figure.but("effect.volume"),
                )
            )
        return rows

    return terms


def _reprice(question: Question) -> Repriced:
    on = question.get("on")
    try:
        day = date.fromisoformat(on) if on else None
    except ValueError:
        raise Invalid(f"“{on}” is not a date.", remedy="Write dates as 2026-03-31.") from None
    return reprice(
        question.view,
        window(question, "usage"),
        scope=question.scope,
        provider=question.get("to_provider") or None,
        model=question.get("to_model") or None,
        on=day,
        where=narrowed(question),
    )


def _reprice_terms(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        return [
            Term(value=getattr(row, name), said=Said(word("{name}"), {"name": row.model or "–"}), stated=row.tokens)
            for row in _reprice(question).rows
        ]

    return terms


_LATER = ("level", "id", *NARROWING, "from", "until", "where", "currency")


def besides(keys: Sequence[str | None]) -> str:
    """The argument that leaves the rows *keys* out."""
    return json.dumps(list(keys), ensure_ascii=False)


def _rest(question: Question) -> list[Term]:
    """The rows of usage told apart ``by`` something, without those named, each with what it has of ``counts``."""
    name, by = question.get("counts", "cost"), question.get("by", "model")
    if name not in TITLES:
        raise Invalid(f"Usage does not count “{name}”.", remedy="It counts: " + ", ".join(TITLES) + ".")
    try:
        left_out = set(json.loads(question.get("besides") or "[]"))
    except (ValueError, TypeError):
        raise Invalid("Which rows are left out cannot be read.", remedy='Write besides=["gpt-5","o3"].') from None
    whole = question.but(f"usage.{name}", counts=None, by=None, besides=None)
    rows = [row for row in _usage(question, by).rows if row.key not in left_out and row.total.lines]
    return [
        Term(
            value=getattr(row.total, name),
            ref=row.ref,
            said=None if row.ref is not None else Said(word("{name}"), {"name": row.title or "–"}),
            figure=whole.figure.but(**row_args(by, row.key, question.get("where"))),
            rows=row.total.lines,
        )
        for row in rows
    ]


def _rest_value(question: Question) -> Amounts | Decimal:
    terms = _rest(question)
    if question.get("counts", "cost") in ("cost", "list_cost"):
        return Amounts.sum(term.value for term in terms)
    return sum((term.value for term in terms), Decimal(0))


MEASURES = (
    Measure(
        name="usage.rest",
        title=word("Usage of the others"),
        unit="any",
        formula=word("Sum over the rows that are not named."),
        of=_rest_value,
        terms=_rest,
        tables=("usage",),
        parameters=(*ARGUMENTS, "counts", "by", "besides"),
    ),
    *(
        Measure(
            name=f"usage.{name}",
            title=title,
            unit="money"
            if name in ("cost", "list_cost")
            else "count"
            if name in ("requests", "ok", "failed")
            else "tokens",
            formula=FORMULAS.get(name, word("Sum over the usage rows in force, each times its share.")),
            of=_of(name),
            terms=_terms(name),
            facts=_facts(name),
            tables=("usage",),
            parameters=ARGUMENTS,
        )
        for name, title in TITLES.items()
    ),
    *(
        Measure(
            name=f"usage.{name}",
            title=title,
            unit="money",
            formula=formula,
            of=_each(per, many),
            terms=_divided("cost", per),
            tables=("usage",),
            parameters=ARGUMENTS,
        )
        for name, title, per, many, formula in UNIT_PRICES
    ),
    Measure(
        name="usage.cache_share",
        title=word("Share read from a cache"),
        unit="share",
        formula=word("Tokens read from a cache / (input + read from a cache + written to a cache)."),
        of=_cached,
        terms=_divided(*INTO),
        tables=("usage",),
        parameters=ARGUMENTS,
    ),
    *(
        Measure(
            name=f"effect.{name}",
            title=title,
            unit="money",
            formula=EFFECT_FORMULAS[name],
            of=lambda question, name=name: getattr(_effects(question), name),  # type: ignore[misc]
            terms=_effect_terms(name),
            tables=("usage",),
            parameters=(*_LATER, "before_from", "before_until", "per"),
        )
        for name, title in EFFECTS.items()
    ),
    *(
        Measure(
            name=f"reprice.{name}",
            title=title,
            unit="money",
            formula=REPRICED,
            of=lambda question, name=name: getattr(_reprice(question), name),  # type: ignore[misc]
            terms=_reprice_terms(name),
            tables=("usage", "price"),
            parameters=(*_LATER, "to_provider", "to_model", "on"),
        )
        for name, title in (
            ("cost", word("Cost as it was")),
            ("repriced", word("Cost at the other prices")),
            ("difference", word("Difference at the other prices")),
        )
    ),
)
"""Every figure of usage."""
