"""How work flows, through the API: the same numbers as the measures, items in pages, and nothing where there is no work."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from northing.portfolio.facts import Source
from northing.report.delivering import deliver
from northing.sources.facts import READERS
from tests.web.office import id_of
from tests.web.work_office import board, policy

from .conftest import Call, Place

TODAY = datetime.now(UTC).date()


def test_without_work_there_is_nothing_and_wrong_questions_are_refused(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    said = call("GET", "/w/acme/flow", key)
    assert said.status == 200 and said.data["five"] is None and said.data["read_by"] is None
    assert call("GET", "/w/acme/flow/items", key).data["items"] == []
    assert call("GET", "/w/acme/flow/problems", key).data == []
    assert call("GET", "/w/acme/flow?level=team&id=Nobody", key).status == 404
    assert call("GET", "/w/acme/flow?policy=Nobody", key).status == 404
    assert call("GET", "/w/acme/flow?by=year", key).status == 422


def test_flow_its_items_in_pages_and_its_problems(acme: Place, call: Call, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    rows = board(TODAY, TODAY - timedelta(days=40), (8, 2), (3, 6))
    lines = [["Key", "Title", "Type", "Team", "To do", "In progress", "Code review", "Done"], *rows]
    table = "\n".join(",".join(map(str, line)) for line in lines).encode()
    source = Source(id=id_of("board"), name="Board", reader="state_dates", options={"project": "SHOP"})
    deliver(acme.workspace, source, READERS["state_dates"], [table], name="board.csv", by=acme.actors["owner"])
    acme.record.commit([policy()], on=None, by=acme.actors["owner"], reason="Read")
    key = acme.keys["viewer"]
    said = call("GET", "/w/acme/flow?period=last 90 days", key).data
    done = [row for row in rows if row[7] > TODAY - timedelta(days=90)]  # type: ignore[operator]
    assert said["five"]["velocity"]["value"] == len(done) == sum(one["delivered"] for one in said["runs"])
    took = sorted((row[7] - row[5]).days + 1 for row in done)  # type: ignore[operator]
    assert float(said["five"]["time"]["50"]["value"]) == took[-(-len(took) // 2) - 1]
    assert said["five"]["efficiency"]["value"] is None and "waiting" in said["five"]["efficiency_reason"]
    flow = said["cumulative"]
    for place, (came, left) in enumerate(zip(flow["arrivals"], flow["departures"], strict=True)):
        assert came - left == sum(one["counts"][place] for one in flow["bands"] if one["part"] == "progress")
    first = call("GET", "/w/acme/flow/items?show=delivered&period=last 90 days&limit=5", key)
    assert first.body["total"] == len(done) and len(first.data["items"]) == 5
    assert first.data["items"][0]["outcome"] == "delivered"
    more = call(
        "GET", f"/w/acme/flow/items?show=delivered&period=last 90 days&limit=5&cursor={first.body['next']}", key
    )
    assert {one["key"] for one in more.data["items"]}.isdisjoint(one["key"] for one in first.data["items"])
    assert call("GET", "/w/acme/flow/items?show=sideways", key).status == 422
    address = quote(said["five"]["velocity"]["address"])
    assert call("GET", f"/w/acme/why?figure={address}", key).data["value"] == len(done)
