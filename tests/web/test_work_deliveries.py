"""Deliveries of work in every door that knows deliveries: told without money, verified, taken back, asked by the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from northing.access import tokens
from northing.access.models import User
from northing.portfolio.entity import derived_id
from northing.portfolio.facts import Source
from northing.report.delivering import deliver, facts_at
from northing.report.verifying import verify
from northing.sources.facts import READERS
from tests.sources.facts.flow_inputs import FLOW_INPUTS
from tests.sources.facts.test_devlake import DEPLOYED
from tests.web.office import Office, open_office, words_of

pytestmark = pytest.mark.django_db(transaction=True)
INPUTS = {
    **FLOW_INPUTS,
    "deployments": DEPLOYED,
    "differences": b"old_commit_sha,new_commit_sha,commit_sha\ns1,s2,m1\n",
    "incidents": b"id,incident_key,title,created_date\ni1,SP-9,Shop is down,2026-03-02T00:00:00Z\n",
}
TABLES = ("work", "transition", "deployment", "shipped", "incident")
SHOWN = {"work": "title", "transition": "field", "deployment": "commit", "shipped": "newer", "incident": "title"}


@pytest.fixture
def office(settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    return open_office()


def facts(office: Office) -> list[Any]:
    found = facts_at(office.workspace, office.record.plan())
    return [row for table in TABLES for row in found.rows(table)]


@pytest.mark.parametrize("name", INPUTS)
def test_it_is_shown_verified_and_taken_back(office: Office, name: str) -> None:
    reader = READERS[name if name in READERS else "devlake"]
    source = Source(id=derived_id("source", name), name=f"Our {name}", reader=reader.name)
    by = office.actors["planner"]
    made = deliver(office.workspace, source, reader, [INPUTS[name]], name=f"{name}.csv", by=by)
    assert made.committed is not None and made.staged.refused == 0
    rows = facts(office)
    assert len(rows) == made.staged.rows_in > 0
    assert f"Our {name} {reader.title}" in office.text("sources")
    assert f"{name}.csv" in office.text(f"sources/{source.id}")
    for table in {row.table for row in rows}:
        page = office.get(f"sources/{source.id}/deliveries/{made.staged.delivery.id}?table={table}")
        said = next(row.values[SHOWN[table]] for row in rows if row.table == table)
        assert page.status_code == 200 and str(said) in words_of(page) and "None" not in words_of(page)
    assert verify(office.workspace.id) == []
    office.record.revert(made.committed.revision.no, by=by)
    assert facts(office) == []


@pytest.mark.parametrize("name", INPUTS)
def test_the_api_takes_it_in_and_tells_of_it(office: Office, name: str) -> None:
    user = User.objects.get(name="Ana Ruiz")
    _, key = tokens.issue(user, office.workspace, by=office.actors["owner"], name="test")
    heads = {"Authorization": f"Bearer {key}"}
    address = "/api/v1/w/acme/facts/deliveries"
    file = SimpleUploadedFile(f"{name}.csv", INPUTS[name])
    answer = office.clients["owner"].post(address, {"file": file}, headers=heads)
    assert answer.status_code == 201, answer.content
    listed = office.clients["owner"].get(address, headers=heads)
    assert listed.status_code == 200 and f"{name}.csv" in listed.content.decode()
    (id,) = office.record.plan().deliveries
    one = office.clients["owner"].get(f"{address}/{id}", headers=heads).json()["data"]
    assert sum(scope["rows"] for scope in one["scopes"]) == len(facts(office)) > 0
