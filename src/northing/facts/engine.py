"""The facts that a plan reads, asked: sums by span and investment, the rows under them, tags, prices."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from northing.portfolio.errors import Unavailable
from northing.portfolio.fact_table import FactTable
from northing.portfolio.facts import TABLES, AttributionRule, Delivery
from northing.portfolio.flow import WorkLink
from northing.portfolio.plan import Plan

from . import attributing, in_force, kept, newest
from .across import across
from .asking import ANY, Across, Claim, FactRow, Fold, ItemId, Line, LinkPreview, Part, RulePreview, Whose
from .attributing import EXACT, NOBODYS, Marks, Rules
from .connection import asking
from .dialect import query
from .filtering import FactWords, condition
from .flow import FlowAt
from .in_force import File
from .linking import answering, preview_link, whose
from .previewing import overlaps, preview
from .relation import Cuts, of_files, put_in
from .store import Store
from .trees import FoldTree, fold_tree, rows_tree

Marked = tuple[date | None, Marks, tuple[Any, ...], tuple[Decimal, ...], int]
"""(span, marks, by, sums, lines): rows that the same rules hold of, added up."""
ONE = Decimal(1)
LAST = chr(0x10FFFF)
"""Sorts after every id."""
MOST_MARKED = 50_000
"""Of an answer by marks: more lines than this are kept only as whose they are."""


class FactsAt:
    """The facts in force at one plan, with that plan's rules. Equal plans give equal answers."""

    def __init__(self, store: Store, plan: Plan) -> None:
        self.store = store
        self.plan = plan
        self.in_force = in_force.in_force(plan)

    @property
    def flow(self) -> FlowAt:
        """How the work among them flowed."""
        return FlowAt(self)

    def rules(self, table: str) -> Rules:
        """The rules about *table*, with findings for those that cannot be asked."""
        return attributing.rules_of(self.plan, table)

    def words(self, table: str, *, ruled: bool = False) -> FactWords:
        """What a filter over *table* may name; *ruled*: a rule."""
        return FactWords(TABLES[table], self.plan.calendar, ruled=ruled)

    # Sums

    def fold(self, fold: Fold, /) -> list[Line]:
        """The lines of *fold*, in a stable order."""
        rules = self.rules(fold.table) if fold.attribute else None
        return self.fold_by(fold, rules)

    def fold_by(self, fold: Fold, rules: Rules | None) -> list[Line]:
        """As :meth:`fold`, by other rules than the plan's."""
        fold = _timeless(fold)
        key = (self._key(fold.table, rules), fold)
        return kept.ANSWERS.get(key, lambda: self._lines(fold, rules))

    def marked(self, fold: Fold, rules: Rules | None) -> list[Marked]:
        """What *fold* comes to for each set of rules that hold together."""
        fold = _timeless(fold)
        key = (self._key(fold.table, rules), fold, "marked")
        return kept.ANSWERS.get(key, lambda: self._marked(fold, rules), most=MOST_MARKED)

    def _lines(self, fold: Fold, rules: Rules | None) -> list[Line]:
        parts: dict[Marks, tuple[Part, ...]] = {}
        sums: dict[tuple[Any, ...], list[Decimal]] = {}
        lines: dict[tuple[Any, ...], int] = {}
        for span, marks, by, amounts, count in self.marked(fold, rules):
            mine = parts.get(marks)
            if mine is None:
                mine = parts[marks] = NOBODYS if rules is None else rules.parts(marks)
            for part in mine:
                place = (span, part.investment, part.rule, by)
                into = sums.get(place)
                if into is None:
                    # Most lines are alone in their place, and whole.
                    whole = part.share == ONE
                    sums[place] = list(amounts) if whole else [EXACT.multiply(one, part.share) for one in amounts]
                    lines[place] = count
                    continue
                for index, amount in enumerate(amounts):
                    into[index] = EXACT.fma(amount, part.share, into[index])
                lines[place] += count
        found = [
            Line(span, investment, rule, by, tuple(total), lines[span, investment, rule, by])
            for (span, investment, rule, by), total in sums.items()
        ]
        return sorted(found, key=_place)

    def across(self, fold: Fold, /) -> list[Across]:
        """The lines of *fold*, which asks for one sum, with its spans beside each other; in no order."""
        fold = _timeless(fold)
        rules = self.rules(fold.table) if fold.attribute else None
        key = (self._key(fold.table, rules), fold, "across")
        return kept.ANSWERS.get(key, lambda: across(self, fold, rules), most=MOST_MARKED)

    def _marked(self, fold: Fold, rules: Rules | None) -> list[Any]:
        cuts = Cuts(fold.spans, rules.days if rules else ())
        rows = self.folded(fold, cuts, rules, fold_tree)
        width, by = (rules.width if rules else 0), len(fold.by)
        found = []
        for row in rows:
            marks = tuple(row[1 + by : 1 + by + width])
            amounts = tuple(Decimal(value) if value is not None else Decimal(0) for value in row[1 + by + width : -1])
            found.append((cuts.span(row[0]), marks, tuple(row[1 : 1 + by]), amounts, int(row[-1])))
        return found

    def folded(self, fold: Fold, cuts: Cuts, rules: Rules | None, tree: FoldTree) -> list[Any]:
        """What the engine says to *fold*, asked as *tree* lays it out."""
        table = TABLES[fold.table]
        _check_sums(fold, table)
        files = [file for file in self.in_force.table(fold.table) if file.overlaps(cuts.start, cuts.end)]
        if not files:
            return []
        words = self.words(fold.table)
        where = condition(fold.where, words, today=fold.today) if fold.where.strip() else None
        asked = tree(fold, table, words, cuts, rules, where)
        return self._run(put_in(asked, self._rows_of(fold.table, files)))

    # Rows

    def rows(
        self, table: str, *, where: str = "", span: tuple[date, date] | None = None, investment: Any = ANY,
        rule: str | None = None, offset: int = 0, limit: int = 100, today: date | None = None,
    ) -> list[FactRow]:  # fmt: skip
        """The rows under a figure, in a stable order: by day, source, scope, line. *span* is half-open.

        A row that several investments share stands once for each of them, and once more for what is left.
        *rule*: only what that rule gives.
        """
        rules = self.rules(table)
        parts = self._parts(table, where, span, investment, rule, today)
        files = self._files(table, span)
        if not parts or not files:
            return []
        tree = rows_tree(TABLES[table], self.words(table), rules, parts, where=where, span=span, today=today)
        tree = tree.limit(max(0, limit)).offset(max(0, offset))
        names = [column.name for column in TABLES[table].columns]
        by_file = self._by_file(self.in_force.table(table))
        told = []
        chosen = [part for _, found in parts for part in found]
        for row in self._run(put_in(tree, self._rows_of(table, files))):
            values, (file, number) = dict(zip(names, row, strict=False)), row[len(names) :]
            part = chosen[number]
            told.append(
                FactRow(
                    table=table, values=values, delivery=by_file[str(file).rpartition("/")[2], values["scope"]],
                    line=values["line"] or 0, share=part.share, investment=part.investment, rule=part.rule,
                )
            )  # fmt: skip
        return told

    def count(
        self, table: str, *, where: str = "", span: tuple[date, date] | None = None, investment: Any = ANY,
        rule: str | None = None, today: date | None = None,
    ) -> int:  # fmt: skip
        """How many of them there are."""
        rules = self.rules(table)
        return sum(
            lines * sum(_fits(part, investment, rule) for part in rules.parts(marks))
            for _, marks, _, _, lines in self.marked(_whole(table, where, span, today), rules)
        )

    def _parts(
        self, table: str, where: str, span: tuple[date, date] | None, investment: Any, rule: str | None,
        today: date | None,
    ) -> list[tuple[Marks, list[Part]]]:  # fmt: skip
        """For each mark that occurs, the parts that are asked for."""
        rules = self.rules(table)
        seen: dict[Marks, list[Part]] = {}
        for _, marks, _, _, _ in self.marked(_whole(table, where, span, today), rules):
            if marks not in seen:
                mine = [part for part in rules.parts(marks) if _fits(part, investment, rule)]
                if mine:
                    seen[marks] = mine
        return sorted(seen.items())

    # What else there is

    def of_delivery(self, id: str, /) -> FactsAt:
        """The facts of one delivery alone, whether or not they still count, under the same rules."""
        others: dict[str, Delivery | None] = {other: None for other in self.plan.deliveries if other != id}
        return FactsAt(self.store, self.plan.step(self.plan.no, {"delivery": dict(others)}, branch="delivery"))

    def tags(self, table: str) -> list[str]:
        """The keys of tags that rows in force have."""
        if TABLES[table].column("tags") is None:
            return []
        return kept.ANSWERS.get((self._key(table, None), "tags"), lambda: self._tag_keys(table))

    def _tag_keys(self, table: str) -> list[str]:
        keys: set[str] = set()
        for (text,) in self._ask_all("tags", table):
            found = json.loads(text)
            if isinstance(found, dict):
                keys.update(found)
        return sorted(keys)

    def prices(
        self, provider: str | None = None, model: str | None = None, on: date | None = None
    ) -> list[Mapping[str, Any]]:
        """Catalogue prices by column name: of a provider, a model, holding on a day; None asks for all.

        Of one catalogue's prices for the same, the one that began last holds.
        """
        rows = kept.ANSWERS.get((self._key("price", None), "prices"), self._all_prices)
        asked = [
            row
            for row in rows
            if (provider is None or row["provider"].lower() == provider.lower())
            and (model is None or row["model"].lower() == model.lower())
            and (on is None or (row["start"] <= on and (row["until"] is None or on < row["until"])))
        ]
        if on is None:
            return asked
        newest: dict[tuple[Any, ...], Mapping[str, Any]] = {}
        for row in asked:
            same = tuple(row[name] for name in ("source", "provider", "model", "tokens", "condition", "currency"))
            newest.setdefault(same, row)
        return list(newest.values())

    def _all_prices(self) -> list[Mapping[str, Any]]:
        names = ("provider", "model", "tokens", "start", "until", "price", "currency", "condition", "origin", "source")
        by_file = self._by_file(self.in_force.table("price"))
        found: list[Mapping[str, Any]] = []
        for row in self._ask_all("prices", "price"):
            scope, line, file = row[len(names) :]
            told = dict(zip(names, row, strict=False))
            told |= {"scope": scope, "line": line, "delivery": by_file[str(file).rpartition("/")[2], scope]}
            found.append(told)
        return found

    def preview(self, rule: AttributionRule) -> RulePreview:
        """What *rule*, new or changed, would claim, and from whom. Raises :class:`Invalid` where it cannot be read."""
        return preview(self, rule)

    def overlaps(self, spans: Mapping[str, Sequence[date]] | None = None) -> dict[str, dict[str, Claim]]:
        """Rule → rules that would claim some of its rows were it not there, and how much.

        *spans*, by table: days around and between all rows in force, by which the same rows are asked for elsewhere.
        """
        keys = tuple(self._key(table, self.rules(table)) for table in ("cost", "usage"))
        cut = {table: tuple(days) for table, days in (spans or {}).items()}
        return kept.ANSWERS.get((keys, "overlaps"), lambda: overlaps(self, cut))

    # Items of work

    def whose(self) -> Whose:
        """Every item of work in force, and whose it is by the links of the plan."""
        return kept.ANSWERS.get((self._key("work", self.rules("work")), "whose"), lambda: whose(self))

    def preview_link(self, link: WorkLink) -> LinkPreview:
        """What *link*, new or changed, would claim, and from whom. Raises :class:`Invalid` where it cannot be read."""
        return preview_link(self, link)

    def answering(self, wheres: Mapping[str, str], today: date | None = None) -> Mapping[ItemId, tuple[str, ...]]:
        """Item of work → those of the filters *wheres*, by name, that it answers to. Raises :class:`Invalid`."""
        key = (self._key("work", None), "answering", tuple(sorted(wheres.items())), today)
        return kept.ANSWERS.get(key, lambda: answering(self, wheres, today))

    # The engine

    def _ask_all(self, name: str, table: str) -> list[Any]:
        files = self.in_force.table(table)
        return self._run(put_in(query(name), self._rows_of(table, files))) if files else []

    def _rows_of(self, table: str, files: Sequence[File]) -> Any:
        """The rows that count, of *files* or more: where a table has a key, a newer row may stand in any file."""
        every = self.in_force.table(table)
        return (
            newest.rows_of(self.store, table, every) if newest.told_again(table, every) else of_files(self.store, files)
        )

    def _run(self, tree: Any) -> list[Any]:
        import duckdb

        cursor = asking(self.store.folder.parent)
        try:
            return cursor.execute(tree.sql(dialect="duckdb", copy=False)).fetchall()
        except (duckdb.IOException, duckdb.InvalidInputException) as problem:
            raise Unavailable(
                f"A file of facts cannot be read: {str(problem).splitlines()[0]}",
                remedy="Run “northing verify”; it names the delivery. Restore its files from a backup.",
            ) from problem
        finally:
            cursor.close()

    def _files(self, table: str, span: tuple[date, date] | None) -> list[File]:
        start, end = span or (None, None)
        return [file for file in self.in_force.table(table) if file.overlaps(start, end)]

    def _by_file(self, files: Iterable[File]) -> dict[tuple[str, str], str]:
        """(file's name, scope) → delivery: the same file may stand in two deliveries."""
        return {
            (f"{file.batch.sha256}.parquet", scope): file.delivery
            for file in files
            for scope in (file.batch.scopes if file.scopes is None else file.scopes)
        }

    def _key(self, table: str, rules: Rules | None) -> tuple[str, str, str, str]:
        calendar = self.plan.calendar
        return str(self.store.folder), self.in_force.key, rules.key if rules else "", f"{table} {calendar}"


def _fits(part: Part, investment: Any, rule: str | None) -> bool:
    meant = investment is ANY or part.investment in (investment if isinstance(investment, frozenset) else (investment,))
    return meant and (rule is None or part.rule == rule)


def _timeless(fold: Fold) -> Fold:
    """*fold* without the day on which it is asked, where nothing depends on that: then any day's answer will do."""
    return fold if fold.where.strip() or fold.today is None else msgspec.structs.replace(fold, today=None)


def _whole(table: str, where: str, span: tuple[date, date] | None, today: date | None) -> Fold:
    return Fold(table=table, sums=(), where=where, spans=span or (), today=today)


def _check_sums(fold: Fold, table: FactTable) -> None:
    columns = [table.column(name) for name in fold.sums]
    if any(column is None or column.type not in ("amount", "quantity", "integer") for column in columns):
        raise ValueError(f"{table.name}: cannot add up {fold.sums}")
    if any(column and column.type == "amount" for column in columns) and "currency" not in fold.by:
        raise ValueError("amounts are added by currency: put it into “by”")


def _place(line: Line) -> tuple[date, str, str, str]:
    # One text for all columns: tuples of half a million lines take longer to compare than the lines to make.
    return line.span or date.min, line.investment or LAST, line.rule or LAST, repr(line.by)
