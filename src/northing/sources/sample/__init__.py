"""A fictional organisation to look at: eighteen months of an insurer's AI portfolio, made from a seed."""

from __future__ import annotations

from .cast import ORGANISATION, directory, person
from .events import PLANTED
from .story import PLOTS, investment_id, story
from .timeline import Step

__all__ = ["ORGANISATION", "PLANTED", "PLOTS", "Step", "directory", "investment_id", "person", "story"]
