"""Today: what changed, what needs somebody and the figures, as a person reads them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from northing.portfolio.edits import change, create
from tests.web.desk import TODAY, UUID, Desk, id_of
from tests.web.office import words_of

pytestmark = pytest.mark.django_db


def test_an_empty_workspace_invites_a_file(desk: Desk) -> None:
    said = desk.text("")
    assert "Nothing is planned here yet" in said
    assert "Import a file" in said
    assert "No objective yet" in desk.text("strategy")
    assert "Nothing to look at yet" in desk.text("line-of-sight")


@pytest.mark.parametrize(
    "path", ["", "strategy", "strategy?all=1", "line-of-sight", "investments/INV-0001", "investments/INV-0002", "?at=1"]
)
def test_pages_show_no_identifier_no_none_and_no_raw_word(small: Desk, path: str) -> None:
    answer = small.get(path)
    assert answer.status_code == 200
    said = words_of(answer)
    assert not UUID.search(said)
    assert not re.search(r"\bNone\b|on_hold|amber_red|strategic_contribution|nan\b", said)
    assert "style=" not in answer.content.decode()


def test_today_lists_causes_each_with_its_next_step(small: Desk) -> None:
    said = small.text("")
    for cause in ("Past due", "Green outside, red inside", "Serves no objective", "No owner", "No planned money"):
        assert cause in said
    assert "50%" in said, "one of two is in line of sight"
    html = small.get("").content.decode()
    assert f"/w/acme/edit/milestone/{id_of('gate')}?fields=due%2Cdone" in html
    assert f"/w/acme/add/strategic_contribution?investment={id_of('minutes')}" in html
    only = words_of(small.get("?cause=lacks-owner"))
    assert "Name an owner" in only
    assert "Close it or move it" not in only


def test_today_tells_what_changed_since_the_last_visit(small: Desk) -> None:
    small.get("")  # Ana has seen the plan as it is
    small.ana.logout()
    client = Client()
    from northing.access.models import User

    client.force_login(User.objects.get(email="ana@acme.example"))
    small.commit(
        change("milestone", id_of("gate"), due=TODAY + timedelta(days=31)), by="Ben Okoro", reason="Vendor late"
    )
    said = small.text("", client)
    assert "Since your last visit" in said
    assert "Gate 3: scale moved" in said
    assert "(+43 d)" in said
    assert "by Ben Okoro, r2" in said
    assert "Meeting minutes" not in said.split("What changed")[1].split("By stage")[0]


def test_what_nobody_has_said_yet_is_no_nought(desk: Desk) -> None:
    """A list just imported: no objective, no stage, no money, no health."""
    desk.commit(*(create("investment", id_of(f"n{n}"), name=f"Imported {n}") for n in range(1200)), reason="Import")
    said = desk.text("")
    for words in (
        "what the board wants is not written down yet", "none of 1,200 investments has a stage",
        "no plan line says how much and when", "nobody has reported health yet", "Imported 1",
    ):  # fmt: skip
        assert words in said, words
    assert "0%" not in said
    assert "What the board wants is not written down yet" in desk.text("line-of-sight")
    assert "0%" not in desk.text("line-of-sight")
    assert desk.get("strategy").status_code == 200


def test_figures_of_thousands_are_set_apart_and_nothing_is_nought_by_silence(desk: Desk) -> None:
    desk.commit(*(create("investment", id_of(f"n{n}"), name=f"Idea {n}") for n in range(1204)))
    strategy, roadmap = desk.text("strategy"), desk.text("roadmap")
    assert "hang nowhere 1,204" in strategy
    assert "All 1,204 in Line of sight" in strategy
    assert "Investments 1,204 1,204 without dates" in roadmap
    assert "nobody has said what waits for what" in roadmap


def test_a_long_list_in_a_sentence_names_a_few(small: Desk) -> None:
    small.commit(
        *(create("investment", id_of(f"same{n}"), name="Document reader", description="Reads documents", tags=["docs"])
          for n in range(7))
    )  # fmt: skip
    assert "and 3 others look like one thing" in small.text("?cause=alike")


def test_after_an_import_what_else_changed_is_told_first(small: Desk) -> None:
    small.get("")
    small.commit(*(create("investment", id_of(f"n{n}"), name=f"A {n}") for n in range(30)), reason="Import")
    small.commit(change("investment", id_of("triage"), stage="scale"), by="Ben Okoro")
    told = small.text("?since=1").split("What changed")[1]
    assert "30 investments added" in told
    assert told.index("Stage Pilot → Scale") < told.index("A 0")
    assert "A 29" not in small.text("?since=1")


def test_where_all_is_new_the_largest_are_named_and_the_rest_counted(desk: Desk) -> None:
    names = [f"Thing {chr(65 + n)}" for n in range(26)]
    desk.commit(*(create("investment", id_of(name), name=name, currency="EUR") for name in names))
    line = {"start": TODAY, "end": TODAY + timedelta(days=90), "type": "build", "expense": "opex"}
    desk.commit(create("cost_plan_line", id_of("line"), investment=id_of("Thing Q"), likely="120000", **line))
    html = desk.get("").content.decode()
    told = desk.text("").split("What changed")[1]
    assert "26 investments added" in told
    assert "planned money +€120k" in told
    assert told.index("Thing Q New Planned €120k") < told.index("Thing A New Thing B New")
    assert "Show 16 more" in told
    assert "Thing Z" not in told
    assert "Thing Z" in desk.text("?changes=all")
    assert 'class="who small" href=""' not in html


def test_everybody_sees_what_is_theirs(small: Desk) -> None:
    assert "Mine" not in small.text("", small.vera), "she owns nothing, so there is nothing to choose"
    said = small.text("?mine=1", small.ben)
    needs = said.split("What needs somebody")[1].split("What changed")[0]
    assert "Claims triage" in needs
    assert "Meeting minutes" not in needs
    everybodys = re.search(r"of \d+ things that need somebody", small.text("", small.ben))
    assert everybodys
    assert everybodys[0] in said, "the figures stay everybody's"
