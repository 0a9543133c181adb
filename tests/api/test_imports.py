"""A file comes in through the API: previewed, landed, read twice, undone, and given back byte for byte."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from northing.record import Record

from .conftest import Place

CSV = (
    "Project;Stage;Lead;Budget (EUR);Start\r\n"
    "Parcel routing;pilot;Ana Ferreira;120.000,50;12.03.2026\r\n"
    "Dock planner;;Ben Okoro;80.000,00;01.09.2026\r\n"
).encode("cp1252")


def send(client: Client, place: Place, path: str, content: bytes = CSV, role: str = "planner", **fields: Any) -> Any:
    headers = {"Authorization": f"Bearer {place.keys[role]}"}
    if "key" in fields:
        headers["Idempotency-Key"] = fields.pop("key")
    file = SimpleUploadedFile(fields.pop("name", "projects.csv"), content)
    return client.post(f"/api/v1/w/acme/{path}", {"file": file, **fields}, headers=headers)


def test_a_preview_writes_nothing(acme: Place, client: Client) -> None:
    said = send(client, acme, "imports/preview", mapping="Logistics")
    assert said.status_code == 200, said.content
    (one,) = said.json()["data"]
    assert (one["rows"], one["source"]) == (2, "logistics")
    assert {"Parcel routing", "Dock planner"} <= {entity["name"] for entity in one["added"]}
    assert "investment.name" in said.json()["columns"].values()
    assert acme.record.head() == 1


def test_landed_once_and_again_and_given_back(acme: Place, client: Client) -> None:
    headers = {"Authorization": f"Bearer {acme.keys['viewer']}"}
    said = send(client, acme, "imports", mapping="Logistics")
    assert said.status_code == 201, said.content
    head = said.json()["revision"]
    assert said.json()["data"][0]["revision"] == head
    names = client.get("/api/v1/w/acme/investments?fields=name", headers=headers).json()["data"]
    assert {"Parcel routing", "Dock planner"} <= {row["name"] for row in names}
    again = send(client, acme, "imports", mapping="Logistics").json()
    assert (again["revision"], again["data"][0]["added"], again["data"][0]["revision"]) == (head, [], None)
    (file,) = client.get("/api/v1/w/acme/imports", headers=headers).json()["data"]
    assert client.get(f"/api/v1/w/acme/imports/{file['id']}", headers=headers).content == CSV


def test_a_repeated_upload_with_its_key_is_answered_as_the_first(acme: Place, client: Client) -> None:
    first = send(client, acme, "imports", mapping="Logistics", key="up-1")
    second = send(client, acme, "imports", mapping="Logistics", key="up-1")
    assert (second.status_code, second.content) == (201, first.content)
    assert second["Idempotency-Replayed"] == "true"
    other = send(client, acme, "imports", CSV + b"Third;;;;\r\n", mapping="Logistics", key="up-1")
    assert other.status_code == 422


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        (b"", {}),
        (b"PK\x03\x04 no workbook", {}),
        (b"a,b\n1\x00,2\n", {}),
        (CSV, {"source": "omb"}),
        (CSV, {"source": "sap"}),
        (CSV, {"mapping": "../../etc"}),
        (CSV, {"answer": "Nowhere=investment.name"}),
        (CSV, {"effective_on": "yesterday"}),
    ],
)
def test_what_cannot_be_read_is_refused_whole(
    acme: Place, client: Client, content: bytes, fields: dict[str, str]
) -> None:
    for path in ("imports/preview", "imports"):
        said = send(client, acme, path, content, **fields)
        if said.status_code != 422:  # a cell that cannot be read is listed, and the rest comes in
            assert said.status_code in (200, 201)
            assert any(each["findings"] for each in said.json()["data"]), (path, said.content)
        else:
            assert set(said.json()) == {"code", "message", "remedy", "details"}
            assert Record(acme.workspace.id).head() == 1


def test_only_planners_bring_in_files(acme: Place, client: Client) -> None:
    assert send(client, acme, "imports", role="contributor").status_code == 403
