"""Log lines: UTC, one line an event, and no secrets."""

from __future__ import annotations

import logging
import re
import time
from typing import override

_SECRETS = (
    # A password-reset or invitation link logs in whoever holds it.
    (re.compile(r"(/password/reset/key/|/invitations?/)[^\s/?\"']+"), r"\1…"),
    (re.compile(r"(?i)\b(authorization|cookie|set-cookie|x-csrftoken)(\s*[:=]\s*)[^\r\n]+"), r"\1\2…"),
    (
        re.compile(r"(?i)\b(password|passwd|secret|token|api_key|csrfmiddlewaretoken)(['\"]?\s*[:=]\s*)[^\s,&;)}]+"),
        r"\1\2…",
    ),
    (re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+"), "Bearer …"),
    (re.compile(r"\bnor_[\w-]{6,}"), "nor_…"),
    # postgresql://user:password@host
    (re.compile(r"(\w+://[^\s:/@]+:)[^\s@/]+@"), r"\1…@"),
)


def without_secrets(text: str) -> str:
    """The text with passwords, tokens, cookies and one-time links cut out."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


class UTCFormatter(logging.Formatter):
    """``2026-11-22T18:00:00.123Z WARNING django.request: …``; what a visitor sent cannot begin a new line."""

    @staticmethod
    def converter(seconds: float | None) -> time.struct_time:
        return time.gmtime(seconds)

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%dT%H:%M:%S")

    @override
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return f"{super().formatTime(record, datefmt)}.{int(record.msecs):03d}Z"

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        return line.replace("\r", "\\r").replace("\n", "\\n").replace("\0", "\\0")

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
