"""A write that carries an Idempotency-Key is applied once, however often it is sent.

The same key with the same request is answered as the first time; with another request it is refused. Key, commit
and answer are written in one transaction, so that a server that dies leaves all of them or none; a second request
with the key waits until the first is through. Keys are kept for a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from northing.access.models import Answered, User, Workspace
from northing.portfolio.errors import Busy, Invalid

KEPT = timedelta(days=1)
LONGEST_KEY = 200


def once(request: HttpRequest, workspace: Workspace, user: User, write: Callable[[], HttpResponse]) -> HttpResponse:
    """What *write* answers, or what it answered when the request's key was first sent."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return write()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(f"An Idempotency-Key has at most {LONGEST_KEY} printable characters.")
    fingerprint = _fingerprint(request)
    try:
        with transaction.atomic():
            return _first_or_again(workspace, user, key, fingerprint, write)
    except OperationalError as error:
        raise Busy("Another request with this key is still at work.", remedy="Ask again in a second.") from error


def _fingerprint(request: HttpRequest) -> str:
    """A hash of method, address and body; of an upload, of its fields and files."""
    digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\0".encode())
    if request.content_type != "multipart/form-data":
        digest.update(request.body)
        return digest.hexdigest()
    digest.update(repr(sorted(request.POST.lists())).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(f"\0{name}\0{file.name}\0".encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return digest.hexdigest()


def _first_or_again(
    workspace: Workspace, user: User, key: str, fingerprint: str, write: Callable[[], HttpResponse]
) -> HttpResponse:
    Answered.objects.filter(workspace=workspace, created__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            row = Answered.objects.create(workspace=workspace, user=user, key=key, fingerprint=fingerprint)
    except IntegrityError:
        return _again(Answered.objects.get(workspace=workspace, user=user, key=key), fingerprint)
    response = write()
    row.status, row.body = response.status_code, bytes(response.content)
    row.save(update_fields=["status", "body"])
    return response


def _again(row: Answered, fingerprint: str) -> HttpResponse:
    if row.fingerprint != fingerprint:
        raise Invalid("This Idempotency-Key was sent with another request.", remedy="Take a new key for a new request.")
    response = HttpResponse(bytes(row.body), status=row.status, content_type="application/json")
    response["Idempotency-Replayed"] = "true"
    return response
