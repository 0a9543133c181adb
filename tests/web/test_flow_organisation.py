"""Work of several teams: each team's items by its own policy, joined; and one policy for all where somebody chose it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from northing.facts.flow_asking import State as StateOf
from northing.facts.flow_asking import reading
from northing.measure.flow.asked import Asked, Whose, asked
from northing.measure.flow.cumulative import cumulative
from northing.measure.flow.five import efficiency, five
from northing.measure.flow.joining import agreed
from northing.measure.flow.time_in_state import time_in_states
from northing.portfolio.edits import create
from northing.portfolio.flow import Phase
from northing.portfolio.periods import Period
from northing.report.viewing import look
from tests.web.office import Office, id_of, open_office, words_of
from tests.web.work_office import bring_work

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = datetime.now(UTC).date()
WINDOW = Period(TODAY - timedelta(days=89), TODAY + timedelta(days=1))
STATES = ("To do", "Doing", "Parked", "Checked", "Done")
SHOP = (("To do", "backlog"), ("Doing", "active"), ("Checked", "active"), ("Done", "done"))
MOBILE = (("To do", "backlog"), ("Doing", "active"), ("Parked", "wait"), ("Done", "done"))
CROSSED = (("To do", "queue"), ("Doing", "active"), ("Parked", "wait"), ("Done", "done"))


def rows() -> list[list[object]]:
    """Ten items of Shop and six of Mobile delivered, one of each in progress, and two of a team without a policy."""
    made: list[list[object]] = []
    for team, count in (("Shop", 11), ("Mobile", 7), ("Lost", 2)):
        for n in range(count):
            began = TODAY - timedelta(days=60 - 4 * n)
            ends = [began + timedelta(days=3), began + timedelta(days=5)] if n < count - 1 else [None, None]
            middle = [None, ends[0]] if team == "Shop" else [ends[0], None]
            made.append(
                [
                    f"{team[0]}-{n + 1}",
                    f"{team} {n + 1}",
                    "Story",
                    team,
                    began - timedelta(days=1),
                    began,
                    *middle,
                    ends[1],
                ]
            )
    return made


def policy(key: str, states: Any, **said: Any) -> Any:
    told = [{"state": state, "phase": phase} for state, phase in states]
    return create(
        "workflow_policy",
        id_of(key),
        name=key.title(),
        states=told,
        kinds={"Story": "feature"},
        level=["Story"],
        **said,
    )


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    made = open_office()
    bring_work(made, rows(), STATES)
    made.commit(
        create("value_stream", id_of("sale"), name="Sale"),
        *(
            create("team", id_of(name), name=name.title(), value_stream=id_of("sale"))
            for name in ("shop", "mobile", "lost")
        ),
        policy("shop rules", SHOP, team=id_of("shop")),
        policy("mobile rules", MOBILE, team=id_of("mobile")),
    )
    return made


def whole(office: Office, whose: Whose = Whose(), chosen: str | None = None) -> Asked:  # noqa: B008
    found = asked(look(office.workspace).view, whose, chosen)
    assert found is not None
    return found


def test_each_team_by_its_own_policy(office: Office) -> None:
    for scope in (Whose(), Whose("value_stream", id_of("sale"))):
        found = whole(office, scope)
        alone = {name: whole(office, Whose("team", id_of(name))) for name in ("shop", "mobile")}
        assert [part.teams for part in found.parts] == [(id_of("shop"),), (id_of("mobile"),)]
        told = sorted(found.work.items, key=lambda one: one.item)
        assert told == sorted((one for each in alone.values() for one in each.work.items), key=lambda one: one.item)
        assert found.unread == ((id_of("lost"),))
        assert not [one for one in found.problems if one.code == "unknown-state"]
        assert {found.policy_of(one).name for one in told if one.team == "Mobile"} == {"Mobile Rules"}
        parts = [five(one.work, WINDOW) for one in alone.values()]
        assert five(found.work, WINDOW).velocity.total == sum(one.velocity.total for one in parts) == 16

    # One vocabulary: the states of both, in an order that both keep.
    assert found.work.ranks is not None and (found.work.ranks["To do"], found.work.ranks["Done"]) == (0, 4)
    flow = cumulative(found.work, WINDOW)
    assert [sum(day) for day in zip(*(b.counts for b in flow.bands if b.part == "progress"), strict=True)] == [
        *flow.wip
    ]
    time = time_in_states(found.work, WINDOW)
    assert {one.state for one in time.states} == {"Doing", "Checked", "Parked"}
    assert sum(one.time for one in time.states) == time.time
    # Shop has no state that waits: only Mobile's items have an efficiency, and Shop's are named as left out.
    share = efficiency(found.work, WINDOW)
    assert {one.team for one in share.items} == {"Mobile"} and {one.team for one in share.deaf} == {"Shop"}
    assert share.share == efficiency(alone["mobile"].work, WINDOW).share

    # A chosen policy reads everything, as before, the team without one too.
    chosen = whole(office, chosen=id_of("shop rules"))
    assert (
        len(chosen.work.items) == 20
        and not chosen.parts
        and any(one.code == "unknown-state" for one in chosen.problems)
    )
    html = office.get(f"flow?policy={id_of('shop rules')}").content.decode()
    assert f'href="/w/acme/flow/policies/{id_of("shop rules")}">Say in “Shop Rules” what it means' in html


def test_policies_that_contradict_show_phases(office: Office) -> None:
    office.commit(policy("crossed", CROSSED, team=id_of("lost"), start=str(TODAY)))
    work = whole(office).work
    assert work.ranks is None
    assert {one.state for one in time_in_states(work, WINDOW).states} == {Phase.ACTIVE, Phase.WAIT, Phase.QUEUE}
    flow = cumulative(work, WINDOW)
    assert not flow.corrections, "an item that goes on to wait, and then back to work, is not moved back by its phase"
    text = words_of(office.get("flow"))
    assert "pictures by state show phases" in text and "Active" in text
    assert "Active" in words_of(office.get("flow/states"))


def test_pages_and_answers_say_who_read_what(office: Office) -> None:
    text = words_of(office.get("flow"))
    at = text.index("Read by 2 policies")
    said = "Read by 2 policies: Shop Rules (11 items: Shop) , Mobile Rules (7 items: Mobile) . Read by no policy: Lost."
    assert re.sub(r" · WFP-\d+", "", text[at:]).startswith(said)
    assert "Each team's own" in text
    for path in ("flow/states", "flow/forecast", "flow/work"):
        assert "Read by 2 policies" in words_of(office.get(path)), path
    alone = words_of(office.get(f"flow?policy={id_of('shop rules')}"))
    assert "Read by 2 policies" not in alone and "read by Shop Rules" in alone
    both = words_of(office.get(f"flow?other={id_of('mobile rules')}"))
    assert "By two policies" in both and "2 policies Mobile Rules" in both
    told = office.clients["owner"].get(f"/api/v1/w/{office.workspace.slug}/flow").json()
    told = told.get("data", told)
    assert [(one["policy"], one["items"]) for one in told["readers"]] == [("Shop Rules", 11), ("Mobile Rules", 7)]
    assert told["unread"] == ["Lost"]


def test_states_agree_unless_meaning_or_order_differs() -> None:
    def told(*states: tuple[str, Phase]) -> Any:
        return reading(states=tuple(StateOf(name.lower(), phase, at, name) for at, (name, phase) in enumerate(states)))

    a, b, c = (("A", Phase.QUEUE), ("B", Phase.ACTIVE), ("C", Phase.WAIT))
    assert agreed([told(a, c), told(a, b), told(b, c)]) == {"A": 0, "B": 1, "C": 2}
    assert agreed([told(a, b), told(b, a)]) is None
    assert agreed([told(a, b), told(("B", Phase.WAIT))]) is None
