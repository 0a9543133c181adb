"""Which role may call what: every operation of the API against a declared table. A new one without a row fails."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from northing.api import urls as _urls  # noqa: F401  (declares the operations)
from northing.api.operation import OPERATIONS, Declared
from tests.api.conftest import Call, Place
from tests.api.test_shape import addressed

from .test_foreign import ROUTES, known

V, C, P, O = "viewer", "contributor", "planner", "owner"  # noqa: E741

LOWEST = {
    # reading
    "get_money": V, "list_money_parts": V, "get_bridge": V, "get_waterfall": V, "get_burn": V, "get_close": V,
    "get_unattributed": V, "get_return": V, "get_usage": V, "get_usage_effects": V, "get_flow": V, "list_flow_items": V, "list_flow_problems": V, "get_flow_states": V, "get_flow_delivery": V, "get_forecast": V, "get_usage_repriced": V, "list_prices": V, "list_rule_claims": V, "preview_rule": V,
    "close_period": P, "reopen_period": P,
    "list_policies": V, "check_policies": V, "get_work": V, "get_work_item": V, "list_link_claims": V, "preview_link": V,
    "get_workspace": V, "get_why": V, "list_measures": V, "list_entities": V, "get_entity": V, "entity_history": V, "entity_blame": V, "search_all": V,
    "list_revisions": V, "get_revision": V, "list_changes": V, "tell_changes": V, "list_tags": V, "list_branches": V,
    "verify_record": V,
    "get_line_of_sight": V, "list_attention": V, "get_strategy": V, "get_roadmap": V, "export_entities": V,
    "list_kinds": V, "get_kind": V, "list_members": V,
    "list_scenarios": V, "get_scenario": V, "preview_scenario": V, "scenarios_side_by_side": V,
    "begin_scenario": C, "update_scenario": C, "close_scenario": C, "merge_scenario": P,
    "list_decisions": V, "get_decision": V, "get_inbox": V, "get_staffing": V, "get_ranking": V,
    "ask_for_decision": C, "judge_decision": C, "withdraw_decision": C,
    "choose_plan": V, "explain_choice": V, "get_choice_problem": V, "save_choice": C,
    # one's own
    "list_tokens": V, "create_token": V, "revoke_token": V,
    # changing: what exactly a contributor may is the record's to say, of each entity
    "commit": C, "preview_commit": C, "create_entity": C, "change_entity": C, "remove_entity": C,
    "list_fund_balances": V, "get_fund_balance": V, "get_statement": V, "enter": P,
    "list_fact_sources": V, "get_fact_source": V, "list_fact_deliveries": V, "get_fact_delivery": V, "get_rejects": V,
    "deliver_file": P, "deliver_prices": P,
    "preview_import": P, "land_import": P, "list_imports": V, "get_import": V,
    "revert_revision": P, "create_tag": P, "remove_tag": P,
    # people
    "remove_member": O,  # oneself: everybody, tested below
    "change_member": O, "list_invitations": O, "create_invitation": O, "withdraw_invitation": O,
}  # fmt: skip
"""Operation → the lowest role that may call it."""

RANKS = [V, C, P, O]
OPEN = {"get_me"}
"""Operations that enter no workspace."""


def test_every_operation_has_a_row() -> None:
    assert {one.name for one in OPERATIONS} - OPEN == set(LOWEST)


inside = [one for one in OPERATIONS if one.name not in OPEN]


@pytest.mark.django_db
@pytest.mark.parametrize("declared", inside, ids=lambda one: one.name)
def test_a_role_below_the_lowest_is_refused_and_no_other(
    acme: Place,
    call: Call,
    declared: Declared,
) -> None:
    for role in RANKS:
        said = call(declared.method, addressed(declared), acme.keys[role], json={} if declared.asks else None)
        refused = said.status == 403
        assert refused == (RANKS.index(role) < RANKS.index(LOWEST[declared.name])), (role, said.status, said.body)
        if refused:
            assert said.body["code"] == "not-allowed"


WRITES = {
    "note": ({"fields": {"text": "x"}}, C),
    "portfolio": ({"fields": {"name": "x"}}, P),
    "objective": ({"fields": {"name": "x"}}, P),
    "investment": ({"fields": {"name": "x", "stage": "pilot"}}, P),
    "idea": ({"fields": {"name": "x", "stage": "idea"}}, C),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", WRITES)
def test_what_each_role_may_add_to_the_plan(acme: Place, call: Call, what: str) -> None:
    """Ideas and notes from contributors; the rest of the plan from planners."""
    body, lowest = WRITES[what]
    plural = {"idea": "investments", "note": "notes"}.get(what, what + "s")
    if what == "note":
        body = {"fields": {**body["fields"], "subject": acme.ids["bot"]}}
    for role in RANKS:
        on = acme.record.head()
        said = call("POST", f"/w/acme/{plural}", acme.keys[role], json={**body, "reason": "r", "on": on})
        expected = 201 if RANKS.index(role) >= RANKS.index(lowest) else 403
        assert said.status == expected, (role, said.body)


@pytest.mark.django_db
def test_only_owners_remove_others(acme: Place, call: Call) -> None:
    viewer = acme.actors["viewer"].id
    assert call("DELETE", f"/w/acme/members/{viewer}", acme.keys["planner"]).status == 403
    assert call("DELETE", f"/w/acme/members/{acme.actors['contributor'].id}", acme.keys["contributor"]).status == 200
    assert call("DELETE", f"/w/acme/members/{viewer}", acme.keys["owner"]).status == 200
    assert call("GET", "/me", acme.keys["viewer"]).status == 401


@pytest.mark.django_db
def test_a_token_makes_no_stronger_one(acme: Place, call: Call) -> None:
    said = call("POST", "/w/acme/tokens", acme.keys["viewer"], json={"name": "more", "role": "owner"})
    assert said.status == 422
    made = call("POST", "/w/acme/tokens", acme.keys["owner"], json={"name": "less", "role": "viewer"})
    assert made.status == 201
    assert call("GET", "/w/acme/invitations", made.data["key"]).status == 403
    again = call("POST", "/w/acme/tokens", made.data["key"], json={"name": "more", "role": "owner"})
    assert again.status == 422


# -- pages

SENDING = {
    # whoever may suggest: the record decides of each entity
    "portfolio/add": C, "portfolio/edit": C, "portfolio/many": C, "portfolio/paste": C, "portfolio/removal": C,
    "portfolio/remove": C, "portfolio/views/save": C, "portfolio/views/remove": C, "resolve": C, "undo": C,
    "settings/fields/save": C, "settings/fields/remove": C, "settings/views/change": C,
    "add/<kind>": C, "edit/<kind>/<id>": C, "investments/new": C,
    "scenarios/new": C, "scenario/merge": C, "scenario/update": C, "scenario/aside": C, "scenario/again": C,
    "rank/weights": C, "rank/scores/<id>": P, "scenario/decision": C, "decisions/<name>": P, "comments": C, "comments/<id>": C,
    # the plan in force
    "drop/<kind>/<id>": P, "history/<no>/revert": P, "history/tags": P, "line-of-sight/tie": P, "settings/calendar/save": P, "import/upload": P,
    "funds/new": P, "funds/<key>/<name>": P, "transfers/<key>/reverse": P,
    "flow/policies/new": P, "flow/policies/<key>": P,
    "flow/links/new": P, "flow/links/preview": P, "flow/links/move": P, "flow/links/<id>": P, "flow/links/<id>/drop": P,
    "sources/new": P, "sources/prices": P, "sources/upload": P, "sources/bring/<token>": P,
    "sources/bring/<token>/columns": P, "sources/bring/<token>/forget": P, "sources/incoming/<id>/stop": P,
    "sources/incoming/<id>/take": P, "sources/<key>/edit": P, "sources/<key>/deliveries/<id>/again": P,
    "import/<token>/answer": P, "import/<token>/discard": P, "import/<token>/land": P,
    # money: an investment's owner forecasts it, a planner closes the month
    "money/forecast/save": C, "money/close": P, "money/reopen": P,
    "rules/new": P, "rules/preview": P, "rules/move": P, "rules/<id>": P, "rules/<id>/drop": P,
    # people, and the workspace itself
    "settings/people/change": O, "settings/people/invite": O, "settings/people/withdraw": O, "settings/save": O,
    "settings/remove": O,
    # nothing is changed by trying a choice
    "choose": V, "choose/take": C,
    # one's own
    "settings/tokens/issue": V, "settings/tokens/revoke": V,
}  # fmt: skip
"""Address under the workspace that takes a form → the lowest role that is not refused (for somebody else's things)."""

READING = {"choose/take": C, "scenarios/new": C, "scenario/merge": C, "scenario/update": C, "scenario/aside": C,
           "sources/new": P, "sources/bring/<token>": P, "sources/bring/<token>/columns": P,
           "sources/incoming/<id>": P, "sources/incoming/<id>/refused.csv": P, "sources/<key>/edit": P,
           "sources/<key>/deliveries/<id>/input": P,
           "history/<no>/revert": P, "import/<token>": P, "import/<token>/findings.csv": P, "settings/backup": O,
           "funds/new": P, "funds/<key>/<name>": P, "transfers/<key>/reverse": P,
           "rules/new": P, "rules/<id>": P, "rules/<id>/drop": P, "flow/links/new": P,
           "flow/links/propose": P, "flow/links/<id>": P, "flow/links/<id>/drop": P}  # fmt: skip
"""Pages that not every member may open; all others a viewer may."""


@pytest.mark.django_db
def test_pages_let_in_whom_the_tables_say(acme: Place) -> None:
    """With an empty form: who is refused is refused before it is read. A page that takes a form and has no row fails."""
    values = known(acme)
    wrong = {}
    clients = {role: Client(raise_request_exception=False) for role in RANKS}
    for role, client in clients.items():
        client.force_login(acme.users[role])
    for route in ROUTES:
        if route.path.startswith("api/"):
            continue
        short = route.path.removeprefix("w/<slug>/")
        lowest = {"GET": READING.get(short, V), "POST": SENDING.get(short)}
        for role, client in clients.items():
            for method, least in lowest.items():
                mark = transaction.savepoint()
                said = client.generic(method, route.filled(**values)).status_code
                transaction.savepoint_rollback(mark)
                allowed = least is not None and RANKS.index(role) >= RANKS.index(least)
                if said != 405 and (said == 403) == allowed:
                    wrong[method, short, role] = said
    assert wrong == {}


def test_the_tables_name_only_what_is_there() -> None:
    there = {route.path.removeprefix("w/<slug>/") for route in ROUTES}
    assert (set(SENDING) | set(READING)) - there == set()
