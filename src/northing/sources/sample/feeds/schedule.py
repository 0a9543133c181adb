"""What is delivered to Northing, by which system, and when: the bills, extracts and sheets of every month."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from northing.sources.sample.cast import person
from northing.sources.sample.money import Money
from northing.sources.sample.money.crew import CREWS
from northing.sources.sample.timeline import LENGTH, next_month, quarter_of

from . import catalogue, cloud, engineering, erp, gateway, halden, timesheets, tracker
from .systems import SYSTEMS, source_id

RESTATED_DAY, LATE_DAY = 290, 391
"""Days whose months' cloud bills are sent twice: once before the month is closed, once long after."""

SILENT_SINCE = 424
"""The day from which nothing comes from the UK's timesheets any more."""

AFTER = {"gateway": 1, "halden": 2, "cloud": 3, "timesheets": 4, "timesheets-uk": 5, "erp": 6}
"""Days into a month until each system delivers what lies before it."""

CONNECTED = 140
"""The day on which the systems were connected; what lies before came at once, the months after it one by one."""


TRACKED = (412, LENGTH - 1)
"""Days on which the tracker is asked for issues: first for all of them, then for those that changed since."""

EXPORTED = LENGTH - 1
"""The day on which the engineering figures are exported, all of them."""


class Incoming(NamedTuple):
    """One input as it arrives."""

    source: str
    """Id of its source."""
    name: str
    pages: Callable[[], Iterable[bytes]]
    received: datetime
    on: date
    by: str
    """Directory id of who brings it in."""


def deliveries(money: Money) -> Iterator[Incoming]:
    """Everything that arrives within the story, in order."""
    yield from sorted((one for one in _all(money) if (one.on - money.time.start).days <= LENGTH), key=lambda one: one.received)


def _all(money: Money) -> Iterator[Incoming]:
    yield _incoming(money, "prices", "fenmarch-price-list-1.jsonl", CONNECTED - 1, partial(_prices, money, 1))
    cut = money.time.day(money.calls.cut_on)
    yield _incoming(money, "prices", "fenmarch-price-list-2.jsonl", cut - 3, partial(_prices, money, 2))
    for number, (system, after) in enumerate(AFTER.items()):
        for months in _spans(money, quarterly=system == "timesheets-uk"):
            day = max(money.time.day(next_month(months[-1])) + after, CONNECTED + number)
            if system != "timesheets-uk" or day <= SILENT_SINCE:
                yield _of_months(money, system, months, day)
    yield from _work(money)
    restated, late = (money.time.on(day).replace(day=1) for day in (RESTATED_DAY, LATE_DAY))
    for month, days in ((restated, 8), (late, 51)):
        day = money.time.day(next_month(month)) + days
        name = f"nimbora-focus-1.2_{month:%Y-%m}_restated.csv"
        yield _incoming(money, "cloud", name, day, partial(_again, money, month))
    running = next_month(money.spending.months[-1])
    if money.time.day(running) + 3 < LENGTH:
        yield _of_months(money, "gateway", (running,), LENGTH)


def _spans(money: Money, *, quarterly: bool) -> Iterator[tuple[date, ...]]:
    """The months that come in one input: those before the systems were connected, then one by one or by quarters."""
    months = money.spending.months
    early = tuple(month for month in months if money.time.day(next_month(month)) < CONNECTED)
    if early:
        yield early
    later = months[len(early) :]
    if not quarterly:
        yield from ((month,) for month in later)
        return
    for quarter in dict.fromkeys(quarter_of(month) for month in later):
        whole = tuple(month for month in later if quarter_of(month) == quarter)
        if next_month(whole[-1]).month in (1, 4, 7, 10):
            yield whole


def _work(money: Money) -> Iterator[Incoming]:
    """What the teams' tracker and their pipelines tell."""
    for number, day in enumerate(TRACKED):
        since = _midnight(money, TRACKED[number - 1]) if number else None
        content = partial(tracker.pages, money, since, _midnight(money, day))
        yield _incoming(money, "tracker", f"jira-search_{money.time.on(day):%Y-%m-%d}.json", day, content)
    for table in engineering.TABLES:
        content = partial(engineering.table, money, table, _midnight(money, EXPORTED))
        yield _incoming(money, "engineering", f"{table}_{money.time.on(EXPORTED):%Y-%m-%d}.csv", EXPORTED, content)


def _midnight(money: Money, day: int) -> datetime:
    return datetime.combine(money.time.on(day), time(), UTC)


def _again(money: Money, month: date) -> Iterable[bytes]:
    return [cloud.bill(money, month, restated=True)]


def _prices(money: Money, edition: int) -> Iterable[bytes]:
    return [catalogue.price_list(money, edition)]


GROUP = tuple(key for key in CREWS if key != "uk")

NAMED: dict[str, tuple[str, bool, Callable[[Money, date], Iterable[bytes]]]] = {
    "gateway": ("litellm-daily-team_{}.json", False, lambda money, month: [gateway.activity(money, month)]),
    "halden": ("halden-costs_{}.json", False, halden.pages),
    "cloud": ("nimbora-focus-1.2_{}.csv", True, lambda money, month: [cloud.bill(money, month)]),
    "timesheets": ("hours_{}.csv", True, lambda money, month: [timesheets.sheet(money, month, GROUP)]),
    "timesheets-uk": ("uk-hours_{}.csv", True, lambda money, month: [timesheets.sheet(money, month, ("uk",))]),
    "erp": ("FI-AP-extract_{}.csv", True, lambda money, month: [erp.extract(money, month)]),
}
"""System → what its files are called, whether each begins with a header, and what a month of it holds."""


def _of_months(money: Money, system: str, months: tuple[date, ...], day: int) -> Incoming:
    name = NAMED[system][0].format("_".join(dict.fromkeys(f"{month:%Y-%m}" for month in (months[0], months[-1]))))
    return _incoming(money, system, name, day, partial(_pages, money, system, months))


def _pages(money: Money, system: str, months: tuple[date, ...]) -> Iterator[bytes]:
    """The months of one input, one after the other, with one header."""
    _, header, content = NAMED[system]
    for number, month in enumerate(months):
        for page in content(money, month):
            yield page.partition(b"\n")[2] if header and number else page


def _incoming(money: Money, system: str, name: str, day: int, pages: Callable[[], Iterable[bytes]]) -> Incoming:
    on = money.time.on(day)
    minute = zlib.crc32(f"{money.spending.root}/{name}".encode()) % 200
    received = datetime.combine(on, time(5, 7), UTC) + timedelta(minutes=minute)
    return Incoming(source_id(system), name, pages, received, on, person(SYSTEMS[system].owner))
