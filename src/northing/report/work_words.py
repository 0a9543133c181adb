"""An item of work in words: what is wrong with its data, for how long it was somewhere, what was changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from northing.facts.flow_asking import (
    CLOCK_SKEW,
    DELETED,
    END_BEFORE_START,
    END_IN_DOUBT,
    MOVED,
    NO_END,
    NO_HISTORY,
    NO_ITEM,
    NO_START,
    REOPENED,
    UNKNOWN_STATE,
    Problem,
)
from northing.portfolio.words import word

from . import words

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

PROBLEMS: Mapping[str, str] = {
    UNKNOWN_STATE: word("The policy does not say what the state “%(detail)s” means."),
    END_BEFORE_START: word("It ends before it starts."),
    CLOCK_SKEW: word("It was changed before it was created, or after it was delivered here."),
    NO_HISTORY: word("Its changes were not delivered: only its state now is known."),
    NO_START: word("It is finished without ever having started."),
    NO_END: word("It is finished, and nobody says since when."),
    END_IN_DOUBT: word(
        "It had finished before it came into “%(detail)s”: that end counts once the policy says what this means."
    ),
    REOPENED: word("It was opened again after it had been finished; its last end counts."),
    MOVED: word("It was moved from another project."),
    DELETED: word("Its tracker has it no more."),
    NO_ITEM: word("Changes were delivered of an item that nothing describes: %(detail)s."),
}

FIELDS: Mapping[str, str] = {
    "state": word("State"),
    "blocked": word("Blocked"),
    "resolution": word("Resolution"),
    "project": word("Project"),
    "sprint": word("Sprint"),
    "type": word("Type"),
    "parent": word("Part of"),
    "commit": word("Commit"),
    "comment": word("Comment"),
    "review": word("Review"),
    "ready": word("Ready"),
    "merge": word("Merge"),
}


def problem(one: Problem) -> str:
    """What is wrong, as a sentence."""
    return _(PROBLEMS.get(one.code, one.code)) % {"detail": one.detail}


def field(name: str) -> str:
    """What a field that was changed is called."""
    return _(FIELDS[name]) if name in FIELDS else name


def lasted(micros: int) -> str:
    """ "12 days", "5 hours", "20 minutes": in its largest unit, rounded down."""
    if micros >= DAY:
        days = micros // DAY
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": words.number(days)}
    if micros >= HOUR:
        hours = micros // HOUR
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": words.number(hours)}
    minutes = micros // MINUTE
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": words.number(minutes)}


def instant(micros: int, zone: str) -> datetime:
    """An instant of flow in a time zone."""
    return datetime.fromtimestamp(micros / 1_000_000, UTC).astimezone(ZoneInfo(zone))


def changed(row: Mapping[str, Any]) -> tuple[str, str]:
    """Before and after of one change; an empty one is a dash."""
    return str(row.get("was") or "–"), str(row.get("now") or "–")
