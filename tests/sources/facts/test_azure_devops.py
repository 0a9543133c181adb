"""Azure DevOps: revisions squeezed to what changed, in any order, and the updates of single items."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from northing.sources.facts import READERS, guess_reader
from tests.outside.real import DATA, data
from tests.sources.facts.bench import Taken, World, about, hide, read
from tests.sources.facts.flow_inputs import AZURE, REVISIONS, revision

PERSON = "Ada Lovelace <ada@example.org>"


def raw(*revisions: Any) -> bytes:
    return json.dumps({"values": list(revisions), "isLastBatch": True}).encode()


def work(taken: Taken) -> list[Any]:
    return [row for row in taken.rows if "created" in row]


def changes(taken: Taken) -> list[tuple[Any, ...]]:
    return [(row["change"], row["field"], row["was"], row["now"]) for row in taken.rows if "change" in row]


def test_revisions_that_change_nothing_are_passed_over() -> None:
    taken = read("azure_devops", AZURE)
    assert changes(taken) == [("3", "state", "New", "Active"), ("4", "state", "Active", "Closed")]
    assert [row["at"] for row in taken.rows if "change" in row] == [
        datetime(2026, 3, 3, 9, tzinfo=UTC), datetime(2026, 3, 9, 9, tzinfo=UTC),
    ]  # fmt: skip
    (item,) = work(taken)
    assert (item["item"], item["project"], item["team"]) == ("42", "Shop", "Shop\\Checkout")
    assert (item["type"], item["level"], item["state"], item["history"]) == ("User Story", "item", "Closed", "whole")
    assert item["created"] == datetime(2026, 3, 1, 21, 30, 0, 250_000, UTC)
    assert item["resolved"] == datetime(2026, 3, 9, 9, tzinfo=UTC)
    assert taken.rows[0]["actor"] == hide(PERSON)


def test_the_order_of_revisions_and_of_pages_changes_nothing() -> None:
    whole = read("azure_devops", AZURE)
    for seed in range(5):
        mixed = list(REVISIONS)
        random.Random(seed).shuffle(mixed)
        again = read("azure_devops", raw(*mixed[:2]) + b"\n" + raw(*mixed[1:]), cuts=())
        assert sorted(changes(again)) == sorted(changes(whole))
        assert work(again)[0] | {"line": 0} == work(whole)[0] | {"line": 0}


def test_the_board_s_columns_and_their_done_halves_are_states() -> None:
    said = [
        revision(
            number,
            f"2026-03-0{number}T09:00:00Z",
            "Active",
            **{"System.BoardColumn": column, "System.BoardColumnDone": done},
        )
        for number, (column, done) in enumerate([("Build", False), ("Build", True), ("Test", False)], 1)
    ]
    taken = read("azure_devops", raw(*said), options={"state": "column"})
    assert [change[2:] for change in changes(taken)] == [("Build", "Build · done"), ("Build · done", "Test")]


def test_tags_block_and_other_fields_change() -> None:
    said = [
        revision(1, "2026-03-01T22:00:00Z", "Active", **{"System.IterationPath": "Shop\\1", "System.Parent": 7}),
        revision(
            2, "2026-03-02T22:00:00Z", "Active", **{"System.IterationPath": "Shop\\2", "System.Tags": "Blocked; x"}
        ),
        revision(
            3, "2026-03-03T22:00:00Z", "Active", **{"System.IterationPath": "Shop\\2", "System.WorkItemType": "Bug"}
        ),
    ]
    taken = read("azure_devops", raw(*said))
    assert changes(taken) == [
        ("2", "sprint", "Shop\\1", "Shop\\2"), ("2", "parent", "7", None), ("2", "blocked", None, "yes"),
        ("3", "type", "User Story", "Bug"), ("3", "blocked", "yes", None),
    ]  # fmt: skip


def test_an_increment_begins_with_the_state_that_is_there() -> None:
    changed = {"Microsoft.VSTS.Common.StateChangeDate": "2026-03-03T09:00:00Z"}
    taken = read(
        "azure_devops", raw(revision(5, "2026-03-05T09:00:00Z", "Active", **changed)), options={"extent": "changes"}
    )
    assert changes(taken) == [("5", "state", None, "Active")]
    assert taken.rows[0]["at"] == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert work(taken)[0]["history"] == "part"


def test_updates_say_the_same_as_revisions() -> None:
    def update(id: int, at: str, **changed: Any) -> dict[str, Any]:
        fields = {name.replace("_", "."): {"oldValue": was, "newValue": now} for name, (was, now) in changed.items()}
        return {"id": id, "workItemId": 42, "rev": id, "revisedBy": {"uniqueName": "ada@example.org"}, "revisedDate": "9999-01-01T00:00:00Z",
                "fields": {"System.ChangedDate": {"newValue": at}, **fields}}  # fmt: skip

    taken = read("azure_devops", raw(
        update(1, "2026-03-01T21:30:00Z", System_State=(None, "New"), System_CreatedDate=(None, "2026-03-01T21:30:00Z"),
               System_WorkItemType=(None, "Bug"), System_TeamProject=(None, "Shop")),
        update(2, "2026-03-02T09:00:00Z", System_Title=(None, "Buy")),
        update(3, "2026-03-03T09:00:00Z", System_State=("New", "Active")),
        {"id": 4, "workItemId": 42, "rev": 3, "relations": {"added": []}},
    ))  # fmt: skip
    assert changes(taken) == [("3", "state", "New", "Active")]
    (item,) = work(taken)
    assert (item["type"], item["state"], item["title"], item["project"]) == ("Bug", "Active", "Buy", "Shop")


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        (revision(1, "soon", "New"), "System.ChangedDate"), (revision(1, "2026-03-01T22:00:00Z", "New") | {"rev": "x"}, "rev"),
        ({"id": 43, "rev": 1, "fields": {"System.Title": "x"}}, "fields"), ({"id": 43}, "fields"), ("x", "fields"),
        ({"id": 43, "rev": 1, "fields": {"System.State": "New"}}, "System.CreatedDate"),
    ],
)  # fmt: skip
def test_wrong_revisions_are_refused_in_words(wrong: Any, column: str) -> None:
    taken = read("azure_devops", raw(REVISIONS[0], wrong, REVISIONS[2]), cuts=(64,))
    (refused,) = taken.refused
    assert (refused.line, refused.column) == (2, column)
    assert refused.reason.endswith(".") and "Ada" not in refused.value
    assert [row["item"] for row in work(taken)] == ["42"]


def test_end_before_start_is_kept_and_what_is_deleted_is_said() -> None:
    closed = {"Microsoft.VSTS.Common.ClosedDate": "2020-01-01T00:00:00Z", "System.IsDeleted": True}
    (item,) = work(read("azure_devops", raw(revision(1, "2026-03-01T22:00:00Z", "Closed", **closed))))
    assert item["resolved"] < item["created"] and item["deleted"] is True


def test_nothing_of_people_and_texts_is_kept(world: World) -> None:
    kept = b"".join(READERS["azure_devops"].redact([AZURE], about("azure_devops")))
    assert b"Ada" in AZURE and b"Ada" not in kept and b"secret" in AZURE and b"secret" not in kept
    assert changes(read("azure_devops", kept)) == changes(read("azure_devops", AZURE))
    world.take("azure_devops", AZURE)
    assert world.take("azure_devops", AZURE).unchanged


def test_the_official_examples() -> None:
    """Each revision of the documentation's answers is told, or refused for a field that it was not asked for."""
    data("azure-devops/workItemRevisions/GET__wit_reporting_workItemRevisions.json")
    told = 0
    for path in sorted((DATA / "azure-devops").rglob("*.json")):
        said = path.read_bytes()
        body = next(iter(json.loads(said).get("responses", {"": {}}).values())).get("body") or {}
        listed = body.get("values", body.get("value", [body] if "fields" in body else []))
        revisions = [each for each in listed if isinstance(each, dict) and "fields" in each]
        if not revisions or "rev" not in revisions[0] or "System.CreatedDate" not in str(revisions):
            continue
        assert guess_reader(path.name, said[:65_536])[0][0].name == "azure_devops"
        taken = read("azure_devops", said, cuts=(4096,))
        items = {str(each.get("workItemId") or each["id"]) for each in revisions}
        refused = {each.column for each in taken.refused}
        assert {row["item"] for row in work(taken)} == items or refused == {"System.CreatedDate"}, path.name
        told += len(work(taken))
    assert told > 30
    (item,) = work(read("azure_devops", data("azure-devops/revisions/GET__list_workitem_revisions.json").read_bytes()))
    assert item["type"] == "Bug" and item["history"] == "whole"
