"""Hours as the teams book them, week by week; what they cost is the rate cards' business."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from northing.sources.sample.course import Course
from northing.sources.sample.money import Money
from northing.sources.sample.money.crew import CREWS, ROLES, crew_of, rate
from northing.sources.sample.money.spending import project_code

HEADER = ("Date", "Employee", "Team", "Role", "Project", "Activity", "Capitalised", "Hours")
MIX = {"capex": ("ml", "software", "data", "software"), "opex": ("analyst", "owner", "expert", "analyst", "expert")}
"""Who builds and is capitalised, and who runs and changes: the rate cards say the same."""

HOURS = 84
"""What somebody books on one project in a month, more or less."""

A_WEEK = 22.0
"""The most that is booked at once: a week's hours stand on its Monday, and a day has 24."""


def sheet(money: Money, month: date, teams: tuple[str, ...]) -> bytes:
    """What *teams* booked in the weeks that begin in *month*."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    keys = list(money.courses)
    for key, course in money.courses.items():
        team = crew_of(course.plot)
        if team in teams:
            for week, person, role, activity, capitalised, hours in _booked(money, key, course, team, month):
                writer.writerow((week.isoformat(), person, CREWS[team].name, ROLES[role][0], project_code(key, keys), activity, capitalised,
                                 f"{hours:.2f}"))  # fmt: skip
    return text.getvalue().encode()


def _booked(money: Money, key: str, course: Course, team: str, month: date) -> Iterator[tuple[date, str, str, str, str, float]]:
    random = Random(f"{money.spending.root}/hours/{key}/{month}")
    mondays = [month + timedelta(days=offset) for offset in range(31) if (month + timedelta(days=offset)).month == month.month]
    mondays = [day for day in mondays if day.weekday() == 0]
    for spent in money.spending.channel(key, month, "people"):
        roles = ("validator",) if spent.kind == "oversight" else MIX[spent.expense]
        left = spent.amount
        first = zlib.crc32(f"{key}/{spent.kind}".encode()) % len(roles)
        count = 0
        while left > 0 and count < 30:
            role = roles[(first + count) % len(roles)]
            price, currency = rate(team, role, month, money.time)
            worth = money.exchange.turn(float(price), currency, course.plot.currency, month)
            whole = min(left / worth, HOURS * random.uniform(0.82, 1.09))
            person = f"F{1_000_000 + zlib.crc32(f'{team}/{key}/{spent.kind}/{role}/{count}'.encode()) % 8_999_999}"
            for monday in mondays:
                hours = min(A_WEEK, round(whole / len(mondays) * random.uniform(0.86, 1.14) * 4) / 4)
                if hours:
                    yield monday, person, role, spent.kind, "yes" if spent.expense == "capex" else "no", hours
            left -= whole * worth
            count += 1



