"""The Kubernetes enhancements and the changes of their fields."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from northing.measure.target_changes import release, target_changes
from northing.portfolio.errors import Invalid
from northing.sources.facts import READERS, guess_reader
from tests.outside.real import data
from tests.sources.facts.bench import World, about, hide, read
from tests.sources.facts.flow_inputs import KEPS

CURRENT = (
    b"path,kep_number,title,owning_sig,status,stage,creation_date,last_updated,latest_milestone,ms_alpha,ms_beta,ms_stable,authors,approvers\n"
    b"keps/a/1-x/kep.yaml,1,One,sig-node,implementable,beta,2024-2-1,,v1.31,v1.30,v1.31,TBD,@ada;@bob,@eve\n"
    b"keps/b/1-y/kep.yaml,1,Other,sig-node,provisional,,yyyy-mm-dd,,,,,,@ada,\n"
)
HEAD = KEPS.split(b"\n")[0] + b"\n"


def test_an_enhancement() -> None:
    one, other = read("keps", CURRENT).rows
    assert (one["item"], one["key"], one["state"], one["project"]) == ("1", "1", "implementable", "sig-node")
    assert one["created"] == datetime(2024, 2, 1, tzinfo=UTC) and one["author"] == hide("@ada")
    assert json.loads(one["tags"])["beta"] == "v1.31"
    assert other["item"] == "keps/b/1-y/kep.yaml", "two share a number"
    assert json.loads(other["tags"])["created"] == "yyyy-mm-dd", "nobody says when it began"


def test_changes_of_targets() -> None:
    begun = json.dumps({"status": "provisional", "m.alpha": "v1.19", "m.beta": ""}).replace('"', '""')
    rows = [
        f'2020-05-06T12:36:05-07:00,c0,1,p,created,,"{begun}"', "2020-06-06T12:36:05-07:00,c1,1,p,m.alpha,v1.19,v1.20",
        "2020-07-06T12:36:05-07:00,c2,1,p,m.alpha,v1.20,v1.19", "2020-08-06T12:36:05-07:00,c3,1,p,m.alpha,v1.9,v1.10",
        "2020-08-06T12:36:05-07:00,c3,2,p,m.beta,v1.21,TBD", "2020-08-06T12:36:05-07:00,c4,2,p,m.beta,TBD,",
        "2020-09-06T12:36:05-07:00,c5,1,p,status,provisional,implementable", "2020-09-06T12:36:05-07:00,c5,1,p,title,a,b",
    ]  # fmt: skip
    taken = read("keps", HEAD + "\n".join(rows).encode())
    assert taken.refused == [] and [row["field"] for row in taken.rows] == [
        "target.alpha", "target.alpha", "target.alpha", "target.alpha", "target.beta", "target.beta", "state",
    ]  # fmt: skip
    moved = target_changes(taken.rows)
    assert [change.moved for change in moved.changes] == ["slip", "pull-in", "slip", "unclear"]
    assert (moved.items, moved.slips, moved.pull_ins) == (2, 2, 1)


@pytest.mark.parametrize(
    ("said", "numbers"),
    [("v1.21", (1, 21, 0)), ("1.9", (1, 9, 0)), ("v1.10.2", (1, 10, 2)), ("TBD", None), ("v1.xx", None), ("x.y", None)],
)
def test_a_release_is_numbers(said: str, numbers: tuple[int, ...] | None) -> None:
    assert release(said) == numbers


def test_wrong_rows_are_refused_in_words() -> None:
    good = KEPS.decode().splitlines()[1]
    bad = [
        good.replace("2021-01-06", "soon"),
        good.replace("2133,", ",", 1),
        good.replace("m.alpha", "created"),
        good + ",x",
    ]
    taken = read("keps", HEAD + "\n".join([good, *bad]).encode(), cuts=(64,))
    assert len(taken.rows) == 1
    assert [(each.line, each.column) for each in taken.refused] == [
        (2, "date"),
        (3, "kep_number"),
        (4, "new"),
        (5, None),
    ]
    with pytest.raises(Invalid, match="neither the table of enhancements"):
        list(READERS["keps"].read([b"a,b\n1,2\n"], about("keps")))


def test_people_are_hidden_and_again_adds_nothing(world: World) -> None:
    kept = b"".join(READERS["keps"].redact([CURRENT], about("keps")))
    assert b"@ada" not in kept and b"@eve" not in kept and b"v1.31" in kept
    for raw in (CURRENT, KEPS):
        world.take("keps", raw)
        assert world.take("keps", raw).unchanged
    assert len(world.rows("work")) == 2 and len(world.rows("transition")) == 1


def test_the_real_tables() -> None:
    for name, rows in (("keps_current", 654), ("kep_change_history", 0)):
        raw = data(f"kubernetes-keps/{name}.csv").read_bytes()
        assert guess_reader(f"{name}.csv", raw[:65_536])[0][0].name == "keps"
        taken = read("keps", raw, cuts=(65_536,))
        assert taken.refused == [] and (rows == 0 or len(taken.rows) == rows)
