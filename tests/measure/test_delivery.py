"""DORA's five on rows that are told, and their laws beside a few plain lines."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from fractions import Fraction
from statistics import median_low
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from northing.measure.delivery.delivered import Delivered, delivered
from northing.measure.delivery.five import Five, five
from northing.measure.delivery.rows import Rows
from northing.measure.delivery.rules import FEW, Rules
from northing.portfolio.flow import ChangeClock, Evidence
from northing.portfolio.periods import Period

HOUR = 3_600_000_000
DAY = 24 * HOUR
JANUARY = Period(date(1970, 1, 1), date(1970, 1, 29))
NOW = 28 * DAY


def deployed(id: str, finished: int, /, **more: Any) -> dict[str, Any]:
    return {
        "source": "s", "deployment": id, "commit": f"sha-{id}", "id": f"row-{id}", "name": None, "service": "shop",
        "pipeline": None, "environment": "PRODUCTION", "result": "success", "kind": None, "started": None,
        "finished": finished, "before": None, "tags": None, **more,
    }  # fmt: skip


def broke(id: str, began: int, restored: int | None = None, /, **more: Any) -> dict[str, Any]:
    return {
        "source": "s", "incident": id, "key": id, "title": None, "url": None, "service": "shop", "project": None,
        "severity": None, "began": began, "restored": restored, "deployment": None, "commit": None, **more,
    }  # fmt: skip


def brought(older: str | None, newer: str, commit: str, committed: int | None = None) -> dict[str, Any]:
    return {"older": older, "newer": newer, "commit": commit, "committed": committed}


def of(found: Delivered, service: str = "shop", window: Period = JANUARY) -> Five:
    return five(found, found.services[service], window, NOW)


def failed(rows: Rows, rules: Rules | None = None) -> dict[str, Evidence]:
    service = delivered(rows, rules or Rules()).services["shop"]
    return {one.deployment.id: one.evidence for one in service.failures.values()}


def told(*deployments: dict[str, Any], incidents: Any = (), **more: Any) -> Rows:
    return Rows(deployments=deployments, incidents=tuple(incidents), **more)


# -- deployments


def test_what_counts_as_a_deployment() -> None:
    rows = told(
        deployed("d1", HOUR), deployed("d1", 2 * HOUR, commit="other", id="row-2"),
        deployed("d2", 3 * HOUR, environment="STAGING"), deployed("d3", 3 * HOUR, environment=None),
        deployed("d4", 3 * HOUR, result="failure"), deployed("d5", 4 * HOUR, result="failure"),
        deployed("d6", 0, finished=None),
        incidents=[broke("i", 5 * HOUR, deployment="d5")],
    )  # fmt: skip
    service = delivered(rows, Rules()).services["shop"]
    assert [(one.id, one.finished) for one in service.deployments] == [("d1", 2 * HOUR), ("d5", 4 * HOUR)]
    left = {"elsewhere": 1, "nowhere": 1, "failed": 1, "endless": 1}
    assert service.left.within(0, DAY) == left
    assert service.left.within(DAY, NOW) == left | {"elsewhere": 0, "nowhere": 0, "failed": 0}
    assert not service.deployments[1].succeeded, "its pipeline failed, and it broke something: it was released"


def test_several_incidents_of_a_deployment_are_one_failure() -> None:
    rows = told(
        *(deployed(f"d{n}", n * DAY) for n in range(1, 6)),
        incidents=[broke(f"i{n}", 2 * DAY + n * HOUR, 3 * DAY + n * HOUR, deployment="d2") for n in range(9)],
    )
    found = of(delivered(rows, Rules()))
    assert found.fail_rate.share == Fraction(1, 5)
    assert [one.took for one in found.recovery.restored] == [DAY + 8 * HOUR], "when the last of them was closed"
    still = told(*rows.deployments, incidents=[*rows.incidents, broke("open", 2 * DAY, deployment="d2")])
    recovery = of(delivered(still, Rules())).recovery
    assert not recovery.restored and [one.deployment.id for one, _age in recovery.open] == ["d2"], "one is still open"


def test_kinds_of_unplanned_deployments() -> None:
    rows = told(
        deployed("d1", DAY), deployed("d2", 2 * DAY, kind="hotfix"), deployed("d3", 3 * DAY, tags='{"Rollback":"yes"}'),
        deployed("d4", 4 * DAY, name="release for INC-7"), deployed("d5", 5 * DAY, commit="sha-d1"),
        deployed("d6", 6 * DAY, commit="m9"), deployed("d7", 7 * DAY),
        incidents=[broke("i", 3 * DAY, key="INC-7", service="elsewhere")],
        pulls=({"item": "p9", "title": 'Revert "Faster cart"', "type": "pull request", "key": "9", "url": None,
                "project": None, "author": None, "created": 0},),
        changes=({"item": "p9", "change": "m", "field": "merge", "at": 5 * DAY, "now": "m9", "actor": None},),
    )  # fmt: skip
    found = of(delivered(rows, Rules())).rework
    assert {one.id: (one.kind.value, one.told_by) for one in found.unplanned} == {
        "d2": ("hotfix", "source"), "d3": ("rollback", "label"), "d4": ("incident", "incident"),
        "d5": ("rollback", "older version"), "d6": ("revert", "title"),
    }  # fmt: skip
    assert found.share == Fraction(5, 7)


# -- failures, in the order of evidence


def test_evidence_by_its_strength() -> None:
    rows = told(
        deployed("d1", DAY), deployed("d2", 2 * DAY), deployed("d3", 3 * DAY), deployed("fix", 4 * DAY, kind="hotfix"),
        deployed("d5", 5 * DAY), deployed("d6", 6 * DAY), deployed("d7", 8 * DAY),
        shipped=(brought("sha-d1", "sha-d2", "abcdef0123"),),
        incidents=[
            broke("a", DAY + HOUR, DAY + 2 * HOUR, deployment="d1"),
            broke("b", 3 * DAY - HOUR, 3 * DAY - 1, commit="abcdef0"),
            broke("c", 5 * DAY + HOUR, 5 * DAY + 2 * HOUR), broke("d", 7 * DAY + 1),
            broke("e", 9 * DAY, deployment="nobody knows it"),
        ],
    )  # fmt: skip
    every = {"d1": Evidence.LINK, "d2": Evidence.ROOT_CAUSE, "d3": Evidence.FIX, "d5": Evidence.WINDOW}
    assert failed(rows) == every, "d began a microsecond too late for d6"
    assert {one.id for one in delivered(rows, Rules()).unplaced} == {"d", "e"}
    assert failed(rows, Rules(hours=25)) == every | {"d6": Evidence.WINDOW}
    assert set(failed(rows, Rules(hours=0))) == {"d1", "d2", "d3"}
    assert set(failed(rows, Rules(weakest=Evidence.FIX))) == {"d1", "d3"}


def test_a_fix_made_while_an_incident_is_open_blames_no_release_in_between() -> None:
    rows = told(
        deployed("d1", DAY), deployed("d2", 2 * DAY), deployed("fix", 3 * DAY, kind="rollback"),
        incidents=[broke("a", DAY + HOUR, 4 * DAY, deployment="d1")],
    )  # fmt: skip
    assert failed(rows) == {"d1": Evidence.LINK}
    (restored,) = of(delivered(rows, Rules())).recovery.restored
    assert restored.took == 2 * DAY, "the rollback came before the incident was closed"


def test_an_open_failure_is_listed_with_its_age_and_an_untrue_one_by_name() -> None:
    rows = told(
        deployed("d1", DAY), deployed("d2", 2 * DAY),
        incidents=[broke("a", DAY, deployment="d1"), broke("b", HOUR, 2 * HOUR, deployment="d2")],
    )  # fmt: skip
    found = of(delivered(rows, Rules())).recovery
    assert [(one.deployment.id, age) for one, age in found.open] == [("d1", 27 * DAY)]
    assert [one.deployment.id for one in found.untrue] == ["d2"] and not found.restored


# -- changes


def test_changes_are_dated_and_merges_dropped() -> None:
    pulls = tuple(
        {"item": item, "key": item, "title": item, "url": None, "project": "shop", "type": "pull request",
         "author": None, "created": 0}
        for item in ("p1", "p2")
    )  # fmt: skip

    def change(item: str, field: str, sha: str, at: int) -> dict[str, Any]:
        return {"item": item, "change": sha + field, "field": field, "at": at, "now": sha, "actor": None}

    rows = Rows(
        deployments=(deployed("d1", DAY), deployed("d2", 2 * DAY), deployed("d3", 3 * DAY, before="sha-d2")),
        shipped=(
            brought(None, "sha-d1", "first"), brought("sha-d1", "sha-d2", "c1", DAY + HOUR),
            brought("sha-d1", "sha-d2", "m1"), brought("sha-d2", "sha-d3", "c1"), brought("sha-d2", "sha-d3", "m2"),
            brought("sha-d2", "sha-d3", "undated"), brought("sha-d2", "sha-d3", "late", 4 * DAY),
        ),
        pulls=pulls,
        changes=(
            change("p1", "commit", "c1", HOUR), change("p1", "merge", "m1", DAY),
            change("p2", "commit", "s1", 2 * DAY), change("p2", "merge", "m2", 2 * DAY + HOUR),
        ),
    )  # fmt: skip
    found = of(delivered(rows, Rules())).lead_time
    assert (found.known, found.of, found.total, found.median) == (2, 3, 4, None)
    assert [(one.sha, one.lead, one.squashed) for one in found.measured] == [
        ("c1", 23 * HOUR, False), ("s1", DAY, True),
    ]  # fmt: skip
    assert [one.sha for one in found.undated] == ["undated"] and [one.sha for one in found.untrue] == ["late"]
    assert found.clocks == {ChangeClock.COMMITTED: 1, ChangeClock.AUTHORED: 1} and found.pulls == 1
    authored = of(delivered(rows, Rules(clock=ChangeClock.AUTHORED))).lead_time
    assert [one.lead for one in authored.measured] == [DAY, 2 * DAY - HOUR]


# -- laws

often = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@some.composite
def worlds(draw: some.DrawFn) -> Rows:
    deployments: list[dict[str, Any]] = []
    incidents: list[dict[str, Any]] = []
    shipped: list[dict[str, Any]] = []
    for number in range(draw(some.integers(0, 14))):
        service = draw(some.sampled_from(("shop", "bank")))
        deployments.append(
            deployed(
                f"d{draw(some.integers(0, 9))}", draw(some.integers(0, 28 * 24)) * HOUR, id=f"r{number}",
                commit=f"c{draw(some.integers(0, 12))}", service=service,
                kind=draw(some.sampled_from((None, None, None, "hotfix", "rollback"))),
                environment=draw(some.sampled_from(("PRODUCTION", "production", "STAGING"))),
                result=draw(some.sampled_from(("success", "success", "failure"))),
            )
        )  # fmt: skip
    for number in range(draw(some.integers(0, 6))):
        began = draw(some.integers(0, 28 * 24)) * HOUR
        incidents.append(
            broke(
                f"i{number}", began, draw(some.sampled_from((None, began + HOUR, began + DAY))),
                deployment=draw(some.sampled_from((None, None, "d1", "d2", "d77"))),
                commit=draw(some.sampled_from((None, None, "c1", "k2"))), service=draw(some.sampled_from(("shop", "x"))),
            )
        )  # fmt: skip
    number = some.integers(0, 12)
    shipped += [
        brought(f"c{draw(number)}", f"c{draw(number)}", f"k{draw(number)}", draw(some.integers(0, 28 * 24)) * HOUR)
        for _ in range(draw(some.integers(0, 20)))
    ]
    return Rows(deployments=tuple(deployments), incidents=tuple(incidents), shipped=tuple(shipped))


@often
@given(worlds(), some.integers(0, 99))
def test_the_order_of_rows_and_their_split_change_nothing(rows: Rows, seed: int) -> None:
    lots = [list(getattr(rows, name)) for name in rows.__struct_fields__]
    for lot in lots:
        random.Random(seed).shuffle(lot)
    # In two batches, as a source that tells its changes again would deliver them.
    both = [tuple(lot[::2] + lot[1::2]) for lot in lots]
    before = delivered(rows, Rules())
    assert delivered(Rows(**dict(zip(rows.__struct_fields__, both, strict=True))), Rules()) == before


@often
@given(worlds(), some.integers(0, 48))
def test_each_deployment_counts_once_and_rates_are_shares(rows: Rows, hours: int) -> None:
    found = delivered(rows, Rules(hours=hours))
    linked = {row["deployment"] for row in rows.incidents}
    for name, service in found.services.items():
        told = of(found, name)
        groups: dict[str, list[dict[str, Any]]] = {}
        for row in rows.deployments:
            if row["service"] == name and row["environment"].lower() == "production":
                groups.setdefault(row["deployment"], []).append(row)
        plain = {id for id, every in groups.items() if id in linked or any(r["result"] == "success" for r in every)}
        assert sorted(one.id for one in service.deployments) == sorted(plain)
        within = [one for one in service.deployments if one.finished < NOW]
        assert told.frequency.total == len(within) >= len(told.fail_rate.failures)
        assert len({one.deployment.key for one in told.fail_rate.failures}) == len(told.fail_rate.failures)
        assert sum(told.fail_rate.evidence.values()) == len(told.fail_rate.failures)
        for share in (told.fail_rate.share, told.rework.share):
            assert (share is None) == (len(within) < FEW) and (share is None or 0 <= share <= 1)
        leads = [one.lead for one in told.lead_time.measured]
        assert told.lead_time.median == (Fraction(median_low(leads)) if len(leads) >= FEW else None)
        shas = [change.sha for changes in service.changes.values() for change in changes or ()]
        assert len(shas) == len(set(shas)), "a change goes live once"
        for one in told.recovery.restored:
            closed = [i.restored for i in one.incidents if i.restored is not None]
            fixes = [
                d.finished for d in service.deployments
                if d.kind.value != "planned" and d.succeeded and d.order > one.deployment.order
            ]  # fmt: skip
            over = [max(closed)] if closed and len(closed) == len(one.incidents) else []
            assert one.restored == min(over + fixes[:1])


@often
@given(worlds(), some.sampled_from(("UTC", "America/St_Johns", "Pacific/Kiritimati")), some.integers(1, 27))
def test_days_begin_at_midnight_in_the_zone(rows: Rows, zone: str, cut: int) -> None:
    found = delivered(rows, Rules(zone=zone))
    first, middle, last = date(1969, 12, 30), date(1970, 1, cut), date(1970, 2, 1)
    for name, service in found.services.items():
        whole, before, after = (
            of(found, name, Period(*days)) for days in ((first, last), (first, middle), (middle, last))
        )
        assert before.frequency.deployments + after.frequency.deployments == whole.frequency.deployments
        local = [
            datetime.fromtimestamp(one.finished // 1_000_000, ZoneInfo(zone)).date() for one in service.deployments
        ]
        assert before.frequency.total == sum(day < middle for day in local)
        mondays = [date(1969, 12, 29) + timedelta(days=7 * week) for week in range(1, 5)]
        assert whole.frequency.weeks == tuple(
            len({day for day in local if monday <= day < monday + timedelta(days=7)})
            for monday in mondays
            if monday >= first and monday + timedelta(days=7) <= last
        )
