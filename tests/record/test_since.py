"""Since when an investment has been in its stage: by the day that a revision speaks for, through scenarios."""

from __future__ import annotations

from datetime import UTC, date, datetime

from northing.portfolio.edits import change
from tests.record.conftest import Cast


def test_the_day_the_present_value_came(cast: Cast) -> None:
    pilot, scale = date(2025, 3, 1), date(2025, 9, 1)
    claims = cast.investment("Claims", stage="discovery")
    idle = cast.investment("Idle")

    def set_to(stage: str | None, day: date, branch: str = "main") -> None:
        edits = [change("investment", claims, stage=stage)]
        cast.record.commit(edits, on=None, by=cast.ana, reason="Gate", effective_on=day, branch=branch)

    set_to("pilot", pilot)
    before = cast.record.head()
    cast.record.commit([change("investment", claims, name="Claims desk")], on=None, by=cast.ana, reason="Rename")
    assert cast.record.since("investment", "stage") == {claims: pilot}

    cast.record.fork("faster", by=cast.ana)
    set_to("scale", scale, branch="faster")
    assert cast.record.since("investment", "stage", "scenario:faster") == {claims: scale}
    assert cast.record.since("investment", "stage", before) == {claims: pilot}

    set_to(None, scale)
    assert cast.record.since("investment", "stage") == {}
    assert cast.record.since("investment", "name")[idle] == datetime.now(UTC).date()
