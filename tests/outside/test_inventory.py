"""The US federal inventories of 2024 and 2025, counted as published (ANSWERS 1 to 4), at the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from northing.portfolio.ai import AISystem
from northing.portfolio.plan import Plan
from northing.portfolio.reading import Reading
from northing.sources import omb, text
from tests.outside.real import data, plan_of

FILE_2024 = "us-federal-ai/2024_use_cases_cp1252.csv"
FILE_2025 = "us-federal-ai/2025_use_cases.csv"


@pytest.fixture(scope="module")
def first() -> Reading:
    return omb.read(data(FILE_2024))


@pytest.fixture(scope="module")
def plan_2024(first: Reading) -> Plan:
    return plan_of(first)


@pytest.fixture(scope="module")
def second(plan_2024: Plan) -> Reading:
    return omb.read(data(FILE_2025), plan_2024)


@pytest.fixture(scope="module")
def plan_2025(second: Reading, plan_2024: Plan) -> Plan:
    return plan_of(second, plan_2024)


def of(plan: Plan, edition: str) -> list[AISystem]:
    return [system for system in plan.ai_systems.values() if system.inventory == edition]


def stages(systems: Iterable[AISystem]) -> dict[str | None, int]:
    return dict(Counter(system.development_stage for system in systems))


def test_2025_by_agency_impact_and_stage(plan_2025: Plan) -> None:
    systems = of(plan_2025, "2025")
    assert len(systems) == 3611
    assert len({system.agency for system in systems}) == 41
    assert sum(system.impact == "High-impact" for system in systems) == 445
    assert stages(systems) == {"Pre-deployment": 1479, "Deployed": 1040, "Pilot": 440, "Retired": 314, None: 338}


def test_2025_generative_and_agentic_and_ids(plan_2025: Plan) -> None:
    systems = of(plan_2025, "2025")
    newer = [system for system in systems if system.classification in ("Generative AI", "Agentic AI")]
    assert len(newer) == 975
    assert sum(system.development_stage == "Deployed" for system in newer) == 272
    assert sum(system.external_id is None for system in systems) == 704
    ids = Counter((system.agency, system.external_id) for system in systems if system.external_id)
    repeated = {key: times for key, times in ids.items() if times > 1}
    assert sum(repeated.values()) == 6
    assert Counter(agency for agency, _ in repeated) == {"DOJ": 2, "STB": 1}


def test_2024_rights_and_safety(plan_2024: Plan) -> None:
    systems = of(plan_2024, "2024")
    assert len(systems) == 2133
    words = Counter((system.impact or "").strip().lower() for system in systems)
    assert words["both"] + words["rights-impacting"] + words["safety-impacting"] == 351


def test_what_moved_from_2024_to_2025(plan_2024: Plan, plan_2025: Plan, second: Reading) -> None:
    both = [system for system in of(plan_2025, "2025") if system.id in plan_2024.ai_systems]
    assert len(both) == 1051
    ambiguous = [question for question in second.questions if question.code == "ambiguous-match"]
    assert len(ambiguous) == 1064 - 1051
    moves = Counter((plan_2024.ai_systems[system.id].development_stage, system.development_stage) for system in both)
    early = ("Initiated", "Acquisition and/or Development")
    for stage, count in (("Deployed", 65), ("Pilot", 44), ("Retired", 109)):
        assert sum(moves[before, stage] for before in early) == count
    assert moves["Operation and Maintenance", "Retired"] == 70


def test_dirt_stays_visible(plan_2024: Plan) -> None:
    systems = of(plan_2024, "2024")
    assert len({system.development_stage for system in systems}) == 11
    assert len({system.impact for system in systems}) == 9
    assert any(system.impact == "Rights-Impacting\n" for system in systems)
    assert any(system.topic_area and system.topic_area.endswith(" ") for system in systems)


def test_every_row_is_a_system_under_an_investment_without_a_stage(plan_2025: Plan) -> None:
    for system in of(plan_2025, "2025"):
        investment = plan_2025.investments[system.investment]
        assert investment.stage is None
        assert investment.name.strip()
        assert plan_2025.org_units[system.org_unit]
    agency = next(unit for unit in plan_2025.org_units.values() if unit.code == "VA")
    assert agency.name == "Department of Veterans Affairs"
    assert plan_2025.org_units.by("parent", agency.id)


def test_read_again_it_says_nothing_new(plan_2025: Plan) -> None:
    again = omb.read(data(FILE_2025), plan_2025)
    after = plan_of(again, plan_2025)
    assert list(after.all()) == list(plan_2025.all())
    assert not again.questions


def test_the_older_edition_after_the_newer_changes_no_newer_word(plan_2025: Plan, second: Reading) -> None:
    newer = plan_of(omb.read(data(FILE_2025)))
    late = omb.read(data(FILE_2024), newer)
    after = plan_of(late, newer)
    assert len(of(after, "2025")) == 3611
    assert len(of(after, "2024")) == 2133 - 1051
    assert all(after.ai_systems[system.id] == system for system in of(newer, "2025"))
    assert any("1,051" in finding.message for finding in late.findings if finding.code == "older-edition")
    assert not late.vanished
    assert len([question for question in late.questions if question.code == "ambiguous-match"]) == 13


def test_a_corrected_file_of_the_same_year_keeps_who_is_who(plan_2025: Plan) -> None:
    file = text.read(data(FILE_2025))
    at = file.columns.index("use_case_name")
    named = next(row for row in file.rows if row.cells[2] == "DOJ-0100")
    corrected = text.write(file, {named.ordinal: {at: "A better name"}})
    again = omb.read(text.parse(corrected, "2025_use_cases.csv"), plan_2025)
    after = plan_of(again, plan_2025)
    assert len(after.ai_systems) == len(plan_2025.ai_systems)
    renamed = [system for system in after.ai_systems.values() if system.name == "A better name"]
    assert len(renamed) == 1
    assert plan_2025.ai_systems[renamed[0].id].external_id == "DOJ-0100"


@pytest.mark.parametrize("name", [FILE_2024, FILE_2025])
def test_the_rows_write_the_same_file(name: str) -> None:
    path = data(name)
    assert text.write(text.read(path)) == path.read_bytes()
