"""Fenmarch's money: what is spent, bound, funded, forecast and closed, told beside its investments."""

from __future__ import annotations

from .telling import Money, money_of, tell_money

__all__ = ["Money", "money_of", "tell_money"]
