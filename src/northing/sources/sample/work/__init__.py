"""Fenmarch's work: how its teams' boards are read, what belongs to which investment, and what that is claimed to bring."""

from __future__ import annotations

from .benefits import PROMISED, claims
from .boards import boards, epic

__all__ = ["PROMISED", "boards", "claims", "epic"]
