"""Workflow policies: which hold, what they leave open, what others would. They are written like any other entity."""

from __future__ import annotations

from typing import Any

import msgspec
from django.http import HttpResponse

from northing.report import policies_data

from .money import looked_at
from .operation import Here, operation
from .parameters import Mode, Ref


class PoliciesAsked(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """New policies, or those that an ``id`` or ``number`` names with what would be changed of them."""

    workflow_policies: list[dict[str, Any]]


@operation("GET", "/w/{ws}/flow/policies", needs="read", says=list[policies_data.PolicySaid], tag="flow")
def list_policies(here: Here, *, at: Ref = None, mode: Mode = "known") -> HttpResponse:
    """List the workflow policies: which hold, and the states and types of delivered work that each leaves open."""
    looked = looked_at(here, at, mode, None)
    return here.answer(policies_data.policies_said(looked.view), looked.at)


@operation("POST", "/w/{ws}/flow/policies/check", needs="read", says=list[policies_data.PolicySaid], tag="flow")
def check_policies(here: Here, asked: PoliciesAsked) -> HttpResponse:
    """Say what policies would leave open of the delivered work if they were kept. Writes nothing."""
    looked = here.look(None)
    said = policies_data.checked(looked.view, {"workflow_policies": asked.workflow_policies})
    return here.answer(said, looked.at)
