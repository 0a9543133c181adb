"""Strategy and line of sight: what serves what, and how a broken chain is mended."""

from __future__ import annotations

import re
from html import unescape

import pytest

from northing.portfolio.edits import create
from tests.web.desk import Desk, id_of

pytestmark = pytest.mark.django_db


def test_a_broken_chain_is_mended_where_it_is_listed(small: Desk) -> None:
    before = small.text("line-of-sight")
    assert "1 of 2 investments are in line of sight" in before
    assert "Serves no objective 1" in before
    html = small.get("line-of-sight").content.decode()
    action = unescape(re.search(r'action="([^"]*add/strategic_contribution[^"]*)"', html)[1])  # type: ignore[index]
    answer = small.ana.post(action, {"aim": f"objective:{id_of('settle')}", "percent": "100", "on": "1"})
    assert answer.status_code == 302
    after = small.text("line-of-sight")
    assert "2 of 2 investments are in line of sight" in after
    assert "No chain is broken" in after


def test_one_edit_mends_all_that_break_at_one_objective(small: Desk) -> None:
    small.commit(
        create("objective", id_of("loose"), name="Paperless", level="team"),
        create("investment", id_of("scan"), name="Scanning", stage="pilot"),
        create("strategic_contribution", id_of("d"), investment=id_of("scan"), objective=id_of("loose")),
        create("strategic_contribution", id_of("e"), investment=id_of("minutes"), objective=id_of("loose")),
    )
    assert "Mend all 2" in small.text("line-of-sight")
    small.ana.post(f"/w/acme/edit/objective/{id_of('loose')}?fields=parent", {"parent": id_of("settle")})
    assert "3 of 3 investments are in line of sight" in small.text("line-of-sight")


def test_strategy_rolls_up_and_lists_what_hangs_nowhere(small: Desk) -> None:
    said = small.text("strategy?all=1")
    for words in (
        "Settle claims in two days",
        "Settled in two days",
        "from 30 to 50; target 70 %",
        "50%",
        "1 investment",
        "€60.0k",
        "Claims triage",
    ):
        assert words in said, words
    beside = said.split("Investments that hang nowhere")[1]
    assert "Meeting minutes" in beside
    assert "€40.0k" in beside, "what the weights of Claims triage leave"


def test_a_key_result_is_measured_and_an_objective_added(small: Desk) -> None:
    small.ana.post(
        f"/w/acme/edit/key_result/{id_of('share')}?fields=current,measured_on",
        {"current": "60", "measured_on": "2026-11-01"},
    )
    assert "75%" in small.text("strategy")
    small.ana.post("/w/acme/add/objective?next=/w/acme/strategy", {"name": "Grow", "level": "board"})
    assert "Objectives that nothing works on 1" in small.text("strategy")


def test_many_that_serve_nothing_are_tied_at_once(small: Desk) -> None:
    small.commit(*(create("investment", id_of(f"n{n}"), name=f"Found by survey {n}") for n in range(9)))
    html = small.get("line-of-sight").content.decode()
    assert "Tie the ticked ones" in html
    ticked = [id_of("n1"), id_of("n2"), "not-an-id"]
    address = "/w/acme/line-of-sight/tie"
    answer = small.ana.post(address, {"investment": ticked, "aim": f"objective:{id_of('settle')}", "next": "/w/acme/"})
    assert answer.status_code == 302
    assert "3 of 11 investments are in line of sight" in small.text("line-of-sight")
    assert small.record.revision(small.record.head()).reason == "2 investments serve “Settle claims in two days”"
    assert small.ana.post(address, {"aim": f"objective:{id_of('settle')}"}).status_code == 422
    assert small.vera.post(address, {"investment": ticked}).status_code == 403
