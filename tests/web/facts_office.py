"""A workspace whose bills, calls and prices came in through the engine; for the tests of the pages of facts.

Rows are said as they are: a page is a JSON list of [table, {column: value}].
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from northing.portfolio.edits import create
from northing.portfolio.fact_reading import About, Empty, Refused, Row
from northing.portfolio.facts import Source
from northing.report.delivering import deliver
from northing.sources.facts.reader import PageReader
from tests.web.office import Office, id_of, open_office

DAYS = ("day", "until", "billing_period", "start")
NUMBERS = ("billed", "effective", "cost", "list_cost", "price", "quantity")


class SaidReader(PageReader):
    """Rows as the test says them."""

    name, title, version, tables, form = "said", "Said", 1, ("cost", "usage", "price"), "pages"

    def fits(self, name: str, head: bytes) -> float:
        return 1.0

    def read(self, pages: Iterable[bytes], about: About) -> Iterator[Row | Refused | Empty]:
        for number, (table, said) in enumerate(json.loads(b"".join(pages)), 2):
            values: dict[str, Any] = {"line": number, "scope": table, **said}
            for name, value in values.items():
                if name in DAYS and value:
                    values[name] = date.fromisoformat(value)
                elif name in NUMBERS and value is not None:
                    values[name] = Decimal(value)
            yield Row(table, values)


def source(name: str) -> Source:
    return Source(id=id_of(f"source {name}"), name=name, reader="said", cadence_days=31)


def bring(office: Office, name: str, rows: Iterable[tuple[str, dict[str, Any]]], by: str = "owner") -> None:
    """Deliver *rows* from the source *name*."""
    page = json.dumps(list(rows), default=str).encode()
    deliver(office.workspace, source(name), SaidReader(), [page], name=f"{name}.json", by=office.actors[by])


def cost(day: date, billed: str, **said: Any) -> tuple[str, dict[str, Any]]:
    return "cost", {"day": day.isoformat(), "billed": billed, "effective": billed, "currency": "EUR", **said}


def used(day: date, model: str, tokens: int, price: str, **said: Any) -> tuple[str, dict[str, Any]]:
    """Calls of a model: four fifths in, a fifth out, at *price* for a million."""
    amount = (Decimal(tokens) * Decimal(price) / 10**6).quantize(Decimal("0.000001"))
    return "usage", {
        "day": day.isoformat(), "model": model, "requests": tokens // 1000, "ok": tokens // 1000 - tokens // 90000,
        "failed": tokens // 90000, "input": tokens * 4 // 5, "output": tokens - tokens * 4 // 5, "cost": str(amount),
        "list_cost": str(amount), "currency": "USD", "price_basis": "billed", **said,
    }  # fmt: skip


def months(today: date, count: int) -> list[date]:
    """The first days of the last *count* calendar months, this one last."""
    found, at = [], today.replace(day=1)
    for _ in range(count):
        found.append(at)
        at = (at - timedelta(days=1)).replace(day=1)
    return found[::-1]


def bills(today: date) -> list[tuple[str, dict[str, Any]]]:
    """A cloud bill, AI services that somebody bought on the side, and licences, month by month."""
    rows = []
    for number, first in enumerate(months(today, 9)):
        day = min(first + timedelta(days=2), today)
        grown = Decimal(100 + 9 * number) / 100
        ml = {"category": "AI and Machine Learning"}
        aws: dict[str, Any] = {"provider": "Amazon Web Services", "account": "4410-claims", "sub_account": "prod"}
        rows += [
            cost(
                day,
                str(18200 * grown),
                service="Amazon EC2",
                category="Compute",
                project="claims",
                tags='{"team":"claims"}',
                **aws,
            ),
            cost(
                day,
                str(7400 * grown),
                service="Amazon Bedrock",
                project="claims",
                tags='{"team":"claims"}',
                **aws,
                **ml,
            ),
            cost(day, str(3100), service="Amazon S3", category="Storage", **{**aws, "account": "4477-shared"}),
            cost(day, str(2650 * grown), service="Amazon SageMaker", **{**aws, "account": "4477-shared"}, **ml),
            cost(
                day,
                str(1240 * grown),
                provider="OpenAI",
                account="org-marketing",
                service="ChatGPT Team",
                ai=True,
                description="Seats",
            ),
            cost(day, str(820), provider="Anthropic", account="console-hr", service="Claude", ai=True, currency="USD"),
            cost(day, str(5200), provider="Microsoft", account="EA-9", service="Copilot licences", project="office"),
            cost(day, str(640), provider="Datadog", account="eu-1", service="Logs"),
            cost(day, "-120.5", provider="Datadog", account="eu-1", service="Logs", charge_category="Credit"),
        ]
    return rows  # fmt: skip


def calls(today: date) -> list[tuple[str, dict[str, Any]]]:
    rows = []
    for number, first in enumerate(months(today, 7)):
        for week in range(0, 28, 7):
            day = first + timedelta(days=week)
            if day > today:
                continue
            more = 1 + number / 5
            rows += [
                used(
                    day,
                    "gpt-5",
                    int(41_000_000 * more),
                    "3.2" if number < 5 else "2.4",
                    provider="openai",
                    project="claims",
                    api_key="claims-prod",
                    team="Claims",
                ),
                used(
                    day,
                    "gpt-5-mini",
                    int(160_000_000 * more),
                    "0.55",
                    provider="openai",
                    project="claims",
                    api_key="claims-batch",
                    team="Claims",
                ),
                used(
                    day,
                    "claude-sonnet-4-5",
                    int(28_000_000 / more),
                    "6",
                    provider="anthropic",
                    project="answers",
                    api_key="answers",
                    team="Service",
                ),
                used(
                    day, "mistral-large", 6_000_000, "4", provider="mistral", project="lab", api_key="lab-7", team="Lab"
                ),
            ]
    return rows  # fmt: skip


def price(
    provider: str, model: str, tokens: str, amount: str, start: str, until: str | None = None
) -> tuple[str, dict[str, Any]]:
    return "price", {
        "provider": provider, "model": model, "tokens": tokens, "start": start, "until": until, "price": amount,
        "currency": "USD", "origin": "list",
    }  # fmt: skip


def prices(today: date) -> list[tuple[str, dict[str, Any]]]:
    cut = months(today, 2)[0].isoformat()
    return [
        price("openai", "gpt-5", "input", "2", "2025-01-01", cut), price("openai", "gpt-5", "input", "1.25", cut),
        price("openai", "gpt-5", "output", "10", "2025-01-01"),
        price("openai", "gpt-5-mini", "input", "0.25", "2025-01-01"), price("openai", "gpt-5-mini", "output", "2", "2025-01-01"),
        price("anthropic", "claude-sonnet-4-5", "input", "3", "2025-01-01"), price("anthropic", "claude-sonnet-4-5", "output", "15", "2025-01-01"),
        price("mistral", "mistral-large", "input", "2", "2025-01-01"),
    ]  # fmt: skip


def furnish(office: Office, today: date) -> Office:
    """Three investments, two of them in sight of the board; three rules; bills, calls and prices."""
    office.commit(
        create("objective", id_of("settle"), name="Settle claims in two days", level="board"),
        create("investment", id_of("triage"), name="Claims triage", currency="EUR", stage="scale"),
        create("investment", id_of("answers"), name="Answer assistant", currency="EUR", stage="pilot"),
        create("investment", id_of("office"), name="Office copilots", currency="EUR", stage="operate"),
        create("strategic_contribution", id_of("serves"), investment=id_of("triage"), objective=id_of("settle"), weight="1"),
        create("cost_plan_line", id_of("planned"), investment=id_of("triage"), likely="400000", start="2026-01-01", end="2027-01-01"),
        create("fx_rate", id_of("usd"), base="USD", quote="EUR", on="2024-01-01", rate="0.9"),
        reason="The plan",
    )  # fmt: skip
    bring(office, "Cloud bill", bills(today))
    bring(office, "Gateway", calls(today))
    bring(office, "Price list", prices(today))
    office.commit(
        create("attribution_rule", id_of("rule triage"), name="Claims account", where='account = "4410-claims"', investment=id_of("triage"), tables="cost"),
        create("attribution_rule", id_of("rule calls"), name="Calls of claims", where="project = claims", investment=id_of("triage")),
        create("attribution_rule", id_of("rule office"), name="Copilot", where='service = "Copilot licences"', investment=id_of("office"), share="0.5", tables="cost"),
        create("attribution_rule", id_of("rule answers"), name="Answers", where="project = answers", investment=id_of("answers")),
        create("attribution_rule", id_of("rule none"), name="Nothing yet", where='account = "unknown"', investment=id_of("answers"), tables="cost"),
        reason="The first rules",
    )  # fmt: skip
    return office


def open_facts_office(today: date) -> Office:
    return furnish(open_office(), today)
