"""Answers 1 to 7 as the API gives them, after the files were brought in."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from northing.record import landing
from northing.sources import files, guess, mapping, omb, table, text
from northing.sources.again import again
from northing.sources.manner import Manner
from northing.sources.meanings import TARGETS
from tests.outside.conftest import House
from tests.outside.real import data

FILE_2024 = "us-federal-ai/2024_use_cases_cp1252.csv"
FILE_2025 = "us-federal-ai/2025_use_cases.csv"


def test_the_federal_inventories(house: House) -> None:
    """ANSWERS 1 to 4."""
    house.land(omb.read(data(FILE_2024), landing.said(house.record, "omb")))
    revision_2024 = house.record.head()
    assert house.count("ai_systems") == 2133
    impacting = 'impact contains "impacting" or impact = "both"'
    assert house.count("ai_systems", impacting) == 351

    second = omb.read(data(FILE_2025), landing.said(house.record, "omb"))
    landed = house.land(second)[0]
    now = "inventory = 2025"
    assert house.count("ai_systems", now) == 3611
    assert len(house.groups("ai_systems", "agency", now)) == 41
    assert house.count("ai_systems", f"{now} and impact = High-impact") == 445
    stages = house.groups("ai_systems", "development_stage", now)
    assert stages == {"Pre-deployment": 1479, "Deployed": 1040, "Pilot": 440, "Retired": 314, None: 338}
    assert house.count("ai_systems", f"{now} and development_stage != Deployed") == 3611 - 338 - 1040

    new = f'{now} and classification in ("Generative AI", "Agentic AI")'
    assert house.count("ai_systems", new) == 975
    assert house.count("ai_systems", f"{new} and development_stage = Deployed") == 272
    assert house.count("ai_systems", f"{now} and external_id is empty") == 704
    assert house.groups("ai_systems", "agency", f"{now} and id_uses > 1") == {"DOJ": 4, "STB": 2}
    assert house.count("investments", f"stage is not empty and ai_systems.{now}") == 0

    deployed = house.groups("investments", "agency", "stage is empty and ai_systems.development_stage = Deployed")
    assert sum(deployed.values()) == house.count("ai_systems", "development_stage = Deployed")

    then = {
        row["id"]: row["development_stage"]
        for row in all_rows(house, "ai_systems", "development_stage", at=str(revision_2024))
    }
    today = {
        row["id"]: row["development_stage"] for row in all_rows(house, "ai_systems", "development_stage", where=now)
    }
    moves = Counter((then[id], stage) for id, stage in today.items() if id in then)
    assert moves.total() == 1051
    early = ("Initiated", "Acquisition and/or Development")
    assert [sum(moves[before, stage] for before in early) for stage in ("Deployed", "Pilot", "Retired")] == [
        65,
        44,
        109,
    ]
    assert moves["Operation and Maintenance", "Retired"] == 70
    assert len(landed.landing.questions) == 13
    told = {(before, after): count for _, before, after, count in landed.landing.moves}
    assert told["Operation and Maintenance", "Retired"] == 70

    files_ = {file.edition: file for file in house.record.plan().source_files.values()}
    for edition, name in (("2024", FILE_2024), ("2025", FILE_2025)):
        rows = house.record.source_rows(files_[edition].id)
        assert (
            again(files_[edition], rows, house.record.plan(), house.record.plan("import/omb"))
            == data(name).read_bytes()
        )
    head = house.record.head()
    assert house.land(omb.read(data(FILE_2025), landing.said(house.record, "omb")))[0].imported is None
    assert house.record.head() == head


def all_rows(house: House, kind: str, fields: str, where: str = "", at: str = "") -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    cursor = ""
    while True:
        said = house.ask(kind, where=where, fields=fields, at=at, limit="500", cursor=cursor)
        rows += said["data"]
        cursor = said.get("next") or ""
        if not cursor:
            return rows


def test_the_uk_major_projects(house: House) -> None:
    """ANSWERS 5 and 6: nine yearly reports, a revision each."""
    file = files.read(data("uk-gmpp/gmpp_2014_2022_long.csv"))
    layout = mapping.answered(guess.guess(file).layout, {"day": "03-31"}, file.columns, TARGETS)
    readings = table.read(file, layout, source="gmpp", before=landing.before(house.record, "gmpp"))
    landed = house.land(readings)
    spoken_for = [each.merged.revision.effective_on for each in landed if each.merged is not None]
    assert [on.year for on in spoken_for if on] == list(range(2014, 2023))

    report = "on = 2022-03-31"
    ratings = house.groups("health_reports", "overall", report)
    assert ratings == {"amber": 170, "red": 27, "green": 24, None: 14}
    assert house.count("health_reports", f"{report} and overall is withheld") == 11
    assert house.count("health_reports", report) == 235

    listed = "health_reports.on = 2022-03-31"
    assert house.count("investments", listed) == 235
    total, disclosed = house.figure("investments", "sum whole_life_cost", listed)
    assert ({code: Decimal(value) for code, value in total.items()}, disclosed) == (
        {"GBP": Decimal(494_181_000_000)},
        191,
    )
    lines = [
        (Decimal(row["budget"]["GBP"]), Decimal(row["likely"]["GBP"]))
        for row in all_rows(house, "cost_plan_lines", "budget,likely", where="end = 2022-04-01")
        if row["budget"] is not None and row["likely"] is not None
    ]
    assert len(lines) == 198
    assert [round(sum(column) / 1_000_000, 1) for column in zip(*lines, strict=True)] == [
        Decimal("43128.9"),
        Decimal("39433.8"),
    ]
    assert sum(likely > budget * Decimal("1.05") for budget, likely in lines) == 22
    assert sum(likely < budget * Decimal("0.95") for budget, likely in lines) == 109

    report_2021 = next(
        each.merged.revision.no for each in landed if each.merged and each.merged.revision.effective_on.year == 2021
    )
    old = {
        row["id"]: row
        for row in all_rows(
            house, "investments", "end,whole_life_cost", listed.replace("2022", "2021"), at=str(report_2021)
        )
    }
    new = {row["id"]: row for row in all_rows(house, "investments", "end,whole_life_cost", listed)}
    both = [(old[id], new[id]) for id in old if id in new]
    assert len(both) == 159
    ends = [(was["end"], now["end"]) for was, now in both if was["end"] and now["end"]]
    assert (len(ends), sum(now > was for was, now in ends)) == (148, 42)
    slips = [date.fromisoformat(now) - date.fromisoformat(was) for was, now in ends]
    assert sum(slip.days > 365 for slip in slips) == 21
    costs = [
        Decimal(now["whole_life_cost"]["GBP"]) - Decimal(was["whole_life_cost"]["GBP"])
        for was, now in both
        if was["whole_life_cost"] and now["whole_life_cost"]
    ]
    assert (len(costs), sum(costs) / 1_000_000) == (129, Decimal("37481.2"))

    reds = [row["investment"] for row in all_rows(house, "health_reports", "investment", f"{report} and overall = red")]
    disclosed_reds = [Decimal(new[id]["whole_life_cost"]["GBP"]) for id in reds if new[id]["whole_life_cost"]]
    assert (len(disclosed_reds), sum(disclosed_reds) / 1_000_000) == (18, Decimal(37247))

    reported = house.ask("investments", at="2019-06-30", mode="reported", limit="0")
    assert reported["total"] == house.ask("investments", at=str(landed[5].merged.revision.no), limit="0")["total"]  # type: ignore[union-attr]
    assert (
        house.land(table.read(file, layout, source="gmpp", before=landing.before(house.record, "gmpp")))[0].imported
        is None
    )


def test_the_dutch_register(house: House) -> None:
    """ANSWER 7."""
    file = files.read(data("nl-algorithms/algoritmes.json"))
    layout = guess.guess(file).layout
    house.land(table.read(file, layout, source="register", before=landing.before(house.record, "register")))
    assert house.count("ai_systems") == 1530
    assert len(house.groups("ai_systems", "org_unit")) == 336
    used = 'development_stage = "in_gebruik"'
    assert house.count("ai_systems", used) == 1392
    assert house.count("ai_systems", f'{used} and source."impactassessment" = Onbekend') == 808
    titles = Counter(row["name"].lower() for row in all_rows(house, "ai_systems", "name"))
    assert titles.most_common(1) == [("anonimiseren", 82)]


def test_an_edited_cell_is_overlaid_and_every_other_byte_stays(house: House) -> None:
    from northing.portfolio.edits import change

    house.land(omb.read(data(FILE_2025), None))
    plan = house.record.plan()
    system = next(system for system in plan.ai_systems.values() if system.external_id == "DOJ-0100")
    words = 'Fewer errors, "at last"\nand =1+1'
    house.record.commit(
        [change("ai_system", system.id, benefits=words, vendor="=cmd|' /C calc'!A0")],
        on=None,
        by=house.owner,
        reason="Say it",
    )
    file = next(iter(plan.source_files.values()))
    out = again(file, house.record.source_rows(file.id), house.record.plan(), house.record.plan("import/omb"))
    was, now = text.read(data(FILE_2025)), text.parse(out, "2025_use_cases.csv")
    differing = [
        (row.ordinal, was.columns[at], cell)
        for before, row in zip(was.rows, now.rows, strict=True)
        for at, (old, cell) in enumerate(zip(before.cells, row.cells, strict=True))
        if old != cell
    ]
    assert {(column, cell) for _, column, cell in differing} == {
        ("benefits", words),
        ("vendor_name", "'=cmd|' /C calc'!A0"),
    }
    before, after = data(FILE_2025).read_bytes(), out
    row, place = was.rows[differing[0][0] - 1], len(was.preamble.encode()) + 3
    place += sum(len((Manner(mark=True).row(each.cells) + "\r\n").encode()) for each in was.rows[: row.ordinal - 1])
    assert after[:place] == before[:place]
    rest = sum(len((Manner(mark=True).row(each.cells) + "\r\n").encode()) for each in was.rows[row.ordinal :])
    assert after[-rest:] == before[-rest:]
