"""What people set up for themselves, and files as they came: calendar, custom fields, views, mappings, sources."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from .entity import Entity, about
from .words import word


class WeekPattern(StrEnum):
    """Calendar months, or quarters of thirteen weeks cut 4-4-5, 4-5-4 or 5-4-4."""

    MONTHS = "months"
    W445 = "4-4-5"
    W454 = "4-5-4"
    W544 = "5-4-4"


class FiscalCalendar(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """How the organisation cuts its year. A year is named after the calendar year in which it ends."""

    KIND, PLURAL = "fiscal_calendar", "fiscal_calendars"
    TITLE, TITLE_PLURAL = word("Fiscal calendar"), word("Fiscal calendars")

    name: Annotated[str, about("Name")]
    start_month: Annotated[int, about("First month", "1 to 12.")] = 1
    pattern: Annotated[WeekPattern, about("Pattern")] = WeekPattern.MONTHS
    first_day: Annotated[
        date | None, about("First day", "Of any one fiscal year; needed where the pattern is in weeks.")
    ] = None
    leap_years: Annotated[
        tuple[int, ...], about("Years of 53 weeks", "The extra week belongs to the last period.")
    ] = ()
    accrual_threshold: Annotated[
        Decimal,
        about("Accruals from", "In the workspace’s currency; smaller ones are not proposed when a period is closed."),
    ] = Decimal(0)


class CustomType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    FLAG = "flag"
    CHOICE = "choice"
    CHOICES = "choices"


class CustomField(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A field of the organisation’s own on one kind. Values are keyed by its id, so that a rename loses nothing."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "custom_field", "custom_fields", word("Custom field"), word("Custom fields")

    kind: Annotated[str, about("Of", "The kind that has it.")]
    name: Annotated[str, about("Name")]
    type: Annotated[CustomType, about("Type")] = CustomType.TEXT
    unit: Annotated[str | None, about("Unit", "Or the currency of money.")] = None
    choices: Annotated[tuple[str, ...], about("Choices")] = ()
    help: Annotated[str | None, about("Help")] = None


class Mapping(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Which column of somebody's table means what: data, remembered under a name."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "mapping", "mappings", word("Mapping"), word("Mappings")

    name: Annotated[str, about("Name")]
    header: Annotated[tuple[str, ...], about("Header", "The columns it was made for.")] = ()
    columns: Annotated[dict[str, Any], about("Columns", hidden=True)] = {}
    options: Annotated[dict[str, Any], about("Options", hidden=True)] = {}


class SavedView(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A page's state (filter, columns, sort, grouping) under a name; everyone's unless it has an owner."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "saved_view", "saved_views", word("Saved view"), word("Saved views")

    name: Annotated[str, about("Name")]
    page: Annotated[str, about("Page")] = "portfolio"
    query: Annotated[str, about("State", "The query part of the page's address.")] = ""
    owner: Annotated[str | None, about("Owner", ref="person")] = None


class SourceFile(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A file as it came: what is needed to write it again byte for byte."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "source_file", "source_files", word("Source file"), word("Source files")

    source: Annotated[str, about("Source", '"omb", or the name of a mapping.')]
    name: Annotated[str, about("File")]
    edition: Annotated[str | None, about("Edition", 'What it speaks of: "2025".')] = None
    sha256: Annotated[str, about("SHA-256")]
    encoding: Annotated[str, about("Encoding")] = "utf-8"
    header: Annotated[tuple[str, ...], about("Header")] = ()
    format: Annotated[
        dict[str, Any], about("Format", "Delimiter, quoting, line ends, byte order mark.", hidden=True)
    ] = {}
    preamble: Annotated[str, about("Before the first row", "Text as it came, header line included.", hidden=True)] = ""
    epilogue: Annotated[str, about("After the last row", hidden=True)] = ""
    rows: Annotated[int, about("Rows")] = 0


class SourceRow(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """One row's cells as they came, and what was made of them. Not part of a Plan; read when asked for."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "source_row", "source_rows", word("Source row"), word("Source rows")
    LOADED = False

    file: Annotated[str, about("File", ref="source_file")]
    ordinal: Annotated[int, about("Row", "From 1, header not counted.")]
    line: Annotated[int, about("Line", "In the file, from 1.")] = 0
    cells: Annotated[tuple[str, ...], about("Cells")] = ()
    raw: Annotated[
        str | None, about("Raw text", "Where writing the cells again would not give the same bytes.", hidden=True)
    ] = None
    octets: Annotated[str | None, about("Octets", "Base64 of the row, where its bytes are no text.", hidden=True)] = (
        None
    )
    made: Annotated[
        dict[str, list[str]],
        about("Made of it", "Kind → ids. Which column is which field stands in the file's format.", hidden=True),
    ] = {}
