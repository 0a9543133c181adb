"""What is read ahead of a start is what the first page asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from northing.facts import kept
from northing.facts.flow_worked import Worked
from northing.measure.flow.asked import Whose, asked
from northing.report.ahead import read_work
from northing.report.viewing import look
from tests.web.office import open_office
from tests.web.work_office import bring_work, policy

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_question_after_it_reads_no_file(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.HOME = tmp_path
    office = open_office()
    read_work(office.workspace)  # nothing was delivered
    bring_work(office, [["S-1", "Item", "Story", "Shop", "2026-01-01", "2026-01-02", "2026-01-03", "2026-01-05"]])
    read_work(office.workspace)  # and nobody says how work is read
    office.commit(policy())
    kept.ANSWERS.forget()
    read_work(office.workspace)

    def refuse(*_: object) -> None:
        raise AssertionError("A file was read.")

    monkeypatch.setattr(Worked, "_fetched", refuse)
    found = asked(look(office.workspace).view, Whose())
    assert found is not None and [item.key for item in found.work.items] == ["S-1"]
