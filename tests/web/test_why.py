"""Why? of any figure: the page, the dialog, all rows, the rows as a file; the same from API and command line."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal

import pytest
from click.testing import CliRunner

from northing.cli import northing
from northing.measure.figures import MEASURES
from northing.portfolio.edits import create
from northing.report.delivering import deliver
from northing.sources.facts import READERS
from tests.web.office import Office, open_office


@pytest.fixture
def office(db: None) -> Office:
    office = open_office()
    office.commit(
        create("investment", "chat", name="Chatbot", currency="EUR"),
        create("cost_plan_line", "a", investment="chat", start="2026-01-01", end="2026-04-01", likely="1000.005"),
        create(
            "cost_plan_line",
            "b",
            investment="chat",
            start="2026-04-01",
            end="2026-07-01",
            likely="500",
            expense="capex",
        ),
    )
    return office


def test_a_figure_says_what_it_is_made_of(office: Office) -> None:
    text = office.text("why?of=money.plan&level=investment&id=INV-0001", "viewer")
    assert "€1,500" in text
    assert "exactly €1,500.005" in text
    assert "Likely amounts of the cost plan lines" in text
    assert "1 Apr – 30 Jun 2026, Capex" in text
    assert "northing why money.plan id=INV-0001 level=investment" in text


def test_the_dialog_is_the_receipt_alone(office: Office) -> None:
    answer = office.get("why?of=money.plan&level=organisation", HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert "Chatbot" in answer.content.decode()


def test_every_measure_has_a_receipt_on_an_empty_organisation_too(office: Office) -> None:
    needs = {
        "roadmap.end_moved": "&id=INV-0001&before=1",
        "column": "&kind=investment&id=INV-0001&name=planned",
        "total": "&kind=investment",
    }
    for name in MEASURES:
        if name.startswith(("ledger.", "fund.", "delivery.", "commitment.", "choice.")) or name in (
            "rule.overlap",
            "returns.item",
        ):
            continue  # of one account, fund, rule, item, order or choice, and there is none here
        extra = needs.get(name, "")
        if name.startswith(("bridge.", "change.", "roadmap.later")):
            extra = "&before=1"
        if name.startswith("states."):
            extra = "&from=2026-02-01&until=2026-03-01"
            extra += "&event_on=2026-02-15" if name in ("states.gained", "states.lost") else ""
        if name.startswith("effect."):
            extra = "&from=2026-02-01&until=2026-03-01&before_from=2026-01-01&before_until=2026-02-01"
        if name.startswith("reprice."):
            extra = "&to_model=gpt-5.6-sol"
        answer = office.get(f"why?of={name}{extra}")
        assert answer.status_code == 200, f"{name}: {answer.content.decode()[-600:]}"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("of=money.actua", 404),
        ("of=", 422),
        ("of=money.plan&level=investment&id=INV-9999", 404),
        ("of=money.plan&from=soon", 422),
    ],
)
def test_a_wrong_address_is_answered_with_what_is_wrong(office: Office, address: str, status: int) -> None:
    assert office.get(f"why?{address}").status_code == status


def test_the_past_is_explained_as_it_was(office: Office) -> None:
    office.commit(create("cost_plan_line", "c", investment="chat", start="2026-07-01", end="2026-08-01", likely="9"))
    assert "€1,500" in office.text("why?of=money.plan&level=organisation&at=1")
    assert "€1,509" in office.text("why?of=money.plan&level=organisation")


def test_rows_of_typed_figures_are_none_and_say_so(office: Office) -> None:
    assert "No source rows" in office.text("why/rows?of=money.plan&level=organisation")


BILL = """BillingAccountId,BillingPeriodStart,BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,BilledCost,EffectiveCost,\
BillingCurrency,ChargeCategory,ServiceName,ServiceCategory,ProviderName,Tags
77,2026-03-01,2026-04-01,2026-03-02,2026-03-03,10.123456789012,9,EUR,Usage,Chat,AI and Machine Learning,Acme,"{""app"": ""chat""}"
77,2026-03-01,2026-04-01,2026-03-05,2026-03-06,0.000000800000,0,USD,Usage,Queue,Integration,Acme,"{""app"": ""chat""}"
77,2026-03-01,2026-04-01,2026-03-07,2026-03-08,-3.5,-3,USD,Credit,Chat,AI and Machine Learning,Acme,"{""app"": ""chat""}"
77,2026-03-01,2026-04-01,2026-03-09,2026-03-10,99,99,EUR,Usage,Store,Storage,Acme,
"""


@pytest.fixture
def billed(office: Office) -> Office:
    """Four lines of a bill, three of which a rule gives to the chatbot, for 60 %."""
    office.commit(
        create("source", "bill", name="Acme bill", reader="focus"),
        create("fx_rate", "fx", base="USD", quote="EUR", on="2026-01-01", rate="0.7"),
        create("attribution_rule", "r", where="tag.app = chat", investment="chat", share="0.6"),
    )
    source = office.record.plan().sources["bill"]
    deliver(
        office.workspace, source, READERS["focus"], [BILL.encode()], name="march.csv", by=office.actors["owner"]
    )  # fmt: skip
    return office


def test_the_rows_of_the_file_add_up_to_the_last_decimal(billed: Office) -> None:
    """Added up by a few lines that know nothing of Northing, the file's rows are the figure."""
    where = "of=money.actual&level=investment&id=INV-0001"
    shown = re.search(r"exactly €([\d,.]+)", billed.text(f"why?{where}"))
    assert shown is not None
    bill = list(csv.DictReader(io.StringIO(BILL)))
    rate = {"EUR": Decimal(1), "USD": Decimal("0.7")}
    own = sum(Decimal(row["BilledCost"]) * rate[row["BillingCurrency"]] * Decimal("0.6") for row in bill if row["Tags"])
    assert Decimal(shown[1].replace(",", "")) == own
    rows = list(csv.DictReader(io.StringIO(billed.get(f"why/rows.csv?{where}").content.decode("utf-8-sig"))))
    assert len(rows) == 3
    assert sum(Decimal(row["Counts"].lstrip("'")) for row in rows) == own
    text = billed.text(f"why/rows?{where}")
    assert "march.csv" in text
    assert "line 2" in text
    assert "60.00%" in text


def test_the_api_and_the_command_line_give_the_same_receipt(billed: Office) -> None:
    address = "money.actual level=investment id=INV-0001"
    answer = billed.clients["owner"].get(f"/api/v1/w/{billed.workspace.slug}/why", {"figure": address, "limit": 2})
    assert answer.status_code == 200, answer.content
    data = answer.json()["data"]
    assert data["rows_total"] == 3
    assert len(data["rows"]) == 2
    assert sum(Decimal(term["value"]["EUR"]) * term["sign"] for term in data["terms"]) == Decimal(data["value"]["EUR"])
    told = CliRunner().invoke(northing, ["why", *address.split(), "--json", "--rows", "2", "-w", billed.workspace.slug])
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["data"] == data
