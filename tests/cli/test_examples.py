"""Every example of docs/cli.md runs, in the order of the page, and leaves a record that is genuine."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from .conftest import Terminal

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
EXAMPLES = [
    line.removeprefix("$ northing ")
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(), re.DOTALL)
    for line in block.splitlines()
    if line.startswith("$ northing ")
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_works(terminal: Terminal, example: str) -> None:
    *command, into, file = ["", *shlex.split(example)]
    done = terminal(*(command[1:] if into == ">" else shlex.split(example)))
    if into == ">":
        (terminal.home / file).write_text(done.out)
    assert done.code == 0, f"northing {example}\n{done.out}\n{done.err}"
    assert done.out.strip()


def test_the_record_is_genuine_after_all_of_them(terminal: Terminal) -> None:
    assert terminal("verify").code == 0


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 30
