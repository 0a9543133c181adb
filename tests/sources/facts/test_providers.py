"""What OpenAI and Anthropic answer: costs, usage, empty days, pages cut anywhere."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from northing.portfolio.fact_reading import Price
from northing.sources.facts import READERS, guess_reader
from tests.sources.facts.bench import World, about, hide, read

DAY = 1772409600  # 2 March 2026, midnight UTC


def page(*results: Any, start: Any = DAY, field: str = "start_time", **more: Any) -> dict[str, Any]:
    return {
        "object": "page",
        "data": [{"object": "bucket", field: start, "results": list(results)}],
        "has_more": False,
        **more,
    }


def raw(*pages: Any) -> bytes:
    return b"".join(json.dumps(each).encode() for each in pages)


def cost(value: Any, **more: Any) -> dict[str, Any]:
    return {
        "object": "organization.costs.result",
        "amount": {"value": value, "currency": "usd"},
        "line_item": "gpt-4o, input",
        "project_id": "proj_1",
        **more,
    }


def completions(**more: Any) -> dict[str, Any]:
    return {
        "object": "organization.usage.completions.result", "input_tokens": 1000, "output_tokens": 500,
        "input_cached_tokens": 800, "num_model_requests": 5, "project_id": "proj_1", "user_id": "user-ana",
        "api_key_id": "key_1", "model": "gpt-4o", "batch": False, **more,
    }  # fmt: skip


def prices(provider: str | None, model: str, tokens: str, day: date) -> Price | None:
    amount = {"input": "2", "output": "10", "cache_read": "0.5"}.get(tokens)
    known = provider == "openai" and model == "gpt-4o" and amount
    return Price(amount=Decimal(amount), currency="USD", basis="list 1") if known and amount else None


def test_costs_of_openai() -> None:
    taken = read(
        "openai",
        raw(
            page(cost(0.06), cost("1.000000000001", project_id=None)), page(cost(2, line_item=None), start=DAY + 86_400)
        ),
    )
    assert [(row["scope"], row["billed"], row["currency"], row["project"]) for row in taken.rows] == [
        ("2026-03-02", Decimal("0.06"), "USD", "proj_1"),
        ("2026-03-02", Decimal("1.000000000001"), "USD", None),
        ("2026-03-03", Decimal(2), "USD", "proj_1"),
    ]
    assert {(row["provider"], row["category"], row["ai"]) for row in taken.rows} == {
        ("openai", "AI and Machine Learning", True)
    }
    assert taken.rows[0]["sku"] == "gpt-4o, input"
    assert [row["line"] for row in taken.rows] == [1, 2, 3]


def test_usage_of_openai_without_what_came_from_a_cache_and_at_the_price_of_its_day() -> None:
    row = read("openai", raw(page(completions())), price=prices).only()
    assert (row["input"], row["cache_read"], row["output"], row["requests"]) == (200, 800, 500, 5)
    # 200 × 2 + 800 × 0.5 + 500 × 10 a million
    assert (row["cost"], row["currency"], row["price_basis"]) == (Decimal("0.0058"), "USD", "list 1")
    assert (row["project"], row["api_key"], row["person"]) == ("proj_1", "key_1", hide("user-ana"))


def test_a_missing_price_is_no_cost_and_not_zero() -> None:
    row = read("openai", raw(page(completions(model="unknown"))), price=prices).only()
    assert (row["cost"], row["price_basis"]) == (None, None)


def test_costs_of_anthropic_are_decimal_strings_in_cents() -> None:
    result = {
        "currency": "USD", "amount": "123.78912", "workspace_id": "wrkspc_1", "description": "Claude Usage - Input Tokens",
        "cost_type": "tokens", "context_window": "0-200k", "model": "claude-sonnet-4", "service_tier": "standard",
        "token_type": "uncached_input_tokens",
    }  # fmt: skip
    row = read("anthropic", raw(page(result, start="2026-03-02T00:00:00Z", field="starting_at"))).only()
    assert (row["billed"], row["currency"], row["account"]) == (Decimal("1.2378912"), "USD", "wrkspc_1")
    assert (row["day"], row["provider"], row["service"], row["sku"]) == (
        date(2026, 3, 2),
        "anthropic",
        "Claude API",
        "claude-sonnet-4",
    )
    assert json.loads(row["tags"])["token_type"] == "uncached_input_tokens"


def test_usage_of_anthropic() -> None:
    result = {
        "uncached_input_tokens": 1500, "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
        "cache_read_input_tokens": 200, "output_tokens": 500, "server_tool_use": {"web_search_requests": 10},
        "api_key_id": "apikey_1", "workspace_id": "wrkspc_1", "model": "claude-sonnet-4", "service_tier": "standard",
    }  # fmt: skip
    row = read("anthropic", raw(page(result, start="2026-03-02T00:00:00Z", field="starting_at"))).only()
    assert (row["input"], row["cache_write"], row["cache_read"], row["output"]) == (1500, 1500, 200, 500)
    assert json.loads(row["tags"]) == {"service_tier": "standard", "web_search_requests": "10"}


@pytest.mark.parametrize("reader", ["openai", "anthropic"])
def test_wrong_pages_are_refused_in_words(reader: str) -> None:
    field = "start_time" if reader == "openai" else "starting_at"
    good = page(cost("1") if reader == "openai" else {"amount": "1"}, field=field)
    bad: list[Any] = [
        {"error": {"message": "invalid key"}},
        {"data": "none"},
        page(cost("NaN") if reader == "openai" else {"amount": "NaN"}, field=field),
        page(cost(None) if reader == "openai" else {"amount": None}, field=field),
        page({"something": "else"}, field=field),
        page(cost("1"), field=field, start="0000-01-01"),
        page(cost("1"), field=field, start=None),
        page(cost("9" * 13) if reader == "openai" else {"amount": "9" * 13}, field=field),
    ]
    for each in bad:
        taken = read(reader, raw(good, each, good))
        assert (len(taken.rows), len(taken.refused)) == (2, 1), each
        assert taken.refused[0].reason.endswith(".") and len(taken.refused[0].reason) > 20
    assert len(read(reader, raw(good) + raw(good)[:-20]).refused) == 1
    assert read(reader, b"").found == []


def test_a_day_without_results_replaces_what_was_there(world: World) -> None:
    world.take("openai", raw(page(cost(5)), page(cost(7), start=DAY + 86_400)))
    assert world.total("cost", "billed") == 12
    world.take("openai", raw(page(start=DAY), page(cost(1), start=DAY + 86_400)))
    assert world.total("cost", "billed") == 1
    world.take("openai", raw(page(start=DAY + 86_400)), name="/v1/organization/costs")
    assert world.rows("cost") == []


def test_people_are_hidden_in_what_is_kept() -> None:
    kept = b"".join(READERS["openai"].redact([raw(page(completions()))], about("openai")))
    assert b"user-ana" not in kept
    assert read("openai", kept).only()["input"] == 200


def test_they_are_recognised() -> None:
    assert guess_reader("x", raw(page(cost(1))))[0][0].name == "openai"
    assert guess_reader("x", raw(page({"amount": "1"}, field="starting_at")))[0][0].name == "anthropic"
    assert guess_reader("x", b"") == []
