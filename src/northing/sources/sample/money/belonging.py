"""Which rows belong to which investment: the rules, as the portfolio office made them one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from northing.portfolio.edits import change, create
from northing.sources.sample.cast import sample_id
from northing.sources.sample.course import Course
from northing.sources.sample.timeline import LENGTH, Event, Timeline

from .calls import PRICES, SHADOW, Calls
from .spending import Spending, investment, project_code

OFFICE = 146
"""The day on which the first rules were made."""


class Rule(NamedTuple):
    """One attribution rule, and the day on which it was made."""

    key: str
    day: int
    tables: str
    where: str
    plot: str
    share: str = "1"
    precedence: int = 100
    start: date | None = None
    name: str | None = None
    note: str | None = None


OVERLAPPING = ("intake", "intake-readers")
"""Two rules of one precedence over the same rows: the first leaves the second nothing but what it lets go."""

SUPERSEDED = ("shared-key-letters", "shared-key-reader")
"""A rule that ended on the day on which the next began."""

SHARED = ("shared-platform-gateway", "shared-platform-register")
"""60 to 40."""


def rules(spending: Spending, calls: Calls, courses: Mapping[str, Course]) -> list[Rule]:
    first = _first_calls(calls)
    return [*_of_bills(spending, first, courses), *_of_calls(calls, first, courses), *_by_hand(spending.time)]


def _first_calls(calls: Calls) -> dict[str, tuple[date, bool]]:
    """Plot → the day of its first call to a model, and whether any of its calls costs something."""
    first: dict[str, tuple[date, bool]] = {}
    for month in calls.time.money_months():
        for call in calls.of(month):
            day, billed = first.get(call.key, (call.day, False))
            first[call.key] = (day, billed or PRICES[call.model][0] > 0)
    return first


def _of_bills(spending: Spending, calls: Mapping[str, tuple[date, bool]], courses: Mapping[str, Course]) -> Iterator[Rule]:
    """What finance books names the project, the model's provider the workspace, and teams tag their resources."""
    keys = list(courses)
    for key, course in courses.items():
        begun = next((month for month in spending.months if spending.of(key, month)), None)
        if begun is None:
            continue
        codes = [project_code(key, keys), *([f"wrk-{key}"] if calls.get(key, (begun, False))[1] else [])]
        where = [_one_of("project", codes)]
        if key not in UNTAGGED and any(spending.channel(key, month, "cloud") for month in spending.months):
            where.append(_one_of("tag.project", [key, *([MENDED[key]] if key in MENDED else [])]))
        day = max(OFFICE, spending.time.day(begun) + 24, course.plot.course[0][0] + 1)
        yield Rule(f"cost-{key}", day, "cost", " or ".join(where), key, name=f"Bills of {course.plot.name}")


def _of_calls(calls: Calls, first: Mapping[str, tuple[date, bool]], courses: Mapping[str, Course]) -> Iterator[Rule]:
    """What passes the gateway names a key and its team."""
    for key, (day, _) in first.items():
        made = max(OFFICE + 2, calls.time.day(day) + 12)
        if key not in SHADOW and made <= LENGTH:
            where = f'team = "{TEAM_OF_ITS_OWN[key]}"' if key in TEAM_OF_ITS_OWN else f'api_key = "{key}-prod"'
            yield Rule(f"usage-{key}", made, "usage", where, key, name=f"Model calls of {courses[key].plot.name}")


def _one_of(column: str, values: list[str]) -> str:
    if len(values) == 1:
        return f'{column} = "{values[0]}"'
    return f"{column} in ({', '.join(f'"{value}"' for value in values)})"


UNTAGGED = ("clearance", "loss-runs", "meetings")
"""Whose resources stand in accounts of their own, or under another name."""

MENDED = {"photo-damage": "photodamage", "fraud-graph": "fraud_graph", "agent-assist": "agent-asist"}
"""Misspelled tags that somebody has found, and that the rule takes in."""

TEAM_OF_ITS_OWN = {"coding": "engineering", "alerts": "security-operations", "translation": "languages"}

FREE_KEY = "shared-dev"
"""A key that several teams used."""


def _by_hand(time: Timeline) -> Iterator[Rule]:
    """The rules that somebody had to think about."""
    handed_over = time.on(247)
    yield Rule("shared-platform-gateway", 52, "cost", 'sub_account = "fen-platform-shared"', "gateway", "0.6", 300,
               name="Shared platform account, gateway’s part", note="60 to 40 by calls, agreed by Ingrid and Rosa.")  # fmt: skip
    yield Rule("shared-platform-register", 52, "cost", 'sub_account = "fen-platform-shared"', "register", "0.4", 310,
               name="Shared platform account, register’s part", note="60 to 40 by calls, agreed by Ingrid and Rosa.")  # fmt: skip
    yield Rule("americas-account", 58, "cost", 'sub_account = "fen-us-prod" and tag.project = "clear"', "clearance", name="Clearance in the US account",
               note="The team tags it “clear”.")  # fmt: skip
    yield Rule("americas-rest", 59, "cost", 'sub_account = "fen-us-prod"', "loss-runs", precedence=400,
               name="The rest of the US account")  # fmt: skip
    yield Rule("vector-search", 121, "cost", 'service = "Vector Search" and sub_account = "fen-service-prod"', "broker-search", precedence=40,
               name="Vector search in Service, whatever its tag", note="Before the rules by tag: the index is shared, Yuki pays.")  # fmt: skip
    yield Rule("minutes", 131, "cost", 'resource_name starts with "minutes-"', "meetings", name="Cloud of the minute taker")
    yield Rule("billing-account", 402, "cost", 'account = "7720-9001-4417" and service = "Contact Transcripts"', "agent-assist", precedence=150,
               name="Transcripts on the partner centre’s account")  # fmt: skip
    yield Rule("intake", 176, "cost", 'tag.project = "intake"', "submissions", name="Shared document intake",
               note="Agreed for the first half-year; to be shared later.")  # fmt: skip
    yield Rule("intake-readers", 284, "cost", 'tag.project in ("intake", "intake-eu")', "claims-docs", "0.5", name="Document intake, the claims side",
               note="Meant as half of the intake; RULE for submissions still takes all of it.")  # fmt: skip
    yield Rule("shared-key-letters", 44, "usage", f'api_key = "{FREE_KEY}"', "letters", name="The key that everybody used")
    yield Rule("shared-key-reader", 247, "usage", f'api_key = "{FREE_KEY}"', "claims-docs", start=handed_over,
               name="The key that everybody used, since the hand-over")  # fmt: skip


def rule_id(key: str) -> str:
    return sample_id("attribution_rule", key)


def events(made: list[Rule], time: Timeline) -> Iterator[Event]:
    """The rules as they are made; once a month those of new investments together."""
    for rule in made:
        # Those of new investments are made once a month.
        monthly = rule.day > OFFICE + 2 and rule.key.partition("-")[0] in ("cost", "usage")
        day = -(-(rule.day - 17) // 30) * 30 + 17 if monthly else rule.day
        if day > LENGTH:
            continue
        edit = create(
            "attribution_rule", rule_id(rule.key), name=rule.name, tables=rule.tables, where=rule.where, note=rule.note,
            investment=investment(rule.plot), share=rule.share, precedence=rule.precedence, start=rule.start,
        )  # fmt: skip
        early = day <= OFFICE + 2
        words = "Whose cost it is: first rules by project, tag and key" if early else f"Rule: {rule.name}"
        words = "Rules for what new investments are billed" if monthly else words
        yield Event(OFFICE if early else day, 6, "rules", [edit], words, "tomasz")
    ended = change("attribution_rule", rule_id(SUPERSEDED[0]), end=time.on(247))
    yield Event(270 // 30 * 30 + 17, 6, "rules", [ended], "Rule: the shared key is Kwame’s since the hand-over", "tomasz")
