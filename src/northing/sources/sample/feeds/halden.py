"""What Halden AI bills for its models by week, workspace and model, as pages of its cost interface answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random

from northing.sources.sample.money import Money
from northing.sources.sample.money.calls import CUT, DISCOUNT, Call
from northing.sources.sample.timeline import next_month

ORGANISATION = "org-fenmarch"
PAGE = 3
"""Buckets on one page."""

BUCKET = 7
"""Days that a bucket holds; the last one of a month holds what is left."""


def pages(money: Money, month: date) -> Iterator[bytes]:
    """The pages of *month*, as they came one after the other."""
    random = Random(f"{money.spending.root}/halden/{month}")
    found: dict[date, dict[tuple[str, str], float]] = {}
    for call in money.calls.of(month):
        start = call.day.replace(day=1 + min(3, (call.day.day - 1) // BUCKET) * BUCKET)
        costs = found.setdefault(start, {})
        where = (f"wrk-{call.key}", call.model)
        costs[where] = costs.get(where, 0.0) + billed(money, call)
    buckets = [_bucket(start, costs, random) for start, costs in sorted(found.items())]
    for first in range(0, len(buckets), PAGE):
        more = first + PAGE < len(buckets)
        answer = {"object": "page", "data": buckets[first : first + PAGE], "has_more": more,
                  "next_page": f"page_{month:%Y%m}_{first}" if more else None}  # fmt: skip
        yield json.dumps(answer, separators=(",", ":")).encode()


def _bucket(start: date, costs: dict[tuple[str, str], float], random: Random) -> dict[str, object]:
    end = start + timedelta(days=BUCKET) if start.day < 1 + 3 * BUCKET else next_month(start)
    results = [
        {"object": "organization.costs.result", "amount": {"value": round(cost * random.uniform(0.998, 1.004), 8), "currency": "usd"},
         "line_item": model, "project_id": workspace, "organization_id": ORGANISATION}
        for (workspace, model), cost in costs.items() if cost > 0
    ]  # fmt: skip
    return {"object": "bucket", "start_time": _second(start), "end_time": _second(end), "results": results}


def billed(money: Money, call: Call) -> float:
    """What Halden asks for a day's calls: list price, and less where the agreement says so."""
    cost = call.list_cost(money.calls.price(call.model, call.day))
    return cost * float(DISCOUNT) if call.model == CUT and call.day >= money.calls.agreed_on else cost


def _second(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
