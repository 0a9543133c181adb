"""Money through the API: periods with addresses that can be asked why, and a month closed and opened again."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from northing.portfolio.periods import period_of
from northing.report.viewing import look

from .conftest import Call, Place

LEVELS = ["level=organisation", "level=investment&id=INV-0001", "level=objective&id=Answer every customer in a day"]


@pytest.mark.parametrize("asked", LEVELS)
def test_every_figure_can_be_asked_why(acme: Place, call: Call, asked: str) -> None:
    key = acme.keys["viewer"]
    said = call("GET", f"/w/acme/money?{asked}&unit=quarter&from=2026-01-01&until=2027-01-01", key)
    assert said.status == 200, said.body
    assert said.body["revision"] == acme.record.head()
    assert len(said.data["periods"]) == 4
    figures = [*said.data["total"].values(), *said.data["whole"].values()]
    figures += [one for period in said.data["periods"] for one in period["figures"].values()]
    assert said.data["total"]["plan"]["value"] == {"EUR": "120000.50"}
    for figure in figures:
        why = call("GET", f"/w/acme/why?figure={quote(figure['address'])}", key)
        assert why.status == 200, (figure, why.body)
        assert why.data["value"] == figure["value"]


def test_parts_in_pages_bridge_waterfall_and_burn(acme: Place, call: Call) -> None:
    key = acme.keys["viewer"]
    first = call("GET", "/w/acme/money/parts?by=investment&limit=1", key)
    second = call("GET", f"/w/acme/money/parts?by=investment&limit=1&cursor={first.body['next']}", key)
    assert first.body["total"] == 2
    assert {one["of"]["name"] for one in (*first.data, *second.data)} == {"Answer bot", "Ünused licences"}
    assert second.body["next"] is None
    bridge = call("GET", f"/w/acme/money/bridge?before={acme.record.head()}", key).data
    assert bridge["opening"]["value"] == bridge["closing"]["value"]
    steps = call("GET", "/w/acme/money/waterfall", key).data["steps"]
    assert [one["name"] for one in steps] == ["approved", "spent", "committed", "forecast", "free"]
    burn = call("GET", "/w/acme/money/burn?unit=year&from=2026-01-01&until=2027-01-01", key).data
    assert burn["points"][-1]["plan"]["value"] == {"EUR": "120000.50"}


def test_a_month_is_closed_once_and_opened_with_a_reason(acme: Place, call: Call) -> None:
    key = acme.keys["planner"]
    proposal = call("GET", "/w/acme/money/close", key).data
    assert proposal["can_close"]
    assert proposal["small"] == {"threshold": "0", "count": 0, "amount": {}}
    assert call("POST", "/w/acme/money/close", key, json={}).status == 428
    body = {"period": proposal["label"], "on": acme.record.head(), "note": "Board of May"}
    accrual = {"investment": "INV-0001", "amount": "250.10", "currency": "EUR", "reason": "Not billed yet"}
    done = call("POST", "/w/acme/money/close", key, json={**body, "accruals": [accrual]})
    assert done.status == 201, done.body
    (close,) = call("GET", "/w/acme/period_closes", key).data
    again = call("POST", "/w/acme/money/close", key, json={**body, "on": acme.record.head()})
    assert (again.status, again.body["details"]["findings"][0]["code"]) == (422, "period-closed")
    view = look(acme.workspace).view
    running = period_of(view.plan.calendar, view.today, "month").start.isoformat()
    early = call("POST", "/w/acme/money/close", key, json={"period": running, "on": acme.record.head()})
    assert early.status == 422
    (stated,) = view.plan.period_closes.values()
    assert stated.by == acme.actors["planner"].id or stated.by is None
    assert stated.accruals[0].investment == acme.ids["bot"]
    assert close
    opened = {"period": proposal["label"], "on": acme.record.head()}
    assert call("POST", "/w/acme/money/reopen", key, json=opened).status == 422
    done = call("POST", "/w/acme/money/reopen", key, json={**opened, "reason": "A late bill"})
    assert done.status == 201, done.body
    assert not look(acme.workspace).view.plan.period_closes
    missing = call("POST", "/w/acme/money/reopen", key, json={**opened, "on": acme.record.head(), "reason": "x"})
    assert missing.status == 404


@pytest.mark.parametrize(
    "asked", ["in=XXQ", "period=soon", "period=FY26&from=2026-01-01", "from=2026-02-01&until=2026-01-01", "unit=week"]
)
def test_what_cannot_be_understood_is_said(acme: Place, call: Call, asked: str) -> None:
    assert call("GET", f"/w/acme/money?{asked}", acme.keys["viewer"]).status == 422
