"""Django's settings in the tests: Northing's own, with a home of this process and the database that it tests.

``NORTHING_TEST_DATABASE`` is ``sqlite`` (the default) or ``postgres``; see ``conftest.py``.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_process = os.getpid()
_home = tempfile.mkdtemp(prefix="northing-test-")


def _clear() -> None:
    if os.getpid() == _process:  # not in a child that was forked from us
        shutil.rmtree(_home, ignore_errors=True)


atexit.register(_clear)
WHICH_DATABASE = os.environ.get("NORTHING_TEST_DATABASE", "sqlite")
for _name in [name for name in os.environ if name.startswith("NORTHING_")]:
    if _name not in ("NORTHING_TEST_DATABASE", "NORTHING_REQUIRE"):
        del os.environ[_name]  # what the developer's own installation says must not leak in
os.environ["NORTHING_HOME"] = _home
if WHICH_DATABASE == "postgres":
    # The cluster is started when the first test asks for a database (conftest.py); its socket is this folder.
    os.environ["NORTHING_DATABASE_URL"] = f"postgresql://northing@/northing?host={_home}/socket"

from northing.settings import *  # noqa: E402, F403
from northing.settings import DATABASES, HOME, STATIC_ROOT, TEMPLATES  # noqa: E402

DATABASES["default"]["TEST"] = {
    "NAME": str(HOME / "test.sqlite") if WHICH_DATABASE == "sqlite" else "test_northing",
}
if _run := os.environ.get("TEST_RUN_FOLDER"):  # what one process of the run has compiled, the others need not
    TEMPLATES[0]["OPTIONS"]["compiled"] = Path(_run) / "templates"
STATIC_ROOT.mkdir(parents=True)  # pages are rendered here, their files are not served
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; the real one is tested by the server
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
