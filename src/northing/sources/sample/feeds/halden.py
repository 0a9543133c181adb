"""What Halden AI bills for its models by day, workspace and model, as pages of its cost interface answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from northing.sources.sample.money import Money
from northing.sources.sample.money.calls import CUT, DISCOUNT, Call

ORGANISATION = "org-fenmarch"
PAGE = 7
"""Days on one page."""


def pages(money: Money, month: date) -> Iterator[bytes]:
    """The pages of *month*, as they came one after the other."""
    random = Random(f"{money.spending.root}/halden/{month}")
    days: dict[date, list[dict[str, object]]] = {}
    for call in money.calls.of(month):
        found = days.setdefault(call.day, [])
        cost = billed(money, call)
        if cost > 0:
            cost *= random.uniform(0.998, 1.004)
            found.append({
                "object": "organization.costs.result", "amount": {"value": round(cost, 8), "currency": "usd"},
                "line_item": call.model, "project_id": f"wrk-{call.key}", "organization_id": ORGANISATION,
            })  # fmt: skip
    ordered = sorted(days.items())
    for start in range(0, len(ordered), PAGE):
        more = start + PAGE < len(ordered)
        buckets = [
            {"object": "bucket", "start_time": _second(day), "end_time": _second(day + timedelta(days=1)), "results": results}
            for day, results in ordered[start : start + PAGE]
        ]
        answer = {"object": "page", "data": buckets, "has_more": more, "next_page": f"page_{month:%Y%m}_{start}" if more else None}
        yield json.dumps(answer, separators=(",", ":")).encode()


def billed(money: Money, call: Call) -> float:
    """What Halden asks for a day's calls: list price, and less where the agreement says so."""
    cost = call.list_cost(money.calls.price(call.model, call.day))
    return cost * float(DISCOUNT) if call.model == CUT and call.day >= money.calls.agreed_on else cost


def _second(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
