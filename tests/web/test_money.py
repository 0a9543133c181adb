"""The Money page: its figures, its table, its forecast typed in place, rates, exports, roles."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.http import HttpResponse

from northing.portfolio.edits import create, remove
from northing.portfolio.errors import Invalid
from northing.web.money.numbers import read_amount
from tests.web.billed import THIS, TODAY
from tests.web.bills import id_of, month
from tests.web.office import Office, open_office, words_of

pytestmark = pytest.mark.django_db


def send(office: Office, cells: list[dict[str, str]], by: str = "owner", on: int | None = None) -> HttpResponse:
    return office.clients[by].post(
        f"{office.home}money/forecast/save",
        json.dumps({"on": office.record.head() if on is None else on, "cells": cells}),
        content_type="application/json",
        headers={"Accept": "application/json"},
    )


def typed(
    name: str, start: date, text: str, expense: str = "opex", currency: str = "EUR", months: int = 1
) -> dict[str, str]:
    return {
        "investment": id_of(name), "expense": expense, "currency": currency,
        "start": start.isoformat(), "end": month(start, months).isoformat(), "text": text,
    }  # fmt: skip


def exported(office: Office, query: str = "") -> list[dict[str, str]]:
    answer = office.get(f"money/export.csv?{query}")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def forecast_in(office: Office, name: str, start: date) -> dict[tuple[str, Decimal], int]:
    lines = [line for line in office.record.plan().forecast_lines.by("investment", id_of(name)) if line.start == start]
    found: dict[tuple[str, Decimal], int] = {}
    for line in lines:
        key = (str(line.expense or ""), line.amount)
        found[key] = found.get(key, 0) + 1
    return found


# -- reading


def test_the_page_answers_at_once_whether_we_are_on_the_money(office: Office) -> None:
    text = office.text("money")
    assert re.search(r"(Over|Within|On) budget: expected to end at €[\d.]+m", text)
    for name in ("Budget", "Spent", "Committed", "To go", "At completion", "Variance", "Unattributed"):
        assert name in text
    assert "Bills until" in text


def test_each_figure_says_where_it_comes_from(office: Office) -> None:
    html = office.get("money").content.decode()
    for name in ("bac", "ac", "committed", "etc", "eac", "vac", "unattributed_share", "plan", "actual", "variance"):
        assert f"why?of=money.{name}" in html, name
    from northing.measure.figures import MEASURES

    assert set(re.findall(r"why\?of=([\w.]+)", html)) <= set(MEASURES)


@pytest.mark.parametrize("query", ["", "unit=quarter", "unit=year", "level=portfolio&id=Claims", "in=USD",
                                   "level=objective&id=Settle claims in two days", "basis=effective", "fy=2025"])  # fmt: skip
def test_the_periods_add_up_to_the_total(office: Office, query: str) -> None:
    from northing.measure.money import money
    from northing.report.viewing import look
    from northing.web.money.state import read

    asked = dict(part.split("=") for part in query.split("&") if part)
    currency = asked.get("in", "EUR")
    view = look(office.workspace, currency=currency).view
    state = read(view, asked)
    total = money(view, state.scope, unit=state.unit, window=state.window, basis=state.basis).total
    rows = exported(office, query)
    for name, column in (("plan", "Plan"), ("actual", "Actual"), ("expected", "Expected"), ("variance", "Variance")):
        cells = [row.get(f"{column} ({currency})") or "0" for row in rows]
        assert sum(map(Decimal, cells)) == getattr(total, name).by_currency.get(currency, 0), column


def test_capex_and_opex_stand_apart_where_asked_for(office: Office) -> None:
    assert "Capex</span>" not in office.get("money").content.decode()
    assert "Capex</span>" in office.get("money?split=1").content.decode()


def test_closed_months_are_locked_and_say_by_whom(office: Office) -> None:
    html = office.get(f"money?fy={month(THIS, -2).year}").content.decode()
    assert "Closed by Ben Okoro on" in html
    assert office.get("money").content.decode().count('class="is-closed') <= 1


def test_every_level_has_its_money_and_a_way_down(office: Office) -> None:
    html = office.get("money").content.decode()
    assert f"level=portfolio&amp;id={id_of('Claims')}" in html
    below = office.get(f"money?level=portfolio&id={id_of('Claims')}").content.decode()
    assert "<h1>Claims</h1>" in below
    assert "Claims triage" in below
    assert "Answer assistant" not in below.partition('id="parts"')[2]
    investment = office.text("money?level=investment&id=INV-0001")
    assert "Orders and contracts" in investment
    assert office.get("money?level=portfolio&id=Nothing").status_code == 404
    assert office.get("money?level=galaxy").status_code == 422


def test_parts_add_up_to_the_whole(office: Office) -> None:
    from northing.measure.money import money, money_by_part
    from northing.portfolio.money import Amounts
    from northing.report.viewing import look

    view = look(office.workspace).view
    for level in ("portfolio", "objective", "value_stream"):
        parts = [one for one in money_by_part(view, level) if one.depth == 0]  # type: ignore[arg-type]
        assert Amounts.sum(one.whole.eac for one in parts) == money(view).whole.eac


def test_the_reader_chooses_the_currency_and_it_stays(office: Office) -> None:
    assert "$" in office.text("money?in=USD")
    assert "$" in office.text("money"), "remembered"
    assert "in USD, rounded" in office.text("money")
    assert "in EUR, rounded" in office.text("money?in=EUR")
    assert "in EUR, rounded" in office.text("money?in=nonsense")
    assert "in EUR, rounded" in office.text("money", by="viewer"), "of one person alone"


def test_a_missing_rate_is_said_with_the_way_to_mend_it(office: Office) -> None:
    html = office.get("money?in=JPY").content.decode()
    assert "No rate EUR→JPY" in html
    assert "add/fx_rate?base=EUR&amp;quote=JPY" in html
    assert "€" in words_of(office.get("money?in=JPY")), "what has no rate stands in its own currency"
    assert "add/fx_rate" not in office.get("money?in=JPY", by="viewer").content.decode()


def test_the_table_comes_as_a_spreadsheet_too(office: Office) -> None:
    answer = office.get("money/export.xlsx")
    assert answer.content[:2] == b"PK"
    assert "attachment" in answer["Content-Disposition"]


def test_the_past_is_shown_and_not_changed(office: Office) -> None:
    html = office.get("money/forecast?at=1").content.decode()
    assert 'class="num slot' not in html or "locked" in html
    answer = office.clients["owner"].post(
        f"{office.home}money/forecast/save?at=1", "{}", content_type="application/json"
    )
    assert answer.status_code == 403


def test_an_empty_workspace_says_what_to_do(db: None) -> None:
    empty = open_office("Empty", "empty")
    assert "No investments yet" in empty.text("money")
    empty.commit(create("investment", id_of("one"), name="One"))
    assert "No money yet" in empty.text("money")
    assert "Nothing to forecast yet" in empty.text("money/forecast")
    assert "No period is closed yet" in empty.text("money/close")
    assert "No exchange rates yet" in empty.text("money/rates")


# -- forecasting


def test_an_amount_is_typed_into_an_open_month(office: Office) -> None:
    answer = send(office, [typed("Claims triage", month(THIS, 1), "31,500")])
    assert answer.status_code == 200, answer.content
    assert forecast_in(office, "Claims triage", month(THIS, 1))["opex", Decimal(31500)] == 1
    assert "31,500" in office.text("money/forecast")


def test_the_first_amount_of_a_month_keeps_the_plan_of_the_others(office: Office) -> None:
    """Once a line speaks of a month, lines count alone: what the plan says beside is written down with it."""
    start = month(THIS, 6)
    before = exported(office, f"level=investment&id=INV-0001&fy={start.year}")
    row = next(one for one in before if one["From"] == start.isoformat() and one["Capex or opex"] == "Capex")
    assert send(office, [typed("Claims triage", start, "40000")]).status_code == 200
    found = forecast_in(office, "Claims triage", start)
    assert found == {("opex", Decimal(40000)): 1, ("capex", Decimal(row["Plan (EUR)"])): 1}


def test_emptying_a_cell_goes_back_to_the_plan(office: Office) -> None:
    start = month(THIS, 1)
    for expense in ("opex", "capex"):
        assert send(office, [typed("Claims triage", start, "", expense)]).status_code == 200
    rows = exported(office, f"level=investment&id=INV-0001&fy={start.year}")
    now = [one for one in rows if one["From"] == start.isoformat()]
    assert all(one["Forecast (EUR)"] == one["Plan (EUR)"] for one in now)


def test_a_line_over_several_months_is_cut_where_one_is_said_anew(office: Office) -> None:
    start, name = month(THIS, 8), "Knowledge search"
    office.commit(
        create("forecast_line", id_of("long"), investment=id_of(name), start=start, end=month(start, 3),
               expense="opex", amount="90000", note="Vendor quote")
    )  # fmt: skip
    before = {one["From"]: one for one in exported(office, "level=investment&id=INV-0006&fy=" + str(start.year))
              if one["Capex or opex"] == "Opex"}  # fmt: skip
    assert send(office, [typed(name, month(start, 1), "10000")]).status_code == 200
    after = {one["From"]: one for one in exported(office, "level=investment&id=INV-0006&fy=" + str(start.year))
             if one["Capex or opex"] == "Opex"}  # fmt: skip
    for number in (0, 2):
        key = month(start, number).isoformat()
        if key in before:
            assert after[key]["Forecast (EUR)"] == before[key]["Forecast (EUR)"]
    assert ("opex", Decimal(10000)) in forecast_in(office, name, month(start, 1))


def test_a_line_that_runs_out_of_a_closed_month_is_cut_and_what_is_closed_stays(office: Office) -> None:
    name, start = "Document intake", month(THIS, -3)
    close = office.record.plan().period_closes[id_of("close 2")]
    office.commit(remove("period_close", close.id))
    office.commit(
        create("forecast_line", id_of("through"), investment=id_of(name), start=start, end=month(start, 7),
               expense="opex", type="run", amount="70000.01")
    )  # fmt: skip
    office.commit(create("period_close", id_of("again"), start=close.start, end=close.end))
    before = sum(one.amount for one in office.record.plan().forecast_lines.by("investment", id_of(name)))
    assert send(office, [typed(name, THIS, "1")]).status_code == 200
    lines = office.record.plan().forecast_lines.by("investment", id_of(name))
    mine = [one for one in lines if one.type == "run"]
    assert len(mine) == 7
    said = next(one for one in mine if one.start == THIS)
    was = before - (sum(one.amount for one in lines) - said.amount)
    assert said.amount == 1
    assert Decimal(9000) < was < Decimal(11000), "the others keep what they had"


def test_a_quarter_is_spread_over_its_months(office: Office) -> None:
    start = date(TODAY.year + 1, 4, 1)
    assert send(office, [typed("Claims triage", start, "90000", months=3)]).status_code == 200
    lines = [one for one in office.record.plan().forecast_lines.by("investment", id_of("Claims triage"))
             if start <= one.start < month(start, 3) and one.expense == "opex"]  # fmt: skip
    assert sum(one.amount for one in lines) == 90000
    assert len(lines) == 3


def test_a_row_is_pasted_in_one_commit(office: Office) -> None:
    head = office.record.head()
    cells = [
        typed("Fraud signals", month(THIS, number), text)
        for number, text in ((1, "1.000,50"), (2, "€2k"), (3, "(300)"))
    ]
    assert send(office, cells).status_code == 200
    assert office.record.head() == head + 1
    assert ("opex", Decimal("1000.50")) in forecast_in(office, "Fraud signals", month(THIS, 1))
    assert ("opex", Decimal(2000)) in forecast_in(office, "Fraud signals", month(THIS, 2))
    assert ("opex", Decimal(-300)) in forecast_in(office, "Fraud signals", month(THIS, 3))


def test_what_is_past_or_no_amount_is_refused_whole(office: Office) -> None:
    head = office.record.head()
    assert send(office, [typed("Claims triage", month(THIS, -3), "5")]).status_code == 422
    wrong = send(office, [typed("Claims triage", month(THIS, 1), "5"), typed("Claims triage", month(THIS, 2), "lots")])
    assert wrong.status_code == 422
    assert "no amount" in wrong.json()["message"]
    assert office.record.head() == head


def test_two_who_forecast_one_month_meet(office: Office) -> None:
    """Both make the line, which nobody had: base, theirs and yours, and the choice is settled as a change."""
    on, start = office.record.head(), month(THIS, 7)
    assert send(office, [typed("Claims triage", start, "100")], by="planner", on=on).status_code == 200
    clash = send(office, [typed("Claims triage", start, "200")], on=on)
    assert clash.status_code == 409
    told = clash.json()
    assert "Ben Okoro" in told["dialog"]
    numbers = range(len(told["conflict"]["fields"]))
    settled = office.clients["owner"].post(
        f"{office.home}resolve",
        json.dumps({"conflict": told["conflict"], "choices": {f"c{n}": "yours" for n in numbers}, "on": told["at"]}),
        content_type="application/json", headers={"Accept": "application/json"},
    )  # fmt: skip
    assert settled.status_code == 200, settled.content
    assert ("opex", Decimal(200)) in forecast_in(office, "Claims triage", start)


def test_a_forecast_is_taken_back(office: Office) -> None:
    before = forecast_in(office, "Claims triage", month(THIS, 6))
    done = send(office, [typed("Claims triage", month(THIS, 6), "77")]).json()
    office.clients["owner"].post(
        f"{office.home}undo", json.dumps({"no": done["toast"]["undo"]}), content_type="application/json"
    )
    assert forecast_in(office, "Claims triage", month(THIS, 6)) == before


def test_a_contributor_forecasts_what_is_theirs(office: Office) -> None:
    assert send(office, [typed("Claims triage", month(THIS, 1), "5")], by="contributor").status_code == 403
    assert send(office, [typed("Claims triage", month(THIS, 1), "5")], by="viewer").status_code == 403
    from northing.portfolio.edits import change

    office.commit(change("investment", id_of("Claims triage"), owner=office.actors["contributor"].id))
    assert send(office, [typed("Claims triage", month(THIS, 1), "5")], by="contributor").status_code == 200
    html = office.get("money/forecast?level=investment&id=INV-0001", by="viewer").content.decode()
    assert "locked" in html


def test_what_changed_since_the_close_is_bridged(office: Office) -> None:
    send(office, [typed("Claims triage", month(THIS, 1), "124640", "opex")])
    assert "money/bridge" in office.get("money/forecast").content.decode()
    text = office.text("money/bridge")
    assert "the close of" in text
    assert re.search(r"Expected in all: €[\d.]+m, €100k more than at the close of", text)
    assert "Amounts changed" in text
    part = office.get("money/bridge?level=investment&id=INV-0001", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Amounts changed" in part
    assert "Amounts changed" not in office.text("money/bridge?level=investment&id=INV-0002")


@pytest.mark.parametrize(
    ("text", "amount"),
    [("1200000", "1200000"), ("1,200,000.50", "1200000.50"), ("1.200.000,50", "1200000.50"), ("€1.2m", "1200000"),
     ("12k", "12000"), ("(500)", "-500"), ("−500", "-500"), ("EUR 3 000", "3000"), ("2,5", "2.5"), ("1,250", "1250"),
     ("0", "0")],
)  # fmt: skip
def test_amounts_are_read_as_people_and_spreadsheets_write_them(text: str, amount: str) -> None:
    assert read_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["lots", "1e9", "--5", "1,2.3,4", "9" * 20, "=1+1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_amount(text)


# -- rates


def test_rates_are_seen_and_added(office: Office) -> None:
    text = office.text("money/rates")
    assert "1 USD in EUR 0.89" in text
    assert "Every amount can be told in EUR" in text
    assert "turned around" in office.text("money/rates?in=USD")
    office.get("money/rates?in=EUR")
    answer = office.post("add/fx_rate", by="planner", base="CHF", quote="EUR", rate="1.04",
                         on="", next="/w/acme/money/rates")  # fmt: skip
    assert "“From” is needed" in words_of(answer)
    html = office.get("money/rates", by="viewer").content.decode()
    assert "data-ask" not in html.partition("<main")[2]
