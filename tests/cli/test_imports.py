"""Files at the command line: what is wrong with one is listed with its place, and the plan stays as it is."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal

HEADER = "agency,agency_name,id,use_case_name,agency_bureau,development_stage,is_high_impact\n"
GOOD = "DOX,Department of X,X-1,Atlas,Maps,Pilot,High-impact\nDOX,Department of X,X-2,Beacon,Maps,,\n"


def head(terminal: Terminal) -> tuple[int, str]:
    """The newest revision and its hash."""
    newest = terminal("log", "--json").json["data"][0]
    return newest["no"], newest["hash"]


@pytest.fixture
def unchanged(terminal: Terminal) -> object:
    """The plan's head is where it was when the test ends."""
    before = head(terminal)
    yield before
    assert head(terminal) == before


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/worksheets/a.xml", "w") as out:
        for _ in range(300):
            out.write(b"<row/>" * 200_000)


def test_a_line_without_end(terminal: Terminal, unchanged: object, tmp_path: Path) -> None:
    """2 GB through a pipe, in a process that may take no more than a fraction of that."""
    program = (
        "import re, resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1_200 << 20, 1_200 << 20))\n"
        "from northing.sources import text\n"
        "from northing.portfolio.errors import Invalid\n"
        "try:\n    text.read(sys.stdin.buffer)\n"
        "except Invalid as refused:\n    print(refused.findings[0].line, refused.findings[0].column, refused.remedy)\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1]) >> 10)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(HEADER.encode() + b"DOX,Department of X,X-1,")
            for _ in range(2048):
                process.stdin.write(b"x" * (1 << 20))
        except BrokenPipeError:
            pass  # it has seen enough
        told, peak = process.stdout.read().decode().splitlines()
    assert told.startswith("2 use_case_name")
    assert int(peak) < 200


@pytest.mark.parametrize(
    ("content", "code", "line", "column", "value"),
    [
        ('"X-3,open,Maps,Pilot,', "unbalanced-quotes", 4, "id", '"X-3,open,Maps,Pilot,'),
        ("X-3,nu\0ll,Maps,Pilot,", "nul-byte", 4, "use_case_name", "nu\\x00ll"),
        ("X-3", "too-few-cells", 4, "use_case_name", "X-3"),
        ("X-3,a,b,c,d,e", "too-many-cells", 4, "Column 8", "e"),
        ("X-3,ran\rtogether,Maps,,", "lone-carriage-return", 4, "use_case_name", "ran\\rtogether"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read(
    terminal: Terminal,
    unchanged: object,
    tmp_path: Path,
    *,
    content: str,
    code: str,
    line: int,
    column: str,
    value: str,
) -> None:
    path = tmp_path / "2025_use_cases.csv"
    path.write_bytes(f"{HEADER}{GOOD}DOX,Department of X,{content}\n".encode())
    done = terminal("import", "omb", str(path), "--json")
    assert done.code == 0
    said = done.json["data"][0]
    found = next(finding for finding in said["findings"] if finding["code"] == code)
    assert (found["line"], found["column"], found["value"]) == (line, column, value)
    assert found["remedy"]
    assert said["file"] == "2025_use_cases.csv"
    assert said["added"]["ai_system"] == (3 if code == "lone-carriage-return" else 2), "nothing else is lost"
    shown = terminal("import", "omb", str(path))
    assert f"line {line}, “{column}”" in shown.out
    assert "Nothing was written" in shown.out


def test_bytes_that_are_no_text(terminal: Terminal, unchanged: object, tmp_path: Path) -> None:
    path = tmp_path / "2025_use_cases.csv"
    good = "".join(f"DOX,Department of X,X-{n},Größe {n} für Übung,Maps,,\n" for n in range(10, 30))
    path.write_bytes((HEADER + good).encode() + b"DOX,Department of X,X-3,caf\xe9,Maps,Pilot,\n")
    found = terminal("import", "omb", str(path), "--json").json["data"][0]
    finding = next(each for each in found["findings"] if each["code"] == "wrong-encoding")
    assert (finding["line"], finding["column"], finding["value"]) == (22, "use_case_name", "caf\\xe9")
    assert found["added"]["ai_system"] == 20


@pytest.mark.parametrize("command", ["omb", "table"])
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("missing.csv", "not-found"),
        ("/etc", "invalid"),
        (".", "invalid"),
        ("x" * 4000, "invalid"),
        ("/dev/null/x", "not-found"),
        ("https://example.org/a.csv", "not-found"),
        ("/dev/zero", "invalid"),
    ],
)
def test_what_is_no_file(terminal: Terminal, unchanged: object, *, command: str, name: str, code: str) -> None:
    done = terminal("import", command, name, "--yes", "--json")
    assert done.json["code"] == code
    assert done.json["remedy"]
    assert done.code in (2, 4)


def test_a_zip_bomb(terminal: Terminal, unchanged: object, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    bomb(path)
    done = terminal("import", "table", str(path), "--yes", "--json")
    assert done.code == 2
    finding = done.json["details"]["findings"][0]
    assert finding["code"] == "unsafe-archive"
    assert (finding["column"], finding["line"]) == ("xl/worksheets/a.xml", 0)
    assert "plan.xlsx" in finding["message"]
    assert finding["remedy"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b", "..\\x", "main@3"])
def test_a_path_as_the_name_of_a_mapping(terminal: Terminal, unchanged: object, tmp_path: Path, *, name: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Name,Stage\nAtlas,pilot\nBeacon,idea\n")
    done = terminal("import", "table", str(path), "--mapping", name, "--yes", "--json")
    assert (done.code, done.json["code"]) == (2, "invalid")
    assert done.json["details"]["findings"][0]["value"] == name


def test_a_file_that_is_not_an_inventory(terminal: Terminal, unchanged: object, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("agency,use_case_names,development stage\nDOX,Atlas,Pilot\n")
    done = terminal("import", "omb", str(path), "--yes", "--json")
    assert done.code == 2
    wrong = {finding["column"]: finding["value"] for finding in done.json["details"]["findings"]}
    assert wrong == {"use_case_name": "use_case_names", "development_stage": "development stage"}


FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+31 6 123",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "'=quoted",
    "'",
    "-",
    "12",
    "📈 rise",
]


def test_text_that_looks_like_a_formula_comes_back_as_it_was(terminal: Terminal, tmp_path: Path) -> None:
    """Brought in, exported to CSV and XLSX where no cell is a formula, and brought in again: the same text."""
    path = tmp_path / "formulas.csv"
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Project id", "Project name", "Description 📈"])
    for number, text in enumerate(FORMULAS):
        writer.writerow([f"K📈-{number}", f"Formula {number}", text])
    path.write_text(out.getvalue())
    answer = ["--answer", "Description 📈=investment.description", "--answer", "Project id=investment.external_id"]
    assert terminal("import", "table", str(path), "--mapping", "formulas", *answer, "--yes").code == 0
    asked = [
        "--where",
        'external_id starts with "K📈"',
        "--columns",
        "external_id",
        "--columns",
        "name",
        "--columns",
        "description",
    ]
    stored = rows_of(terminal, asked)
    assert stored["K📈-0"] == "=1+1"
    assert stored["K📈-6"] == "=quoted"
    for form in ("csv", "xlsx"):
        back = tmp_path / f"back.{form}"
        assert terminal("export", "investments", str(back), *asked).code == 0
        if form == "csv":
            cells = [row[2] for row in csv.reader(io.StringIO(back.read_text(encoding="utf-8-sig")))][1:]
            assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t") or cell[:2] == "-2"]
        else:
            with zipfile.ZipFile(back) as archive:
                assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
        again = terminal(
            "import", "table", str(back), "--mapping", f"again {form}", "--answer", "External id=investment.external_id",
            "--answer", "Description=investment.description", "--answer", "Name=investment.name", "--yes",
        )  # fmt: skip
        assert again.code == 0, again.err
        both = terminal("list", "investments", *asked, "--json").json["data"]
        texts: dict[str, set[str | None]] = {}
        for row in both:
            texts.setdefault(row["external_id"], set()).add(row["description"])
        assert {key: list(found) for key, found in texts.items()} == {key: [text] for key, text in stored.items()}


def rows_of(terminal: Terminal, asked: list[str]) -> dict[str, str | None]:
    return {
        row["external_id"]: row["description"] for row in terminal("list", "investments", *asked, "--json").json["data"]
    }


def test_a_table_is_brought_in_remembered_and_brought_in_again(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "projects 2026.csv"
    path.write_text(
        "Project;Lead;Budget (€k);Go live;Team\n"
        "Atlas;Ana Vidal <ana.vidal@example.org>;1.250,5;31-12-2026;Data\n"
        "Beacon;Bo Lind;80,25;30-06-2026;Risk\n"
        "Crest;Ana Vidal;TBC;30-13-2026;Data\n"
    )
    first = terminal("import", "table", str(path), "--json")
    assert first.json["landed"] is False
    asked = {question["column"]: question["options"] for question in first.json["data"][0]["questions"]}
    answers = [f"{column}={options[0]}" for column, options in asked.items() if options]
    given = [word for answer in answers for word in ("--answer", answer)]
    done = terminal("import", "table", str(path), "--mapping", "our projects", *given, "--yes", "--json")
    said = done.json["data"][0]
    assert said["added"]["investment"] == 3
    wrong = [(f["line"], f["column"], f["value"]) for f in said["findings"] if f["code"] == "unreadable-value"]
    assert wrong == [(4, "Go live", "30-13-2026")]
    again = terminal("import", "table", str(path), "--yes", "--json").json
    assert again["landed"] is False
    assert again["data"][0]["added"] == {}
    people = terminal("list", "people", "--where", 'name = "Ana Vidal"', "--json").json
    assert people["total"] == 1
    lines = terminal("list", "cost_plan_lines", "--where", "investment = Atlas", "--json", "--columns", "budget").json
    assert [row["budget"] for row in lines["data"]] == [{"EUR": "1250500"}]
    path.write_text(path.read_text().replace("30-06-2026", "30-09-2026"))
    moved = terminal("import", "table", str(path), "--yes", "--json").json["data"][0]
    assert moved["changed"] == {"milestone": 1}


def test_an_export_that_cannot_be_written(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("export", "investments", str(tmp_path)).code == 2
    assert terminal("export", "unicorns", "-").code == 4
    assert json.loads(terminal("export", "objectives", "-", "--format", "json").out)
