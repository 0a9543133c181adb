"""What allauth asks us: who may open an account (nobody without an invitation)."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """An account is made by an owner's invitation or on the command line, never by the login page."""
        return False
