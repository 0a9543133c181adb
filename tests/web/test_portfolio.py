"""The Portfolio page without a browser: what its address asks for, what a cell takes, who may change what."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.http import QueryDict

from northing.measure.cells import column
from northing.portfolio.edits import create
from northing.portfolio.errors import Invalid
from northing.report.viewing import look
from northing.web.portfolio import cell_input
from northing.web.portfolio.grid_state import State, read
from tests.web.office import Office, id_of, open_office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> Office:
    made = open_office()
    made.commit(
        create("portfolio", id_of("growth"), name="Growth"),
        create("person", made.actors["planner"].id),
        create("person", made.actors["owner"].id),
        *[
            create(
                "investment",
                id_of(f"inv{number}"),
                name=name,
                stage=stage,
                portfolio=id_of("growth") if number % 2 else None,
                currency=currency,
                whole_life_cost=cost,
            )
            for number, (name, stage, currency, cost) in enumerate(
                [
                    ("Claims triage", "pilot", "EUR", "1200000"),
                    ("Invoice matching", "scale", "USD", "350000"),
                    ("=HYPERLINK(1)", None, "EUR", None),
                    ("<b>Bold</b> forecast", "pilot", "EUR", "90000.5"),
                ]
            )
        ],
    )
    return made


def post(office: Office, path: str, by: str = "owner", **body: Any) -> tuple[int, dict[str, Any]]:
    answer = office.clients[by].post(
        office.home + path, json.dumps(body), content_type="application/json", HTTP_ACCEPT="application/json"
    )
    return answer.status_code, json.loads(answer.content or b"{}")


def state(query: str) -> State:
    return read(QueryDict(query))


def test_the_address_is_read_and_written_alike() -> None:
    query = 'where=a&f=stage%3Apilot&f=stage%3A-&by=stage&sort=-name&columns=name%2Csource."A%2C b"&w=name%3A200'
    found = state(query)
    assert found.columns == ("name", 'source."A, b"')
    assert found.widths == (("name", 200),)
    assert found.filter == "(a) and (stage in (pilot) or stage is empty)"
    assert state(found.query()) == found


def test_nonsense_in_the_address_is_ignored() -> None:
    found = state("f=password%3A1&w=name%3Ax&shape=cake&by=,,&sort=")
    assert (found.facets, found.widths, found.shape, found.by) == ((), (), "table", ())


def test_a_head_sorts_up_down_and_not_at_all() -> None:
    assert state("").after_click("name") == ("name",)
    assert state("sort=name").after_click("name") == ("-name",)
    assert state("sort=-name").after_click("name") == ()


def test_the_page_shows_words_and_no_raw_values(office: Office) -> None:
    text = office.text("portfolio")
    assert "4 investments" in text and "Pilot" in text and "No stage" in text
    assert not re.search(r"\b(None|pilot)\b|[0-9a-f]{8}-[0-9a-f]{4}-", text)


def test_what_people_typed_is_never_html(office: Office) -> None:
    html = office.get("portfolio").content.decode()
    assert "<b>Bold</b>" not in html and "&lt;b&gt;Bold&lt;/b&gt; forecast" in html
    assert "<b>Bold</b>" not in json.loads(office.get("portfolio/rows?limit=10").content)["rows"][3]


def test_no_style_and_no_script_stands_in_the_page(office: Office) -> None:
    for path in ("portfolio", "portfolio?by=stage", "portfolio?shape=bubbles", "portfolio?at=1"):
        html = office.get(path).content.decode()
        assert not re.search(r"\sstyle=|\son\w+=|<script>|javascript:", html), path
        policy = office.get(path).headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "script-src 'self'" in policy


def test_windows_of_lines_join_up_with_group_heads_in_their_places(office: Office) -> None:
    whole = json.loads(office.get("portfolio/rows?by=stage&limit=100").content)
    parts = [
        row
        for offset in range(0, whole["lines"], 2)
        for row in json.loads(office.get(f"portfolio/rows?by=stage&offset={offset}&limit=2").content)["rows"]
    ]
    assert parts == whole["rows"] and len(parts) == whole["lines"] == 7
    assert [("group" in row) for row in parts] == [True, False, False, True, False, True, False]
    assert [int(re.search(r'aria-rowindex="(\d+)"', row)[1]) for row in parts] == list(range(2, 9))  # type: ignore[index]


def test_a_wrong_column_in_the_address_is_said(office: Office) -> None:
    text = office.text("portfolio?columns=name,stgae")
    assert "Did you mean “stage”?" in text and "4 investments" in text


def test_currencies_are_never_added_up(office: Office) -> None:
    html = office.get("portfolio?columns=name,whole_life_cost").content.decode()
    foot = html[html.index("<tfoot>") :]
    assert "€1.3m" in foot and "$350" in foot


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("whole_life_cost", "€1,200,000", "1200000"),
        ("whole_life_cost", "1.2m", "1200000.0"),
        ("whole_life_cost", "1.234.567,89", "1234567.89"),
        ("whole_life_cost", "USD 300k", "300000"),
        ("whole_life_cost", "−5", "-5"),
        ("end", "12 Jun 2026", "2026-06-12"),
        ("end", "June 12, 2026", "2026-06-12"),
        ("end", "31.12.2026", "2026-12-31"),
        ("end", "25/12/2026", "2026-12-25"),
        ("end", "2026-06-12T00:00:00", "2026-06-12"),
        ("stage", "on hold", "on_hold"),
        ("stage", "Scale", "scale"),
        ("owner", "ben okoro", None),
        ("portfolio", "GROWTH", None),
        ("tags", "a; b, c", ["a", "b", "c"]),
        ("stage", "  ", None),
    ],
)
def test_cells_take_what_people_and_spreadsheets_write(office: Office, key: str, text: str, value: Any) -> None:
    view = look(office.workspace).view
    expected = {"owner": office.actors["planner"].id, "portfolio": id_of("growth")}.get(key, value)
    assert cell_input.value_of(view, column(view, "investment", key), text) == expected


@pytest.mark.parametrize(
    ("key", "text", "message"),
    [
        ("end", "06/07/2026", "may be one of two days"),
        ("end", "30 Feb 2026", "is no day"),
        ("whole_life_cost", "a lot", "is no number"),
        ("stage", "piolt", "Did you mean “Pilot”?"),
        ("portfolio", "Growht", "Did you mean “Growth”?"),
        ("name", "", "cannot be empty"),
        ("planned", "5", "is computed"),
        ("number", "INV-9999", "is computed"),
    ],
)
def test_what_a_cell_cannot_take_is_said_with_a_remedy(office: Office, key: str, text: str, message: str) -> None:
    view = look(office.workspace).view
    with pytest.raises(Invalid) as wrong:
        cell_input.value_of(view, column(view, "investment", key), text)
    assert message in f"{wrong.value.message} {wrong.value.remedy or ''}"


def test_an_edit_commits_under_the_name_of_who_made_it(office: Office) -> None:
    cells = [{"id": id_of("inv0"), "column": "stage", "text": "Scale"}]
    status, told = post(office, "portfolio/edit", by="planner", cells=cells, on=1, query="columns=name,stage")
    assert (status, told["head"], told["toast"]["undo"]) == (200, 2, 2)
    assert "Scale" in told["rows"][id_of("inv0")]
    revision = office.record.revision(2)
    assert (revision.author, revision.reason) == (office.actors["planner"].id, "Stage of Claims triage: Scale")


def test_a_viewer_changes_nothing_and_is_offered_nothing(office: Office) -> None:
    cells = [{"id": id_of("inv0"), "column": "stage", "text": "Scale"}]
    status, told = post(office, "portfolio/edit", by="viewer", cells=cells, on=1)
    assert status == 403 and "Your role here is viewer" in told["message"] and office.record.head() == 1
    html = office.get("portfolio", by="viewer").content.decode()
    assert "data-edit" not in html and "data-add" not in html


def test_a_past_view_refuses_a_change(office: Office) -> None:
    office.commit(create("portfolio", id_of("p2"), name="Other"))
    cells = [{"id": id_of("inv0"), "column": "stage", "text": "Scale"}]
    status, told = post(office, "portfolio/edit?at=1", cells=cells)
    assert status == 403 and "past view" in told["message"] and office.record.head() == 2


def test_two_people_one_field_is_a_conflict_with_all_three_sides(office: Office) -> None:
    first = [{"id": id_of("inv0"), "column": "stage", "text": "Scale"}]
    second = [
        {"id": id_of("inv0"), "column": "stage", "text": "On hold"},
        {"id": id_of("inv1"), "column": "name", "text": "Invoices"},
    ]
    assert post(office, "portfolio/edit", cells=first, on=1)[0] == 200
    status, told = post(office, "portfolio/edit", by="planner", cells=second, on=1)
    assert status == 409 and told["at"] == 2
    for word in ("Pilot", "Scale", "On hold", "Ana Ruiz"):
        assert word in told["dialog"]
    status, done = post(office, "resolve", by="planner", conflict=told["conflict"], choices={"c0": "theirs"}, on=2)
    assert status == 200 and done["head"] == 3
    plan = office.record.plan()
    assert (plan.investments[id_of("inv0")].stage, plan.investments[id_of("inv1")].name) == ("scale", "Invoices")


def test_what_others_changed_elsewhere_is_merged_in_silence(office: Office) -> None:
    assert (
        post(office, "portfolio/edit", cells=[{"id": id_of("inv0"), "column": "stage", "text": "Scale"}], on=1)[0]
        == 200
    )
    mine = [{"id": id_of("inv0"), "column": "name", "text": "Claims"}]
    assert post(office, "portfolio/edit", by="planner", cells=mine, on=1)[0] == 200
    found = office.record.plan().investments[id_of("inv0")]
    assert (found.stage, found.name) == ("scale", "Claims")


def test_a_paste_is_shown_first_and_keeps_quoted_line_breaks(office: Office) -> None:
    asked = {
        "id": id_of("inv0"),
        "column": "name",
        "text": 'One\tScale\n"Two\nlines"\tnonsense\n',
        "on": 1,
        "query": "columns=name,stage",
    }
    status, told = post(office, "portfolio/paste", **asked)
    assert status == 200 and "1 cell cannot be read" in told["dialog"] and office.record.head() == 1
    status, told = post(office, "portfolio/paste", **asked, apply=True)
    plan = office.record.plan()
    assert plan.investments[id_of("inv0")].name == "One" and plan.investments[id_of("inv1")].name == "Two\nlines"
    assert plan.investments[id_of("inv1")].stage == "scale" and office.record.head() == 2


def test_a_new_row_takes_what_the_quick_filters_fix(office: Office) -> None:
    status, told = post(
        office, "portfolio/add", name="  New  one ", query=f"f=stage:idea&f=portfolio:{id_of('growth')}", on=1
    )
    found = office.record.plan().investments[told["id"]]
    assert status == 200
    assert (found.name, found.stage, found.portfolio, found.currency) == ("New one", "idea", id_of("growth"), "EUR")


def test_a_contributor_adds_ideas_and_nothing_else(office: Office) -> None:
    page = office.get("portfolio", "contributor").content.decode()
    assert "New idea" in page and "data-add" in page and "data-pick-all" not in page
    status, told = post(office, "portfolio/add", "contributor", name="Parts by photo", query="f=stage:pilot", on=1)
    assert (status, office.record.plan().investments[told["id"]].stage) == (200, "idea")
    assert "Parts by photo" in told["row"] and 'class="pick"' not in told["row"]
    assert "New idea" not in office.text("portfolio?at=1", "contributor")


def test_who_may_only_look_is_offered_no_new_investment(office: Office) -> None:
    page = office.get("portfolio", "viewer").content.decode()
    assert "New idea" not in page and "data-add" not in page
    assert post(office, "portfolio/add", "viewer", name="Mine", query="", on=1)[0] == 403


def test_an_empty_portfolio_asks_a_contributor_for_an_idea(db: None) -> None:
    empty = open_office("Empty", "empty")
    for path in ("portfolio", ""):
        assert "New idea" in empty.text(path, "contributor")
        assert "New idea" not in empty.text(path, "viewer")


def test_a_deletion_lists_what_goes_with_it_and_is_taken_back_whole(office: Office) -> None:
    office.commit(create("milestone", id_of("m"), name="Gate 3", investment=id_of("inv0")))
    before = office.record.plan()
    status, told = post(office, "portfolio/removal", ids=[id_of("inv0")], how="delete")
    assert status == 200 and "Milestone: Gate 3" in told["dialog"] and "goes with it" in told["dialog"]
    status, told = post(office, "portfolio/remove", ids=[id_of("inv0")], how="delete")
    assert id_of("m") not in office.record.plan().milestones
    status, _ = post(office, "undo", no=told["head"])
    after = office.record.plan()
    assert status == 200 and after.investments[id_of("inv0")] == before.investments[id_of("inv0")]
    assert id_of("m") in after.milestones


def test_the_pulse_is_silent_until_somebody_commits(office: Office) -> None:
    assert office.get("pulse?since=1").status_code == 204
    office.commit(create("portfolio", id_of("p2"), name="Other"), by="planner")
    text = office.text("pulse?since=1")
    assert "Plan moved to r2: 1 change by Ben Okoro" in text


def test_another_workspace_is_not_there(office: Office) -> None:
    other = open_office("Other", "other")
    for path in (
        "portfolio",
        "portfolio/rows",
        "portfolio/options?kind=person",
        "portfolio/export.csv",
        "pulse",
        "search?q=a",
    ):
        assert office.clients["owner"].get(f"/w/other/{path}").status_code == 404, path
        assert office.clients["owner"].get(f"/w/nowhere/{path}").status_code == 404, path
    for path in (
        "portfolio/edit",
        "portfolio/paste",
        "portfolio/add",
        "portfolio/many",
        "portfolio/remove",
        "undo",
        "resolve",
    ):
        answer = office.clients["owner"].post(f"/w/other/{path}", "{}", content_type="application/json")
        assert answer.status_code == 404, path
    assert other.record.head() == 0


def test_ids_of_another_workspace_mean_nothing(office: Office) -> None:
    other = open_office("Other", "other")
    other.commit(create("investment", id_of("theirs"), name="Secret plan"))
    cells = [{"id": id_of("theirs"), "column": "name", "text": "Mine"}]
    assert post(office, "portfolio/edit", cells=cells, on=1)[0] == 404
    assert office.get(f"portfolio/value?id={id_of('theirs')}&column=name").status_code == 404
    assert office.get(f"portfolio?view={id_of('theirs')}").status_code == 200


def test_the_export_is_the_grid_as_it_stands(office: Office) -> None:
    content = office.get("portfolio/export.csv?columns=name,stage&sort=name").content.decode("utf-8-sig")
    assert content.splitlines()[0] == "Name,Stage"
    assert "'=HYPERLINK(1)," in content and "Claims triage,Pilot" in content


def test_one_who_is_logged_out_is_sent_to_the_door(office: Office, client: Any) -> None:
    answer = client.get("/w/acme/portfolio?by=stage")
    assert answer.status_code == 302 and "next=/w/acme/portfolio%3Fby%3Dstage" in answer["Location"]
    answer = client.post(
        "/w/acme/portfolio/edit", "{}", content_type="application/json", HTTP_ACCEPT="application/json"
    )
    assert answer.status_code == 401


def test_a_custom_field_is_typed_pasted_and_shown_like_any_other(office: Office) -> None:
    field = id_of("effort")
    office.commit(create("custom_field", field, kind="investment", name="Effort", type="number"))
    cells = [{"id": id_of("inv0"), "column": "Effort", "text": "1,250.5"}]
    status, told = post(office, "portfolio/edit", cells=cells, on=2, query="columns=name,Effort")
    assert status == 200 and "1,250.5" in told["rows"][id_of("inv0")]
    assert office.record.plan().investments[id_of("inv0")].custom == {field: "1250.5"}
    asked = {"id": id_of("inv0"), "column": field, "text": "7\n8\n", "on": 3, "query": "columns=name,Effort"}
    status, told = post(office, "portfolio/paste", **asked)
    assert status == 200 and "1250.5" in told["dialog"] and "Effort" in told["dialog"]


def test_bubbles_of_health_keep_the_colours_of_health(office: Office) -> None:
    office.commit(
        create("health_report", id_of("h0"), investment=id_of("inv0"), on="2026-01-01", overall="red"),
        create(
            "cost_plan_line", id_of("l0"), investment=id_of("inv0"), start="2026-01-01", end="2026-04-01", likely="5"
        ),
        create(
            "cost_plan_line", id_of("l3"), investment=id_of("inv3"), start="2026-01-01", end="2026-04-01", likely="9"
        ),
    )
    html = office.get("portfolio?shape=bubbles&x=whole_life_cost&y=planned&colour=health").content.decode()
    option = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.S)[1])  # type: ignore[index]
    looks = {series["name"]: series["itemStyle"]["color"] for series in option["series"]}
    assert looks["Red"] == "var(--health-red)" and "Not reported" in looks
    text = office.text("portfolio?shape=bubbles&x=whole_life_cost&y=planned&colour=health")
    assert "2 investments have no value on one of these axes, or it is in another currency than EUR" in text


def test_a_number_that_came_from_elsewhere_cannot_break_out_of_its_link(office: Office) -> None:
    office.commit(create("investment", id_of("odd"), name="Odd", number='X"><img src=x onerror=alert(1)>/?#'))
    for path in ("portfolio", "portfolio?shape=bubbles", "search?q=odd"):
        html = office.get(path).content.decode()
        assert "<img src=x" not in html
    href = re.search(r'href="(/w/acme/investments/[^"]*)"', office.get("search?q=odd").content.decode())
    assert href and office.clients["owner"].get(href[1]).status_code == 200


def test_only_what_a_cell_can_hold_is_offered_for_it(office: Office) -> None:
    told = json.loads(office.get("portfolio/options?kind=portfolio&q=gro").content)
    assert [one["name"] for one in told["options"]] == ["Growth"]
    for kind in ("saved_view", "source_row", "nonsense", ""):
        assert office.get(f"portfolio/options?kind={kind}").status_code == 404
