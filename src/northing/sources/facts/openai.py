"""OpenAI's administration API: pages of costs, and pages of usage.

Costs reconcile with the invoice; usage may not, and carries the price of its date. Input tokens there hold the cached
ones; ours do not. The scope is a day in UTC: buckets begin at midnight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from northing.portfolio.fact_reading import About, Empty, Refused, Row

from .buckets import Bucket, buckets, rows, table_of
from .cells import Record, Unreadable, amount, count, currency, text
from .reader import PageReader
from .redaction import redacted_documents
from .usage_rows import Usage

PROVIDER = "openai"
PEOPLE = frozenset(("user_id", "user_email"))
COST = "organization.costs.result"


class OpenAI(PageReader):
    """Answers of ``/v1/organization/costs`` and ``/v1/organization/usage/…``."""

    name = "openai"
    title = "OpenAI costs and usage"
    tables: tuple[str, ...] = ("cost", "usage")

    def fits(self, name: str, head: bytes) -> float:
        return 0.98 if b"organization.costs.result" in head or b"organization.usage." in head else 0.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        found = buckets(pages, start="start_time", table=_table, otherwise=table_of(about.name))
        yield from rows(found, about, cost=_cost, usage=_usage)

    def redact(self, pages: Iterable[bytes], about: About) -> Iterator[bytes]:
        yield from redacted_documents(pages, about.hide, people=PEOPLE, dropped=frozenset())


def _table(result: Record) -> str | None:
    """Of which table a result is; None for what is neither."""
    kind = str(result.get("object") or "")
    if kind == COST or isinstance(result.get("amount"), dict):
        return "cost"
    return "usage" if kind.startswith("organization.usage.") or "num_model_requests" in result else None


def _cost(bucket: Bucket, about: About) -> Row:
    result = bucket.result
    paid: Any = result.get("amount")
    if not isinstance(paid, dict):
        raise Unreadable("amount", paid, "There is no amount with its currency here; fetch the page again.")
    item = text(result, "line_item")
    return Row(
        "cost",
        {
            "scope": bucket.day.isoformat(),
            "line": bucket.line,
            "day": bucket.day,
            "billing_period": bucket.day.replace(day=1),
            "billed": amount(paid, "value", needed=True),
            "currency": currency(paid, about.source.currency),
            "account": text(result, "organization_id"),
            "account_name": text(result, "organization_name"),
            "provider": about.source.provider or PROVIDER,
            "category": "AI and Machine Learning",
            "service": f"{about.source.provider or 'OpenAI'} API",
            "sku": item,
            "description": item,
            "quantity": amount(result, "quantity"),
            "project": text(result, "project_id"),
            "expense": about.source.expense.value if about.source.expense else None,
            "kind": about.source.kind.value if about.source.kind else None,
            "ai": True,
        },
    )


def _usage(bucket: Bucket, about: About, usage: Usage) -> Iterator[Row]:
    result = bucket.result
    entire, cached = count(result, "input_tokens"), count(result, "input_cached_tokens")
    user = text(result, "user_id", "user_email")
    told = {
        "provider": about.source.provider or PROVIDER,
        "model": text(result, "model"),
        "account": text(result, "organization_id"),
        "project": text(result, "project_id"),
        "api_key": text(result, "api_key_id"),
        "person": about.hide(user) if user else None,
    }
    counts = {
        "requests": count(result, "num_model_requests"),
        "input": entire - cached if entire is not None and cached is not None and entire >= cached else entire,
        "output": count(result, "output_tokens"),
        "cache_read": cached,
    }
    tags = {name: str(said).lower() for name in ("batch", "service_tier") if (said := result.get(name)) is not None}
    yield from usage.add(bucket.line, bucket.day, told, counts, tags=tags)
