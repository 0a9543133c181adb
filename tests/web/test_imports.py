"""Bringing in a file on the page: upload, mapping, preview, commit, revert, and the same file out again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from northing.portfolio.edits import change, create
from northing.portfolio.entity import new_id
from northing.web.changing import uploads
from tests.web.office import Office, open_office, words_of

pytestmark = pytest.mark.django_db

PROJECTS = (
    "Project name,Department,Owner,Status,Start date,End date,Budget (EUR k),Programme\r\n"
    "Claims triage,Claims,Ana Ruiz,Pilot,2026-01-05,2026-09-30,120,Service\r\n"
    "Invoice matching,Finance,Ben Okoro,Live,2025-03-01,2026-12-31,80.5,Back office\r\n"
    "=cmd|' /C calc'!A0,Finance,Ben Okoro,Idea,2026-05-01,someday,10,Back office\r\n"
)


@pytest.fixture
def office(db: None) -> Office:
    return open_office()


def upload(office: Office, name: str, content: bytes, by: str = "owner") -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    return office.clients[by].post(f"{office.home}import/upload", {"file": file}, follow=True)


def here(answer: HttpResponse) -> str:
    """The address that an answer ended at, without the workspace."""
    return str(answer.request["PATH_INFO"]).split("/", 3)[3]


def chosen(answer: HttpResponse) -> dict[str, str]:
    """What the mapping form says as it stands: its selects and fields, as a browser would send them."""
    html = answer.content.decode()
    form = {}
    for name, body in re.findall(r'<select class="select"[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', html, flags=re.S):
        found = re.search(r'<option value="([^"]*)" selected', body)
        form[name] = found[1] if found else ""
    return form | dict(re.findall(r'<input class="input"[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', html))


def bring_in(office: Office, name: str = "projects.csv", content: str = PROJECTS, **answers: str) -> HttpResponse:
    asked = upload(office, name, content.encode())
    form = {**chosen(asked), **answers, "do": "mapping"}
    shown = office.post(f"{here(asked)}/answer", **form)
    return office.post(f"{here(shown)}/land")


def test_an_empty_workspace_invites_a_file(office: Office) -> None:
    assert "This workspace is empty. Bring your list of AI investments" in office.text("import")


def test_a_viewer_is_told_who_can_bring_in_files(office: Office) -> None:
    assert "A planner or an owner can bring in files" in office.text("import", by="viewer")
    refused = upload(office, "projects.csv", PROJECTS.encode(), by="viewer")
    assert refused.status_code == 403


def test_the_columns_are_guessed_and_shown_with_what_they_say(office: Office) -> None:
    asked = upload(office, "projects.csv", PROJECTS.encode())
    words = words_of(asked)
    assert "What do the columns mean?" in words
    assert "Claims triage" in words
    form = chosen(asked)
    assert form["to-0"] == "investment.name"
    assert form["to-7"] == "investment.portfolio"
    assert form["called"] == "projects"


def test_the_preview_says_what_would_be_added_and_writes_nothing(office: Office) -> None:
    asked = upload(office, "projects.csv", PROJECTS.encode())
    shown = office.post(f"{here(asked)}/answer", **chosen(asked), do="mapping")
    words = words_of(shown)
    assert "What this file would do" in words
    assert re.search(r"Investments 3 ", words)
    assert "someday" in words, "a cell that cannot be read is listed with its value"
    assert office.record.head() == 0


def test_what_could_not_be_read_can_be_downloaded_and_is_no_formula(office: Office) -> None:
    asked = upload(office, "projects.csv", PROJECTS.encode())
    office.post(f"{here(asked)}/answer", **chosen(asked), do="mapping")
    listed = office.get(f"{here(asked)}/findings.csv").content.decode("utf-8-sig").splitlines()
    assert listed[0] == "Severity,Line,Column,Value,Reason,Remedy"
    row = next(line for line in listed if "someday" in line)
    assert row.split(",")[1] == "4"
    assert not [cell for line in listed for cell in line.split(",") if cell.startswith(("=", "+", "@"))]


def test_bringing_it_in_makes_the_portfolio_and_can_be_reverted(office: Office) -> None:
    landed = bring_in(office)
    assert here(landed).startswith("history/")
    plan = office.record.plan()
    assert sorted(found.name for found in plan.investments.values())[1:] == ["Claims triage", "Invoice matching"]
    assert {found.name for found in plan.portfolios.values()} == {"Service", "Back office"}
    assert "projects.csv is in the plan." in words_of(landed)
    number = int(here(landed).rpartition("/")[2])
    before = office.text(f"history/{number}/revert")
    assert "goes back" in before or "go back" in before
    office.post(f"history/{number}/revert", reason="The wrong file")
    assert not office.record.plan().investments
    assert office.record.revision(office.record.head()).reason == "The wrong file"


def test_an_import_is_found_in_the_history_as_one(office: Office) -> None:
    bring_in(office)
    office.commit(create("investment", new_id(), name="By hand"), reason="By hand")
    words = office.text("history?via=import")
    assert "Import projects.csv" in words
    assert "By hand" not in words


def test_the_same_file_again_adds_nothing_and_uses_the_remembered_mapping(office: Office) -> None:
    bring_in(office)
    head = office.record.head()
    again = upload(office, "projects.csv", PROJECTS.encode())
    assert "Read by the remembered mapping “projects”" in words_of(again)
    shown = office.post(f"{here(again)}/answer", **chosen(again), do="mapping")
    assert "The plan holds all of it already" in words_of(shown)
    office.post(f"{here(shown)}/land")
    assert office.record.head() == head


def test_the_file_comes_out_again_byte_for_byte(office: Office) -> None:
    bring_in(office)
    address = re.search(r'href="([^"]*import/files/[^"]+)"', office.get("import").content.decode())
    assert address
    answer = office.clients["viewer"].get(address[1])
    assert answer.content == PROJECTS.encode()
    assert "projects.csv" in answer["Content-Disposition"]


def test_a_question_can_be_answered_and_a_column_left_out(office: Office) -> None:
    bring_in(office, **{"to-1": "", "to-7": "objective"})
    plan = office.record.plan()
    assert not plan.org_units
    assert {found.name for found in plan.objectives.values()} == {"Service", "Back office"}
    assert plan.strategic_contributions


def test_where_both_changed_a_field_a_person_chooses(office: Office) -> None:
    bring_in(office)
    found = next(one for one in office.record.plan().investments.values() if one.name == "Claims triage")
    office.commit(change("investment", found.id, end="2026-11-15"))
    later = PROJECTS.replace("2026-09-30", "2026-10-31")
    asked = upload(office, "projects.csv", later.encode())
    shown = office.post(f"{here(asked)}/answer", **chosen(asked), do="mapping")
    words = words_of(shown)
    assert "1 field was changed in the plan and in the file. Which one holds?" in words
    assert "15 Nov 2026" in words
    assert "31 Oct 2026" in words
    office.post(f"{here(shown)}/land", keep="plan")
    assert str(office.record.plan().investments[found.id].end) == "2026-11-15"


def test_a_file_that_waits_is_its_bringers_alone(office: Office) -> None:
    asked = upload(office, "projects.csv", PROJECTS.encode())
    assert office.get(here(asked), by="planner").status_code == 404
    stranger = open_office("Other", "other")
    token = here(asked).rpartition("/")[2]
    assert stranger.get(f"import/{token}").status_code == 404
    assert stranger.get("import/../../etc/passwd").status_code == 404


def test_a_file_can_be_forgotten(office: Office) -> None:
    asked = upload(office, "projects.csv", PROJECTS.encode())
    office.post(f"{here(asked)}/discard")
    assert office.get(here(asked)).status_code == 404


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.csv", b"", "is empty"),
        ("../../secret.csv", b"name\nA\n", "secret.csv"),
        ("nul.csv", b"Project name,Owner\nA\x00B,C\n", "nul.csv"),
    ],
)
def test_bad_files_are_answered_in_a_sentence(office: Office, name: str, content: bytes, said: str) -> None:
    answer = upload(office, name, content)
    assert answer.status_code < 500
    assert said in words_of(answer)
    assert "Traceback" not in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_before_it_fills_the_disk(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE", 1000)
    answer = upload(office, "large.csv", b"name\n" + b"x" * 5000)
    assert answer.status_code == 422
    assert not list((Path(uploads.settings.HOME) / "uploads" / office.workspace.id).glob("*"))


def test_the_federal_inventory_is_recognised(office: Office, data: Path) -> None:
    file = data / "us-federal-ai" / "2024_use_cases_cp1252.csv"
    shown = upload(office, file.name, file.read_bytes())
    words = words_of(shown)
    assert "This is the US federal inventory of AI use cases." in words
    assert re.search(r"AI systems 2,133", words)
    landed = office.post(f"{here(shown)}/land")
    assert landed.status_code == 200
    assert len(office.record.plan().ai_systems) == 2133
    second = data / "us-federal-ai" / "2025_use_cases.csv"
    shown = upload(office, second.name, second.read_bytes())
    words = words_of(shown)
    assert "Stages that moved" in words
    assert "No longer listed" in words
