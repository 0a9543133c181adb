"""Jira's answers and exports: issues, their changes, what is kept of them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from northing.portfolio.errors import Invalid
from northing.sources.facts import READERS, guess_reader
from tests.outside.real import DATA, data
from tests.sources.facts.bench import World, about, hide, read
from tests.sources.facts.flow_inputs import ADA, BOB, JIRA, JIRA_CSV, MOVED, REVIEWED, history, jira_issue


def pages(*said: Any) -> bytes:
    return b"\n".join(json.dumps(one).encode() for one in said)


def work(taken: Any) -> list[Any]:
    return [row for row in taken.rows if "created" in row]


def changes(taken: Any) -> list[tuple[Any, ...]]:
    return [(row["item"], row["field"], row["was"], row["now"]) for row in taken.rows if "change" in row]


def test_an_issue_and_its_changes() -> None:
    taken = read("jira", JIRA)
    assert taken.refused == []
    (issue,) = work(taken)
    assert (issue["item"], issue["key"], issue["title"]) == ("10014", "SP-7", "Buy with one click")
    assert issue["url"] == "https://ours.example/browse/SP-7"
    assert (issue["project"], issue["type"], issue["level"]) == ("SP", "Story", "item")
    assert (issue["state"], issue["category"], issue["priority"]) == ("Review", "started", "High")
    assert issue["created"] == datetime(2026, 3, 1, 21, 30, tzinfo=UTC) and issue["day"] == date(2026, 3, 1)
    assert (issue["due"], issue["resolved"], issue["history"]) == (date(2026, 4, 1), None, "whole")
    assert (issue["author"], issue["assignee"]) == (hide(ADA["accountId"]), hide(BOB["accountId"]))
    assert json.loads(issue["tags"]) == {"checkout": "yes"}
    assert changes(taken) == [("10014", "state", "In Progress", "Review"), ("10014", "state", "To Do", "In Progress")]
    moved = next(row for row in taken.rows if row["change"] == "901")
    assert (moved["sequence"], moved["was_id"], moved["now_id"], moved["actor"]) == (901, "1", "2", hide("5e9711ba"))
    assert {(empty.table, empty.scope) for empty in taken.empty} == {("work", "SP"), ("transition", "SP")}


def test_what_flow_asks_of_a_history() -> None:
    found = changes(read("jira", pages(jira_issue("1", "SP-1", history(
        "7", "2026-03-02T09:00:00.000+0000", ("resolution", None, "Done"), ("Sprint", "S 1", "S 1, S 2"),
        ("issuetype", "Story", "Bug"), ("project", "Old", "Sample"), ("Epic Link", None, "SP-9"),
        ("Flagged", None, "Impediment"), ("Rank", "1", "2"), ("assignee", "Ada", "Bob"), ("summary", "a", "b"),
    ), history("8", "2026-03-03T09:00:00.000+0000", ("Flagged", "Impediment", None))))))  # fmt: skip
    assert [(field, was, now) for _, field, was, now in found] == [
        ("resolution", None, "Done"), ("sprint", "S 1", "S 1, S 2"), ("type", "Story", "Bug"),
        ("project", "Old", "Sample"), ("parent", None, "SP-9"), ("blocked", None, "yes"),
        ("blocked", "Impediment", None),
    ]  # fmt: skip


def test_histories_in_pages_of_their_own() -> None:
    """Bulk pages with instants in milliseconds, pages of one issue; the same change twice is one."""
    issue = jira_issue()
    del issue["changelog"]
    bulk = {"issueChangeLogs": [{"issueId": "10014", "changeHistories": [{**MOVED, "created": 1772442000000}]}]}
    of_one = {
        "self": "https://ours.example/rest/api/3/issue/SP-7/changelog?startAt=0",
        "total": 2,
        "values": [MOVED, REVIEWED],
    }
    taken = read("jira", pages({"issues": [issue]}, bulk, of_one))
    assert changes(taken) == [("10014", "state", "To Do", "In Progress"), ("10014", "state", "In Progress", "Review")]
    assert next(row for row in taken.rows if row["change"] == "901")["at"] == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert {row["scope"] for row in taken.rows} == {"SP"}
    assert work(taken)[0]["history"] == "whole"


def test_a_history_that_is_cut_says_so_and_an_issue_that_stands_twice_counts_as_told_last() -> None:
    cut = jira_issue("1", "SP-1", MOVED)
    cut["changelog"]["total"] = 140
    again = jira_issue("1", "SP-1", MOVED, summary="Buy with two clicks")
    assert work(read("jira", pages(cut)))[0]["history"] == "part"
    (issue,) = work(read("jira", pages({"issues": [cut]}, {"issues": [again]})))
    assert issue["title"] == "Buy with two clicks"


def test_fields_of_ones_own_by_name_by_option_or_by_what_is_in_them() -> None:
    sprints = [
        {"id": 1, "name": "S 1", "state": "closed", "boardId": 3},
        {"id": 2, "name": "S 2", "state": "active", "boardId": 3},
    ]
    issue = jira_issue(customfield_1=5, customfield_2=sprints, customfield_3=[{"value": "Impediment"}])
    named = {"issues": [issue], "names": {"customfield_1": "Story Points"}}
    for raw, options in ((pages(named), {}), (pages(issue), {"fields": {"points": "customfield_1"}})):
        (row,) = work(read("jira", raw, options=options))
        assert (row["points"], row["sprint"], row["blocked"]) == (5, "S 2", True)
        kept = b"".join(READERS["jira"].redact([raw], about("jira", options=options)))
        (row,) = work(read("jira", kept, options=options))
        assert (row["points"], row["sprint"], row["blocked"]) == (5, "S 2", True)


def test_sub_tasks_and_epics() -> None:
    parent = {"id": "9", "key": "SP-9", "fields": {"issuetype": {"name": "Epic", "hierarchyLevel": 1}}}
    kinds = {
        "part": {"issuetype": {"name": "子任务", "subtask": True}},
        "parent": {"issuetype": {"name": "Epic", "hierarchyLevel": 1}},
        "item": {"parent": parent},
    }
    found = {level: work(read("jira", pages(jira_issue(**fields))))[0] for level, fields in kinds.items()}
    assert [row["level"] for row in found.values()] == list(found)
    assert (found["item"]["parent"], found["item"]["epic"]) == ("9", "SP-9")


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({**jira_issue(), "id": None}, "id"), ({"key": "SP-1", "fields": {}}, "id"), (jira_issue(created="soon"), "created"),
        (jira_issue(created=None), "created"), (jira_issue(updated="0000-01-01"), "updated"),
        (jira_issue("1", "SP-1", {**MOVED, "created": "yesterday"}), "created"), ({"statuses": []}, None),
        (jira_issue("1", "SP-1", {**MOVED, "id": None}), "id"), ({"issues": ["x"]}, None),
    ],
)  # fmt: skip
def test_wrong_answers_are_refused_in_words(wrong: Any, column: str | None) -> None:
    good = jira_issue("5", "SP-5")
    taken = read("jira", pages(good, wrong, good), cuts=(64,))
    (refused,) = taken.refused
    assert (refused.line, refused.column) == (2, column)
    assert refused.reason.endswith(".") and len(refused.reason) > 20
    assert "secret" not in refused.value and "Ada" not in refused.value
    assert [row["item"] for row in work(taken)][-1] == "5"


def test_end_before_start_is_kept() -> None:
    row = work(read("jira", pages(jira_issue(resolutiondate="2026-01-01T00:00:00.000+0000"))))[0]
    assert row["resolved"] < row["created"]


def test_cut_off() -> None:
    taken = read("jira", pages(jira_issue("5", "SP-5"), jira_issue("6", "SP-6"))[:-40])
    assert [row["item"] for row in work(taken)] == ["5"]
    assert ["cut off" in refused.reason for refused in taken.refused] == [True]


def test_nothing_of_people_and_texts_is_kept() -> None:
    for reader, raw in (("jira", JIRA), ("jira_csv", JIRA_CSV)):
        kept = b"".join(READERS[reader].redact([raw], about(reader))).decode()
        for word in ("Ada", "Bob", "ada@example.org", "5e9711ba", "secret"):
            assert word not in kept, (reader, word)
        again, before = read(reader, kept.encode()), read(reader, raw)
        assert changes(again) == changes(before)
        assert [row["title"] for row in work(again)] == [row["title"] for row in work(before)]


def test_a_whole_export_replaces_and_increments_stand_side_by_side(world: World) -> None:
    first, second = (pages({"issues": [jira_issue(id, f"SP-{id}", MOVED)]}) for id in ("1", "2"))
    for options, left in (({}, ["2"]), ({"extent": "changes"}, ["1", "2"])):
        there = World(world.store.folder / str(len(left)))
        for raw in (first, second):
            there.take("jira", raw, options=options)
        assert sorted(row["item"] for row in there.rows("work")) == left
        assert there.take("jira", second, options=options).unchanged
        assert there.take("jira", first, options=options).unchanged == (left == ["1", "2"])


def test_a_project_without_changes_replaces_those_it_had(world: World) -> None:
    world.take("jira", pages(jira_issue("1", "SP-1", MOVED)))
    world.take("jira", pages(jira_issue("1", "SP-1")))
    assert len(world.rows("work")) == 1 and world.rows("transition") == []


# -- the export to CSV


def test_an_export_with_repeated_headers_and_display_dates() -> None:
    (row,) = read("jira_csv", JIRA_CSV).rows
    assert (row["item"], row["key"], row["state"], row["project"]) == ("10014", "SP-7", "Review", "SP")
    assert row["created"] == datetime(2026, 3, 13, 9, 5, tzinfo=UTC)
    assert (row["sprint"], row["history"], json.loads(row["tags"])) == ("Sprint 2", "none", {"checkout": "yes"})
    assert (row["author"], row["assignee"]) == (hide("Ada Lovelace"), hide("Bob Noyce"))


@pytest.mark.parametrize(
    ("said", "options", "instant"),
    [
        ("03/Sep/26 9:05 AM", {}, "2026-09-03T09:05"),
        ("03/Sep/26 12:05 AM", {}, "2026-09-03T00:05"),
        ("03/Sep/2026 12:05 PM", {"zone": "Europe/Amsterdam"}, "2026-09-03T10:05"),
        ("6/21/2025 16:14", {}, "2025-06-21T16:14"),
        ("21.06.2025 16:14", {}, "2025-06-21T16:14"),
        ("6/5/2025 16:14", {"date_order": "mdy"}, "2025-06-05T16:14"),
        ("2025-06-05 16:14", {"zone": "America/New_York"}, "2025-06-05T20:14"),
        ("2025-06-05T16:14:00.000+0200", {"zone": "America/New_York"}, "2025-06-05T14:14"),
    ],
)
def test_dates_as_users_see_them(said: str, options: dict[str, Any], instant: str) -> None:
    (row,) = read("jira_csv", JIRA_CSV.replace(b"13/Mar/26 9:05 AM", said.encode()), options=options).rows
    assert row["created"].isoformat() == f"{instant}:00+00:00"


def test_nobody_guesses_which_is_the_month() -> None:
    with pytest.raises(Invalid, match="day or the month"):
        read("jira_csv", JIRA_CSV.replace(b"13/Mar/26 9:05 AM", b"6/5/2025 16:14"))
    with pytest.raises(Invalid, match="no time zone"):
        read("jira_csv", JIRA_CSV, options={"zone": "Mars/Olympus"})


def test_headers_in_another_language_are_named() -> None:
    raw = JIRA_CSV.replace(b"Issue key", b"Vorgangsschl\xc3\xbcssel").replace(b",Status,", b",Stand,")
    with pytest.raises(Invalid, match="no column for key, state"):
        read("jira_csv", raw)
    (row,) = read("jira_csv", raw, options={"columns": {"key": "Vorgangsschlüssel", "state": "Stand"}}).rows
    assert (row["key"], row["state"]) == ("SP-7", "Review")


def test_wrong_rows_of_an_export() -> None:
    head, row = JIRA_CSV.decode().splitlines()
    bad = [row.replace("13/Mar/26 9:05 AM", when) for when in ("", "32/Mar/26", "soon")]
    bad += [row.replace("SP-7,", ","), row + ",x"]
    taken = read("jira_csv", "\n".join([head, row, *bad, row.replace("10014", "10015")]).encode())
    assert [row["item"] for row in taken.rows] == ["10014", "10015"]
    named = [(each.line, each.column) for each in taken.refused]
    assert named == [(2, "Created"), (3, "Created"), (4, "Created"), (5, "Issue key"), (6, None)]


def test_real_issues() -> None:
    files = sorted((DATA / "jira" / "cloud_api").rglob("SP-*.json")) or [data("jira/cloud_api/testdata/SP-1.json")]
    assert len(files) == 12
    for path in files:
        raw = path.read_bytes()
        assert guess_reader(path.name, raw[:4096])[0][0].name == "jira"
        taken = read("jira", raw, cuts=(4096,))
        assert taken.refused == [] and [row["key"] for row in work(taken)] == [path.stem]
        said = json.loads(raw)
        moves = [item for one in said["changelog"]["histories"] for item in one["items"] if item["field"] == "status"]
        ours = [change for change in changes(taken) if change[1] == "state"]
        assert [change[2:] for change in ours] == [(item["fromString"], item["toString"]) for item in moves]
