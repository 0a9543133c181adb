"""Where an entity is shown: every kind has a page, its own or that of what it belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from northing.portfolio.plan import Plan

    from .context import Page


WORK = "work"
"""The kind by which items of work are referred to: by key, else by id. They are facts, no entities."""


def investment_path(plan: Plan, id: str) -> str:
    """The investment's part of an address: by its number where that can stand in one, else by its id."""
    found = plan.investments.get(id)
    number = found.number if found is not None else None
    return f"investments/{number if number and re.fullmatch(r'[\w.-]+', number) else id}"


def fund_path(plan: Plan, id: str) -> str:
    """The fund's part of an address, as for an investment."""
    found = plan.funds.get(id)
    number = found.number if found is not None else None
    return f"funds/{number if number and re.fullmatch(r'[\w.-]+', number) else id}"


def _in_ledger(page: Page, kind: str, entity: Any) -> str | None:
    """The page of the fund that an account or a transfer belongs to, at its place."""
    plan = page.view.plan
    account = entity if kind == "account" else next((plan.get("account", leg.account) for leg in entity.legs), None)
    if account is None or account.fund not in plan.funds:
        return None
    path = fund_path(plan, account.fund)
    if kind == "account":
        return page.link(path, account=account.id) + "#ledger"
    return page.link(path) + f"#transfer-{entity.id}"


def address_of(page: Page, kind: str, id: str) -> str:
    """The address that shows the entity; for kinds without a page, the page of its investment or objective."""
    if kind == WORK:
        return page.link(f"flow/work/{quote(id, safe='')}")
    entity: Any = page.view.plan.get(kind, id)
    if kind == "investment":
        return page.link(investment_path(page.view.plan, id))
    if kind == "objective":
        return page.link("strategy") + f"#objective-{id}"
    if kind == "key_result":
        return page.link("strategy") + f"#key-result-{id}"
    if kind == "fund":
        return page.link(fund_path(page.view.plan, id))
    if kind in ("account", "transfer") and entity is not None and (found := _in_ledger(page, kind, entity)):
        return found
    if kind == "source":
        return page.link(f"sources/{id}")
    if kind == "delivery" and entity is not None:
        return page.link(f"sources/{entity.source}/deliveries/{id}")
    if kind == "attribution_rule":
        return page.link("rules", rule=id) + f"#rule-{id}"
    if kind == "workflow_policy" and entity is not None:
        return page.link(f"flow/policies/{id}")
    if kind in ("calendar", "marked_event", "service_level_expectation") and entity is not None:
        return page.link("flow/policies") + f"#{kind.replace('_', '-')}-{id}"
    if kind == "team" and entity is not None:
        return page.link("flow", level="team", id=id)
    if kind == "saved_view" and entity is not None:
        asked = "&".join(part for part in (entity.query, page.query_at) if part)
        return f"{page.home}portfolio" + (f"?{asked}" if asked else "")
    subject = (
        getattr(entity, "subject", None) or getattr(entity, "investment", None) or getattr(entity, "successor", None)
    )
    if subject and subject in page.view.plan.investments:
        return address_of(page, "investment", subject) + f"#{kind.replace('_', '-')}-{id}"
    if subject and subject in page.view.plan.objectives:
        return address_of(page, "objective", subject)
    if kind in ("limit", "group"):
        return page.link("choose")
    if kind == "role":
        return page.link("capacity")
    where = {
        "portfolio": "portfolio",
        "value_stream": "value_stream",
        "org_unit": "org_unit",
        "person": "owner",
    }.get(kind)
    if where:
        return page.link("portfolio", where=f"{where} = {_quoted(page, kind, id)}")
    return page.link("history", kind=kind, id=quote(id))


def _quoted(page: Page, kind: str, id: str) -> str:
    entity: Any = page.view.plan.get(kind, id)
    name = page.names.get(id, id) if kind == "person" else getattr(entity, "name", id)
    return '"' + str(name).replace('"', "'") + '"'
