"""Compiled templates that are kept: whoever starts next has them, and nothing that happens to them loses a page."""

from __future__ import annotations

import shutil
from pathlib import Path

from jinja2 import FileSystemLoader

from northing.web.frame.environment import environment


def said(templates: Path, compiled: Path) -> str:
    """The page, as a process that has just started renders it."""
    return (
        environment(compiled=compiled, loader=FileSystemLoader(templates)).get_template("page.html").render(who="Ana")
    )


def test_what_is_kept_is_used_and_nothing_depends_on_it(tmp_path: Path) -> None:
    page, compiled = tmp_path / "page.html", tmp_path / "compiled"
    page.write_text("Good day, {{ who }}")
    assert said(tmp_path, compiled) == "Good day, Ana"
    assert compiled.stat().st_mode & 0o077 == 0, "what is run is its owner's alone"
    (kept,) = compiled.iterdir()
    first = kept.stat()
    assert said(tmp_path, compiled) == "Good day, Ana"
    assert kept.stat().st_mtime_ns == first.st_mtime_ns, "it was not compiled again"

    page.write_text("Good night, {{ who }}")
    assert said(tmp_path, compiled) == "Good night, Ana"

    whole = kept.read_bytes()
    for damaged in (b"", b"\0" * len(whole), whole[: len(whole) // 2], whole[:-1]):
        kept.write_bytes(damaged)
        assert said(tmp_path, compiled) == "Good night, Ana"


def test_a_folder_that_takes_nothing_loses_no_page(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("Good day, {{ who }}")
    made = environment(compiled=tmp_path / "compiled", loader=FileSystemLoader(tmp_path))
    shutil.rmtree(tmp_path / "compiled")
    assert made.get_template("page.html").render(who="Ana") == "Good day, Ana"
