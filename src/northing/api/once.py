"""A write that carries an Idempotency-Key is applied once, however often it is sent.

The same key with the same request is answered as the first time, with another request it is refused, and while
the first is still at work it is told to wait. Keys are kept for a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from northing.access.models import Answered, User, Workspace
from northing.portfolio.errors import Invalid, NorthingError

KEPT = timedelta(days=1)
STUCK = timedelta(minutes=2)
"""After this long an unanswered first request is taken to have died."""
LONGEST_KEY = 200


class AtWork(NorthingError):
    """The first request with this key has not been answered yet."""

    code, status = "at-work", 409


def once(
    request: HttpRequest, workspace: Workspace, user: User, write: Callable[[], HttpResponse]
) -> HttpResponse:
    """What *write* answers, or what it answered when the request's key was first sent."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return write()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(f"An Idempotency-Key has at most {LONGEST_KEY} printable characters.")
    print_ = hashlib.sha256(b"\0".join([(request.method or "").encode(), request.get_full_path().encode(), request.body]))
    fingerprint = print_.hexdigest()
    mine = {"workspace": workspace, "user": user, "key": key}
    Answered.objects.filter(workspace=workspace, created__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            row = Answered.objects.create(**mine, fingerprint=fingerprint)
    except IntegrityError:
        return _again(Answered.objects.get(**mine), fingerprint)
    try:
        response = write()
    except NorthingError:
        row.delete()  # nothing was written; the same key may be tried again
        raise
    except BaseException:
        row.delete()
        raise
    if response.status_code >= 500:
        row.delete()
    else:
        row.status, row.body = response.status_code, bytes(response.content)
        row.save(update_fields=["status", "body"])
    return response


def _again(row: Answered, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise Invalid("This Idempotency-Key was sent with another request.", remedy="Take a new key for a new request.")
    if row.status is None:
        raise AtWork("The first request with this key is still at work.", remedy="Ask again in a second.")
    response = HttpResponse(bytes(row.body), status=row.status, content_type="application/json")
    response["Idempotency-Replayed"] = "true"
    return response
