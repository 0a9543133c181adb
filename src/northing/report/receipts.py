"""A receipt in words: the figure, what it is made of, how fresh that is, and the rows under it.

Every door shows receipts through here, so that a dialog, an answer of the API and the command line account for a
figure in the same way. What a person reads is rounded to cents; beside it stands what adds up exactly.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from northing.measure import cells as columns
from northing.measure.explained import Measure, Receipt, SourceRowOf, SourceRows, Term
from northing.measure.freshness import Fresh
from northing.measure.fx import Rate
from northing.measure.sentence import Ref
from northing.measure.view import View
from northing.portfolio.facts import TABLES
from northing.portfolio.filter.writer import quoted
from northing.portfolio.flow import FlowKind
from northing.portfolio.forecasting import ForecastLine
from northing.portfolio.funding import Transfer
from northing.portfolio.kinds import KINDS, fields, kind_of
from northing.portfolio.money import Amounts, CostPlanLine
from northing.portfolio.periods import Period
from northing.portfolio.words import word

from . import words

ARGUMENTS = {
    "level": word("Level"),
    "kind": word("Of"),
    "id": word("Of"),
    "from": word("From"),
    "until": word("Until"),
    "expense": word("Capex or opex"),
    "basis": word("Basis"),
    "currency": word("Currency"),
    "where": word("Which rows"),
    "search": word("Words"),
    "by": word("By"),
    "key": word("Group"),
    "function": word("Function"),
    "provider": word("Provider"),
    "model": word("Model"),
    "project": word("Project"),
    "api_key": word("API key"),
    "team": word("Team"),
    "account": word("Account"),
    "to_provider": word("At the prices of"),
    "to_model": word("At the prices of"),
    "on": word("At the prices of"),
    "before": word("Compared with revision"),
    "before_from": word("Compared from"),
    "before_until": word("Compared until"),
    "counts": word("Counts"),
    "besides": word("Without"),
    "code": word("What"),
    "severity": word("Severity"),
    "policy": word("Read by"),
    "state": word("State"),
    "event_on": word("Before and after"),
    "way": word("Done as"),
    "worth": word("Worth what is"),
    "cause": word("Cause"),
    "link": word("Link"),
}
"""What the arguments of an address are called; others are shown as they are written."""

SHOWN = ("day", "provider", "service", "category", "model", "account", "sub_account", "project", "description", "tags")
"""The columns of a fact row that say what it is, in this order."""


_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
CENT = Decimal("0.01")
FEW = 8
"""So many terms keep the order of the formula."""


class TermSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a figure is made of, in words."""

    words: str
    ref: Ref | None
    figure: str | None
    """The address of its own receipt, where it has one."""
    sign: int
    stated: str
    share: str
    rate: str
    value: str
    exact: str
    """The value with all its decimals, where it has more than are read."""
    rows: int


class ReceiptSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A figure, accounted for in words."""

    address: str
    title: str
    about: tuple[tuple[str, str], ...]
    """What the figure was asked for: argument and value."""
    value: str
    exact: str
    """The value with all its decimals, where it has more than are read."""
    formula: str
    definition: str
    """Whose definition it is, and its version."""
    terms: tuple[TermSaid, ...]
    rows: int
    branch: str
    revision: int
    until: str
    """Until when its sources have spoken."""
    stale: tuple[str, ...]
    findings: tuple[str, ...]


class RowSaid(msgspec.Struct, frozen=True, kw_only=True):
    """One source row in words."""

    input: str
    line: int
    source: str
    delivery: str | None
    what: tuple[tuple[str, str], ...]
    """Column title and value, the columns that say what the row is first."""
    stated: str
    share: str
    rate: str
    value: str
    exact: str
    investment: str
    rule: str


def tell(view: View, receipt: Receipt) -> ReceiptSaid:
    """*receipt* in the reader's language."""
    measure = receipt.measure
    return ReceiptSaid(
        address=str(receipt.figure),
        title=_(measure.title),
        about=tuple(_about(view, receipt)),
        value=figure(view, measure, receipt.value),
        exact=_exactly(view, measure, receipt.value),
        formula=_(measure.formula) if measure.formula else "",
        definition=_("%(source)s, version %(version)s") % {"source": measure.source, "version": measure.version},
        terms=tuple(_term(view, measure, term) for term in _ordered(view, receipt.terms)),
        rows=receipt.rows,
        branch=receipt.branch,
        revision=receipt.revision,
        until=words.day(receipt.fresh.until) if receipt.fresh is not None else "",
        stale=tuple(stale(view, receipt.fresh)),
        findings=tuple(finding.message for finding in receipt.findings),
    )


def tell_rows(view: View, found: SourceRows) -> tuple[RowSaid, ...]:
    """The rows under a figure in words."""
    return tuple(_row(view, row) for row in found.rows)


def figure(view: View, measure: Measure, value: Any) -> str:
    """A figure of *measure* as a person reads it; nothing is a dash, never a zero."""
    if value is None or (isinstance(value, Amounts) and not value):
        return "–"
    if isinstance(value, Amounts):
        return " + ".join(amount(part, code) for code, part in value.by_currency.items())
    if isinstance(value, Ref):
        return words.name(view, value.kind, value.id)
    if measure.unit == "share" and isinstance(value, Decimal):
        return words.percent(value, 2)
    if measure.unit == "number" and isinstance(value, Decimal):
        return number(value)
    if isinstance(value, StrEnum):
        return words.label(value)
    return words.value(view, value) or "–"


def number(value: Decimal) -> str:
    """Two decimals are enough to read; what is smaller than they can say with its first two figures: 0.00042."""
    digits = 2 if not value or abs(value) >= Decimal("0.01") else 1 - value.adjusted()
    return words.number(value, digits)


def amount(value: Decimal, currency: str) -> str:
    """An amount to the cent, half to even; what is less than one cent with its first figures: €0.0000008."""
    if value and abs(value) < CENT:
        return exact(value.quantize(Decimal(1).scaleb(value.adjusted() - 2)), currency)
    return words.amount(value.quantize(CENT), currency)


def exact(value: Decimal, currency: str) -> str:
    """An amount with all its decimals."""
    if value == value.quantize(CENT):
        return words.amount(value, currency)
    sign = words.MINUS if value < 0 else ""
    return f"{sign}{words.SIGNS.get(currency, f'{currency} ' if currency else '')}{words.number(abs(value), 18)}"


def _exactly(view: View, measure: Measure, value: Any) -> str:
    if not isinstance(value, Amounts):
        return ""
    whole = " + ".join(exact(part, code) for code, part in value.by_currency.items())
    return "" if whole == figure(view, measure, value) else whole


def _ordered(view: View, terms: tuple[Term, ...]) -> list[Term]:
    """A few terms as the formula names them; of many the greatest first, lines of one investment by their dates."""
    if len(terms) <= FEW or len({term.sign for term in terms}) > 1:
        return list(terms)
    lines = [view.plan.get(term.ref.kind, term.ref.id) if term.ref is not None else None for term in terms]
    if all(isinstance(line, CostPlanLine | ForecastLine) for line in lines):
        dated = sorted(range(len(terms)), key=lambda place: getattr(lines[place], "start", None) or date.min)
        return [terms[place] for place in dated]
    return sorted(terms, key=lambda term: -_size(term.value))


def _size(value: Any) -> Decimal:
    if isinstance(value, Amounts):
        return max((abs(part) for part in value.by_currency.values()), default=Decimal(0))
    return abs(Decimal(value)) if isinstance(value, Decimal | int) else Decimal(0)


def stale(view: View, fresh: Fresh | None) -> Iterator[str]:
    """The sources that are late, each with how much."""
    for one in fresh.stale if fresh is not None else ():
        source = words.name(view, "source", one.source)
        if one.newest is None:
            yield _("%(source)s has not delivered yet") % {"source": source}
        else:
            late = {"source": source, "days": one.days_late, "day": words.day(one.newest)}
            said = _("%(source)s is %(days)s d late; it speaks until %(day)s")
            # Of a period that ends before its next delivery is due, it has not said all and is not late.
            yield (said if one.days_late else _("%(source)s speaks until %(day)s only")) % late


FLOW_KINDS = (*FlowKind, "none")


@functools.cache
def _labels() -> frozenset[str]:
    """The fixed values of all fields."""
    return frozenset(word for kind in KINDS for field in fields(kind).values() for word in field.choices)


def _about(view: View, receipt: Receipt) -> Iterator[tuple[str, str]]:
    args = dict(receipt.figure.args)
    level, id = args.pop("level", ""), args.pop("id", "")
    kind = level
    if args.get("kind") not in FLOW_KINDS:  # a kind of work is an argument like any other
        kind = args.pop("kind", "") or level
    name = args.pop("name", "")
    if id:
        yield _("Of"), _called(view, kind, id)
    elif kind:
        yield (
            _("Level"),
            _("The whole organisation") if kind == "organisation" else _(KINDS[kind_of(kind)].TITLE_PLURAL),
        )
    if name and receipt.measure.title != name:
        yield _("Column"), _(receipt.measure.title)
    for argument in ("from", "before_from"):
        pair = (argument, argument.replace("from", "until"))
        if all(one in args for one in pair):
            start, end = (date.fromisoformat(args.pop(one)) for one in pair)
            yield (_("Period") if argument == "from" else _("Compared with")), words.period(Period(start, end))
    if column := args.pop("column", ""):
        function = args.pop("function", "sum")
        found = _(columns.column(view, kind_of(kind or "investment"), column).title)
        yield _("Column"), found if function == "sum" else f"{found} ({function})"
    for argument, value in args.items():
        yield _(ARGUMENTS.get(argument, argument)), _argument(view, value)


def _argument(view: View, value: str) -> str:
    """A date, a fixed value or a condition as a person reads it; what stands in it by its id is named."""
    try:
        return words.day(date.fromisoformat(value))
    except ValueError:
        return words.label(value) if value in _labels() else _ID.sub(lambda found: _named(view, found[0]), value)


def _named(view: View, id: str) -> str:
    entity = view.plan.find(id)
    return quoted(view.call(entity)) if entity is not None else id


def _called(view: View, kind: str, id: str) -> str:
    """What the entity is called that an address names by its id or its number."""
    known = kind_of(kind) if kind and kind != "organisation" else "*"
    found = view.plan.find(id) if known == "*" else view.plan.get(known, id)
    if found is None and known != "*":
        found = next(iter(view.plan.table(known).by("number", id)), None) if "number" in fields(known) else None
    return view.call(found) if found is not None else id


def words_of(view: View, term: Term) -> str:
    """What a term is called."""
    said = words.say(view, term.said) if term.said is not None else ""
    if not said and term.ref is not None:
        said = _line(view.plan.get(term.ref.kind, term.ref.id)) or words.name(view, term.ref.kind, term.ref.id)
    return said


def _term(view: View, measure: Measure, term: Term) -> TermSaid:
    return TermSaid(
        words=words_of(view, term),
        ref=term.ref,
        figure=str(term.figure) if term.figure is not None else None,
        sign=term.sign,
        stated=figure(view, measure, term.stated) if term.stated is not None and term.stated != term.value else "",
        share=_share(term.share),
        rate=_rate(term.rate),
        value=figure(view, measure, term.value),
        exact=_exactly(view, measure, term.value),
        rows=term.rows,
    )


def _line(entity: Any) -> str:
    """A line of plan or forecast by what tells it from the others of its investment: its period, its kind of cost.

    A transfer by its number, day, what it is, and why.
    """
    if isinstance(entity, Transfer):
        said = (entity.number, words.day(entity.on), words.label(entity.type, "entry"), entity.reason)
        return " · ".join(filter(None, said))
    if not isinstance(entity, CostPlanLine | ForecastLine) or entity.start is None:
        return ""
    when = words.day(entity.start) if entity.end is None else words.period(Period(entity.start, entity.end))
    return ", ".join([when, *(words.label(one) for one in (entity.expense, entity.type) if one is not None)])


def _row(view: View, row: SourceRowOf) -> RowSaid:
    table = TABLES.get(row.table)
    titles = {column.name: _(column.title) for column in table.columns} if table is not None else {}
    values = {name: value for name, value in row.values.items() if value not in (None, "", "{}")}
    order = [name for name in SHOWN if name in values] if table is not None else list(values)
    currency = str(row.values.get("currency") or row.currency or "")
    money = table is None or (column := table.column(row.column)) is None or column.type == "amount"
    return RowSaid(
        input=row.input,
        line=row.line,
        source=words.name(view, "source", row.source) if row.source else "",
        delivery=row.delivery,
        what=tuple((titles.get(name, name), words.value(view, values[name])) for name in order),
        stated="" if row.stated is None else exact(row.stated, currency) if money else words.number(row.stated),
        share=_share(None if row.share == 1 else row.share),
        rate=_rate(row.rate),
        value="" if row.value is None else amount(row.value, row.currency) if money else words.number(row.value),
        exact=exact(row.value, row.currency) if row.value is not None and money else "",
        investment=words.name(view, "investment", row.investment) if row.investment else "",
        rule=words.name(view, None, row.rule) if row.rule else "",
    )


def _share(share: Decimal | None) -> str:
    return "" if share is None else words.percent(share, 2)


def _rate(rate: Rate | None) -> str:
    """ "1 USD = 0.91 EUR on 3 Mar 2026"; nothing where no exchange was needed."""
    if rate is None or rate.base == rate.quote:
        return ""
    said = {
        "base": rate.base,
        "rate": words.number(rate.rate, 6),
        "quote": rate.quote,
        "day": words.day(rate.day),
    }
    return _("1 %(base)s = %(rate)s %(quote)s on %(day)s") % said
