"""Facts: what other systems own. Their tables, where they come from, what is in force, and whose they are.

Facts themselves are columnar files outside the record (``northing.facts``). The record holds what makes them
part of a revision: the source, the delivery with the hashes of its files, and the rules that say which
investment a row belongs to.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from .entity import Entity, about
from .fact_table import ORIGIN, FactTable, column
from .money import CostKind, Expense
from .words import word
from .work_facts import FLOW_TABLES

COST = FactTable(
    name="cost",
    title=word("Cost"),
    columns=(
        *ORIGIN,
        column("day", word("Day"), "date", "First day of the charge.", required=True),
        column("until", word("Until"), "date", "First day after the charge; empty for a day."),
        column("billing_period", word("Billing period"), "date", "Its first day."),
        column("billed", word("Billed cost"), "amount", "As invoiced (FOCUS BilledCost).", required=True),
        column("effective", word("Effective cost"), "amount", "Amortised, after discounts (FOCUS EffectiveCost)."),
        column("list_cost", word("List cost"), "amount"),
        column("currency", word("Currency"), required=True),
        column("account", word("Account"), ruled=True),
        column("account_name", word("Account name"), ruled=True),
        column("sub_account", word("Sub-account"), ruled=True),
        column("sub_account_name", word("Sub-account name"), ruled=True),
        column("provider", word("Provider"), ruled=True),
        column("category", word("Service category"), ruled=True),
        column("subcategory", word("Service subcategory"), ruled=True),
        column("service", word("Service"), ruled=True),
        column("resource", word("Resource"), ruled=True),
        column("resource_name", word("Resource name"), ruled=True),
        column("sku", word("SKU"), ruled=True),
        column("region", word("Region"), ruled=True),
        column("charge_category", word("Charge category"), ruled=True),
        column("charge_class", word("Charge class"), ruled=True),
        column("description", word("Description"), ruled=True),
        column("quantity", word("Consumed quantity"), "quantity"),
        column("unit", word("Consumed unit"), ruled=True),
        column("project", word("Project"), ruled=True),
        column("cost_center", word("Cost centre"), ruled=True),
        column("order_ref", word("Order"), help="The commitment's reference.", ruled=True),
        column("person", word("Person"), help="An HMAC, never a name."),
        column("role", word("Role"), ruled=True),
        column("team", word("Team"), ruled=True),
        column("expense", word("Capex or opex"), ruled=True),
        column("kind", word("Type"), help="Build, run, change or oversight.", ruled=True),
        column("ai", word("AI service"), "flag", "Whether what was bought is AI, as far as the row says.", ruled=True),
        column("price_basis", word("Price basis"), help="The rate or price it was worked out with, where it was."),
        column("tags", word("Tags"), "tags", ruled=True),
    ),
)

USAGE = FactTable(
    name="usage",
    title=word("Usage"),
    columns=(
        *ORIGIN,
        column("day", word("Day"), "date", required=True),
        column("provider", word("Provider"), ruled=True),
        column("model", word("Model"), ruled=True),
        column("account", word("Account"), help="Organisation or workspace at the provider.", ruled=True),
        column("project", word("Project"), ruled=True),
        column("api_key", word("API key"), help="Its name or the hash that the gateway gives.", ruled=True),
        column("team", word("Team"), ruled=True),
        column("person", word("Person"), help="An HMAC, never a name."),
        column("requests", word("Requests"), "integer"),
        column("ok", word("Requests that succeeded"), "integer"),
        column("failed", word("Requests that failed"), "integer"),
        column("input", word("Input tokens"), "integer", "Not from a cache."),
        column("output", word("Output tokens"), "integer"),
        column("cache_read", word("Tokens read from a cache"), "integer"),
        column("cache_write", word("Tokens written to a cache"), "integer"),
        column("reasoning", word("Reasoning tokens"), "integer", "A part of the output."),
        column("cost", word("Cost"), "amount", "As the source says, else priced at its date."),
        column("list_cost", word("List cost"), "amount", "At list price on its date."),
        column("currency", word("Currency")),
        column("price_basis", word("Price basis"), help="“billed”, or the catalogue and version it was priced with."),
        column("tags", word("Tags"), "tags", ruled=True),
    ),
)

PRICE = FactTable(
    name="price",
    title=word("Price"),
    day="start",
    columns=(
        *ORIGIN,
        column("provider", word("Provider"), required=True),
        column("model", word("Model"), required=True),
        column("tokens", word("For"), help="A TokenKind.", required=True),
        column("start", word("From"), "date", required=True),
        column("until", word("Until"), "date"),
        column("price", word("Price"), "amount", "Per million tokens, or per request.", required=True),
        column("currency", word("Currency"), required=True),
        column("condition", word("Condition"), help="Where the price holds only above a context length and so on."),
        column("origin", word("Origin"), help="Where the catalogue has it from."),
    ),
)

MONEY_TABLES = (COST, USAGE, PRICE)
TABLES: dict[str, FactTable] = {table.name: table for table in (*MONEY_TABLES, *FLOW_TABLES)}


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
