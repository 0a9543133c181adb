"""What is planted in the sample's work is there for whoever reads the facts: by the readers, and with no measure's help."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time
from hashlib import sha256
from itertools import pairwise
from statistics import median
from typing import Any

import pytest

from northing.portfolio.fact_reading import About, Refused, Row
from northing.portfolio.facts import Source
from northing.sources.facts import READERS
from northing.sources.sample import deliveries, investment_id, story
from northing.sources.sample.feeds import source_id
from northing.sources.sample.feeds.systems import SYSTEMS
from northing.sources.sample.story import money_behind
from northing.sources.sample.work.boards import ASSISTANT, RENAMED, SPLIT, UNLINKED, epic
from northing.sources.sample.work.shipping import FRAGILE

TODAY = date(2026, 11, 22)
Facts = dict[str, dict[tuple[Any, ...], dict[str, Any]]]
KEYS = {
    "work": ("item",), "transition": ("item", "change", "field"), "deployment": ("deployment", "commit"),
    "shipped": ("older", "newer", "commit"), "incident": ("incident",),
}  # fmt: skip


def instant(day: int) -> datetime:
    return datetime.combine(money_behind(today=TODAY).time.on(day), time(), UTC)


@pytest.fixture(scope="module")
def facts() -> dict[str, Facts]:
    """System → table → its rows by key, the one received last; nothing may be refused."""
    found: dict[str, Facts] = {"tracker": defaultdict(dict), "engineering": defaultdict(dict)}
    for incoming in deliveries(today=TODAY):
        for system, tables in found.items():
            if incoming.source == source_id(system):
                made = SYSTEMS[system]
                source = Source(id=incoming.source, name=made.name, reader=made.reader, options=made.options or {})
                about = _about(source, incoming.name)
                for row in READERS[made.reader].read(incoming.pages(), about):
                    assert not isinstance(row, Refused), row
                    if isinstance(row, Row):
                        key = tuple(row.values.get(name) for name in KEYS[row.table])
                        tables[row.table][key] = dict(row.values)
    return found


def _about(source: Source, name: str) -> About:
    return About(source=source, name=name, sha256=sha256(name.encode()).hexdigest(), hide=lambda person: f"h{person}")


def work(facts: dict[str, Facts]) -> list[dict[str, Any]]:
    return list(facts["tracker"]["work"].values())


def moves(facts: dict[str, Facts], field: str = "state") -> dict[str, list[dict[str, Any]]]:
    """Item → its changes of *field*, in their order."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in facts["tracker"]["transition"].values():
        if row["field"] == field:
            found[row["item"]].append(row)
    return {item: sorted(rows, key=lambda row: (row["at"], row["sequence"])) for item, rows in found.items()}


def stays(facts: dict[str, Facts], *names: str) -> list[tuple[datetime, float]]:
    """(when entered, days) of each finished stay in a state."""
    return [
        (one["at"], (two["at"] - one["at"]).total_seconds() / 86400)
        for rows in moves(facts).values() for one, two in pairwise(rows) if one["now"] in names
    ]  # fmt: skip


def test_some_fifteen_hundred_items_of_eight_teams_and_three_levels(facts: dict[str, Facts]) -> None:
    assert 1350 < len(work(facts)) < 1650
    assert len({row["project"] for row in work(facts)}) == 8
    levels = Counter(row["level"] for row in work(facts))
    assert levels["parent"] > 40
    assert levels["part"] > 50
    keys = [row["key"] for row in work(facts)]
    assert len(set(keys)) == len(keys)


def test_the_bottleneck_moves_from_coding_to_review_with_the_assistant(facts: dict[str, Facts]) -> None:
    since = instant(ASSISTANT)

    def typical(*names: str) -> tuple[float, float]:
        found = stays(facts, *names)
        return median(days for at, days in found if at < since), median(days for at, days in found if at >= since)

    coding, review = typical("In progress"), typical("In review", "Code review")
    assert coding[1] < 0.7 * coding[0]
    assert review[1] > 2 * review[0]
    assert coding[0] > review[0]
    assert coding[1] < review[1]


def test_a_state_is_called_otherwise_since_mid_year_and_keeps_its_id(facts: dict[str, Facts]) -> None:
    rows = [row for found in moves(facts).values() for row in found if row["now"] in ("In review", "Code review")]
    assert {row["now_id"] for row in rows} == {rows[0]["now_id"]}
    on = instant(RENAMED).date()
    assert {row["now"] for row in rows if row["at"].date() < on} == {"In review"}
    assert {row["now"] for row in rows if row["at"].date() > on} == {"Code review"}


def test_work_that_no_link_claims(facts: dict[str, Facts]) -> None:
    links = [edit for step in story(today=TODAY) for edit in step.edits if edit.kind == "work_link"]
    linked = {str(edit.fields["where"]).split('epic = "')[1].rstrip('"') for edit in links}
    items = [row for row in work(facts) if row["level"] == "item"]
    orphans = [row for row in items if row["epic"] not in linked]
    assert 0.06 < len(orphans) / len(items) < 0.3
    courses = money_behind(today=TODAY).courses
    unlinked = {epic(key, courses)[1] for key in UNLINKED}
    assert not unlinked & linked
    assert {row["epic"] for row in orphans} & unlinked
    assert None in {row["epic"] for row in orphans}
    assert {edit.fields["investment"] for edit in links} <= {investment_id(key) for key in courses}


def test_blocked_reopened_discarded_without_history_and_moved(facts: dict[str, Facts]) -> None:
    flagged = moves(facts, "blocked")
    assert sum(rows[0]["now"] == "yes" and len(rows) > 1 and not rows[1]["now"] for rows in flagged.values()) > 60
    changes = moves(facts)
    assert sum(any(row["was"] == "Done" for row in rows) for rows in changes.values()) > 25
    assert {"Won't do", "Duplicate"} <= {row["resolution"] for row in work(facts)}
    done = [row for row in work(facts) if row["state"] == "Done" and row["item"] not in changes]
    assert done
    assert {row["project"] for row in done} == {"AMS"}
    moved = moves(facts, "project")
    assert [row["project"] for row in work(facts) if row["item"] in moved] == ["AMS"]


def test_what_nobody_looks_after(facts: dict[str, Facts]) -> None:
    parked = [row for row in work(facts) if row["state"] == "Parked"]
    assert [row["project"] for row in parked] == ["FRD"]
    last = {item: rows[-1] for item, rows in moves(facts).items()}
    now, level = instant(547), {row["item"]: row["level"] for row in work(facts)}
    old = [
        row
        for item, row in last.items()
        if row["now"] == "In progress" and level[item] == "item" and (now - row["at"]).days > 110
    ]
    assert len(old) == 2
    assert {row["project"] for row in old} == {"FRD"}


def test_two_squads_wait_less_before_they_begin(facts: dict[str, Facts]) -> None:
    theirs = {row["item"] for row in work(facts) if row["project"] == "CLM"}
    rows = {item: found for item, found in moves(facts).items() if item in theirs}
    found = [
        (one["at"], two["at"] - one["at"])
        for each in rows.values() for one, two in pairwise(each) if one["now"] == "Ready"
    ]  # fmt: skip
    before, after = ([days for at, days in found if (at >= instant(SPLIT)) == late] for late in (False, True))
    assert median(after) < 0.7 * median(before)


def test_three_services_are_shipped_and_one_is_fragile_since_the_assistant(facts: dict[str, Facts]) -> None:
    told = facts["engineering"]
    good = [row for row in told["deployment"].values() if row["result"] == "success"]
    assert len({row["service"] for row in good}) == 3
    since = instant(ASSISTANT)
    broken = {row["deployment"] for row in told["incident"].values()}
    assert broken <= {row["deployment"] for row in good}

    def failing(fragile: bool, late: bool) -> float:
        found = [
            row for row in good if row["service"].endswith(FRAGILE) == fragile and (row["finished"] >= since) == late
        ]
        return sum(row["deployment"] in broken for row in found) / len(found)

    assert failing(True, True) > 2 * failing(True, False)
    assert failing(True, True) > 2 * failing(False, True)


def test_what_is_deployed_is_what_was_merged(facts: dict[str, Facts]) -> None:
    told = facts["engineering"]
    merged = {row["now"] for row in told["transition"].values() if row["field"] == "merge"}
    shipped = {row["commit"] for row in told["shipped"].values()}
    items = {row["key"] for row in work(facts)}
    assert len(merged & shipped) > 0.95 * len(merged)
    pulls = list(told["work"].values())
    assert len(pulls) > 400
    # One item moved to another project after its pull request was opened would have another key; none of these did.
    assert {row["title"].split()[0] for row in pulls} <= items


def test_the_same_bytes_again() -> None:
    def told() -> list[tuple[str, bytes]]:
        wanted = {source_id("tracker"), source_id("engineering")}
        return [(one.name, b"".join(one.pages())) for one in deliveries(today=TODAY) if one.source in wanted]

    assert told() == told()
