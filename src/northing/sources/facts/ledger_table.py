"""Any extract of an ERP or ledger, CSV or XLSX, by a remembered mapping of its columns onto those of costs.

Encoding, delimiter, the row of the header and the sign before decimals are found out; which column means what says
the source's mapping, or the columns' names where they leave no doubt. The scope is the month of the posting, or company
and month where a column is mapped to ``cost.company``: an extract replaces what an earlier one said of the same month.
"""

from __future__ import annotations

import re
import tempfile
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import IO, cast

from northing.portfolio.ai_services import names_ai
from northing.portfolio.errors import Finding, Invalid
from northing.portfolio.fact_reading import About, Empty, Refused, Row
from northing.portfolio.money import CostKind, Expense
from northing.sources import files, values
from northing.sources.mapping import Column, Layout, layout, onto
from northing.sources.octets import PIECE
from northing.sources.tabular import TableFile, TableRow

from .cells import FIRST, LAST, Unreadable, fits_amount, kept, number, shown
from .ledger_meanings import propose
from .lines import TOO_LONG
from .reader import PageReader
from .redaction import csv_line
from .shortened import Shortened
from .usage_rows import tags_text

TEXTS = (
    "account", "account_name", "sub_account", "cost_center", "project", "provider", "description", "order_ref",
    "service", "category", "team", "resource", "sku", "region", "unit",
)  # fmt: skip
IN_MEMORY = 16 << 20
CREDIT = re.compile(r"\s*(c|cr|credit|h|haben|k|-)\s*$", re.IGNORECASE)
DEBIT = re.compile(r"\s*(d|dr|debit|debet|s|soll|\+)?\s*$", re.IGNORECASE)
TOTAL = re.compile(r"\s*(grand |sub-?)?(total|totaal|summe|saldo|balance|sum)\b", re.IGNORECASE)


class Pages:
    """Pages as something that is read."""

    def __init__(self, pages: Iterable[bytes], name: str) -> None:
        self._pages, self._rest, self.name = iter(pages), b"", name

    def read(self, size: int) -> bytes:
        while len(self._rest) < size and (page := next(self._pages, None)) is not None:
            self._rest += page
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


class LedgerTable(PageReader):
    """A ledger's lines, by a mapping."""

    name = "ledger"
    title = "Ledger or ERP extract"
    tables: tuple[str, ...] = ("cost",)

    def fits(self, name: str, head: bytes) -> float:
        if head[:2] == b"PK":
            return 0.4 if name.lower().endswith((".xlsx", ".xlsm")) else 0.0
        if head[:1] in (b"{", b"[") or head[:4] == b"PAR1":
            return 0.0
        try:
            cut = head[: head.rfind(b"\n") + 1] or head
            made = propose(files.read(cut, name="head"))
        except Invalid:
            return 0.0
        found = {column.to for column in made.layout.columns.values()}
        if any(question.code == "date-order" for question in made.questions):
            found.add("cost.day")  # there is one, and its order is asked
        if "cost.day" not in found or not found & {"cost.billed", "cost.debit"}:
            return 0.0
        return 0.7 if found & {"cost.account", "cost.cost_center"} else 0.55

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        file, cut_short = read_table(pages, about)
        made = _layout(file, about)
        by_line = {finding.line: finding for finding in file.findings}
        lines = _Lines(file, made, about)
        for row in file.rows:
            if row.ordinal in cut_short:
                yield _too_long(row, file, named=bool(made.of("cost.person")))
            elif not row.readable:
                yield _refused(row, by_line.get(row.line), named=bool(made.of("cost.person")))
            elif not row.blank:
                try:
                    found = lines.cost(row)
                except Unreadable as wrong:
                    yield wrong.at(row.ordinal)
                else:
                    yield from [found] if found is not None else []

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        """With a column of people the table is kept as CSV, their names as HMACs; without one as it came."""
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as whole:
            file, cut_short = read_table(_written(pages, whole), about)
            people = {file.columns.index(name) for name in _layout(file, about).of("cost.person")}
            if not people:
                whole.seek(0)
                while page := whole.read(PIECE):
                    yield page
                return
        yield csv_line(file.header)
        for row in file.rows:
            if row.readable and row.ordinal not in cut_short:
                yield csv_line(
                    [about.hide(cell) if at in people and cell.strip() else cell for at, cell in enumerate(row.cells)]
                )


def _written(pages: Iterable[bytes], file: IO[bytes]) -> Iterator[bytes]:
    """*pages*, which stand in *file* when they are over."""
    for page in pages:
        file.write(page)
        yield page


def read_table(pages: Iterable[bytes], about: About) -> tuple[TableFile, set[int]]:
    """The table, and which of its rows hold a line that was too long and was cut short."""
    options = about.source.options
    shortened = Shortened(pages)
    file = files.read(
        Pages(shortened, about.name),  # type: ignore[arg-type]
        name=about.name,
        encoding=options.get("encoding"),
        delimiter=options.get("delimiter"),
        sheet_name=options.get("sheet"),
    )
    begins = [row.line for row in file.rows]
    if any(line < min(begins, default=line + 1) for line in shortened.lines):
        raise Invalid(
            f"{about.name}: no line before the first row may be as long as line {shortened.lines[0]}. {TOO_LONG}",
            remedy="The header names the columns. Export the table again.",
            file=about.name,
        )
    return file, {file.rows[bisect_right(begins, line) - 1].ordinal for line in shortened.lines}


def _layout(file: TableFile, about: About) -> Layout:
    """Which column means what: the mapping's word, else what the names say. Asks where that is not enough."""
    if about.mapping is not None:
        made = onto(layout(about.mapping), file.columns)
        questions: tuple[str, ...] = ()
    else:
        proposal = propose(file)
        made, questions = proposal.layout, tuple(question.message for question in proposal.questions)
    amounts = made.of("cost.billed") + made.of("cost.debit") + made.of("cost.credit")
    missing = [what for what, there in (("the day", made.of("cost.day")), ("the amount", amounts)) if not there]
    if not missing and not questions:
        return made
    remedy = "Map its columns: a day (cost.day), an amount (cost.billed, or cost.debit and cost.credit), a currency."
    told = [*questions, *(f"No column is known to be {what}." for what in missing)]
    raise Invalid(
        f"{about.name}: {' '.join(told)}",
        findings=[Finding(code="column-meaning", message=message, remedy=remedy) for message in told],
        remedy=remedy,
        file=about.name,
    )


def _refused(row: TableRow, finding: Finding | None, *, named: bool) -> Refused:
    """*named*: the table names people, and nobody knows where in a row that cannot be cut they stand."""
    reason = "The row could not be cut into cells; mend it."
    if finding is not None:
        reason = f"{finding.message} {finding.remedy or ''}".strip()
    value = (finding.value or "") if finding is not None and not named else ""
    return Refused(line=row.ordinal, column=finding.column if finding else None, value=shown(value), reason=reason)


def _too_long(row: TableRow, file: TableFile, *, named: bool) -> Refused:
    """A row whose line was cut short: the column in which it ran on, and how that cell begins."""
    at = min(len(row.cells), len(file.columns)) - 1
    value = row.cells[-1] if row.cells and not named else ""
    return Refused(
        line=row.ordinal, column=file.columns[at] if at >= 0 else None, value=shown(value), reason=TOO_LONG
    )  # fmt: skip


class _Lines:
    """The rows of one table as cost lines."""

    def __init__(self, file: TableFile, made: Layout, about: About) -> None:
        self.made, self.about = made, about
        self.at = {name: position for position, name in enumerate(file.columns)}

    def _cell(self, row: TableRow, target: str) -> tuple[str, str, Column] | None:
        """(column, cell, meaning) of the first column of *target* that says something."""
        for name in self.made.of(f"cost.{target}"):
            cell = values.plain_text(row.cells[self.at[name]]).strip()
            if cell and not values.is_empty(cell):
                return name, cell, self.made.columns[name]
        return None

    def _text(self, row: TableRow, target: str) -> str | None:
        found = self._cell(row, target)
        return found[1] if found else None

    def cost(self, row: TableRow) -> Row | None:
        """The cost line of *row*; None for a line of totals."""
        stated = self._cell(row, "day")
        if (stated is None or TOTAL.match(stated[1])) and any(TOTAL.match(cell) for cell in row.cells):
            return None
        on = self._day(row, "day")
        if on is None:
            name = self.made.of("cost.day")[0]
            raise Unreadable(name, "", "The row has no day; write the posting date, or take the row out.")
        billed, currency = self._amount(row)
        source = self.about.source
        said = {target: self._text(row, target) for target in TEXTS}
        tags = self._tags(row)
        month, company = on.strftime("%Y-%m"), self._text(row, "company")
        person = self._text(row, "person")
        quantity = self._number(row, "quantity")
        said["provider"] = said["provider"] or source.provider
        return Row(
            "cost",
            {
                "scope": f"{company} · {month}" if company else month,
                "line": row.ordinal,
                "day": on,
                "until": self._day(row, "until"),
                "billing_period": on.replace(day=1),
                "billed": billed,
                "currency": currency,
                **said,
                "quantity": quantity if quantity is None else kept(quantity),
                "person": self.about.hide(person) if person else None,
                "expense": self._choice(row, "expense", tuple(Expense), source.expense, tags),
                "kind": self._choice(row, "kind", tuple(CostKind), source.kind, tags),
                "ai": names_ai(said["provider"], said["service"], said["category"], said["account_name"]),
                "tags": tags_text(tags),
            },
        )

    def _day(self, row: TableRow, target: str) -> date | None:
        found = self._cell(row, target)
        if found is None:
            return None
        name, cell, column = found
        day = values.day(_figures(cell), cast("values.Order | None", column.order))
        if day is None or not FIRST <= day <= LAST:
            raise Unreadable(name, cell, "This is no day that can be read; write it as 2025-03-31.")
        return day

    def _number(self, row: TableRow, target: str) -> Decimal | None:
        found = self._cell(row, target)
        if found is None:
            return None
        name, cell, column = found
        value = number(re.sub(r"^[A-Za-z]{3}\s|\s[A-Za-z]{3}$", "", cell), comma=column.comma)
        if value is None or not fits_amount(value * (column.scale or 1)):
            raise Unreadable(name, cell, "This is no amount that can be kept; write digits, such as 1234.56.")
        return value * (column.scale or 1)

    def _amount(self, row: TableRow) -> tuple[Decimal, str]:
        billed, debit, credit = (self._number(row, target) for target in ("billed", "debit", "credit"))
        if billed is None and debit is None and credit is None:
            names = [self.made.of(f"cost.{target}") for target in ("billed", "debit", "credit")]
            column = next(each[0] for each in names if each)
            raise Unreadable(column, "", "The row has no amount; write one, or take the row out.")
        total = billed if billed is not None else (debit or Decimal(0)) - (credit or Decimal(0))
        side = self._cell(row, "side")
        if side is not None and billed is not None:
            if CREDIT.match(side[1]):
                total = -total
            elif not DEBIT.match(side[1]):
                raise Unreadable(side[0], side[1], "Is this debit or credit? Write D or C.")
        return kept(total), self._currency(row)

    def _currency(self, row: TableRow) -> str:
        stated = self._cell(row, "currency")
        of_column = next(
            (self.made.columns[name].currency for name in self._amount_columns() if self.made.columns[name].currency),
            None,
        )
        code = (stated[1] if stated else of_column or self.made.options.currency or self.about.source.currency) or ""
        if not re.fullmatch(r"[A-Za-z]{3}", code):
            names = self.made.of("cost.currency") or self._amount_columns()
            reason = "The row does not say one currency; write an ISO 4217 code such as EUR, or state the source's."
            raise Unreadable(names[0], code, reason)
        return code.upper()

    def _amount_columns(self) -> list[str]:
        return [name for target in ("billed", "debit", "credit") for name in self.made.of(f"cost.{target}")]

    def _choice(
        self, row: TableRow, target: str, known: tuple[Expense, ...] | tuple[CostKind, ...],
        stated: Expense | CostKind | None, tags: dict[str, str],
    ) -> str | None:  # fmt: skip
        found = self._cell(row, target)
        if found is None:
            return stated.value if stated else None
        name, cell, column = found
        word = column.words.get(cell) or column.words.get(cell.lower()) or cell.lower()
        if word in {each.value for each in known}:
            return word
        tags[name] = cell  # a word that is not ours: kept as it stands, where filters reach it
        return stated.value if stated else None

    def _tags(self, row: TableRow) -> dict[str, str]:
        found = {name: row.cells[self.at[name]].strip() for name in self.made.of("cost.tag")}
        return {name: cell for name, cell in found.items() if cell}


def _figures(cell: str) -> str:
    """20250331, as SAP writes days, as ISO."""
    found = re.fullmatch(r"((?:19|20)\d\d)(\d\d)(\d\d)", cell)
    return f"{found[1]}-{found[2]}-{found[3]}" if found else cell
