"""The page of one investment: its story, who set what, and what is edited in place."""

from __future__ import annotations

import pytest

from northing.portfolio.edits import create
from tests.web.desk import Desk, id_of
from tests.web.office import words_of

pytestmark = pytest.mark.django_db


def test_the_page_of_an_investment_tells_its_story(small: Desk) -> None:
    said = small.text("investments/INV-0001?blame=1")
    for words in (
        "One queue for all claims", "Ben Okoro", "Pilot", "12 d late", "Settle claims in two days", "60%",
        "of this investment", "40% of it serves nothing that is written down", "Vendor review is late", "€100k",
        "between €90.0k and €140k",
        "Set by Ana Ruiz, r1", "Set up", "Gate 3: scale",
    ):  # fmt: skip
        assert words in said, words


def test_an_investment_is_found_by_its_number_whatever_the_case_or_not_at_all(small: Desk) -> None:
    assert small.get("investments/inv-0001").status_code == 200
    assert small.get(f"investments/{id_of('triage')}").status_code == 200
    assert small.get("investments/INV-0999").status_code == 404
    assert small.get("investments/INV-0001?at=0").status_code == 404


def test_a_field_is_changed_and_blamed(small: Desk) -> None:
    people = small.people
    address = f"/w/acme/edit/investment/{id_of('minutes')}?fields=owner&next=/w/acme/line-of-sight"
    form = words_of(small.ana.get(address))
    assert "Owner of Meeting minutes" in form
    answer = small.ana.post(address, {"owner": people["Ben Okoro"], "reason": "He asked for it", "on": "1"})
    assert answer.status_code == 302
    assert answer["Location"] == "/w/acme/line-of-sight"
    assert small.record.plan().investments[id_of("minutes")].owner == people["Ben Okoro"]
    blamed = small.record.blame("investment", id_of("minutes"))["owner"]
    assert (blamed.no, blamed.reason) == (2, "He asked for it")
    assert "Set by Ana Ruiz, r2" in small.text("investments/INV-0002?blame=1")


def test_a_custom_field_is_filled_in_and_emptied(small: Desk) -> None:
    own = id_of("ceiling")
    small.commit(create("custom_field", own, kind="investment", name="Ceiling", type="money", unit="EUR"))
    address = f"/w/acme/edit/investment/{id_of('triage')}?fields=custom.{own}"
    assert small.ana.post(address, {f"custom.{own}": "1,250,000"}).status_code == 302
    assert small.record.plan().investments[id_of("triage")].custom == {own: "1250000"}
    assert "€1,250,000" in small.text("investments/INV-0001")
    small.ana.post(address, {f"custom.{own}": ""})
    assert small.record.plan().investments[id_of("triage")].custom == {}


def test_a_link_that_is_no_address_is_not_followed(small: Desk) -> None:
    small.commit(create("link", id_of("l"), subject=id_of("triage"), url="javascript:alert(1)", title="Trap"))
    assert "javascript:" not in small.get("investments/INV-0001").content.decode()
