"""What every test may use.

**Databases.** A process of pytest tests one database, ``NORTHING_TEST_DATABASE=sqlite`` (the default) or ``postgres``,
because a process of Northing serves one. Tests under ``record/``, ``access/``, ``api/`` and ``faults/`` that touch the
database are one suite over both: they appear twice, ``[sqlite]`` and ``[postgres]``.

    pytest tests/record                                   the SQLite half
    NORTHING_TEST_DATABASE=postgres pytest tests/record   the PostgreSQL half
    make test                                             everything: some workers of xdist test SQLite, one PostgreSQL,
                                                          and ``by_database.py`` hands each test to a worker of its kind

SQLite is a file in the process's own temporary ``NORTHING_HOME``; PostgreSQL a private cluster with fsync on, started
when the first test asks for it.

**Browser.** ``page`` is a page of Chromium on ``live``, a server process with the sample organisation; a console error,
a policy report or a request to anywhere else fails the test (``watch.allow(…)`` where the test provokes one).

**The machine.** What is absent is skipped with a reason, or failed if ``NORTHING_REQUIRE`` names it (``required.py``).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests import chromium
from tests.postgres import Cluster, programs
from tests.required import absent
from tests.server import RUN, Server

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

HERE = Path(__file__).parent
WHICH = os.environ.get("NORTHING_TEST_DATABASE", "sqlite")
OVER_BOTH = ("record", "access", "api", "faults")
USES_DATABASE = {"db", "transactional_db", "django_db_serialized_rollback", "django_db_reset_sequences"}

# A commit is judged by the same examples every time; new ones are searched for by ``make test-long``.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("searching", deadline=None)
settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[RUN] = tempfile.mkdtemp(prefix="northing-run-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(RUN), ignore_errors=True)


# -- databases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    room = metafunc.definition.path.relative_to(HERE).parts[0]
    touches = metafunc.definition.get_closest_marker("django_db") or USES_DATABASE & set(metafunc.fixturenames)
    if room in OVER_BOTH and touches:
        metafunc.parametrize("database", ["sqlite", "postgres"], indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("dist", "no") != "no" or hasattr(config, "workerinput"):
        return  # every worker of xdist must list the same tests; the scheduler tells them apart
    other = {"sqlite": "postgres", "postgres": "sqlite"}[WHICH]
    kept = [item for item in items if _database_of(item) != other]
    config.hook.pytest_deselected(items=[item for item in items if _database_of(item) == other])
    items[:] = kept


def _database_of(item: pytest.Item) -> str | None:
    spec = getattr(item, "callspec", None)
    return spec.params.get("database") if spec else None


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.by_database import ByDatabase

    return ByDatabase(config, log)


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on, ``sqlite`` or ``postgres``."""
    wanted: str = getattr(request, "param", WHICH)
    if wanted == "postgres" and programs() is None:
        absent("postgres", "PostgreSQL is not installed: apt-get install postgresql")
    if wanted != WHICH:
        absent("postgres", f"no worker of this run tests {wanted}: NORTHING_TEST_DATABASE={wanted}, or make test")
    return wanted


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Start the cluster before pytest-django makes its database in it."""
    if WHICH != "postgres":
        yield
        return
    if programs() is None:
        absent("postgres", "PostgreSQL is not installed: apt-get install postgresql")
    cluster = Cluster(socket=Path(os.environ["NORTHING_HOME"]) / "socket")
    yield
    cluster.stop()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Cluster]:
    """A cluster for servers and command lines in processes of their own: ``postgres_server.create(name)`` → address."""
    if programs() is None:
        absent("postgres", "PostgreSQL is not installed: apt-get install postgresql")
    cluster = Cluster()
    yield cluster
    cluster.stop()


# -- files


@pytest.fixture(scope="session")
def data() -> Path:
    """The real input files, which are kept beside the repository and not in it."""
    folder = HERE.parent.parent / "shared" / "data"
    if not folder.is_dir():
        absent("data", f"{folder} is not here")
    return folder


# -- servers and pages


@pytest.fixture
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Start a server of one's own: ``serve(sample=True)``, ``serve(database=postgres_server.create("x"))``."""
    started: list[Server] = []

    def start(*arguments: str, sample: bool = False, database: str | None = None) -> Server:
        server = Server(tmp_path_factory.mktemp("home"), database=database)
        started.append(server)
        if sample:
            server.sample()
        else:
            server.run("migrate")
        server.start(*arguments)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def live() -> Iterator[Server]:
    """One server with the sample organisation, for all tests of this process that only look or clean up after."""
    with tempfile.TemporaryDirectory(prefix="northing-live-") as home:
        server = Server(Path(home))
        try:
            server.sample()
            server.start()
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests of this process."""
    if chromium.program() is None:
        absent("chromium", "Chromium is not installed: apt-get install chromium")
    # Playwright's loop runs in this thread; Django would take it for an asynchronous caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with chromium.running() as started:
        yield started


@pytest.fixture(scope="session")
def live_cookies(live: Server) -> list[dict[str, Any]]:
    """The session of the sample's owner on ``live``; made once, because a password hash is slow on purpose."""
    return [{"name": name, "value": value, "url": live.url} for name, value in live.session().items()]


@pytest.fixture
def watch(live: Server) -> chromium.Watch:
    """What this test's pages may not do; ``watch.allow("409")`` for an error that the test provokes."""
    return chromium.Watch(live.url)


@pytest.fixture
def anonymous(browser: Browser, live: Server, watch: chromium.Watch) -> Iterator[BrowserContext]:
    """A browser window of nobody's on ``live``."""
    context = browser.new_context(base_url=live.url, viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.on("page", watch.follow)
    context.set_default_timeout(15_000)
    yield context
    context.close()
    problems = watch.verdict()
    assert not problems, "\n".join(problems)


@pytest.fixture
def context(anonymous: BrowserContext, live_cookies: list[Any]) -> BrowserContext:
    """The sample owner's browser window on ``live``."""
    anonymous.add_cookies(live_cookies)
    return anonymous


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of the sample's owner on ``live``."""
    return context.new_page()
