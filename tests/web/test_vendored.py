"""The libraries that the pages bring along are the ones that their manifest names, and nothing else."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import northing.web

VENDOR = Path(northing.web.__file__).parent / "static" / "vendor"
LICENCES = {"0BSD", "Apache-2.0", "MIT", "BSD-3-Clause", "OFL-1.1"}


def test_each_file_is_as_it_was_published() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    named = {name: seal for library in manifest["libraries"] for name, seal in library["files"].items()}
    present = {
        path.relative_to(VENDOR).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert present == named


def test_each_library_says_its_version_and_its_licence() -> None:
    for library in json.loads((VENDOR / "manifest.json").read_text())["libraries"]:
        assert library["name"] and library["version"][0].isdigit() and library["licence"] in LICENCES
        assert any("LICENSE" in name for name in library["files"])


def test_the_manifest_names_no_address() -> None:
    assert "://" not in (VENDOR / "manifest.json").read_text()
