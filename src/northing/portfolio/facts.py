"""Facts: what other systems own. Their tables, where they come from, what is in force, and whose they are.

Facts themselves are columnar files outside the record (``northing.facts``). The record holds what makes them
part of a revision: the source, the delivery with the hashes of its files, and the rules that say which
investment a row belongs to.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec

from .entity import Entity, about
from .money import CostKind, Expense
from .words import word

ColumnType = Literal["text", "date", "instant", "integer", "amount", "quantity", "flag", "tags"]
"""amount and quantity: DECIMAL(24,12), never doubles; instant: UTC microseconds; tags: a JSON object as text."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a fact table, as files, filters and receipts need to know it."""

    name: str
    title: str
    type: ColumnType
    help: str = ""
    required: bool = False
    ruled: bool = False
    """Whether an attribution rule may ask for it."""


class FactTable(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of fact. Its files are sorted and partitioned by *day*."""

    name: str
    title: str
    columns: tuple[Column, ...]
    day: str = "day"

    def column(self, name: str) -> Column | None:
        return next((column for column in self.columns if column.name == name), None)


def _column(name: str, title: str, type: ColumnType = "text", help: str = "", **more: Any) -> Column:
    return Column(name=name, title=title, type=type, help=help, **more)


ORIGIN = (
    _column("source", word("Source"), help="Id of the source that delivered the row.", required=True),
    _column("scope", word("Scope"), help="What a later delivery replaces as a whole.", required=True),
    _column(
        "line", word("Line"), "integer", "In the input, from 1; with the scope's delivery it names the source row."
    ),
)
"""Every fact table begins with these."""

COST = FactTable(
    name="cost",
    title=word("Cost"),
    columns=(
        *ORIGIN,
        _column("day", word("Day"), "date", "First day of the charge.", required=True),
        _column("until", word("Until"), "date", "First day after the charge; empty for a day."),
        _column("billing_period", word("Billing period"), "date", "Its first day."),
        _column("billed", word("Billed cost"), "amount", "As invoiced (FOCUS BilledCost).", required=True),
        _column("effective", word("Effective cost"), "amount", "Amortised, after discounts (FOCUS EffectiveCost)."),
        _column("list_cost", word("List cost"), "amount"),
        _column("currency", word("Currency"), required=True),
        _column("account", word("Account"), ruled=True),
        _column("account_name", word("Account name"), ruled=True),
        _column("sub_account", word("Sub-account"), ruled=True),
        _column("sub_account_name", word("Sub-account name"), ruled=True),
        _column("provider", word("Provider"), ruled=True),
        _column("category", word("Service category"), ruled=True),
        _column("subcategory", word("Service subcategory"), ruled=True),
        _column("service", word("Service"), ruled=True),
        _column("resource", word("Resource"), ruled=True),
        _column("resource_name", word("Resource name"), ruled=True),
        _column("sku", word("SKU"), ruled=True),
        _column("region", word("Region"), ruled=True),
        _column("charge_category", word("Charge category"), ruled=True),
        _column("charge_class", word("Charge class"), ruled=True),
        _column("description", word("Description"), ruled=True),
        _column("quantity", word("Consumed quantity"), "quantity"),
        _column("unit", word("Consumed unit"), ruled=True),
        _column("project", word("Project"), ruled=True),
        _column("cost_center", word("Cost centre"), ruled=True),
        _column("order_ref", word("Order"), help="The commitment's reference.", ruled=True),
        _column("person", word("Person"), help="An HMAC, never a name."),
        _column("role", word("Role"), ruled=True),
        _column("team", word("Team"), ruled=True),
        _column("expense", word("Capex or opex"), ruled=True),
        _column("kind", word("Type"), help="Build, run, change or oversight.", ruled=True),
        _column("ai", word("AI service"), "flag", "Whether what was bought is AI, as far as the row says.", ruled=True),
        _column("price_basis", word("Price basis"), help="The rate or price it was worked out with, where it was."),
        _column("tags", word("Tags"), "tags", ruled=True),
    ),
)

USAGE = FactTable(
    name="usage",
    title=word("Usage"),
    columns=(
        *ORIGIN,
        _column("day", word("Day"), "date", required=True),
        _column("provider", word("Provider"), ruled=True),
        _column("model", word("Model"), ruled=True),
        _column("account", word("Account"), help="Organisation or workspace at the provider.", ruled=True),
        _column("project", word("Project"), ruled=True),
        _column("api_key", word("API key"), help="Its name or the hash that the gateway gives.", ruled=True),
        _column("team", word("Team"), ruled=True),
        _column("person", word("Person"), help="An HMAC, never a name."),
        _column("requests", word("Requests"), "integer"),
        _column("ok", word("Requests that succeeded"), "integer"),
        _column("failed", word("Requests that failed"), "integer"),
        _column("input", word("Input tokens"), "integer", "Not from a cache."),
        _column("output", word("Output tokens"), "integer"),
        _column("cache_read", word("Tokens read from a cache"), "integer"),
        _column("cache_write", word("Tokens written to a cache"), "integer"),
        _column("reasoning", word("Reasoning tokens"), "integer", "A part of the output."),
        _column("cost", word("Cost"), "amount", "As the source says, else priced at its date."),
        _column("list_cost", word("List cost"), "amount", "At list price on its date."),
        _column("currency", word("Currency")),
        _column("price_basis", word("Price basis"), help="“billed”, or the catalogue and version it was priced with."),
        _column("tags", word("Tags"), "tags", ruled=True),
    ),
)

PRICE = FactTable(
    name="price",
    title=word("Price"),
    day="start",
    columns=(
        *ORIGIN,
        _column("provider", word("Provider"), required=True),
        _column("model", word("Model"), required=True),
        _column("tokens", word("For"), help="A TokenKind.", required=True),
        _column("start", word("From"), "date", required=True),
        _column("until", word("Until"), "date"),
        _column("price", word("Price"), "amount", "Per million tokens, or per request.", required=True),
        _column("currency", word("Currency"), required=True),
        _column("condition", word("Condition"), help="Where the price holds only above a context length and so on."),
        _column("origin", word("Origin"), help="Where the catalogue has it from."),
    ),
)

TABLES: dict[str, FactTable] = {table.name: table for table in (COST, USAGE, PRICE)}


class Source(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """A system that facts come from, and how its files are read."""

    KIND, PLURAL, TITLE, TITLE_PLURAL = "source", "sources", word("Source"), word("Sources")

    name: Annotated[str, about("Name")]
    reader: Annotated[str, about("Format", "Which reader understands its files.")]
    mapping: Annotated[str | None, about("Mapping", "Which column means what, for a table.", ref="mapping")] = None
    owner: Annotated[str | None, about("Owner", ref="person")] = None
    cadence_days: Annotated[int | None, about("Delivers every", "Later than that it is stale.", unit="days")] = None
    currency: Annotated[str | None, about("Currency", "Where the rows name none. ISO 4217 code.")] = None
    provider: Annotated[str | None, about("Provider", "Where the rows name none.")] = None
    expense: Annotated[Expense | None, about("Capex or opex", "Where the rows do not say.")] = None
    kind: Annotated[CostKind | None, about("Type", "Where the rows do not say.")] = None
    options: Annotated[dict[str, Any], about("Options", "What else its reader needs to know.", hidden=True)] = {}
    note: Annotated[str | None, about("Note", long=True)] = None


class Batch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One immutable Parquet file of facts: one table, one calendar month, one or more scopes."""

    table: str
    month: str
    """``2026-03``: the partition that it lies in."""
    sha256: str
    """Of the file; also its name."""
    rows: int
    octets: int
    start: date
    end: date
    """The first day after its last row."""
    scopes: tuple[str, ...]
    """Which of the delivery's scopes have rows in it."""


class Delivery(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """One input that a source delivered. Of each scope the delivery received last is in force.

    Its id is derived from source, input and reader, so that the same input twice is the same delivery.
    """

    KIND, PLURAL, TITLE, TITLE_PLURAL = "delivery", "deliveries", word("Delivery"), word("Deliveries")

    source: Annotated[str, about("Source", ref="source")]
    name: Annotated[str, about("Input", "File name or address.")]
    input_sha256: Annotated[str, about("SHA-256 of the input", hidden=True)]
    kept_sha256: Annotated[
        str | None,
        about("SHA-256 of what is kept", "After redaction; the same where nothing was redacted.", hidden=True),
    ] = None
    reader: Annotated[str, about("Read by", "Reader and version: “focus 1”.")]
    received: Annotated[str, about("Received", "UTC instant in ISO form; the later one wins a scope.")]
    scopes: Annotated[
        dict[str, list[str]],
        about("Scopes", "Table → the scopes that it states, also where they are empty.", hidden=True),
    ] = {}
    batches: Annotated[tuple[Batch, ...], about("Files of facts", hidden=True)] = ()
    rows_in: Annotated[int, about("Rows in")] = 0
    refused: Annotated[int, about("Rows refused")] = 0
    rejects_sha256: Annotated[str | None, about("Refused rows", hidden=True)] = None
    start: Annotated[date | None, about("From", "First day that its facts speak of.")] = None
    end: Annotated[date | None, about("Until", "First day after them.")] = None
    priced_with: Annotated[str | None, about("Priced with", "Rates or price catalogue at the time.")] = None
    read_with: Annotated[
        str | None, about("Manner", "Digest of the mapping and the source's defaults it was read with.", hidden=True)
    ] = None
    note: Annotated[str | None, about("Note", long=True)] = None


class RuleTables(StrEnum):
    COST = "cost"
    USAGE = "usage"
    BOTH = "both"


class AttributionRule(Entity, frozen=True, kw_only=True, omit_defaults=True):
    """Says which rows of facts belong to an investment, and for what share.

    Rules are asked in the order of precedence, then number, then id; each takes its share of a row or what
    the rules before it have left. What no rule claims stays visible as unattributed.
    """

    KIND, PLURAL = "attribution_rule", "attribution_rules"
    TITLE, TITLE_PLURAL = word("Attribution rule"), word("Attribution rules")
    NUMBERED = "RULE"

    number: Annotated[str | None, about("Number")] = None
    name: Annotated[str | None, about("Name")] = None
    tables: Annotated[RuleTables, about("Of")] = RuleTables.BOTH
    where: Annotated[
        str, about("Which rows", "In the filter language: account = 123 and tag.project = chat.", long=True)
    ]
    investment: Annotated[str, about("Investment", ref="investment")]
    share: Annotated[Decimal, about("Share", "Above 0, at most 1.")] = Decimal(1)
    precedence: Annotated[int, about("Precedence", "The lower is asked first.")] = 100
    start: Annotated[date | None, about("From", "First day of the rows that it claims.")] = None
    end: Annotated[date | None, about("Until", "First day after them.")] = None
    note: Annotated[str | None, about("Note", long=True)] = None
