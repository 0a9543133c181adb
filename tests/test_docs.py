"""What a person can call, set or meet is documented: commands, settings, error codes, decisions."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

import northing
from northing.cli import COMMANDS
from northing.cli import northing as program
from northing.portfolio.errors import NorthingError

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SOURCES = [*sorted((ROOT / "src").rglob("*.py"))]


@cache
def text_of(name: str) -> str:
    path = DOCS / name
    return path.read_text() if path.exists() else ""


def commands() -> Iterator[tuple[str, click.Command]]:
    """``token create`` and the like, with the command."""
    context = click.Context(program)
    for name in COMMANDS:
        command = program.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            for inner, child in command.commands.items():
                yield f"{name} {inner}", child
        else:
            yield name, command


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_is_documented(name: str) -> None:
    text = text_of("cli.md")
    for full, command in commands():
        if full.split()[0] != name:
            continue
        assert f"northing {full}" in text, f"docs/cli.md does not show `northing {full}`"
        own = [option for option in command.params if isinstance(option, click.Option) and option.expose_value]
        for option in own:
            longest = max(option.opts, key=len)
            assert longest in text, f"docs/cli.md does not mention {longest} of `northing {full}`"


def test_every_setting_is_documented() -> None:
    used = {name for path in SOURCES for name in re.findall(r"[\"'](NORTHING_[A-Z_]+)[\"']", path.read_text())}
    used |= {"NORTHING_TEST_DATABASE", "NORTHING_REQUIRE"}
    documented = set(re.findall(r"^\| `(NORTHING_[A-Z_]+)`", text_of("settings.md"), re.MULTILINE))
    assert used - documented == set(), "in the code, not in docs/settings.md"
    assert documented - used == set(), "in docs/settings.md, not in the code"


def error_codes() -> set[str]:
    for module in pkgutil.walk_packages(northing.__path__, "northing."):
        if ".migrations" not in module.name and module.name not in ("northing.wsgi", "northing.__main__"):
            importlib.import_module(module.name)

    def below(kind: type[NorthingError]) -> Iterator[str]:
        for child in kind.__subclasses__():
            if child.__module__.startswith("northing."):
                yield child.code
                yield from below(child)

    return set(below(NorthingError))


def finding_codes() -> set[str]:
    """The codes that findings are made with: ``Finding(code="…")``, or through a function that takes ``code``."""
    trees = {path: ast.parse(path.read_text()) for path in SOURCES}
    # name of the function → position of its parameter ``code``; a public one may be called from another module
    public = {"Finding": -1}
    for tree in trees.values():
        public |= {name: place for name, place in makers(tree, {"Finding": -1}).items() if not name.startswith("_")}
    found: set[str] = set()
    for tree in trees.values():
        known = makers(tree, public)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _name(node) in known:
                given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                position = known[_name(node)]
                if 0 <= position < len(node.args):
                    given.append(node.args[position])
                for value in given:
                    choices = (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,)
                    found |= {str(choice.value) for choice in choices if isinstance(choice, ast.Constant)}
    return found


def makers(tree: ast.AST, known: dict[str, int]) -> dict[str, int]:
    """The functions of a module that take ``code`` and make a finding of it, directly or through one another."""
    made = dict(known)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for _ in functions:  # as many rounds as there are functions are enough
        before = len(made)
        for function in functions:
            names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
            if "code" in names and any(_name(call) in made for call in ast.walk(function)):
                made[function.name] = names.index("code") - (names[0] == "self")
        if len(made) == before:
            break
    return made


def _name(node: ast.AST) -> str:
    """What is called, where *node* is a call."""
    if not isinstance(node, ast.Call):
        return ""
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def test_every_error_is_documented() -> None:
    text = text_of("errors.md")
    missing = sorted(code for code in error_codes() | finding_codes() if f"`{code}`" not in text)
    assert missing == [], "not in docs/errors.md"


def test_decisions_are_numbered_and_have_a_title() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    assert pages
    numbers = [int(page.name[:4]) for page in pages]
    assert len(numbers) == len(set(numbers)), "two decisions with one number"
    for page in pages:
        assert re.match(rf"# {int(page.name[:4])}\. \S", page.read_text()), page.name


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} → {target}"
        for page in [*DOCS.rglob("*.md"), ROOT / "README.md"]
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)\s]+)\)", page.read_text())
        if not (page.parent / target.split("#")[0]).exists()
    ]
    assert broken == []


def test_no_file_of_documentation_is_an_orphan() -> None:
    """Each page for users is reached from README.md or from another page."""
    reached = " ".join(path.read_text() for path in [*DOCS.rglob("*.md"), ROOT / "README.md"])
    orphans = [page.name for page in DOCS.glob("*.md") if f"{page.name})" not in reached]
    assert orphans == []


def test_the_words_on_screen_can_be_collected(tmp_path: Path) -> None:
    """What docs/translating.md promises: every template and module is read, labels of fields included."""
    command = next(line for line in (ROOT / "Makefile").read_text().split("\n\n") if line.startswith("words:"))
    words = command.replace("\\\n", " ").split("\n\t", 1)[1].split()
    target = tmp_path / "django.pot"
    words = [str(target) if word.endswith("django.pot") else word for word in words]
    subprocess.run([Path(sys.executable).parent / "pybabel", *words[1:]], cwd=ROOT, check=True, capture_output=True)
    text = target.read_text()
    for word in ("Spend class", "Log in", "Line of sight", "Fiscal calendars"):
        assert f'msgid "{word}"' in text
