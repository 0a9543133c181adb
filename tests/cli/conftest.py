"""A terminal: one process that runs ``northing`` again and again on a home with the sample organisation."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.server import Server

WORKER = textwrap.dedent(
    """
    import contextlib, io, json, os, sys
    from northing.cli import main
    lines, answers = sys.stdin, sys.stdout
    for line in lines:
        asked = json.loads(line)
        out, err = io.TextIOWrapper(io.BytesIO(), write_through=True), io.StringIO()
        sys.stdin, code = io.TextIOWrapper(io.BytesIO((asked["stdin"] or "").encode())), 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(asked["arguments"])
            except SystemExit as left:
                code = left.code
            except Exception:
                import traceback
                traceback.print_exc()
                code = 1
        told = {"code": code, "out": out.buffer.getvalue().decode(), "err": err.getvalue()}
        answers.write(json.dumps(told) + chr(10))
        answers.flush()
    """
)


@dataclass
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal:
    """``terminal("list", "investments")``; Django is set up once, so that a call takes a tenth of a second."""

    def __init__(self, home: Path) -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("NORTHING_", "DJANGO_"))}
        self.process = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            env={**kept, "NORTHING_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=home,
        )

    def __call__(self, *arguments: str, stdin: str | None = None) -> Done:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"arguments": arguments, "stdin": stdin}) + "\n")
        self.process.stdin.flush()
        done = Done(**json.loads(self.process.stdout.readline()))
        assert "Traceback" not in done.err, done.err
        return done

    def stop(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(10)
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the sample organisation, to be copied."""
    home = tmp_path_factory.mktemp("sample")
    Server(home).sample()
    return home


@pytest.fixture(scope="module")
def terminal(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal on a copy of the sample, for the tests of one file."""
    home = tmp_path_factory.mktemp("home") / "northing"
    shutil.copytree(sample_home, home)
    opened = Terminal(home)
    yield opened
    opened.stop()


class Begun(Server):
    """A home with one owner and nothing planned; its commands run one after the other in one process."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.terminal = Terminal(home)
        self.run("migrate")
        owner = ("ana@acme.example", "--name", "Ana", "--workspace", "acme")
        self.run("user", "add", *owner, "--password-stdin", stdin="a-long-enough-password-9\n")

    def run(self, *arguments: str, check: bool = True, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        done = self.terminal(*arguments, stdin=stdin)
        if check and done.code:
            raise AssertionError(f"northing {' '.join(arguments)} → {done.code}\n{done.out}\n{done.err}")
        return subprocess.CompletedProcess(arguments, done.code, done.out, done.err)

    def stop(self) -> None:
        self.terminal.stop()
        super().stop()


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Begun]:
    """A home of one file's own, where nothing has been planned or delivered yet."""
    opened = Begun(tmp_path_factory.mktemp("begun"))
    yield opened
    opened.stop()
