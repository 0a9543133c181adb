"""The teams' boards: what their states mean, which days they work, what they promise, and what happened to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from northing.portfolio.edits import change, create
from northing.sources.sample.cast import sample_id
from northing.sources.sample.course import Course
from northing.sources.sample.money.crew import crew_of, team_id
from northing.sources.sample.strategy import stream
from northing.sources.sample.timeline import LENGTH, Event, Timeline

BOARDS = {
    "claims": "CLM", "fraud": "FRD", "growth": "GRW", "service": "SVC", "platform": "PLT", "risk": "RSK",
    "uk": "UKC", "americas": "AMS",
}  # fmt: skip
"""Team → the key of its project in the tracker."""

AGREED = 33
"""The day on which the portfolio office and the teams agreed what a state means."""
RENAMED = 304
"""The day on which “In review” became “Code review” on every board, in one go."""
ASSISTANT = 262
"""The day on which the coding assistant was there for everybody."""
SPLIT = 388
"""The day from which Claims Automation works in two squads."""

UNLINKED = ("alerts", "translation", "loss-runs", "letters")
"""Investments whose epic nobody has linked: their work is orphan work."""


class Site(NamedTuple):
    name: str
    zone: str
    holidays: tuple[tuple[int, int], ...]
    """Month and day, every year."""


SITES = {
    "continent": Site("Continental offices", "Europe/Amsterdam", ((1, 1), (4, 27), (5, 5), (12, 25), (12, 26))),
    "uk": Site("UK offices", "Europe/London", ((1, 1), (12, 25), (12, 26), (12, 28))),
    "us": Site("US offices", "America/New_York", ((1, 1), (7, 4), (11, 26), (12, 25))),
}

STATES = (
    ("Backlog", "backlog"), ("Ready", "queue"), ("In progress", "active"), ("In review", "active"),
    ("Waiting for release", "wait"), ("Done", "done"), ("Won't do", "discarded"),
)  # fmt: skip
KINDS = {"Story": "feature", "Bug": "defect", "Control": "risk", "Upkeep": "debt"}
ISSUES = 'type != "pull request"'
"""Every board's work: pull requests are read elsewhere."""
NOT_DELIVERED = ["Won't do", "Duplicate", "Cannot reproduce"]


def epic(key: str, courses: Mapping[str, Course]) -> tuple[str, str]:
    """The project and the key of the epic under which an investment's team plans its work."""
    project = BOARDS[crew_of(courses[key].plot)]
    return project, f"{project}-{11 + 7 * list(courses).index(key)}"


def boards(time: Timeline, courses: Mapping[str, Course]) -> Iterator[Event]:
    """Everything that is decided of how work is read, as events of the story."""
    yield Event(AGREED, 6, "boards", [*_calendars(time), *_teams(), *_policies(time)], "How our boards are read, agreed with the teams", "tomasz")
    yield Event(RENAMED, 6, "boards", list(_renamed(time)), "“In review” is called “Code review” now, on every board", "ingrid")
    yield Event(AGREED + 47, 6, "promises", list(_promises(time)), "What customers of our teams may expect", "tomasz")
    yield Event(ASSISTANT, 6, "assistant", [_event("assistant", "Coding assistant for every engineer", time.on(ASSISTANT),
                note="Before that, a pilot of twelve.")], "Marked: the coding assistant is there for everybody", "ingrid")  # fmt: skip
    split = _event("claims-split", "Claims Automation works in two squads", time.on(SPLIT), team=sample_id("team", "claims"))
    yield Event(SPLIT, 6, "claims-split", [split], "Marked: Claims Automation works in two squads", "kwame")
    yield from _links(time, courses)


def _event(key: str, name: str, on: date, **said: Any) -> Any:
    return create("marked_event", sample_id("marked_event", key), name=name, on=on, **said)


def _calendars(time: Timeline) -> Iterator[Any]:
    years = range(time.start.year, time.today.year + 2)
    for key, site in SITES.items():
        days = [date(year, month, day) for year in years for month, day in site.holidays]
        yield create("calendar", sample_id("calendar", key), name=site.name, zone=site.zone, holidays=days)


def _teams() -> Iterator[Any]:
    """Whose board is whose."""
    for key, project in BOARDS.items():
        yield change("team", team_id(key), work=f'project = "{project}"')


def _states(now: Mapping[str, str] = MappingProxyType({})) -> list[dict[str, Any]]:
    """The states of every board, those that have another name *now* with their earlier one."""
    return [
        {"state": now.get(name, name), "phase": phase, **({"renamed": [name]} if name in now else {})} for name, phase in STATES
    ]


def _policies(time: Timeline) -> Iterator[Any]:
    """How boards are read from the first day on."""
    yield _policy("everybody", "Every board", time.on(0), _states(), where=ISSUES)
    yield from _special(time.on(0))


def _renamed(time: Timeline) -> Iterator[Any]:
    """The same boards since a state of theirs has another name."""
    now = {"In review": "Code review"}
    yield _policy("everybody", "Every board, since the review was renamed", time.on(RENAMED), _states(now), "2", where=ISSUES)
    yield from _special(time.on(RENAMED), now, "2")


def _special(start: date, now: Mapping[str, str] = MappingProxyType({}), *edition: str) -> Iterator[Any]:
    """The two boards that differ."""
    states = _states(now)
    pilots = [*states[:4], {"state": "With pilot users", "phase": "wait"}, *states[4:]]
    yield _policy("policy", "Policy service", start, pilots, *edition, value_stream=stream("policy"), where='project = "SVC"',
                  deployments='service contains "service-assistant"', note="Agents try everything for a week.")  # fmt: skip
    yield _policy("americas", "Americas Delivery", start, states, *edition, team=sample_id("team", "americas"),
                  where='project = "AMS"', start_rule="last_return", site="us",
                  note="What goes back to the backlog begins anew: there is one board for ideas and work.")  # fmt: skip


def _policy(key: str, name: str, start: date, states: list[dict[str, Any]], *edition: str, site: str = "continent", **said: Any) -> Any:
    return create("workflow_policy", sample_id("workflow_policy", key, *edition), name=name, start=start, states=states, kinds=KINDS,
                  level=list(KINDS), discarded=NOT_DELIVERED, calendar=sample_id("calendar", site), **said)  # fmt: skip


def _promises(time: Timeline) -> Iterator[Any]:
    for key, days, probability, kind in (
        ("household", 21, "0.85", None), ("policy", 17, "0.85", None), ("backbone", 9, "0.9", "defect"),
        ("small-business", 24, "0.8", None),
    ):  # fmt: skip
        yield create("service_level_expectation", sample_id("service_level_expectation", key), value_stream=stream(key),
                     days=days, probability=probability, kind=kind, start=time.on(AGREED + 47))  # fmt: skip


def _links(time: Timeline, courses: Mapping[str, Course]) -> Iterator[Event]:
    """One link an investment that is worked on, made a month after its first stage of work; two share an epic."""
    monthly: dict[int, list[Any]] = {}
    for key, course in courses.items():
        begun = next((day for day, stage in course.plot.course if stage in ("discovery", "pilot", "scale", "operate")), None)
        if begun is None or key in UNLINKED or begun > LENGTH - 30:
            continue
        project, of = epic(key, courses)
        share = "0.6" if key == "gateway" else "1"
        edit = create("work_link", sample_id("work_link", key), name=f"Work on {course.plot.name}", share=share,
                      where=f'project = "{project}" and epic = "{of}"', investment=course.id)  # fmt: skip
        monthly.setdefault(max(AGREED + 5, -(-(begun + 12) // 30) * 30 + 8), []).append(edit)
    shared = create("work_link", sample_id("work_link", "gateway", "register"), name="The gateway’s part for the register", share="0.4",
                    precedence=110, where=f'epic = "{epic("gateway", courses)[1]}"', investment=courses["register"].id)  # fmt: skip
    monthly.setdefault(AGREED + 5, []).append(shared)
    for day, edits in sorted(monthly.items()):
        yield Event(min(day, LENGTH), 6, "links", edits, "Whose work it is: epics linked to their investments", "tomasz")
