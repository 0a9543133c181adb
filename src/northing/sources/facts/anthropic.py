"""Anthropic's administration API: the cost report, whose amounts are decimal strings in cents, and usage of messages.

The scope is a day in UTC. Cache creation is told by how long the cache is kept; here it is one sum.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .buckets import Bucket, buckets, rows, table_of
from .cells import Record, amount, count, currency, kept, text
from .reader import PageReader
from .usage_rows import Usage, tags_text

PROVIDER = "anthropic"
SERVICES = {
    "tokens": "Claude API",
    "web_search": "Web search",
    "code_execution": "Code execution",
    "session_usage": "Sessions",
}
CENTS = Decimal(100)
KEPT = ("cost_type", "context_window", "service_tier", "token_type", "inference_geo")


class Anthropic(PageReader):
    """Answers of ``/v1/organizations/cost_report`` and ``/v1/organizations/usage_report/messages``."""

    name = "anthropic"
    title = "Anthropic costs and usage"
    tables: tuple[str, ...] = ("cost", "usage")

    def fits(self, name: str, head: bytes) -> float:
        if b'"starting_at"' not in head or b'"results"' not in head:
            return 0.0
        return 0.98 if b'"amount"' in head or b'"uncached_input_tokens"' in head else 0.6

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        found = buckets(pages, start="starting_at", table=_table, otherwise=table_of(about.name))
        yield from rows(found, about, cost=_cost, usage=_usage)


def _table(result: Record) -> str | None:
    """Of which table a result is; None for what is neither."""
    if "amount" in result:
        return "cost"
    return "usage" if "uncached_input_tokens" in result or "output_tokens" in result else None


def _cost(bucket: Bucket, about: About) -> Row:
    result = bucket.result
    cents = amount(result, "amount", needed=True)
    assert cents is not None
    kind = text(result, "cost_type") or "tokens"
    return Row(
        "cost",
        {
            "scope": bucket.day.isoformat(),
            "line": bucket.line,
            "day": bucket.day,
            "billing_period": bucket.day.replace(day=1),
            "billed": kept(cents / CENTS),
            "currency": currency(result, about.source.currency),
            "account": text(result, "workspace_id"),
            "provider": about.source.provider or PROVIDER,
            "category": "AI and Machine Learning",
            "service": SERVICES.get(kind, kind.replace("_", " ").capitalize()),
            "sku": text(result, "model"),
            "description": text(result, "description"),
            "expense": about.source.expense.value if about.source.expense else None,
            "kind": about.source.kind.value if about.source.kind else None,
            "ai": True,
            "tags": tags_text({name: said for name in KEPT if (said := text(result, name))}),
        },
    )


def _usage(bucket: Bucket, about: About, usage: Usage) -> Iterator[Row]:
    result = bucket.result
    created: Any = result.get("cache_creation")
    written = (
        sum(count(created, name) or 0 for name in created)
        if isinstance(created, Mapping)
        else count(result, "cache_creation_input_tokens")
    )
    told = {
        "provider": about.source.provider or PROVIDER,
        "model": text(result, "model"),
        "account": text(result, "workspace_id"),
        "api_key": text(result, "api_key_id"),
    }
    counts = {
        "input": count(result, "uncached_input_tokens"),
        "output": count(result, "output_tokens"),
        "cache_read": count(result, "cache_read_input_tokens"),
        "cache_write": written,
    }
    tags = {name: said for name in KEPT if (said := text(result, name))}
    tools = result.get("server_tool_use")
    if isinstance(tools, Mapping):
        tags |= {name: str(asked) for name in tools if (asked := count(tools, name))}
    yield from usage.add(bucket.line, bucket.day, told, counts, tags=tags)
