"""Receipts of what the plan alone says: columns, totals of a table, the strategy's roll-up, line of sight, attention.

- ``column kind=investment id=INV-0042 name=planned``: one cell of a table
- ``total kind=investment column=planned function=sum where="stage = pilot" search=…``: a figure below a column; without
  a column, how many there are
- ``strategy.planned id=OBJ-3`` and the like: what hangs on an objective or key result
- ``sight.share``: the line of sight by investments; ``attention.count code=lacks-owner``: what needs somebody
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from northing.portfolio.errors import Invalid, NotFound
from northing.portfolio.filter.columns import position
from northing.portfolio.kinds import kind_of
from northing.portfolio.money import Amounts
from northing.portfolio.words import word

from .address import figure
from .attention import CODES, Item, attention
from .cells import Column, cells, column
from .columns import registry
from .derived_actuals import FIGURES, MEASURED, of_column
from .explained import Asked, Measure, Question, Term, entity
from .line_of_sight import LineOfSight, line_of_sight
from .rollup import FORMULAS, Node, Strategy, strategy
from .sentence import Ref, Said
from .table import ask
from .view import View


def _kind(question: Question) -> str:
    return kind_of(question.get("kind", "investment"))


def _cell(question: Question) -> tuple[str, Column]:
    kind = _kind(question)
    return entity(question.view, kind, question.get("id")), column(question.view, kind, question.get("name"))


def column_value(question: Question) -> Any:
    id, found = _cell(question)
    return cells(question.view, found)[position(question.view.plan, _kind(question))[id]]


def column_terms(question: Question) -> Sequence[Term]:
    """What a derived column is made of; of a stored one, the field itself."""
    id, found = _cell(question)
    view, kind = question.view, _kind(question)
    own = registry().get(kind, {}).get(found.key)
    if kind == "investment" and found.key in FIGURES:
        shown = of_column(view, found.key, id)
        return MEASURED[shown.figure.measure].terms(shown)
    if own is None:
        return [Term(value=column_value(question), ref=Ref(kind, id), field=found.field)]
    terms = []
    for term in own.terms(view, id):
        nearer = None
        if term.field is None and term.ref.kind != kind and found.key in registry().get(term.ref.kind, {}):
            nearer = figure("column", kind=term.ref.kind, id=term.ref.id, name=found.key)
        terms.append(Term(value=term.value, ref=term.ref, field=term.field, figure=nearer))
    return terms


def column_facts(question: Question) -> Sequence[Asked]:
    """The rows of facts under a column that is made of them."""
    id, found = _cell(question)
    if _kind(question) != "investment" or found.key not in FIGURES:
        return ()
    shown = of_column(question.view, found.key, id)
    return MEASURED[shown.figure.measure].facts(shown)


def column_formula(question: Question) -> str:
    """The formula of the column that is asked for."""
    return _cell(question)[1].help


def column_title(question: Question) -> str:
    return _cell(question)[1].title


def _sum_spec(question: Question) -> str:
    name = question.get("column")
    return f"{question.get('function', 'sum')} {name}" if name else "count"


def total_value(question: Question) -> Any:
    answer = ask(
        question.view,
        _kind(question),
        question.get("where"),
        sums=(_sum_spec(question),),
        search=question.get("search"),
        limit=0,
    )
    return answer.aggregates[0].value


def total_terms(question: Question) -> Sequence[Term]:
    """The cells that are added up, counted or compared."""
    kind, name = _kind(question), question.get("column")
    answer = ask(
        question.view,
        kind,
        question.get("where"),
        columns=(name,) if name else (),
        search=question.get("search"),
    )
    if not name:
        return [Term(value=1, ref=Ref(kind, row.id)) for row in answer.rows]
    return [
        Term(value=row.cells[0], ref=Ref(kind, row.id), figure=figure("column", kind=kind, id=row.id, name=name))
        for row in answer.rows
        if row.cells[0] is not None and row.cells[0] != ()
    ]


def _node(question: Question) -> Node:
    found = strategy(question.view)
    wanted = question.get("id")
    for node in found.walk():
        number = getattr(question.view.plan.get(node.ref.kind, node.ref.id), "number", None)
        if wanted in (node.ref.id, number) and wanted:
            return node
    raise NotFound("There is no such objective or key result at this revision.")


def _strategy(name: str) -> Callable[[Question], Any]:
    def value(question: Question) -> Any:
        if name == "unaligned" and question.get("id"):
            return strategy(question.view).unaligned_by_investment.get(_served(question), Amounts())
        if not question.get("id"):
            return getattr(strategy(question.view), name, None)
        if name == "planned" and question.get("investment"):
            return Amounts.sum(term.value for term in _planned_of(_node(question), question.get("investment")))
        return getattr(_node(question), name)

    return value


def _strategy_terms(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        if name == "unaligned" and question.get("id"):
            return list(_left_of(_served(question), strategy(question.view)))
        if not question.get("id"):
            return list(_whole_strategy(name, strategy(question.view), question))
        node = _node(question)
        if name == "planned" and question.get("investment"):
            return list(_planned_of(node, question.get("investment")))
        if name == "count":
            return [Term(value=1, ref=Ref("investment", id)) for id in sorted(node.investments)]
        if name == "progress":
            return column_terms(
                Question(question.view, figure("column", kind=node.ref.kind, id=node.ref.id, name="progress"))
            )
        return list(_planned_below(node, question))

    return terms


def _whole_strategy(name: str, found: Strategy, question: Question) -> Iterator[Term]:
    if name == "unaligned":
        for id, amounts in found.unaligned_by_investment.items():
            yield Term(value=amounts, ref=Ref("investment", id), figure=question.figure.but(id=id))
        return
    for node in (*found.roots, *found.loose):
        if any(node.planned.by_currency.values()):
            yield Term(value=node.planned, ref=node.ref, figure=question.figure.but("strategy.planned", id=node.ref.id))
    if name == "planned":
        yield Term(
            value=found.unaligned,
            said=Said(word("Unaligned")),
            figure=question.figure.but("strategy.unaligned", id=None),
        )


def _served(question: Question) -> str:
    return entity(question.view, "investment", question.get("id"))


def _left_of(id: str, found: Strategy) -> Iterator[Term]:
    """All that is planned for an investment, less what its contributions take."""
    left = found.unaligned_by_investment.get(id, Amounts())
    taken = [(node, share) for node in found.walk() for share in node.shares if share.investment == id]
    whole = Amounts.sum([left, *(share.planned for _, share in taken)])
    yield Term(
        value=whole, ref=Ref("investment", id), figure=figure("column", kind="investment", id=id, name="planned")
    )
    for node, share in taken:
        yield Term(value=share.planned, sign=-1, ref=node.ref, share=share.weight)


def _planned_of(node: Node, investment: str) -> Iterator[Term]:
    for share in node.shares:
        if share.investment == investment:
            yield Term(
                value=share.planned,
                ref=Ref("investment", investment),
                share=share.weight,
                figure=figure("column", kind="investment", id=investment, name="planned"),
            )


def _planned_below(node: Node, question: Question) -> Iterator[Term]:
    for share in node.shares:
        yield Term(
            value=share.planned,
            ref=Ref("investment", share.investment),
            share=share.weight,
            figure=figure("column", kind="investment", id=share.investment, name="planned"),
        )
    for child in node.children:
        if any(child.planned.by_currency.values()):
            yield Term(value=child.planned, ref=child.ref, figure=question.figure.but(id=child.ref.id))


def _in_sight(name: str) -> Callable[[Question], Any]:
    def value(question: Question) -> Any:
        found = line_of_sight(question.view)
        if name == "planned_share":
            return found.planned_share.get(question.get("currency") or question.view.currency)
        held = getattr(found, name)
        return len(held) if isinstance(held, tuple) else held

    return value


def _sight_terms(name: str) -> Callable[[Question], Sequence[Term]]:
    def terms(question: Question) -> Sequence[Term]:
        found = line_of_sight(question.view)
        if name in ("share", "planned_share"):
            of = ("unbroken", "broken") if name == "share" else ("planned_unbroken", "planned_all")
            titles = (word("Unbroken"), word("Broken") if name == "share" else word("All that is planned"))
            return [
                Term(
                    value=_in_sight(part)(question),
                    sign=0,
                    said=Said(title),
                    figure=question.figure.but(f"sight.{part}"),
                )
                for part, title in zip(of, titles, strict=True)
            ]
        return [
            Term(
                value=amounts if name.startswith("planned") else 1,
                ref=Ref("investment", id),
                figure=figure("column", kind="investment", id=id, name="chain"),
            )
            for id in _counted(name, found)
            for amounts in [_planned(question.view, id)]
            if amounts is not None or not name.startswith("planned")
        ]

    return terms


def _counted(name: str, found: LineOfSight) -> Sequence[str]:
    broken = tuple(one.investment for one in found.broken)
    return {"broken": broken, "planned_all": (*found.unbroken, *broken)}.get(name, found.unbroken)


def _planned(view: View, id: str) -> Amounts | None:
    amounts: Amounts | None = view.derived_values("investment", "planned")[position(view.plan, "investment")[id]]
    return amounts


def _items(question: Question) -> list[Item]:
    code, severity = question.get("code"), question.get("severity")
    if code and code not in CODES:
        raise Invalid(f"Nothing needs attention as “{code}”.", remedy="Codes: " + ", ".join(CODES) + ".")
    found = attention(question.view, (code,) if code else CODES)
    return [item for item in found if not severity or item.severity == severity]


def _attention_terms(question: Question) -> Sequence[Term]:
    return [Term(value=1, ref=item.entity, said=item.sentence) for item in _items(question)]


SIGHT = (
    (
        "share",
        word("Line of sight"),
        "share",
        word("Unbroken chains / investments that are neither retired nor stopped."),
    ),
    ("unbroken", word("Unbroken chains"), "count", word("Investments with a chain up to a board objective.")),
    ("broken", word("Broken chains"), "count", word("Investments without one that are neither retired nor stopped.")),
    (
        "planned_share",
        word("Planned money in line of sight"),
        "share",
        word("Planned money of unbroken / of all counted."),
    ),
    ("planned_unbroken", word("Planned in line of sight"), "money", word("Planned money of unbroken chains.")),
    ("planned_all", word("Planned"), "money", word("Planned money of all that are neither retired nor stopped.")),
)

STRATEGY = (
    ("count", word("Investments"), "count", FORMULAS["count"]),
    ("planned", word("Planned"), "money", FORMULAS["planned"]),
    ("progress", word("Progress"), "share", FORMULAS["objective"]),
    ("aligned", word("Aligned"), "money", FORMULAS["planned"]),
    ("unaligned", word("Unaligned"), "money", FORMULAS["unaligned"]),
)

MEASURES = (
    Measure(
        name="column",
        title=word("Column"),
        unit="any",
        formula="",
        of=column_value,
        terms=column_terms,
        facts=column_facts,
        parameters=("kind", "id", "name", "currency"),
    ),
    Measure(
        name="total",
        title=word("Total"),
        unit="any",
        formula=word("The function over the filled cells of all that match."),
        of=total_value,
        terms=total_terms,
        parameters=("kind", "column", "function", "where", "search", "currency"),
    ),
    *(
        Measure(
            name=f"strategy.{name}",
            title=title,
            unit=unit,  # type: ignore[arg-type]
            formula=formula,
            of=_strategy(name),
            terms=_strategy_terms(name),
            parameters=("id", "investment") if name == "planned" else ("id",),
        )
        for name, title, unit, formula in STRATEGY
    ),
    *(
        Measure(
            name=f"sight.{name}",
            title=title,
            unit=unit,  # type: ignore[arg-type]
            formula=formula,
            of=_in_sight(name),
            terms=_sight_terms(name),
            parameters=("currency",),
        )
        for name, title, unit, formula in SIGHT
    ),
    Measure(
        name="attention.count",
        title=word("Needs somebody"),
        unit="count",
        formula=word("Items of the list of what needs somebody, of one code or severity where it is named."),
        of=lambda question: len(_items(question)),
        terms=_attention_terms,
        parameters=("code", "severity"),
    ),
)
"""Every figure of the plan alone."""
