"""A fictional organisation to look at: eighteen months of an insurer's AI portfolio, made from a seed."""

from __future__ import annotations

from .cast import ORGANISATION, directory, person
from .events import PLANTED
from .feeds import Incoming
from .scenarios import Proposal, proposals, remark
from .story import PLOTS, deliveries, investment_id, story
from .timeline import Step

__all__ = [
    "ORGANISATION", "PLANTED", "PLOTS", "Incoming", "Proposal", "Step", "deliveries", "directory", "investment_id",
    "person", "proposals", "remark", "story",
]  # fmt: skip
