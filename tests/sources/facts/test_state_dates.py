"""A table with a date for each state: by the names of its columns, or by a mapping."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from northing.portfolio.errors import Invalid
from northing.portfolio.workspace import Mapping
from northing.sources.facts import READERS, guess_reader
from tests.sources.facts.bench import Taken, World, about, hide, read
from tests.sources.facts.flow_inputs import STATE_DATES


def work(taken: Taken) -> list[Any]:
    return [row for row in taken.rows if "created" in row]


def changes(taken: Taken) -> list[tuple[Any, ...]]:
    return [(row["item"], row["was"], row["now"], row["at"].isoformat()[:16]) for row in taken.rows if "change" in row]


def test_columns_of_dates_are_states() -> None:
    taken = read("state_dates", STATE_DATES)
    assert changes(taken) == [
        ("A-1", None, "To Do", "2026-03-02T00:00"), ("A-1", "To Do", "Doing", "2026-03-04T00:00"),
        ("A-1", "Doing", "Done", "2026-03-09T00:00"), ("A-2", None, "To Do", "2026-03-02T00:00"),
    ]  # fmt: skip
    assert [(row["item"], row["type"], row["state"]) for row in work(taken)] == [
        ("A-1", "Story", "Done"),
        ("A-2", "Bug", "To Do"),
    ]
    assert guess_reader("work.csv", STATE_DATES)[0][0].name == "state_dates"


def test_a_mapping_says_what_names_do_not() -> None:
    raw = b"Vorgang;Begonnen am;Fertig am;Wer;Notiz\nA-1;03.04.2026 09:30;05.04.2026;Ada Lovelace;geheim\n"
    mapping = Mapping(
        id="m1", name="ours", header=("Vorgang", "Begonnen am", "Fertig am", "Wer"),
        columns={
            "Vorgang": {"to": "work.item"}, "Wer": {"to": "work.assignee"},
            "Begonnen am": {"to": "work.entered", "named": "Doing", "order": "dmy"},
            "Fertig am": {"to": "work.entered", "named": "Done", "order": "dmy"},
        },
    )  # fmt: skip
    taken = read("state_dates", raw, mapping=mapping, options={"zone": "Europe/Berlin"})
    assert changes(taken) == [("A-1", None, "Doing", "2026-04-03T07:30"), ("A-1", "Doing", "Done", "2026-04-04T22:00")]
    (row,) = work(taken)
    assert row["assignee"] == hide("Ada Lovelace") and row["created"] == datetime(2026, 4, 3, 7, 30, tzinfo=UTC)
    kept = b"".join(READERS["state_dates"].redact([raw], about("state_dates", mapping=mapping))).decode()
    assert "Ada" not in kept and "geheim" not in kept and "03.04.2026 09:30" in kept


def test_skipped_and_backward_states_are_taken_as_they_are() -> None:
    taken = read("state_dates", STATE_DATES.replace(b"2026-03-04,2026-03-09", b",2026-03-01"))
    assert changes(taken)[:2] == [
        ("A-1", None, "To Do", "2026-03-02T00:00"),
        ("A-1", "To Do", "Done", "2026-03-01T00:00"),
    ]


def test_nobody_guesses_which_is_the_month() -> None:
    raw = b"ID,Doing,Done\nA-1,3/4/2026,5/4/2026\n"
    with pytest.raises(Invalid, match="does the day or the month come first"):
        read("state_dates", raw)
    assert changes(read("state_dates", raw, options={"date_order": "mdy"}))[0][3] == "2026-03-04T00:00"
    with pytest.raises(Invalid, match="No column is known to name the item"):
        read("state_dates", b"What,Doing,Done\nA-1,2026-03-04,2026-03-05\n")


def test_wrong_rows_are_refused_in_words() -> None:
    head, good, other = STATE_DATES.decode().splitlines()
    bad = [good.replace("2026-03-04", "soon"), good.replace("A-1", ""), "A-9,x,y,,,,", good + ",x"]
    taken = read("state_dates", "\n".join([head, good, *bad, other]).encode(), cuts=(64,))
    assert [row["item"] for row in work(taken)] == ["A-1", "A-2"]
    assert [(each.line, each.column) for each in taken.refused][:3] == [(2, "Doing"), (3, "ID"), (4, "Created")]
    assert len(taken.refused) == 4 and all(each.reason.endswith(".") for each in taken.refused)


def test_again_adds_nothing_and_a_later_table_replaces(world: World) -> None:
    world.take("state_dates", STATE_DATES)
    assert world.take("state_dates", STATE_DATES).unchanged
    world.take("state_dates", STATE_DATES.rsplit(b"A-2", 1)[0])
    assert [row["item"] for row in world.rows("work")] == ["A-1"] and len(world.rows("transition")) == 3
