"""Sources and deliveries through the API: previewed, taken in, the same again, restated; and what is refused."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from .conftest import Call, Place

pytestmark = pytest.mark.django_db

HEADER = "ProviderName,BillingAccountId,BillingCurrency,BilledCost,ChargePeriodStart,BillingPeriodStart,ServiceName\n"


def bill(*costs: str) -> bytes:
    rows = (f"Nimbora,a1,EUR,{cost},2026-03-{day:02},2026-03-01,Compute\n" for day, cost in enumerate(costs, 1))
    return (HEADER + "".join(rows)).encode()


@pytest.fixture(autouse=True)
def facts(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def send(
    place: Place, content: bytes, query: str = "", *, name: str = "march.csv", by: str = "planner", **form: str
) -> Any:
    headers = {"Authorization": f"Bearer {place.keys[by]}", **form.pop("headers", {})}  # type: ignore[arg-type]
    return Client().post(
        f"/api/v1/w/acme/facts/deliveries{query}", {"file": SimpleUploadedFile(name, content), **form}, headers=headers
    )


def test_parts_of_a_bill_count_together(acme: Place) -> None:
    def deliver(*parts: tuple[str, bytes]) -> Any:
        files = [SimpleUploadedFile(name, content) for name, content in parts]
        headers = {"Authorization": f"Bearer {acme.keys['planner']}"}
        return Client().post("/api/v1/w/acme/facts/deliveries", {"file": files, "source": "Nimbora"}, headers=headers)

    twice = deliver(("a.csv", bill("1")), ("b.csv", bill("1")))
    assert twice.status_code == 422 and "b.csv is the same as a.csv" in twice.content.decode()
    done = deliver(("b.csv", bill("2.50", "3")), ("a.csv", bill("1")))
    assert done.status_code == 201, done.content
    said = done.json()["data"]
    assert (said["name"], said["rows"], Decimal(said["totals"]["EUR"])) == ("a.csv and 1 more", 3, Decimal("6.5"))


def test_a_bill_is_previewed_taken_in_and_restated(acme: Place, call: Call) -> None:
    viewer = acme.keys["viewer"]
    looked = send(acme, bill("10.50", "4", "twelve"), "?preview=true", source="Nimbora")
    assert looked.status_code == 200, looked.content
    assert looked.json()["data"]["state"] == "preview"
    assert call("GET", "/w/acme/facts/sources", viewer).data == []
    done = send(acme, bill("10.50", "4", "twelve"), source="Nimbora")
    assert done.status_code == 201
    said = done.json()["data"]
    assert (said["state"], said["rows"], said["refused"], said["revision"]) == ("in force", 3, 1, acme.record.head())
    assert [(one["line"], one["column"], one["value"]) for one in said["findings"]] == [(3, "BilledCost", "twelve")]
    again = send(acme, bill("10.50", "4", "twelve"), source="nimbora")
    assert (again.status_code, again.json()["data"]["state"]) == (200, "unchanged")
    rejects = Client().get(
        f"/api/v1/w/acme/facts/deliveries/{said['id']}/rejects", headers={"Authorization": f"Bearer {viewer}"}
    )
    assert b"twelve" in b"".join(rejects.streaming_content)
    newer = send(acme, bill("10.50", "5.25"), name="march-2.csv").json()["data"]
    (scope,) = newer["scopes"]
    assert (scope["replaces"], float(scope["difference"]["EUR"])) == (said["id"], 1.25)
    states = [one["state"] for one in call("GET", "/w/acme/facts/deliveries?source=Nimbora", viewer).data]
    assert states == ["in force", "superseded"]
    (source,) = call("GET", "/w/acme/facts/sources", viewer).data
    assert (source["name"], source["until"], source["deliveries"]) == ("Nimbora", "2026-03-02", 2)
    assert call("GET", "/w/acme/facts/sources/nimbora", viewer).data == source
    assert call("GET", f"/w/acme/facts/deliveries/{newer['id']}", viewer).data["state"] == "in force"
    before = call("GET", f"/w/acme/facts/deliveries?at={said['revision']}", viewer).data
    assert [one["state"] for one in before] == ["in force"]


def test_a_key_is_answered_once(acme: Place) -> None:
    key: Any = {"Idempotency-Key": "one"}
    first = send(acme, bill("1"), source="Nimbora", headers=key)
    second = send(acme, bill("1"), source="Nimbora", headers=key)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("content", "form", "status"),
    [
        (b"", {}, 422),
        (b"a,b\n1,2\n", {}, 422),
        (b"a,b\n1,2\n", {"source": "X", "reader": "focus"}, 422),
        (b"\0\0\0", {"source": "X", "reader": "focus"}, 422),
        (b"PAR1xxxx", {"source": "X", "reader": "focus"}, 422),
        (gzip.compress(b"0" * (150 << 20)), {"source": "X", "reader": "focus"}, 422),
        (bill("1"), {"source": "../../etc", "reader": "focus"}, 422),
        (bill("1"), {"reader": "nothing"}, 422),
        (bill("1"), {"source": "X", "reader": "timesheet"}, 422),
    ],
)
def test_what_is_refused(acme: Place, content: bytes, form: dict[str, str], status: int) -> None:
    head = acme.record.head()
    said = send(acme, content, **form)
    assert said.status_code == status, said.content
    assert said.json()["message"]
    assert acme.record.head() == head


def test_a_path_for_a_name_is_only_a_name(acme: Place) -> None:
    said = send(acme, bill("1"), name="../../../etc/passwd").json()["data"]
    assert said["name"] == "passwd"


def test_who_may(acme: Place, call: Call) -> None:
    assert send(acme, bill("1"), by="contributor").status_code == 403
    assert call("POST", "/w/acme/facts/prices", acme.keys["contributor"]).status == 403
    first = call("POST", "/w/acme/facts/prices", acme.keys["planner"])
    assert (first.status, {one["state"] for one in first.data}) == (201, {"in force"})
    again = call("POST", "/w/acme/facts/prices", acme.keys["planner"])
    assert (again.status, {one["state"] for one in again.data}) == (200, {"unchanged"})
    assert call("GET", "/w/acme/facts/deliveries/nobody", acme.keys["viewer"]).status == 404
    assert call("GET", "/w/acme/facts/deliveries/nobody/rejects", acme.keys["viewer"]).status == 404
    assert call("GET", "/w/acme/facts/sources/nobody", acme.keys["viewer"]).status == 404
