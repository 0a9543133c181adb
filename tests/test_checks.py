"""Style, types and layers, as `make check` asks them; here, so that one closing line tells everything."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def run(*command: str) -> None:
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False, timeout=280
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout[-6000:]}{done.stderr[-2000:]}"


def test_style() -> None:
    run("ruff", "check", ".")


def test_format() -> None:
    run("ruff", "format", "--check", ".")


def test_types() -> None:
    run("mypy")


def test_layers() -> None:
    run("lint-imports", "--no-cache")


def test_every_room_has_a_layer() -> None:
    """A new room that nobody put into the layers would be free to import anything."""
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layered = " ".join(contract[0]["layers"]) + " (sources)"
    rooms = [path.parent.name for path in (ROOT / "src" / "northing").glob("*/__init__.py")]
    assert [room for room in rooms if f"({room})" not in layered] == []


def test_modules_are_readable() -> None:
    """A module past 400 lines is asked what two ideas it holds."""
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "src").rglob("*.py")
        if (lines := len(path.read_text().splitlines())) > 400 and "migrations" not in path.parts
    }
    assert not long


def test_no_names_without_meaning() -> None:
    """A module is a concept of the domain, not a technical kind."""
    vague = {"utils", "util", "helpers", "helper", "services", "service", "managers", "manager", "common", "misc"}
    found = [str(path) for path in (ROOT / "src").rglob("*.py") if path.stem in vague]
    assert found == []


def test_bootstrap_is_python_3_8() -> None:
    import ast

    for path in (ROOT / "scripts").glob("*.py"):
        ast.parse(path.read_text(), feature_version=(3, 8))


def test_lock_names_no_index() -> None:
    for name in ("requirements.lock", "scripts/uv.lock", "pyproject.toml"):
        text = (ROOT / name).read_text()
        assert "index-url" not in text.replace("--no-emit-index-url", "")
        assert "://" not in text, f"{name} names an address"


def test_lock_pins_everything_by_hash() -> None:
    for name in ("requirements.lock", "scripts/uv.lock"):
        blocks = (ROOT / name).read_text().split("\n")
        for number, line in enumerate(blocks):
            if line and not line.startswith(("#", " ")):
                assert "==" in line
                assert "--hash=sha256:" in blocks[number + 1], line
