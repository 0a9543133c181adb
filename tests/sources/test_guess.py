"""Which column means what, on real tables: four fifths guessed right, what is ambiguous asked, nothing else applied."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from northing.sources import choosing, files, guess, mapping, text
from northing.sources.meanings import TARGETS
from tests.outside.real import data

ASK = "?"
"""Two readings are near, or the words need a person: to be asked."""

TRUTH: dict[str, dict[str, str]] = {
    "uk-gmpp/gmpp_2014_2022_long.csv": {
        "report_year": "report.period",
        "project_name": "investment.name",
        "department": "investment.org_unit",
        "category": "investment.category",
        "description": "investment.description",
        "dca_ipa": "health_report.overall",
        "dca_sro": "health_report.overall",
        "dca_comment": "health_report.words",
        "start_date": "investment.start",
        "end_date": "investment.end",
        "schedule_comment": "health_report.schedule_words",
        "fy_baseline": "cost_plan_line.budget",
        "fy_forecast": "cost_plan_line.likely",
        "wlc_baseline": "investment.whole_life_cost",
        "variance_comment": "cost_plan_line.note",
        "wlc_comment": "health_report.cost_words",
        "benefits_comment": "investment.benefits",
        "fy_baseline_gbp_m": "cost_plan_line.budget",
        "fy_forecast_gbp_m": "cost_plan_line.likely",
        "wlc_baseline_gbp_m": "investment.whole_life_cost",
        "dca_ipa_n": "health_report.overall",
        "dca_sro_n": "health_report.overall",
        "dca_n": "health_report.overall",
        "start_iso": "investment.start",
        "end_iso": "investment.end",
        "gmpp_id": "investment.external_id",
    },
    "nl-algorithms/algoritmes.json": {
        "doel": "investment.description",
        "id": "ai_system.external_id",
        "organisatie": "investment.org_unit",
        "status": "ai_system.development_stage",
        "title": "ai_system.name",
        "url": "link.url",
    },
    "kubernetes-keps/keps_current.csv": {
        "kep_number": "investment.external_id",
        "title": "investment.name",
        "owning_sig": "investment.org_unit",
        "status": ASK,
        "stage": ASK,
        "creation_date": "investment.start",
        "authors": ASK,
        "approvers": ASK,
    },
    "melbourne-water/Capital_Delivery_Project_deidentified.csv": {
        "ID": "investment.external_id",
        "FFC": ASK,
        "Delivery Program": "investment.portfolio",
        "Tender Closed": "milestone.due",
        "Owner Group": ASK,
        "Owner Team": ASK,
        "BNI": "milestone.due",
        "BCA": "milestone.due",
        "PBC": "milestone.due",
        "EPT": "investment.category",
        "Stage1": "milestone.due",
        "Stage2": "milestone.due",
        "Stage3": "milestone.due",
    },
    "us-federal-ai/2025_cots.csv": {
        "Agency": "investment.org_unit",
        "AI Use Case": "ai_system.name",
    },
    "us-federal-ai/2025_use_cases.csv": {
        "agency": "ai_system.agency",
        "agency_name": "investment.org_unit",
        "id": "ai_system.external_id",
        "use_case_name": "ai_system.name",
        "agency_bureau": "ai_system.bureau",
        "development_stage": "ai_system.development_stage",
        "is_high_impact": "ai_system.impact",
        "topic_area": "ai_system.topic_area",
        "classification": "ai_system.classification",
        "problem_solved": "ai_system.problem_solved",
        "benefits": "ai_system.benefits",
        "system_outputs": "ai_system.outputs",
        "operational_date": "ai_system.operational_date",
        "contracting_usage": "ai_system.build_buy",
        "vendor_name": "ai_system.vendor",
        "have_ato": "ai_system.has_ato",
        "has_pii": "ai_system.has_pii",
        "pia_url": "ai_system.pia_url",
    },
}
"""What a person who knows the tables would say; a column that is not named means no field."""


def rates(name: str) -> tuple[float, float, list[str]]:
    """Of what was applied the part that is right; of what should be, the part that was; and what went wrong."""
    file = files.read(data(name))
    proposal = guess.guess(file)
    applied = {column: spec.to for column, spec in proposal.layout.columns.items()}
    truth = TRUTH[name]
    sure = {column: target for column, target in truth.items() if target != ASK}
    right = sum(applied.get(column) == target for column, target in sure.items())
    wrong = [
        f"{column}: {target}, not {truth.get(column)}"
        for column, target in applied.items()
        if truth.get(column) not in (target, None) or (column not in truth)
    ]
    wrong += [f"{column}: nothing, not {target}" for column, target in sure.items() if column not in applied]
    return right / max(len(applied), 1), right / len(sure), wrong


@pytest.mark.parametrize("name", TRUTH)
def test_four_fifths_are_guessed_right(name: str) -> None:
    precision, recall, wrong = rates(name)
    assert recall >= 0.8, wrong
    assert precision >= 0.9, wrong


@pytest.mark.parametrize("name", TRUTH)
def test_what_is_ambiguous_is_asked_and_not_applied(name: str) -> None:
    file = files.read(data(name))
    proposal = guess.guess(file)
    asked = {question.column for question in proposal.questions}
    for column, target in TRUTH[name].items():
        if target == ASK:
            assert column in asked
            assert column not in proposal.layout.columns
    assert not {found.column for found in proposal.guesses if found.asked} & set(proposal.layout.columns)


def table(text_: str) -> guess.Proposal:
    return guess.guess(text.parse(text_.encode(), "plan.csv"))


def test_day_and_month_that_could_be_either_are_asked() -> None:
    found = table("Name,Start\nAtlas,03/04/2026\nBeacon,05/06/2026\n")
    assert [(q.code, q.column, q.options) for q in found.questions] == [("date-order", "Start", ("dmy", "mdy"))]
    assert "Start" not in found.layout.columns
    clear = table("Name,Start\nAtlas,03/04/2026\nBeacon,25/06/2026\n")
    assert clear.layout.columns["Start"].order == "dmy"
    american = table("Name,Start\nAtlas,03/04/2026\nBeacon,06/25/2026\n")
    assert american.layout.columns["Start"].order == "mdy"


@pytest.mark.parametrize(
    ("header", "cells", "scale", "currency"),
    [
        ("Total cost (£m)", ["1.5", "20"], 1_000_000, "GBP"),
        ("Budget EUR k", ["1.5", "20"], 1_000, "EUR"),
        ("Total cost", ["£1,500", "£20"], None, "GBP"),
        ("Totale kosten (€ mln)", ["1,5", "20,25"], 1_000_000, "EUR"),
        ("Total cost USD", ["1000", "2000"], None, "USD"),
    ],
)
def test_scale_and_currency_of_money(header: str, cells: list[str], scale: int | None, currency: str) -> None:
    found = table(f"Name;{header}\nAtlas;{cells[0]}\nBeacon;{cells[1]}\n")
    spec = found.layout.columns[header]
    assert (spec.scale, spec.currency) == (scale, currency)
    assert spec.comma == ("," in cells[1])


USUAL = {
    "service desk": (
        (
            "Project Number,Short description,Portfolio,Program,Project manager,Planned start date,State,Planned cost,Actual cost,"
            "Overall health,% complete\n"
            'PRJ1,Claims triage,AI Programme,Claims,Ana Vidal,2026-01-05,Pilot,"$120,000.00","$33,000.50",Green,30\n'
            'PRJ2,Contract reader,AI Programme,Legal,Bo Lind,2026-02-01,Live,"$80,500.00",$0.00,Yellow,0\n'
        ),
        {
            "Project Number": "investment.external_id",
            "Short description": "investment.name",
            "Portfolio": "investment.portfolio",
            "Project manager": "investment.owner",
            "Planned start date": "investment.start",
            "State": "investment.stage",
            "Planned cost": "cost_plan_line.likely",
            "Overall health": "health_report.overall",
        },
    ),
    "steering list": (
        (
            "Initiative ID,Initiative Name,Business Owner,Exec Sponsor,Division,RAG,Budget FY26 ($M),Go-Live,Status,Strategic Objective"
            "\nI-1,Copilot,Ana Vidal,Eva Roth,Retail,G,1.2,30/09/2026,Live,Serve faster\n"
            "I-2,Forecasting,Bo Lind,Eva Roth,Supply,A,0.8,15/12/2026,On hold,Cut waste\n"
        ),
        {
            "Initiative ID": "investment.external_id",
            "Initiative Name": "investment.name",
            "Business Owner": "investment.owner",
            "Exec Sponsor": "investment.sponsor",
            "Division": "investment.org_unit",
            "RAG": "health_report.overall",
            "Budget FY26 ($M)": "cost_plan_line.budget",
            "Go-Live": "milestone.due",
            "Status": "investment.stage",
            "Strategic Objective": "objective",
        },
    ),
}


@pytest.mark.parametrize("name", USUAL)
def test_usual_spreadsheets(name: str) -> None:
    written, expected = USUAL[name]
    assert {column: spec.to for column, spec in table(written).layout.columns.items()} == expected


def test_a_currency_that_nobody_states_is_asked() -> None:
    found = table("Name,Total cost\nAtlas,1500.50\nBeacon,20.10\n")
    assert "currency" in [question.code for question in found.questions]


def test_two_columns_for_one_meaning_are_asked() -> None:
    found = table("Project name,Owner team,Owner group\nAtlas,Data,Group A\nBeacon,Risk,Group B\nCrest,Data,Group A\n")
    asked = {question.column for question in found.questions}
    assert {"Owner team", "Owner group"} <= asked


def test_dutch_headers() -> None:
    found = table(
        "Naam;Eigenaar;Startdatum;Afdeling;Fase\nAtlas;Ana de Vries;31-01-2026;Data;Pilot\n"
        "Baken;Bo Jansen;28-02-2026;Risico;Live\nKruin;Cas Smit;30-04-2026;Data;Idee\n"
    )
    assert {column: spec.to for column, spec in found.layout.columns.items()} == {
        "Naam": "investment.name",
        "Eigenaar": "investment.owner",
        "Startdatum": "investment.start",
        "Afdeling": "investment.org_unit",
        "Fase": "investment.stage",
    }


def test_stage_words_that_nobody_knows_are_asked() -> None:
    found = table("Name,Stage\nAtlas,alpha\nBeacon,beta\n")
    assert [question.code for question in found.questions if question.column == "Stage"]
    assert "Stage" not in found.layout.columns
    given = mapping.answered(
        found.layout,
        {"Stage": "investment.stage", "Stage.words": "alpha=pilot, beta=scale"},
        ("Name", "Stage"),
        TARGETS,
    )
    assert given.columns["Stage"].words == {"alpha": "pilot", "beta": "scale"}


def test_a_mapping_is_data_and_fits_a_like_header() -> None:
    file = text.parse(b"Name,Start date,Total cost (EUR)\nAtlas,2026-01-31,15.5\nBeacon,2026-02-28,16.5\n", "a.csv")
    made = guess.guess(file).layout
    kept = mapping.entity("projects", made, file.columns)
    assert mapping.layout(kept) == made
    again = text.read(io.BytesIO(b"start date,NAME,Total cost (EUR),Remark\n2026-01-31,Crest,1,x\n"))
    assert mapping.best([kept], again.columns) == kept
    assert mapping.onto(made, again.columns).columns["NAME"].to == "investment.name"
    assert mapping.best([kept], ("Colour", "Weight")) is None


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "", "x" * 200, "a\0b", "..", "C:\\x"])
def test_a_path_is_no_name_of_a_mapping(name: str) -> None:
    with pytest.raises(mapping.Invalid) as refused:
        mapping.check_name(name)
    assert refused.value.findings[0].remedy
    assert mapping.check_name(" projects 📈 ") == "projects 📈"


def test_a_wrong_answer_names_the_nearest_right_one() -> None:
    file = text.parse(b"Name,Kost\nAtlas,1\n", "a.csv")
    made = guess.guess(file).layout
    with pytest.raises(mapping.Invalid) as refused:
        mapping.answered(made, {"Kost": "investment.whole_life_costs"}, file.columns, TARGETS)
    assert "investment.whole_life_cost" in str(refused.value.remedy)
    with pytest.raises(mapping.Invalid) as refused:
        mapping.answered(made, {"Kosten": "investment.name"}, file.columns, TARGETS)
    assert "Kost" in str(refused.value.remedy)


def test_an_answer_takes_scale_order_and_currency_from_the_column() -> None:
    file = text.parse(
        b"Naam;FFC (EUR k);Gate;Owner team;Owner group\nAtlas;1.250,5;31/12/2026;A;B\nBaken;80,25;03/04/2026;B;A\n",
        "a.csv",
    )
    chosen = choosing.choose(file, [], answers={"FFC (EUR k)": "investment.whole_life_cost", "Gate": "investment.end"})
    money = chosen.layout.columns["FFC (EUR k)"]
    assert (money.scale, money.currency, money.comma) == (1000, "EUR", True)
    assert chosen.layout.columns["Gate"].order == "dmy"
    assert {question.column for question in chosen.questions} == {"Owner team", "Owner group"}


def test_a_remembered_mapping_is_taken_for_a_like_header() -> None:
    file = text.parse(b"Project;Ends\nAtlas;2026-01-31\nBeacon;2026-02-28\n", "a.csv")
    first = choosing.choose(file, [], answers={"Project": "investment.name", "Ends": "investment.end"})
    assert first.called == "a"
    kept = mapping.entity("projects", first.layout, file.columns)
    again = choosing.choose(text.parse(b"Project;Ends\nCrest;2026-03-31\nDelta;2026-04-30\n", "b.csv"), [kept])
    assert (again.by, again.called, again.layout) == (kept, "projects", first.layout)
    assert choosing.choose(file, [kept], called="anew").by is None


def test_every_meaning_is_documented() -> None:
    page = Path(__file__).parents[2] / "docs" / "imports.md"
    written = page.read_text()
    assert [target for target in TARGETS if f"`{target}`" not in written] == []
