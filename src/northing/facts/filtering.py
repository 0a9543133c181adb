"""The filter language asked of facts: the same text, the same meaning, as a condition that the engine runs.

A query is read and looked over by :mod:`northing.portfolio.filter` and turned here into a syntax tree of SQL; text is
never pasted. Comparing with empty is false and ``not`` of it is true: every comparison is wrapped so that there are
two truth values only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

from northing.portfolio.errors import Invalid
from northing.portfolio.fact_table import Column, FactTable
from northing.portfolio.filter.checking import NEAR_ENOUGH, SIGNS
from northing.portfolio.filter.comparing import MANY_VALUES, NO, YES, WrongValue, read_number
from northing.portfolio.filter.reader import invalid, read, search_for
from northing.portfolio.filter.tree import (
    Among,
    And,
    Blank,
    Compare,
    Each,
    Everything,
    Match,
    Node,
    Not,
    Or,
    Path,
    Query,
    Scope,
    Search,
)
from northing.portfolio.filter.vocabulary import UnknownWord, nearest, spelled
from northing.portfolio.periods import EXAMPLES, read_period
from northing.portfolio.workspace import FiscalCalendar

if TYPE_CHECKING:
    from sqlglot import exp

TAGS = ("tag", "tags")
EXAMPLE_DAY = date(2000, 1, 1)


class FactWords:
    """What can be named of one fact table: its columns by name or title, and ``tag.<key>``."""

    def __init__(self, table: FactTable, calendar: FiscalCalendar, *, ruled: bool, tags: Iterable[str] = ()) -> None:
        """*ruled*: only what a rule may ask for. *tags*: keys that are there, for the nearest right one."""
        self.table = table
        self.calendar = calendar
        self.ruled = ruled
        self.tags = tuple(tags)
        self.columns = {
            column.name: column
            for column in table.columns
            if column.name != "line" and (column.ruled or not ruled) and column.type != "tags"
        }
        self._names = {spelled(column.title): name for name, column in reversed(self.columns.items())}
        self._names |= {spelled(name): name for name in self.columns}

    def column(self, path: Path) -> tuple[str, str | None]:
        """What *path* names: a column, or the column of tags and a key. Raises :class:`UnknownWord`."""
        first = spelled(path[0])
        if first in TAGS and self.table.column("tags") is not None:
            if len(path) == 1:
                raise self._unknown(path, f"“{path[0]}” needs a key: {path[0]}.project", None)
            return "tags", ".".join(path[1:])
        name = self._names.get(first)
        if name is None:
            hidden = self.table.column(first)
            if hidden is not None and self.ruled:
                raise self._unknown(path, f"A rule cannot ask for “{hidden.title.lower()}”.", None)
            near, score = nearest(path[0], [*self.columns, "tag"])
            raise self._unknown(path, f"{self.table.title} has nothing called “{path[0]}”.", near, score)
        if len(path) > 1:
            title = self.columns[name].title
            raise self._unknown(path, f"“{title}” leads to nothing called “{path[1]}”.", None)
        return name, None

    def _unknown(self, path: Path, message: str, near: str | None, score: float = 100) -> UnknownWord:
        return UnknownWord(self.table.name, path, path[0], near, score, message)


def condition(text: str, words: FactWords, *, today: date | None = None) -> Condition:
    """What *text* asks of facts. Raises :class:`Invalid` with the place and the nearest right word.

    As everywhere, text that is no query and names nothing is a search for its words.
    """
    found = Condition(read(text), words, today=today)
    try:
        found.check()
    except UnknownWord as unknown:
        if SIGNS & set(text) or unknown.score >= NEAR_ENOUGH:
            raise found.refusal(unknown) from None
        found = Condition(search_for(text), words, today=today)
    except WrongValue as wrong:
        raise found.refusal(wrong) from None
    return found


class Condition:
    """A query as a condition over the columns of a fact table."""

    def __init__(self, query: Query, words: FactWords, *, today: date | None) -> None:
        self.query = query
        self.words = words
        self.today = today

    def check(self) -> None:
        """Raises :class:`UnknownWord` or :class:`WrongValue`."""
        self._of(self.query.root)

    def refusal(self, problem: UnknownWord | WrongValue) -> Invalid:
        """*problem* as people are told of it, with its place in the text."""
        query = self.query
        if isinstance(problem, WrongValue):
            at, remedy, code = query.place_of(problem.value), problem.remedy, "filter-value"
        else:
            at, code = query.place_of(".".join(problem.path)), "filter-word"
            remedy = f"Did you mean “{problem.near}”?" if problem.near else None
        return invalid(problem.message, query.text, at, remedy=remedy, code=code)

    def tree(self) -> exp.Expr:
        """The condition as SQL's syntax tree: true or false for each row, never unknown."""
        return self._of(self.query.root)

    def columns(self) -> set[tuple[str, str | None]]:
        """The columns, and keys of tags, that the condition names."""
        found: set[tuple[str, str | None]] = set()

        def walk(node: Node) -> None:
            match node:
                case Not(part):
                    walk(part)
                case And(parts) | Or(parts):
                    for part in parts:
                        walk(part)
                case Each(_, test):
                    walk(test)
                case Search():
                    found.update((name, None) for name in self._searched())
                case Compare(path) | Among(path) | Match(path) | Blank(path):
                    found.add(self.words.column(path))

        walk(self.query.root)
        if any(self.words.columns[name].type == "amount" for name, key in found if key is None):
            found.add(("currency", None))
        return found

    def _of(self, node: Node) -> exp.Expr:
        from sqlglot import exp

        match node:
            case Everything():
                return exp.true()
            case Search(text):
                wanted = text.lower()
                return _any([_contains(_lower(_column(name)), wanted) for name in self._searched()])
            case Not(part):
                return exp.not_(exp.paren(self._of(part)))
            case And(parts):
                return exp.and_(*(exp.paren(self._of(part)) for part in parts))
            case Or(parts):
                return _any([exp.paren(self._of(part)) for part in parts])
            case Blank(path, state, negated):
                return self._blank(path, state, negated)
            case Each(which, test):
                inner = self._of(test)
                return exp.not_(exp.paren(inner)) if which == "none" else inner
            case Scope(_, path):
                raise UnknownWord(
                    self.words.table.name, path, path[0], None, 0, "Facts have no links to ask “where” of."
                )
            case Compare(path) | Among(path) | Match(path):
                name, key = self.words.column(path)
                column = None if key is not None else self.words.columns[name]
                return self._test(node, operand(name, key), column, key)
        raise AssertionError(node)

    def _searched(self) -> list[str]:
        return [name for name, column in self.words.columns.items() if column.type == "text" and column.ruled]

    def _blank(self, path: Path, state: str, negated: bool) -> exp.Expr:
        from sqlglot import exp

        name, key = self.words.column(path)
        if state == "withheld":
            raise WrongValue("withheld", "Facts are delivered or not; no source withholds them with a reason.")
        test = operand(name, key).is_(exp.null())
        return exp.not_(test) if negated else test

    def _test(self, node: Compare | Among | Match, cell: exp.Expr, column: Column | None, key: str | None) -> exp.Expr:
        type = "text" if column is None else column.type
        title = f"tag {key}" if column is None else column.title
        if isinstance(node, Match):
            return _match(node, cell, type, title)
        if isinstance(node, Among):
            return self._among(node, cell, column, key, type, title)
        match type:
            case "text" | "tags":
                return _text(node, cell, title)
            case "date" | "instant":
                return self._date(node, cell, title)
            case "flag":
                return _flag(node, cell, title)
            case _:
                return _number(node, cell, title, money=type == "amount")

    def _among(
        self, node: Among, cell: exp.Expr, column: Column | None, key: str | None, type: str, title: str
    ) -> exp.Expr:
        from sqlglot import exp

        if type == "text":
            wanted = sorted({folded for value in node.values if (folded := _low(value)) is not None})
            if not wanted:
                return exp.not_(cell.copy().is_(exp.null())) if node.negated else exp.false()
            test: exp.Expr = exp.In(this=_lower(cell), expressions=[exp.Literal.string(value) for value in wanted])
            return _two(exp.not_(test) if node.negated else test)
        if len(node.values) > MANY_VALUES:
            raise WrongValue(node.values[0], f"A list of {title.lower()} may hold {MANY_VALUES} values.")
        found = _any(
            [exp.paren(self._test(Compare(node.path, "=", value), cell.copy(), column, key)) for value in node.values]
        )
        if not node.negated:
            return found
        return exp.and_(exp.not_(exp.paren(found)), exp.not_(cell.copy().is_(exp.null())))

    def _date(self, node: Compare, cell: exp.Expr, title: str) -> exp.Expr:
        from sqlglot import exp

        period = read_period(node.value, self.words.calendar, self.today or EXAMPLE_DAY)
        if period is None:
            raise WrongValue(
                node.value,
                f"“{title}” holds a date; “{node.value}” is no date or period.",
                f"Write one of: {EXAMPLES}.",
            )
        if self.today is None and read_period(node.value, self.words.calendar, date(2031, 5, 17)) != period:
            raise WrongValue(
                node.value, f"“{node.value}” moves with the calendar; here the days must stand still.",
                "Write the days: 2026-03, FY26-Q3, 2026-03-31.",
            )  # fmt: skip
        start, end = (exp.cast(exp.Literal.string(day.isoformat()), "date") for day in (period.start, period.end))
        test: exp.Expr
        match node.op:
            case "<":
                test = exp.LT(this=cell, expression=start)
            case "<=":
                test = exp.LT(this=cell, expression=end)
            case ">":
                test = exp.GTE(this=cell, expression=end)
            case ">=":
                test = exp.GTE(this=cell, expression=start)
            case "!=":
                test = exp.or_(exp.LT(this=cell, expression=start), exp.GTE(this=cell.copy(), expression=end))
            case _:
                test = exp.and_(exp.GTE(this=cell, expression=start), exp.LT(this=cell.copy(), expression=end))
        return _two(test)


def _low(value: str) -> str | None:
    """*value* as engines compare it: without outer blanks, in small letters (and so “ß” is not “SS” here)."""
    return value.strip().lower() or None


def operand(name: str, key: str | None) -> exp.Expr:
    """The cell that a condition looks at: a column, or the value of a tag (empty text counts as none)."""
    from sqlglot import exp

    if key is None:
        return _column(name)
    path = exp.JSONPath(expressions=[exp.JSONPathRoot(), exp.JSONPathKey(this=key)])
    value = exp.JSONExtractScalar(this=_column("tags"), expression=path, only_json_types=False)
    return exp.Nullif(this=exp.Trim(this=value), expression=exp.Literal.string(""))


def _column(name: str) -> exp.Expr:
    from sqlglot import exp

    return exp.column(name)


def _lower(cell: exp.Expr) -> exp.Expr:
    from sqlglot import exp

    return exp.Lower(this=cell)


def _two(test: exp.Expr) -> exp.Expr:
    """*test* with false in the place of unknown."""
    from sqlglot import exp

    return exp.Coalesce(this=exp.paren(test), expressions=[exp.false()])


def _any(tests: Sequence[exp.Expr]) -> exp.Expr:
    from sqlglot import exp

    return exp.or_(*tests) if tests else exp.false()


def _contains(cell: exp.Expr, wanted: str) -> exp.Expr:
    from sqlglot import exp

    # Every engine finds the place of a text in a text; not every one has a word for “contains”.
    place = exp.StrPosition(this=cell, substr=exp.Literal.string(wanted))
    return _two(exp.GT(this=place, expression=exp.Literal.number(0)))


def _match(node: Match, cell: exp.Expr, type: str, title: str) -> exp.Expr:
    from sqlglot import exp

    wanted = node.text.lower()
    if not wanted.strip():
        raise WrongValue(node.text, f"“{node.how}” needs some text.")
    if type not in ("text", "tags"):
        raise WrongValue(
            node.text, f"“{title}” holds no text; “{node.how}” looks into texts.", "Compare it with =, <, > or in."
        )
    if node.how == "contains":
        return _contains(_lower(cell), wanted)
    return _two(exp.StartsWith(this=_lower(cell), expression=exp.Literal.string(wanted)))


def _text(node: Compare, cell: exp.Expr, title: str) -> exp.Expr:
    from sqlglot import exp

    wanted = _low(node.value)
    if node.op not in ("=", "!="):
        raise WrongValue(
            node.value,
            f"“{title}” holds text; {node.op} cannot order it here.",
            "Use =, !=, in, contains or starts with.",
        )
    if wanted is None:
        return exp.false() if node.op == "=" else exp.not_(cell.is_(exp.null()))
    sign = exp.EQ if node.op == "=" else exp.NEQ
    return _two(sign(this=_lower(cell), expression=exp.Literal.string(wanted)))


def _number(node: Compare, cell: exp.Expr, title: str, *, money: bool) -> exp.Expr:
    from sqlglot import exp

    found = read_number(node.value)
    if found is None or (found[1] and not money):
        _no_number(node, title, money)
    wanted, currency = found
    signs = {"=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
    test = _two(signs[node.op](this=cell, expression=_decimal(wanted)))
    if currency is None:
        return test
    return exp.and_(test, _two(exp.EQ(this=_column("currency"), expression=exp.Literal.string(currency))))


def _no_number(node: Compare, title: str, money: bool) -> NoReturn:
    if money:
        raise WrongValue(
            node.value, f"“{title}” holds money; “{node.value}” is none.", "Write 100000, 1.5M or 1.5M EUR."
        )
    raise WrongValue(node.value, f"“{title}” holds a number; “{node.value}” is none.", "Write 1500, 1_500, 1.5k or 5%.")


def _decimal(number: Decimal) -> exp.Expr:
    """*number* exactly: a literal of the engine could become a double."""
    from sqlglot import exp

    text = format(number, "f")
    if not re.fullmatch(r"-?\d{1,19}(\.\d{1,18})?", text):
        raise WrongValue(text, f"“{text}” is too large or too fine a number to compare with.")
    return exp.cast(exp.Literal.string(text), "decimal(38, 18)")


def _flag(node: Compare, cell: exp.Expr, title: str) -> exp.Expr:
    from sqlglot import exp

    said = node.value.strip().lower()
    if said not in YES | NO or node.op not in ("=", "!="):
        raise WrongValue(
            node.value, f"“{title}” is yes or no; it cannot be {node.op} “{node.value}”.", "Write = yes or = no."
        )
    wanted = (said in YES) == (node.op == "=")
    return _two(exp.EQ(this=cell, expression=exp.true() if wanted else exp.false()))
