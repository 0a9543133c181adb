"""What Fenmarch's systems deliver: bills, extracts, hours, calls and prices, as bytes in the formats they come in."""

from __future__ import annotations

from .schedule import Incoming, deliveries
from .systems import set_up, source_id

__all__ = ["Incoming", "deliveries", "set_up", "source_id"]
