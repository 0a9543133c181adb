"""Work links: what a preview says is what the engine gives once the link is kept, item by item."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from northing.facts.asking import LinkPreview, Part, is_orphan
from northing.portfolio.errors import Invalid
from northing.portfolio.flow import WorkLink
from tests.laws.flow_worlds import FlowWorld, instant, work

PROJECTS, EPICS, TEAMS = ("CHAT", "CODE", None), ("CHAT-1", "CODE-9", None), ("Red", "Blue", None)
WHERES = (
    "project = CHAT", "epic = CODE-9", "team = Red and project != CHAT", "tag.audit = yes", "type = Bug",
    "project = CHAT and epic is empty", "key = i3", "project = NONE",
)  # fmt: skip


def backlog(random: Random) -> list[dict[str, Any]]:
    return [
        work(
            f"i{number}", number * 1440, "Doing", project=random.choice(PROJECTS), epic=random.choice(EPICS),
            team=random.choice(TEAMS), type=random.choice(("Story", "Bug")),
            tags={"audit": "yes"} if random.random() < 0.3 else None,
        )
        for number in range(40)
    ]  # fmt: skip


def link(random: Random, id: str) -> WorkLink:
    share = Decimal(random.choice(("1", "0.5", "0.333333", "0.7")))
    return WorkLink(
        id=id, number=f"WL-{random.randint(1, 9):04}" if random.random() < 0.7 else None, where=random.choice(WHERES),
        investment=random.choice(("i1", "i2")), share=share, precedence=random.choice((10, 100)),
    )  # fmt: skip


def seen(world: FlowWorld) -> dict[tuple[str, str], dict[tuple[str | None, str | None], Decimal]]:
    """Item → (investment, link) → share, as the rows of facts have it."""
    found: dict[tuple[str, str], dict[tuple[str | None, str | None], Decimal]] = {}
    for row in world.facts.rows("work", limit=1000):
        parts = found.setdefault((row.values["source"], row.values["item"]), {})
        parts[row.investment, row.rule] = row.share
    return found


def told(parts: tuple[Part, ...]) -> dict[tuple[str | None, str | None], Decimal]:
    return {(part.investment, part.rule): part.share for part in parts}


@pytest.mark.parametrize("seed", range(2))
def test_a_preview_is_what_the_engine_then_gives(tmp_path: Path, seed: int) -> None:
    random, world = Random(seed), FlowWorld(tmp_path)
    world.bring(backlog(random))
    ids = ["a", "b", "c"]
    for id in ids:
        world.step("work_link", id, link(random, id))
    for id in (*ids, "new", "newer", *ids):  # new ones, and those that are there changed
        asked, before = link(random, id), seen(world)
        preview = world.facts.preview_link(asked)
        world.step("work_link", id, asked)
        after = seen(world)
        assert {item: told(parts) for item, parts in preview.before.items()} == before
        assert {item: told(parts) for item, parts in preview.after.items()} == after
        assert preview.after == world.facts.whose()
        _adds_up(preview, before, after)


def _adds_up(preview: LinkPreview, before: dict[Any, Any], after: dict[Any, Any]) -> None:
    """What it claims is what it has then; others lose and gain what they have less and more."""
    mine = {i: sum(s for (_, rule), s in parts.items() if rule == preview.link) for i, parts in after.items()}
    assert preview.claimed() == {i: share for i, share in mine.items() if share}
    for rule in {rule for parts in (*before.values(), *after.values()) for _, rule in parts} - {None, preview.link}:
        for item in after:
            was, now = (sum(s for (_, r), s in side[item].items() if r == rule) for side in (before, after))
            moved = preview.taken().get(rule, {}).get(item, 0) - preview.given().get(rule, {}).get(item, 0)
            assert was - now == moved
    nobodys = {item for item, parts in after.items() if set(parts) == {(None, None)}}
    assert set(preview.orphans()) == nobodys
    was_nobodys = {item for item, parts in before.items() if set(parts) == {(None, None)}}
    assert set(preview.found()) == was_nobodys - nobodys
    assert set(preview.lost()) == nobodys - was_nobodys
    some = list(after)[::3]
    assert preview.claimed(some) == {i: s for i, s in preview.claimed().items() if i in some}


def test_a_link_takes_items_by_the_day_they_were_created(tmp_path: Path) -> None:
    world = FlowWorld(tmp_path)
    world.bring([work(f"i{n}", n * 1440, "Doing", project="CHAT") for n in range(4)])
    from datetime import date

    days = {"start": date(2026, 1, 6), "end": date(2026, 1, 8)}
    preview = world.facts.preview_link(WorkLink(id="x", where="project = CHAT", investment="i1", **days))
    assert sorted(item for _, item in preview.claimed()) == ["i1", "i2"]
    assert instant(1440).startswith("2026-01-06")


def test_a_link_that_cannot_be_asked_is_refused(tmp_path: Path) -> None:
    world = FlowWorld(tmp_path)
    world.bring([work("a", 0, project="CHAT")])
    for wrong, said in (("projct = CHAT", "project"), ("", "project = CHAT"), ("author = h1", "cannot ask")):
        with pytest.raises(Invalid) as refused:
            world.facts.preview_link(WorkLink(id="x", where=wrong, investment="i1"))
        assert said in f"{refused.value.message} {refused.value.remedy}"
    with pytest.raises(Invalid):
        world.facts.preview_link(WorkLink(id="x", where="project = CHAT", investment="i1", share=Decimal("1.2")))


def test_items_answer_to_filters_by_name(tmp_path: Path) -> None:
    random, world = Random(5), FlowWorld(tmp_path)
    rows = backlog(random)
    world.bring(rows)
    found = world.facts.answering({"chat": "project = CHAT", "late": "created >= 2026-02-01", "none": "key = nothing"})
    for row in rows:
        expected = [name for name, holds in (("chat", row["project"] == "CHAT"), ("late", row["created"] >= "2026-02"))
                    if holds]  # fmt: skip
        assert list(found.get(("source-1", row["item"]), ())) == expected
    with pytest.raises(Invalid):
        world.facts.answering({"x": "projct = CHAT"})
    assert all(map(is_orphan, world.facts.whose().values()))
