"""A line of gigabytes at each door: the command line, the API and the pages. Refused in words, in bounded memory."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import NORTHING, Server

HEADER = b"ProviderName,BillingAccountId,BillingCurrency,BilledCost,ChargePeriodStart,BillingPeriodStart,ServiceName\n"
GOOD = b"Nimbora,a1,EUR,10.50,2026-03-01,2026-03-01,Compute\n"
AFTER = b"Nimbora,a1,EUR,4,2026-03-02,2026-03-01,Compute\n"
PLAN = b"Name,Stage,Description\nAtlas,pilot,fine\n"
PIECE = b"x" * (1 << 20)
PASSWORD = "a-long-enough-password-9"
MEMORY = 400
"""Megabytes that a process may hold, of which the program itself is a third."""
HARD = 3 << 30

SHORT = [64]
LONG = [pytest.param(2048, marks=(pytest.mark.long, pytest.mark.timeout(1200)))]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("long"))
    server.run("migrate")
    server.run(
        "user", "add", "ana@acme.example", "--name", "Ana", "--workspace", "acme", "--password-stdin",
        stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    server.start()
    yield server
    server.stop()


def head(home: Server) -> tuple[int, str]:
    """The newest revision and its hash."""
    newest = json.loads(home.run("log", "--json").stdout)["data"]
    return (newest[0]["no"], newest[0]["hash"]) if newest else (0, "")


def bill(megabytes: int) -> Iterator[bytes]:
    yield HEADER + GOOD + b"Nimbora,a1,EUR,"
    for _ in range(megabytes):
        yield PIECE
    yield b"\n" + AFTER


def plan(megabytes: int) -> Iterator[bytes]:
    yield PLAN + b"Beacon,pilot,"
    for _ in range(megabytes):
        yield PIECE
    yield b"\nComet,idea,fine\n"


WATCHED = """
import os, sys
pid = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
open(sys.argv[1], "w").write(str(used.ru_maxrss))
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Says how much memory a program held. A small program starts it: what its parent held counts as its own."""


def piped(home: Server, content: Iterator[bytes], *arguments: str) -> tuple[int, str, str, int]:
    """``northing`` with *content* as its standard input: exit code, what it says, and the megabytes that it held."""
    held = home.home / "held"
    command = [sys.executable, "-c", WATCHED, str(held), "prlimit", f"--as={HARD}", NORTHING, *arguments]
    with subprocess.Popen(
        command, env=home.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        try:
            for piece in content:
                process.stdin.write(piece)
            process.stdin.close()
        except BrokenPipeError:
            pass  # it has seen enough
        out, err = process.stdout.read().decode(), process.stderr.read().decode()
    return process.returncode, out, err, int(held.read_text()) >> 10


@pytest.mark.parametrize("megabytes", SHORT + LONG)
def test_the_command_line_takes_in_the_rest_of_a_bill(home: Server, megabytes: int) -> None:
    before = head(home)
    arguments = ("deliver", "-", "--source", f"Stream {megabytes}", "--reader", "focus")
    code, out, err, held = piped(home, bill(megabytes), "--json", *arguments)
    assert code == 0, err
    (said,) = json.loads(out)["data"]
    assert (said["name"], said["rows"], said["refused"]) == ("standard input", 3, 1)
    (finding,) = said["findings"]
    assert (finding["line"], finding["column"]) == (2, "BilledCost")
    assert finding["value"].startswith("xxx") and "Mend it, or fetch the file again" in finding["message"]
    assert held < MEMORY
    assert head(home) == before, "a look changes nothing"


@pytest.mark.parametrize("megabytes", SHORT + LONG)
def test_the_command_line_imports_no_plan_with_such_a_line(home: Server, megabytes: int) -> None:
    before = head(home)
    code, out, err, held = piped(home, plan(megabytes), "--json", "import", "table", "-", "--yes")
    assert code == 2, out + err
    (finding,) = json.loads(out or err)["details"]["findings"]
    assert (finding["code"], finding["line"], finding["column"]) == ("line-too-long", 3, "Description")
    assert finding["value"].startswith("xxx") and finding["remedy"] and "standard input" in finding["message"]
    assert held < MEMORY
    assert head(home) == before


# A server


def held_by(home: Server) -> int:
    """The most megabytes that a process of the server has held."""
    assert home.process
    own = str(home.process.pid)
    listed = subprocess.run(["ps", "-o", "pid=", "--ppid", own], capture_output=True, text=True).stdout.split()
    peaks = [re.findall(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0] for pid in [own, *listed]]
    return max(int(peak) >> 10 for peak in peaks)


def sent(
    home: Server, path: str, content: Iterator[bytes], size: int, headers: dict[str, str], **form: str
) -> tuple[int, str, str]:
    """A form with one file, as a stream: the status, the address that it leads to, and the page."""
    fields = "".join(
        f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in form.items()
    )
    before = f'{fields}--cut\r\nContent-Disposition: form-data; name="file"; filename="bill.csv"\r\n\r\n'.encode()
    after = b"\r\n--cut--\r\n"
    address = urllib.parse.urlsplit(home.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=600)
    connection.putrequest("POST", path)
    length = len(before) + size + len(after)
    told = {"Content-Type": "multipart/form-data; boundary=cut", "Content-Length": str(length), **headers}
    for name, value in told.items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for piece in _chained(before, content, after):
            connection.send(piece)
    except (BrokenPipeError, ConnectionResetError):
        pass
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, answer.headers.get("Location", ""), page


def _chained(before: bytes, content: Iterator[bytes], after: bytes) -> Iterator[bytes]:
    yield before
    yield from content
    yield after


def size_of(megabytes: int) -> int:
    return sum(map(len, bill(0))) + (megabytes << 20)


@pytest.mark.parametrize("megabytes", SHORT + LONG)
def test_the_api(home: Server, megabytes: int) -> None:
    """Up to 512 MB the rest of the file is taken in; above that the file is refused."""
    before = head(home)
    key = json.loads(home.run("token", "create", f"bills {megabytes}", "--json").stdout)["data"]["key"]
    status, _, page = sent(
        home, "/api/v1/w/acme/facts/deliveries?preview=true", bill(megabytes), size_of(megabytes),
        {"Authorization": f"Bearer {key}"}, source="Sent", reader="focus",
    )  # fmt: skip
    said = json.loads(page)
    if megabytes > 512:
        assert status == 413, page
        assert "512 MB" in said["message"] and "northing deliver" in said["remedy"]
    else:
        assert status == 200, page
        assert (said["data"]["name"], said["data"]["rows"], said["data"]["refused"]) == ("bill.csv", 3, 1)
        (finding,) = said["data"]["findings"]
        assert (finding["line"], finding["column"], finding["value"][:3]) == (2, "BilledCost", "xxx")
    assert held_by(home) < MEMORY
    assert head(home) == before


@pytest.mark.parametrize("megabytes", SHORT + LONG)
@pytest.mark.parametrize("page", ["sources", "import"])
def test_the_pages(home: Server, page: str, megabytes: int) -> None:
    """A file above 512 MB is refused; of one below, a bill waits for what a person says, and a plan is refused."""
    before = head(home)
    cookies = home.session("ana@acme.example", PASSWORD)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    token = next(value for name, value in cookies.items() if "csrf" in name)
    content = bill(megabytes) if page == "sources" else plan(megabytes)
    size = sum(map(len, bill(0) if page == "sources" else plan(0))) + (megabytes << 20)
    status, to, told = sent(
        home, f"/w/acme/{page}/upload", content, size, {**headers, "Referer": home.url, "X-CSRFToken": token},
        csrfmiddlewaretoken=token,
    )  # fmt: skip
    if megabytes > 512:
        assert status == 422, told[:2000]
        assert "larger than 512 MB" in told
    else:
        assert status == 302
        seen = opened(home, to, headers)
        assert ("line 3" in seen and "16 MB" in seen) if page == "import" else "FOCUS" in seen
    assert held_by(home) < MEMORY
    assert head(home) == before


def opened(home: Server, path: str, headers: dict[str, str]) -> str:
    address = urllib.parse.urlsplit(home.url)
    connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=600)
    connection.request("GET", path, headers=headers)
    page = connection.getresponse().read().decode()
    connection.close()
    return page
