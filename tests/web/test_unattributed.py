"""The Unattributed page: what nobody claims, its rows, and the rules that are made from it."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from northing.measure.unattributed import unattributed
from northing.report import ruling
from northing.report.viewing import look
from northing.web.changing.rule_input import given, rules_of
from tests.web.facts_office import bring, cost, open_facts_office
from tests.web.office import Office, id_of, open_office

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = datetime.now(UTC).date()


@pytest.fixture
def office(db: None, settings: Any, tmp_path: Path) -> Office:
    settings.HOME = tmp_path
    return open_facts_office(TODAY)


def exported(office: Office, query: str = "") -> list[dict[str, str]]:
    answer = office.get(f"unattributed/export.csv?{query}")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def form(**said: str) -> dict[str, str]:
    return {"where": 'account = "org-marketing"', "investment": "Office copilots", "share": "100", **said}


def previewed(office: Office, **said: str) -> dict[str, Any]:
    answer = office.clients["planner"].post(
        f"{office.home}rules/preview", form(**said), headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_the_answer_stands_in_one_sentence_with_shadow_ai_on_top(office: Office) -> None:
    text = office.text("unattributed")
    assert re.search(r"Nobody claims €[\d.]+k, \d+% of the €[\d.]+k billed; €[\d.]+k of it is AI", text)
    assert text.index("Shadow AI") < text.index("What it is")
    assert text.index("ChatGPT Team") < text.index("Amazon S3")
    assert "Bills until" in text


def test_every_figure_says_where_it_comes_from(office: Office) -> None:
    from northing.measure.figures import MEASURES, figure_from_query, value_of

    html = office.get("unattributed?period=all").content.decode()
    asked = {unescape(one) for one in re.findall(r'why\?(of=[^"]+)', html)}
    assert len(asked) > 12
    view = look(office.workspace).view
    from django.http import QueryDict

    for one in asked:
        figure = figure_from_query(QueryDict(one))
        assert figure.measure in MEASURES
        value_of(view, figure)


def test_groups_add_up_to_the_total_whatever_they_are_grouped_by(office: Office) -> None:
    view = look(office.workspace).view
    whole = unattributed(view, window=None).native
    for by in ("provider", "account,service", "tag.team", "project,category"):
        rows = exported(office, f"period=all&by={by}")
        for code in ("EUR", "USD"):
            assert sum(Decimal(row[f"As billed, {code}"] or 0) for row in rows) == whole.by_currency.get(code, 0), by


def test_a_search_narrows_and_a_wrong_filter_is_said(office: Office) -> None:
    assert "Amazon S3" not in office.text("unattributed?q=openai").partition("What it is")[2]
    assert "ChatGPT Team" in office.text("unattributed?q=openai")
    wrong = office.get("unattributed?q=provder = OpenAI")
    assert wrong.status_code == 422
    assert "Did you mean" in wrong.content.decode()
    assert office.get("unattributed?period=sometime").status_code == 422
    assert office.get("unattributed?by=nonsense").status_code == 422


def test_the_rows_behind_a_group_are_named_by_input_and_line(office: Office) -> None:
    text = office.text('unattributed/rows?period=all&where=service = "Copilot licences"')
    assert "Cloud bill.json" in text
    assert "50%" in text, "half of each row is left"
    assert "€2,600" in text
    assert "No such row" in office.text('unattributed/rows?period=all&where=account = "4410-claims"')


def test_the_claim_of_a_group_claims_exactly_its_rows(office: Office) -> None:
    html = office.get("unattributed?period=all").content.decode()
    link = next(unescape(one) for one in re.findall(r'href="([^"]*rules/new\?[^"]+)"', html) if "org-marketing" in one)
    prefilled = office.clients["planner"].get(link).content.decode()
    assert "org-marketing" in prefilled
    view = look(office.workspace).view
    for group in unattributed(view, window=None).groups:
        typed = given({"where": group.where, "investment": id_of("office"), "tables": "cost"}, view.plan)
        (seen,) = ruling.preview(office.workspace, view.plan, rules_of(typed, view.plan))
        assert seen.main.from_unattributed.amounts == dict(group.native.by_currency.items()), group.where


def test_the_preview_says_what_is_claimed_taken_and_left(office: Office) -> None:
    said = previewed(office)
    assert re.search(r"Claims <strong[^>]*>9 lines, €1[\d,.]+</strong>", said["html"])
    assert "stay unattributed" in said["html"]
    taking = previewed(office, where='service = "Amazon Bedrock"', precedence="1")
    assert "from RULE-0001 Claims account" in taking["html"]
    nothing = previewed(office, where="account = 99")
    assert "Claims nothing" in nothing["html"]
    assert office.record.plan().attribution_rules.keys() == {
        id_of(f"rule {one}") for one in ("triage", "calls", "office", "answers", "none")
    }


def test_what_is_wrong_stands_at_its_field(office: Office) -> None:
    said = previewed(office, where='acount = "x"')
    assert "Did you mean “account”?" in said["errors"]["where"]
    assert said["mends"]["where"] == 'account = "x"'
    assert set(previewed(office, share="0", precedence="x", start="2026-05-01", end="2026-05-01")["errors"]) == {
        "share",
        "precedence",
        "end",
    }
    assert previewed(office, investment="Nobody knows it")["errors"] == {}, "somebody is still typing"
    answer = office.post("rules/new", by="planner", **form(investment="Nobody knows it"))
    assert answer.status_code == 422
    assert "There is no investment" in answer.content.decode()


def test_a_rule_is_made_and_its_rows_are_claimed(office: Office) -> None:
    before = unattributed(look(office.workspace).view, where='account = "org-marketing"').total
    office.post("rules/new", by="planner", **form(name="Marketing", tables="cost"))
    assert before and not unattributed(look(office.workspace).view, where='account = "org-marketing"').total
    made = next(one for one in office.record.plan().attribution_rules.values() if one.name == "Marketing")
    assert made.number == "RULE-0006"
    assert office.record.revision(office.record.head()).reason == "Marketing belong to Office copilots"


def test_two_shares_at_once_split_the_rows(office: Office) -> None:
    said = form(share="60", investment2="INV-0002", share2="40", tables="cost")
    preview = previewed(office, **said)
    assert preview["html"].count("claims <strong") == 2
    office.post("rules/new", by="planner", **said)
    made = [one for one in office.record.plan().attribution_rules.values() if "org-marketing" in one.where]
    assert sorted((one.share, one.investment) for one in made) == sorted(
        [(Decimal("0.6"), id_of("office")), (Decimal("0.4"), id_of("answers"))]
    )
    assert not unattributed(look(office.workspace).view, where='account = "org-marketing"').total
    over = office.post("rules/new", by="planner", **form(share="60", investment2="INV-0002", share2="41"))
    assert over.status_code == 422 and "more than 100" in over.content.decode()


def test_a_rule_is_changed_on_the_revision_that_was_looked_at(office: Office) -> None:
    rule, on = id_of("rule triage"), office.record.head()
    kept = {
        "name": "Claims account",
        "where": 'account = "4410-claims"',
        "investment": "INV-0001",
        "tables": "cost",
        "precedence": "100",
    }
    office.post(f"rules/{rule}", by="owner", on=str(on), **kept, share="80")
    clash = office.post(f"rules/{rule}", by="planner", on=str(on), **kept, share="70")
    assert clash.status_code == 409
    assert "Someone else changed this too" in clash.content.decode()
    other = office.post(
        f"rules/{rule}", by="planner", on=str(on), **{**kept, "name": "The claims account"}, share="100"
    )
    assert other.status_code == 200
    found = office.record.plan().attribution_rules[rule]
    assert (found.name, found.share) == ("The claims account", Decimal("0.8"))
    resolved = office.post(
        f"rules/{rule}",
        by="planner",
        on=str(office.record.head()),
        **kept,
        share="70",
        **{f"choice.{rule}.share": "theirs"},
    )
    assert resolved.status_code == 200
    assert office.record.plan().attribution_rules[rule].share == Decimal("0.8")


def test_the_list_says_what_each_claims_and_what_overlaps(office: Office) -> None:
    text = office.text("rules")
    assert text.index("Claims account") < text.index("Calls of claims") < text.index("Copilot")
    assert "claims nothing" in text
    assert "Comes before RULE-0002 Calls of claims: 18 lines" in text
    assert "Nothing yet" in office.text("rules?only=nothing")
    assert "Copilot" not in office.text("rules?only=nothing").partition("Which rules")[2]


def test_a_long_list_of_rules_has_pages_and_opens_at_the_one_that_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("northing.web.unattributed.rules.PAGE", 2)
    order = [one.id for one in ruling.in_order(office.record.plan())]
    for asked, shown in (
        ("", order[:2]),
        ("?offset=2", order[2:4]),
        ("?offset=99", order[4:]),
        (f"?rule={order[3]}", order[2:4]),
    ):
        assert re.findall(r'<li id="rule-([^"]+)"', office.get(f"rules{asked}").content.decode()) == shown
    assert "3 to 4 of 5" in office.text("rules?offset=2")


def test_rules_are_reordered_without_moving_others(office: Office) -> None:
    plan = office.record.plan()
    order = [one.id for one in ruling.in_order(plan)]
    office.post("rules/move", by="planner", id=order[3], to="0", on=str(office.record.head()))
    now = [one.id for one in ruling.in_order(office.record.plan())]
    assert now == [order[3], *order[:3], order[4]]
    for place in (2, 4, 0, 3, 1):
        moving = ruling.in_order(office.record.plan())[2]
        left = [one.id for one in ruling.in_order(office.record.plan()) if one.id != moving.id]
        office.post("rules/move", by="planner", id=moving.id, to=str(place), on=str(office.record.head()))
        found = [one.id for one in ruling.in_order(office.record.plan())]
        assert found[place] == moving.id
        assert [one for one in found if one != moving.id] == left


def test_removing_says_whose_the_rows_would_be(office: Office) -> None:
    rule = id_of("rule triage")
    text = office.text(f"rules/{rule}/drop", by="planner")
    assert re.search(r"18 lines, €[\d,.]+ would go to RULE-0002 Calls of claims", text)
    office.post(f"rules/{rule}/drop", by="planner", on=str(office.record.head()))
    assert rule not in office.record.plan().attribution_rules


def test_who_may_not_make_rules_sees_no_way_to(office: Office) -> None:
    for role in ("contributor", "viewer"):
        for path in ("unattributed", "rules"):
            html = office.get(path, by=role).content.decode()
            assert "rules/new" not in html and "/drop" not in html and "rules/move" not in html
        assert office.get("rules/new", by=role).status_code == 403
        assert office.get(f"rules/{id_of('rule triage')}", by=role).status_code == 403


def test_a_past_view_is_read_only(office: Office) -> None:
    then = office.record.head() - 1
    html = office.get(f"unattributed?at={then}&period=all").content.decode()
    assert "rules/new" not in html
    assert "100%" in html, "there were no rules then"
    assert "No rule yet" in office.text(f"rules?at={then}")
    assert office.get(f"rules/new?at={then}").status_code == 403


def test_without_bills_it_says_what_to_do_next(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    office = open_office()
    assert "Bring in a bill" in office.text("unattributed")
    assert "No rule yet" in office.text("rules")
    bring(office, "Cloud bill", [cost(TODAY, "10", account="1")])
    assert "100% of the €10 billed" in office.text("unattributed")
