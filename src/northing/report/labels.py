"""The words for fixed values: stages, ratings, kinds of cost. Marked for translation here, translated when shown."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from northing.measure.line_of_sight import CAUSES
from northing.portfolio.words import word

LABELS: dict[str, str] = {
    # stages
    "idea": word("Idea"),
    "discovery": word("Discovery"),
    "pilot": word("Pilot"),
    "scale": word("Scale"),
    "operate": word("Operate"),
    "retired": word("Retired"),
    "on_hold": word("On hold"),
    "stopped": word("Stopped"),
    # spend class, capex and opex, kinds of cost
    "run": word("Run"),
    "grow": word("Grow"),
    "transform": word("Transform"),
    "capex": word("Capex"),
    "opex": word("Opex"),
    "build": word("Build"),
    "change": word("Change"),
    "oversight": word("Oversight"),
    # health and its trend
    "green": word("Green"),
    "amber_green": word("Amber/Green"),
    "amber": word("Amber"),
    "amber_red": word("Amber/Red"),
    "red": word("Red"),
    "better": word("Better"),
    "same": word("Same"),
    "worse": word("Worse"),
    # milestones, dependencies
    "milestone": word("Milestone"),
    "gate": word("Gate"),
    "FS": word("Finish to start"),
    "SS": word("Start to start"),
    "FF": word("Finish to finish"),
    "SF": word("Start to finish"),
    # levels of objectives, directions
    "board": word("Board"),
    "executive": word("Executive"),
    "unit": word("Unit"),
    "team": word("Team"),
    "up": word("More is better"),
    "down": word("Less is better"),
    # models
    "preview": word("Preview"),
    "active": word("Active"),
    "legacy": word("Legacy"),
    "deprecated": word("Deprecated"),
    # money: rates, funds, commitments, rules
    "hour": word("Hour"),
    "day": word("Day"),
    "input": word("Input tokens"),
    "output": word("Output tokens"),
    "cache_read": word("Tokens read from a cache"),
    "cache_write": word("Tokens written to a cache"),
    "reasoning": word("Reasoning tokens"),
    "request": word("Requests"),
    "source": word("Source of money"),
    "fund": word("Fund"),
    "investment": word("Investment"),
    "tranche": word("Tranche"),
    "reserve": word("Reserve"),
    "approve": word("Approve"),
    "transfer": word("Transfer"),
    "release": word("Release"),
    "reverse": word("Reverse"),
    "entry:approve": word("Approval"),
    "entry:transfer": word("Transfer"),
    "entry:reserve": word("Reservation"),
    "entry:release": word("Release"),
    "entry:reverse": word("Reversal"),
    "account:fund": word("Unassigned"),
    "reservation": word("Reservation"),
    "obligation": word("Obligation"),
    "cost": word("Cost"),
    "usage": word("Usage"),
    "both": word("Cost and usage"),
    # flow and benefits
    "backlog": word("Backlog"),
    "queue": word("Queue"),
    "wait": word("Waiting"),
    "done": word("Done"),
    "discarded": word("Not delivered"),
    "feature": word("Feature"),
    "defect": word("Defect"),
    "debt": word("Debt"),
    "risk": word("Risk"),
    "first": word("At the first start"),
    "last_return": word("After the last return to the backlog"),
    "inclusive": word("Both days count"),
    "exclusive": word("The first day does not count"),
    "half": word("The same day is half a day"),
    "elapsed": word("As time goes by"),
    "nearest": word("A value that occurred"),
    "linear": word("Between two values"),
    "own": word("In their own state"),
    "children": word("With the last of their parts"),
    "evidence:link": word("An incident names the deployment"),
    "evidence:fix": word("A hotfix, rollback or revert came next"),
    "evidence:root_cause": word("An incident names a commit of it"),
    "evidence:window": word("An incident began soon after"),
    "change_clock:committed": word("At its commit date"),
    "change_clock:authored": word("When it was first written"),
    "deployment:planned": word("Planned"),
    "deployment:hotfix": word("Hotfix"),
    "deployment:rollback": word("Rollback"),
    "deployment:revert": word("Revert"),
    "deployment:incident": word("For an incident"),
    "revenue": word("Revenue"),
    "saving": word("Saving"),
    "avoidance": word("Cost avoided"),
    "capacity": word("Capacity"),
    # calendars, custom fields
    "months": word("Calendar months"),
    "text": word("Text"),
    "number": word("Number"),
    "money": word("Money"),
    "date": word("Date"),
    "flag": word("Yes or no"),
    "choice": word("Choice"),
    "choices": word("Several choices"),
    # doors and roles
    "via:web": word("Web"),
    "via:api": word("API"),
    "via:cli": word("Command line"),
    "via:import": word("Import"),
    "via:demo": word("Sample"),
    "role:owner": word("Owner"),
    "role:planner": word("Planner"),
    "role:contributor": word("Contributor"),
    "role:viewer": word("Viewer"),
    # line of sight
    "unbroken": word("Unbroken"),
    "broken": word("Broken"),
    **CAUSES,
}


def label(value: Any, of: str = "") -> str:
    """The word for *value*; one that is not fixed (a custom field's choice) stands for itself."""
    if value is None or value == "":
        return ""
    key = str(getattr(value, "value", value))
    if (said := LABELS.get(f"{of}:{key}") or LABELS.get(key)) is not None:
        return gettext(said)
    return key if not key.islower() or "_" not in key else key.replace("_", " ").capitalize()
