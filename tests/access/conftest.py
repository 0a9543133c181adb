"""The same two organisations as in the tests of the API."""

from __future__ import annotations

from tests.api.conftest import acme, call, other

__all__ = ["acme", "call", "other"]
