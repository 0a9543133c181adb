"""Who is offered what on the pages, and what is refused whom."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from northing.access.members import new_user
from northing.access.workspaces import actor_of, add_member
from northing.portfolio.edits import change, create
from tests.web.desk import Desk, id_of
from tests.web.office import words_of

pytestmark = pytest.mark.django_db


def test_a_past_view_offers_no_change_and_takes_none(small: Desk) -> None:
    small.commit(change("investment", id_of("triage"), name="Claims sorting"))
    html = small.get("investments/INV-0001?at=1").content.decode()
    assert "Claims triage" in html
    assert "/edit/" not in html
    assert "/add/" not in html
    assert (
        small.ana.post(f"/w/acme/edit/investment/{id_of('triage')}?fields=name&at=1", {"name": "x"}).status_code == 403
    )
    for path in ("?at=1", "strategy?at=1", "line-of-sight?at=1"):
        page = small.get(path).content.decode()
        assert "/edit/" not in page
        assert "/add/" not in page


def test_who_may_only_look_is_offered_nothing_and_refused(small: Desk) -> None:
    for path in ("", "investments/INV-0001", "strategy", "line-of-sight"):
        html = small.get(path, small.vera).content.decode()
        assert "/edit/" not in html, path
        assert "/add/" not in html, path
    assert small.vera.post(f"/w/acme/edit/investment/{id_of('triage')}?fields=name", {"name": "x"}).status_code == 403
    assert small.vera.post("/w/acme/investments/new", {"name": "x"}).status_code == 403
    assert small.record.head() == 1


def test_a_contributor_brings_in_ideas_notes_links_and_reports_and_looks_after_their_own(small: Desk) -> None:
    user = new_user("cora@acme.example", "a-long-enough-password-9", "Cora Dahl")
    actor = actor_of(add_member(small.workspace, user, "contributor"), small.workspace, user, "web")
    small.commit(create("person", actor.id))
    cora = Client()
    cora.force_login(user)
    assert "New idea" in small.text("", cora)
    form = words_of(small.get("investments/new", cora))
    assert "Stage" not in form
    made = cora.post("/w/acme/investments/new", {"name": "Parts by photo", "stage": "scale", "owner": actor.id})
    assert made["Location"] == "/w/acme/investments/INV-0003"
    mine = small.record.plan().investments.by("number", "INV-0003")[0]
    assert mine.stage == "idea"

    page = small.get("investments/INV-0001", cora).content.decode()
    offered = set(re.findall(r"/w/acme/(?:add|edit|drop)/[a-z_]+", page))
    assert offered == {f"/w/acme/add/{kind}" for kind in ("note", "link", "health_report")}
    about = f"investment={id_of('triage')}&subject={id_of('triage')}&next=/w/acme/"
    for kind, typed in {
        "note": {"text": "Seen it"},
        "link": {"title": "Film", "url": "https://films.example/1"},
        "health_report": {"on": "2026-01-02", "overall": "amber", "words": "Slow"},
    }.items():
        added = cora.post(f"/w/acme/add/{kind}?{about}", typed)
        assert added.status_code == 302, words_of(added)
    refused = cora.post(f"/w/acme/add/milestone?{about}", {"name": "No", "type": "milestone", "due": "2031-02-03"})
    assert refused.status_code == 403
    assert cora.post(f"/w/acme/edit/investment/{id_of('triage')}?fields=name", {"name": "x"}).status_code == 403
    assert cora.post(f"/w/acme/drop/investment/{mine.id}").status_code == 403

    own = small.get("investments/INV-0003", cora).content.decode()
    assert f"/edit/investment/{mine.id}" in own
    assert "/drop/investment" not in own
    assert cora.post(f"/w/acme/edit/investment/{mine.id}?fields=name", {"name": "Parts"}).status_code == 302


def test_nobody_is_sent_elsewhere_after_a_change(small: Desk) -> None:
    address = f"/w/acme/edit/investment/{id_of('triage')}?fields=name&next=https://evil.example/"
    assert small.ana.post(address, {"name": "Claims sorting"})["Location"] == "/w/acme/"
    assert small.ana.post(address.replace("https:", ""), {"name": "Claims triage 2"})["Location"] == "/w/acme/"
