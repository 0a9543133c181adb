"""Setting up a fresh checkout: what it needs, what it finds, and what it says where something is missing."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that nobody has prepared: the files that setup reads, without .venv and .bootstrap."""
    folder = tmp_path / "checkout"
    shutil.copytree(ROOT / "scripts", folder / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def bootstrap(checkout: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", checkout / "scripts" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def python_of(version: str) -> str:
    """A program that answers our question about its version as a CPython of *version* would."""
    return f"echo '{version.replace('.', ' ')}'"


def test_a_python_with_neither_pip_nor_venv_is_told_one_command(checkout: Path, tmp_path: Path) -> None:
    lacking = tmp_path / "lacking"
    for name in ("pip", "ensurepip"):
        (lacking / name).mkdir(parents=True)
        (lacking / name / "__init__.py").write_text("raise ImportError")
    done = subprocess.run(
        [sys.executable, checkout / "scripts" / "bootstrap.py"],
        env={**os.environ, "PYTHONPATH": str(lacking)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "apt-get install --yes python3-venv" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_any_python_setup_says_what_to_install(checkout: Path, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "python3", "echo 'pyenv: python3: command not found' >&2; exit 127")
    for name in ("sh", "dirname"):
        (tmp_path / "bin" / name).symlink_to(f"/bin/{name}" if Path(f"/bin/{name}").exists() else f"/usr/bin/{name}")
    script = (checkout / "scripts" / "setup").read_text()
    # The usual places hold a Python on this machine.
    (checkout / "scripts" / "setup").write_text(script.replace("/usr/bin/python3 /usr/local/bin/python3", ""))
    done = subprocess.run(
        ["/bin/sh", checkout / "scripts" / "setup"],
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Python 3.8 or newer is needed" in done.stderr


def test_a_shim_that_only_prints_an_error_is_passed_over(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "shims" / "python3.12", "echo 'pyenv: python3.12: command not found' >&2; exit 127")
    works = program(tmp_path / "real" / "python3.13", python_of("3.13"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'shims'}:{tmp_path / 'real'}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    monkeypatch.delenv("UV_PYTHON", raising=False)
    found = bootstrap.find_python()
    assert found == str(works) or bootstrap.version_of(found) == (3, 12)  # this machine's /usr/bin may hold one


def test_the_oldest_python_that_will_do_is_taken(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in ("3.8", "3.11", "3.15", "3.14", "3.12"):
        program(tmp_path / "pyenv" / "versions" / f"{version}.1" / "bin" / "python3", python_of(version))
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.delenv("UV_PYTHON", raising=False)
    found = bootstrap.find_python()
    assert bootstrap.version_of(found) == (3, 12)


def test_a_build_without_gil_is_not_taken(bootstrap: ModuleType, tmp_path: Path) -> None:
    free = program(tmp_path / "python3.13", "echo '0 0'")
    assert (bootstrap.version_of(str(free)) or (0, 0)) < bootstrap.OLDEST


def test_where_no_python_can_be_had_one_sentence_says_so(
    bootstrap: ModuleType, checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    uv = program(tmp_path / "uv", "echo 'error: Request failed after 3 retries' >&2; exit 2")
    monkeypatch.setattr(bootstrap, "get_uv", lambda: str(uv))
    monkeypatch.setattr(bootstrap, "find_python", lambda: None)
    with pytest.raises(bootstrap.Stop, match=r"Python 3\.12 or newer is needed; none is installed"):
        bootstrap.prepare()


def test_what_pip_is_set_up_with_holds_for_uv(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = program(
        tmp_path / "python", "echo \"global.index-url='mirror/simple'\"; echo \"global.cert='/etc/company.pem'\""
    )
    monkeypatch.setattr(bootstrap.sys, "executable", str(fake))
    for name in ("UV_DEFAULT_INDEX", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    environment = bootstrap.uv_environment(downloads=False)
    assert environment["UV_DEFAULT_INDEX"] == "mirror/simple"
    assert environment["SSL_CERT_FILE"] == "/etc/company.pem"
    assert environment["UV_PYTHON_DOWNLOADS"] == "never"


def test_a_prepared_checkout_starts_at_once(
    bootstrap: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(checkout / ".venv" / "bin" / "python", "exit 0")
    prepared: list[int] = []
    monkeypatch.setattr(bootstrap, "prepare", lambda: prepared.append(1))
    monkeypatch.setattr(bootstrap.sys, "argv", ["bootstrap.py"])
    bootstrap.main()
    bootstrap.main()
    assert len(prepared) == 1
    with (checkout / "requirements.lock").open("a") as lock:
        lock.write("# changed\n")
    bootstrap.main()
    assert len(prepared) == 2


def test_what_the_tests_use_is_named_in_one_command(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap.glob, "glob", lambda pattern: [])
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    bootstrap.prepare_tests()
    told = capsys.readouterr().err
    assert "sudo apt-get install --yes --no-install-recommends chromium postgresql" in told


def test_ci_requires_everything_and_calls_the_same_command() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if not line.startswith("#")]
    assert lines == ["NORTHING_REQUIRE=chromium,postgres,data", "export NORTHING_REQUIRE", "exec make test"]
