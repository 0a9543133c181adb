"""Commits until the disk is full: ``python -m tests.faults.filling`` with ``NORTHING_HOME`` on a small file system.

Tells each commit, then what it was told when there was no room; whether reading went on; and, after room was made,
whether writing did.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path


def main() -> None:
    home = Path(os.environ["NORTHING_HOME"])
    filler = home / "filler"
    filler.write_bytes(b"\0" * (1 << 20))
    import django

    django.setup()
    from northing.portfolio.edits import change
    from northing.portfolio.errors import NorthingError
    from northing.record import Record
    from tests.faults import writing

    writing.prepare()
    record = Record(writing.WORKSPACE)
    dice = random.Random(5)
    told: list[str] = []
    refused: list[dict[str, object]] = []
    while len(refused) < 3:
        words = "".join(dice.choices("abcdefghij", k=3000))
        edits = [change("investment", f"i{n}", description=words) for n in dice.sample(range(40), 20)]
        try:
            revision = record.commit(edits, on=None, by=writing.actor(), reason="Fill").revision
        except NorthingError as error:
            refused.append(error.as_dict())
        else:
            told.append(f"{revision.no} {revision.hash}")
        assert len(told) < 20_000
    reads = len(record.plan().investments)
    filler.unlink()
    edit = change("investment", "i1", description="There is room again")
    revision = record.commit([edit], on=None, by=writing.actor(), reason="Room").revision
    told.append(f"{revision.no} {revision.hash}")
    noted = home / "noted"
    noted.write_text("".join(f"{line}\n" for line in told))
    print(json.dumps({"told": len(told), "refused": refused, "reads": reads, "after": writing.check(noted)}))


if __name__ == "__main__":
    main()
