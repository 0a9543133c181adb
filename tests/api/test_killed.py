"""A server killed in the middle of writes: each request that is sent again with its key is applied exactly once."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.server import Server

WRITERS, EACH, KILLS = 3, 12, 3


def post(server: Server, path: str, key: str, body: Any, once: str) -> int:
    """One try; raises OSError where the server is not there or goes away."""
    address = urlsplit(server.url)
    link = http.client.HTTPConnection(address.hostname or "", address.port or 80, timeout=20)
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": once}
        link.request("POST", f"/api/v1{path}", json.dumps(body), headers)
        said = link.getresponse()
        said.read()
        return said.status
    except http.client.HTTPException as gone:
        raise ConnectionError from gone
    finally:
        link.close()


def kill(server: Server) -> None:
    """SIGKILL to the server and the workers that it forked."""
    assert server.process is not None
    workers = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    for process in [server.process.pid, *map(int, workers)]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    server.process.wait()
    server.process = None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_request_is_applied_exactly_once(serve: Any, database: str) -> None:
    server: Server = serve(sample=True)
    made = json.loads(server.run("token", "create", "writer", "--json").stdout)["data"]
    path = f"/w/{server.workspace}/objectives"
    acknowledged: list[str] = []
    over = threading.Event()

    def write(number: int) -> None:
        for count in range(EACH):
            name = f"Aim {number}-{count}"
            body = {"fields": {"name": name}, "reason": name, "on": 1}
            while not over.is_set():
                try:
                    if post(server, path, made["key"], body, once=name) == 201:
                        acknowledged.append(name)
                        break
                except OSError:
                    pass
                time.sleep(0.02)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    pick = random.Random(3)
    try:
        for _ in range(KILLS):
            time.sleep(pick.uniform(0.15, 0.6))
            kill(server)
            server.start()
        for writer in writers:
            writer.join(60)
    finally:
        over.set()
    names = [f"Aim {number}-{count}" for number in range(WRITERS) for count in range(EACH)]
    assert sorted(acknowledged) == sorted(names)
    listed = json.loads(server.run("list", "objectives", "--columns", "name", "--json").stdout)["data"]
    assert {name: Counter(row["name"] for row in listed)[name] for name in names} == dict.fromkeys(names, 1)
    server.run("verify")
