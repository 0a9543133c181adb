"""Prepares this checkout: uv in a pinned version, a Python ≥ 3.12, and .venv with exactly what the lock says.

Runs on Python 3.8 with nothing but the standard library. A second run compares one hash and ends.

    scripts/setup             what `make demo` needs
    scripts/setup --tests     and Chromium and PostgreSQL, which the tests use where they are found
"""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import subprocess
import sys
from typing import Dict, List, Optional, Tuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, ".prepared")
LOCK = os.path.join(ROOT, "requirements.lock")
UV_LOCK = os.path.join(ROOT, "scripts", "uv.lock")
OLDEST = (3, 12)
NEWEST = (3, 14)
"""The newest Python that every locked package has a ready-made wheel for; a newer one is taken last."""

COMPILED = (
    "django", "asgiref", "sqlparse", "allauth", "ninja", "pydantic", "jinja2", "markupsafe", "whitenoise", "gunicorn",
    "click", "rich", "msgspec", "lark", "babel", "psycopg", "pysqlite3", "rapidfuzz", "charset_normalizer",
    "python_calamine", "xlsxwriter",
)  # fmt: skip


class Stop(Exception):
    """What a person has to do before this can go on."""


def main() -> None:
    wanted = fingerprint()
    if not (os.path.exists(PYTHON) and read(STAMP) == wanted):
        prepare()
        with open(STAMP, "w") as file:
            file.write(wanted)
    if "--tests" in sys.argv[1:]:
        prepare_tests()


def prepare() -> None:
    uv = get_uv()
    python = find_python()
    if python is None and not os.path.exists(PYTHON):
        say("No Python 3.12 or newer is installed; getting one.")
    environment = uv_environment(downloads=python is None)
    if not runs(PYTHON):
        say("Making .venv")
        made = subprocess.run(
            [uv, "venv", "--quiet", "--clear", "--python", python or "3.12", VENV],
            env=environment, cwd=ROOT, stderr=subprocess.DEVNULL if python is None else None,
        )  # fmt: skip
        if made.returncode:
            raise Stop(
                "Python 3.12 or newer is needed; none is installed, and none could be downloaded. "
                "Install one (on Debian 13: apt-get install --yes python3), or set UV_PYTHON to its path."
                if python is None
                else "uv could not make .venv with %s; its words are above." % python
            )
    say("Installing what requirements.lock names")
    installed = subprocess.run(
        [uv, "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes", LOCK], env=environment, cwd=ROOT
    )
    if installed.returncode:
        raise Stop("The packages could not be installed; uv's words are above. Is the package index reachable?")
    built = subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", PYTHON, "--no-deps", "--no-build-isolation", "--offline",
         "--editable", ROOT],
        env=environment, cwd=ROOT,
    )  # fmt: skip
    if built.returncode:
        raise Stop("Northing itself could not be installed into .venv; uv's words are above.")
    compile_libraries()


def compile_libraries() -> None:
    """Compile what the server and the command line import: else each start pays a second where nobody may cache it."""
    libraries = glob.glob(os.path.join(VENV, "lib", "python3.*", "site-packages"))[0]
    found = [os.path.join(libraries, name) for name in COMPILED]
    subprocess.run(
        [PYTHON, "-m", "compileall", "-q", "-j", "0", *filter(os.path.exists, found), os.path.join(ROOT, "src")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


# -- uv


def get_uv() -> str:
    """The path of uv in the version that scripts/uv.lock pins."""
    folder = os.path.join(ROOT, ".bootstrap", hashlib.sha256(read(UV_LOCK).encode()).hexdigest()[:12])
    found = os.path.join(folder, "bin", "uv")
    if runs(found):
        return found
    say("Getting uv")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(os.path.dirname(folder), exist_ok=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    failures = []  # type: List[str]
    # Debian's Python may have venv without ensurepip, pip without venv, or neither.
    if subprocess.run([sys.executable, "-c", "import venv, ensurepip"], **quiet).returncode == 0:  # type: ignore[call-overload]
        if subprocess.run([sys.executable, "-m", "venv", folder], **quiet).returncode == 0:  # type: ignore[call-overload]
            inside = os.path.join(folder, "bin", "python")
            if try_to([inside, *install, "-r", UV_LOCK], failures) and runs(found):
                return found
        shutil.rmtree(folder, ignore_errors=True)
    if subprocess.run([sys.executable, "-m", "pip", "--version"], **quiet).returncode == 0:  # type: ignore[call-overload]
        if try_to([sys.executable, *install, "--target", folder, "-r", UV_LOCK], failures) and runs(found):
            return found
        shutil.rmtree(folder, ignore_errors=True)
    if failures:
        raise Stop("uv could not be got from the package index:\n%s" % failures[-1])
    raise Stop("This Python has neither pip nor venv. On Debian: apt-get install --yes python3-venv")


def try_to(command: List[str], failures: List[str]) -> bool:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if done.returncode:
        failures.append(done.stdout.strip()[-2000:])
    return done.returncode == 0


def uv_environment(downloads: bool) -> Dict[str, str]:
    """The environment for uv: the index and certificates that pip is set up with hold for it too."""
    environment = dict(os.environ)
    environment.setdefault("UV_SYSTEM_CERTS", "1")
    environment.setdefault("UV_HTTP_TIMEOUT", "180")
    environment.setdefault("UV_LINK_MODE", "copy")  # the cache may lie on another file system
    if not downloads:
        environment["UV_PYTHON_DOWNLOADS"] = "never"
    # As pip does: any index may serve any package. The hashes of the lock say which file it must be.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    environment.pop("VIRTUAL_ENV", None)
    told = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True,
    )  # fmt: skip
    for line in told.stdout.splitlines() if told.returncode == 0 else []:
        name, _, value = line.partition("=")
        value = value.strip().strip("'\"")
        variable = {
            "index-url": "UV_DEFAULT_INDEX",
            "extra-index-url": "UV_INDEX",
            "find-links": "UV_FIND_LINKS",
            "cert": "SSL_CERT_FILE",
        }.get(name.strip().rsplit(".", 1)[-1])
        if variable and value:
            environment.setdefault(variable, " ".join(value.replace("\\n", " ").split()))
    return environment


# -- Python


def find_python() -> Optional[str]:
    """A Python that runs and is new enough: the oldest that is (its wheels are surest), None where none is."""
    named = os.environ.get("UV_PYTHON")
    candidates = [named] if named else []  # type: List[str]
    folders = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/local/bin", "/usr/bin"]
    for folder in folders:
        candidates += sorted(glob.glob(os.path.join(folder, "python3.[1-9][0-9]")))
        candidates += [os.path.join(folder, name) for name in ("python3", "python")]
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    candidates += sorted(glob.glob(os.path.join(pyenv, "versions", "3.*", "bin", "python3")))
    fit = []  # type: List[Tuple[bool, Tuple[int, int], int, str]]
    for position, path in enumerate(dict.fromkeys(candidates)):
        version = version_of(path)
        if version is not None and version >= OLDEST:
            fit.append((version > NEWEST, version, position, path))
    return min(fit)[3] if fit else None


def version_of(path: str) -> Optional[Tuple[int, int]]:
    """The version of a CPython that runs; None for a shim that fails, another implementation, a build without GIL."""
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        return None
    asked = (
        "import sys, sysconfig, zlib, ssl; "
        "plain = sys.implementation.name == 'cpython' and not sysconfig.get_config_var('Py_GIL_DISABLED'); "
        "print(*(sys.version_info[:2] if plain else (0, 0)))"
    )
    try:
        told = subprocess.run(
            [path, "-I", "-c", asked],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True, timeout=20, cwd="/",
        )  # fmt: skip
        major, minor = told.stdout.split()
        return (int(major), int(minor)) if told.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def runs(program: str) -> bool:
    try:
        return (
            subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
        )
    except OSError:
        return False


# -- what the tests use besides


def prepare_tests() -> None:
    """Chromium and PostgreSQL: used where found, installed as root where there is apt, else named in one command."""
    missing = []
    if not any(
        shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    ):
        missing.append("chromium")
    if not (glob.glob("/usr/lib/postgresql/*/bin/postgres") or shutil.which("postgres")):
        missing.append("postgresql")
    if not missing:
        return
    names = " and ".join({"chromium": "Chromium", "postgresql": "PostgreSQL"}[name] for name in missing)
    command = "apt-get install --yes --no-install-recommends %s" % " ".join(missing)
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing %s" % names)
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for words in (["apt-get", "update", "-qq"], [*command.split(), "-qq"]):
            if subprocess.run(words, env=environment, stdout=subprocess.DEVNULL).returncode:
                break
        else:
            return
    say("The tests that need %s will be skipped. To have them run: sudo %s" % (names, command))


# -- small things


def fingerprint() -> str:
    """Changes when .venv has to be made anew or brought up to date."""
    hashed = hashlib.sha256()
    for path in (LOCK, UV_LOCK, os.path.join(ROOT, "pyproject.toml"), os.path.abspath(__file__)):
        hashed.update(read(path).encode())
    hashed.update(ROOT.encode())  # an editable installation names the folder
    return hashed.hexdigest()


def read(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def say(sentence: str) -> None:
    sys.stderr.write("%s …\n" % sentence.rstrip("."))
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        main()
    except Stop as reason:
        sys.exit(str(reason))
    except OSError as problem:
        sys.exit("%s: %s" % (problem.filename or ROOT, problem.strerror))
    except KeyboardInterrupt:
        sys.exit(130)
