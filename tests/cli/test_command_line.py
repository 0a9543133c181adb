"""The command line as a whole: what is imported when, and how errors look."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from northing.cli import COMMANDS, SECTIONS, northing
from tests.server import NORTHING


def call(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NORTHING_")}
    return subprocess.run(
        [NORTHING, *arguments], env={**kept, "NORTHING_HOME": str(home), **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_help_imports_no_command() -> None:
    """Django, the record and every command's module stay unloaded until a command is called."""
    asked = "import sys; from northing.cli import main\ntry: main(['--help'])\nexcept SystemExit: print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    help_text, _, modules = done.stdout.rpartition("\n\n")[0], None, set(done.stdout.splitlines()[-1].split())
    assert "Look:" in help_text
    for heavy in ("django", "rich", "babel", "lark", "rapidfuzz", "northing.record", "northing.cli.serve"):
        assert heavy not in modules, heavy


def test_every_command_loads_and_says_what_it_does() -> None:
    context = click.Context(northing)
    for name in COMMANDS:
        command = northing.get_command(context, name)
        assert command is not None
        assert command.help, f"{name} has no help"
        assert {"--json", "--workspace", "--as", "--at", "--mode"} <= {
            option for parameter in command.params for option in parameter.opts
        }, name


def test_every_command_is_listed_in_the_help(tmp_path: Path) -> None:
    text = call(tmp_path, "--help").stdout
    for section, commands in SECTIONS.items():
        assert f"{section}:" in text
        for name, (_, sentence) in commands.items():
            assert name in text
            assert sentence.split(",")[0] in text


def test_a_misspelt_command_is_answered_with_the_nearest(tmp_path: Path) -> None:
    done = call(tmp_path, "lst")
    assert done.returncode == 2
    assert "Did you mean “list”?" in done.stderr


def test_shared_options_may_follow_the_command(tmp_path: Path) -> None:
    before = call(tmp_path, "--json", "migrate")
    after = call(tmp_path, "migrate", "--json")
    assert json.loads(before.stdout)["data"]["steps"]
    assert json.loads(after.stdout)["data"]["steps"] == []


def test_an_error_is_a_sentence_and_a_code(tmp_path: Path) -> None:
    call(tmp_path, "migrate")
    done = call(tmp_path, "--workspace", "nowhere", "log")
    assert done.returncode == 4
    assert "There is no workspace “nowhere”." in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_an_error_in_json_is_the_envelope(tmp_path: Path) -> None:
    call(tmp_path, "migrate")
    done = call(tmp_path, "log", "--json", "--workspace", "nowhere")
    told = json.loads(done.stdout)
    assert set(told) == {"code", "message", "remedy", "details"}
    assert told["code"] == "not-found"
    assert done.returncode == 4


def test_a_database_without_tables_is_a_sentence(tmp_path: Path) -> None:
    done = call(tmp_path, "log")
    assert done.returncode == 7
    assert "northing migrate" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = call(blocked / "home", "migrate")
    assert done.returncode == 7
    assert "NORTHING_HOME" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("NORTHING_DATABASE_URL", "mysql://x", "neither sqlite nor postgresql"),
        ("NORTHING_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "does not answer"),
        ("NORTHING_EMAIL_URL", "gopher://x", "NORTHING_EMAIL_URL"),
        ("NORTHING_URL", "northing", "NORTHING_URL"),
        ("NORTHING_HTTPS", "maybe", "NORTHING_HTTPS"),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, variable: str, value: str, said: str) -> None:
    done = call(tmp_path, "migrate", **{variable: value})
    assert done.returncode == 7
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    call(tmp_path, "migrate")
    done = subprocess.run(
        f"NORTHING_HOME={tmp_path} {NORTHING} --help | head -1", shell=True, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""


class TestDoctor:
    def test_a_sound_installation(self, tmp_path: Path) -> None:
        home = tmp_path / "home"
        call(home, "migrate")
        done = call(home, "doctor", "--verify", "--json")
        checks = {check["name"]: check for check in json.loads(done.stdout)["data"]}
        assert done.returncode == 0
        assert checks["database"]["found"].startswith("SQLite 3.")
        assert checks["durability"]["state"] == "good"
        assert checks["tables"]["state"] == "good"
        assert checks["home"]["state"] == "good"

    def test_what_is_missing_is_named_with_its_remedy(self, tmp_path: Path) -> None:
        tmp_path.chmod(0o755)
        done = call(tmp_path, "doctor")
        assert done.returncode == 1
        assert "→ tables: northing migrate" in done.stdout
        assert f"→ home: chmod 700 {tmp_path}" in done.stdout


def test_another_project_s_settings_are_not_ours(tmp_path: Path) -> None:
    """A shell set up for some Django project still calls Northing with Northing's settings."""
    done = call(tmp_path, "migrate", DJANGO_SETTINGS_MODULE="elsewhere.settings")
    assert done.returncode == 0, done.stderr
