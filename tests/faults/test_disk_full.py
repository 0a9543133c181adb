"""A disk that fills up: a sentence instead of a traceback, reading goes on, nothing that was told is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def mounted(folder: Path, image: Path) -> str | None:
    """Mount a file system of a few megabytes at *folder*; why not, where that is not possible."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        return "mounting a small file system takes root on Linux"
    if shutil.which("mkfs.ext4"):
        image.write_bytes(b"")
        os.truncate(image, 12 << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True, capture_output=True)
        done = subprocess.run(["mount", "-o", "loop", str(image), str(folder)], capture_output=True, check=False)
        if done.returncode == 0:
            return None
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "northing", str(folder)], capture_output=True, text=True, check=False
    )
    return None if done.returncode == 0 else f"no small file system could be mounted: {done.stderr.strip()}"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    why_not = mounted(folder, tmp_path / "image")
    if why_not:
        pytest.skip(why_not)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk(small_disk: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NORTHING_")}
    environment |= {"NORTHING_HOME": str(small_disk), "DJANGO_SETTINGS_MODULE": "northing.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.filling"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    print({name: found[name] for name in ("told", "reads")})
    assert found["told"] > 10
    assert {(error["code"], error["remedy"]) for error in found["refused"]} == {
        ("unavailable", "Make room and try again.")
    }
    assert found["reads"] == 40
    after = found["after"]
    assert (after["lost"], after["findings"], after["integrity"]) == ([], [], "ok")
    assert after["there"] == after["noted"] + 1, "no half revision: what was told, and the plan before it"
