"""Who comes in: by token or by session; and how every answer and every error looks on the way out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase, HttpResponseNotAllowed
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from northing import __version__
from northing.access import tokens, workspaces
from northing.access.actor import Actor
from northing.access.models import User, Workspace
from northing.portfolio.errors import Finding, Invalid, NorthingError, NotFound
from northing.report.plain import encode
from northing.sources.octets import MAX_FILE

log = logging.getLogger("northing.api")


class Unauthenticated(NorthingError):
    """Nobody that we know: no token, a wrong or expired one, no session."""

    code, status, exit_code = "unauthenticated", 401, 5


class TooLarge(NorthingError):
    """The body is larger than this door takes."""

    code, status = "too-large", 413


class MethodNotAllowed(NorthingError):
    """The address is right and the method is not."""

    code, status = "method-not-allowed", 405


class BadRequest(NorthingError):
    """The request cannot be read as HTTP or JSON."""

    code, status = "bad-request", 400


class Caller(msgspec.Struct, frozen=True):
    """Who sent the request, and by which key, if by one."""

    user: User
    bearer: tokens.Bearer | None

    def actor(self, slug: str) -> tuple[Workspace, Actor]:
        """The caller at work in the workspace at *slug*; foreign and absent are the same :class:`NotFound`."""
        if self.bearer is None:
            workspace, membership = workspaces.find(self.user, slug)
            return workspace, workspaces.actor_of(membership, workspace, self.user, "api")
        if self.bearer.workspace.slug != slug:
            raise workspaces.nowhere()
        return self.bearer.workspace, self.bearer.actor


NEEDED: dict[tuple[str, str], str] = {}
"""Method and address → the verb that it takes; written by the declaration of each operation."""


class Admitted(msgspec.Struct, frozen=True):
    """A caller who may do what was asked, and where."""

    caller: Caller
    workspace: Workspace | None = None
    actor: Actor | None = None


def admit(request: HttpRequest, caller: Caller) -> Admitted:
    """Let *caller* in, before any parameter or body is read: into their own workspace, for what their role allows."""
    match = request.resolver_match
    if match is None or "ws" not in match.kwargs:
        return Admitted(caller)
    workspace, actor = caller.actor(match.kwargs["ws"])
    actor.require(NEEDED[request.method or "", match.route], "do this")
    return Admitted(caller, workspace, actor)


class TokenAuth(HttpBearer):
    """``Authorization: Bearer nor_…``. A wrong key ends the request: the session is not tried after it."""

    def authenticate(self, request: HttpRequest, token: str) -> Admitted:
        bearer = tokens.bearer(token.strip()) if "\0" not in token else None
        if bearer is None:
            log.warning("token refused: from=%s", request.META.get("REMOTE_ADDR", "?"))
            raise Unauthenticated("This token is unknown, expired or revoked.", remedy="northing token create")
        return admit(request, Caller(bearer.user, bearer))


class SessionAuth(APIKeyCookie):
    """The session of somebody logged in; a request that changes something also needs the CSRF token."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self) -> None:
        super().__init__(csrf=False)  # asked below, only of who is logged in, with an answer that says what to do

    def authenticate(self, request: HttpRequest, key: str | None) -> Admitted | None:
        if request.META.get("HTTP_AUTHORIZATION") or not key or not request.user.is_authenticated:
            return None
        if check_csrf(request):
            log.warning("csrf refused: from=%s", request.META.get("REMOTE_ADDR", "?"))
            raise NoCsrf("The request lacks the CSRF token of this session.", remedy="Send it as X-CSRFToken.")
        assert isinstance(request.user, User)
        return admit(request, Caller(request.user, None))


class NoCsrf(NorthingError):
    """Another site may have sent this in the name of somebody logged in."""

    code, status = "csrf", 403


api = NinjaAPI(
    title="Northing",
    version=__version__,
    description="Reads and commits a portfolio. docs/api.md explains it by example.",
    auth=[TokenAuth(), SessionAuth()],
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


def admitted(request: HttpRequest) -> Admitted:
    """Who sent *request*; the door has let them in by now."""
    found = getattr(request, "auth", None)
    assert isinstance(found, Admitted)
    return found


# -- out


def answer(
    data: Any,
    *,
    revision: int | None,
    at: str | None = None,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> HttpResponse:
    """What every operation sends: ``{"revision": …, "at": …, "data": …}`` and what else belongs to it."""
    body = {"revision": revision, "at": at if at is not None or revision is None else str(revision), "data": data}
    response = HttpResponse(encode({**body, **more}), status=status, content_type="application/json")
    if revision is not None:
        response["ETag"] = f'"{body["at"]}"'
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def refuse(error: NorthingError) -> HttpResponse:
    """The one envelope of errors: ``{code, message, remedy, details}``."""
    response = HttpResponse(encode(error.as_dict()), status=error.status, content_type="application/json")
    if isinstance(error, Unauthenticated):
        response["WWW-Authenticate"] = 'Bearer realm="northing"'
    if error.status == 503:
        response["Retry-After"] = "1"
    return response


@api.exception_handler(NorthingError)
def _known(request: HttpRequest, error: NorthingError) -> HttpResponse:
    return refuse(error)


@api.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return refuse(
        Unauthenticated("This needs a token or a session.", remedy="Send Authorization: Bearer and a token, or log in.")
    )


@api.exception_handler(ValidationError)
def _malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if not request.FILES and int(request.META.get("CONTENT_LENGTH") or 0) > MAX_FILE:
        # What is larger is read past and not kept (uploads.Bounded): it is missing because of that.
        remedy = "Bring it in with northing deliver, which takes files of any size, or split it."
        return refuse(TooLarge(f"The file is larger than {MAX_FILE >> 20} MB.", remedy=remedy))
    findings = [
        Finding(
            code="wrong-parameter",
            message=f"{item['msg']}.".replace("..", "."),
            field=".".join(str(part) for part in item["loc"][1:] if part not in ("body", "asked")) or None,
            value=str(item.get("input"))[:200] if isinstance(item.get("input"), str | int | float | bool) else None,
        )
        for item in error.errors
    ]
    first = findings[0]
    where = f"{first.field}: " if first.field else ""
    return refuse(Invalid(f"The request is not understood. {where}{first.message}", findings=findings))


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    refused = BadRequest("The request cannot be read. Is its body JSON?")
    refused.status = error.status_code
    return refuse(refused)


@api.exception_handler(Http404)
def _absent(request: HttpRequest, error: Http404) -> HttpResponse:
    return refuse(NotFound("There is nothing here."))


@api.exception_handler(Exception)
def _defect(request: HttpRequest, error: Exception) -> HttpResponse:
    if isinstance(error, RequestDataTooBig):
        return refuse(TooLarge(f"The body is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes."))
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return refuse(BadRequest("The request cannot be read."))
    log.error("unexpected: %s %s", request.method, request.path, exc_info=error)
    broken = NorthingError("Something went wrong here; it has been written down.")
    broken.code, broken.status = "defect", 500
    return refuse(broken)


View = Callable[..., HttpResponseBase]


def guarded(view: View) -> View:
    """*view* with the headers of this door, and the envelope for what is refused before an operation is found."""

    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "\0" in request.path_info or "\0" in "".join(kwargs.values()):
            response: HttpResponseBase = refuse(NotFound("There is nothing here."))
        else:
            response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            wrong = MethodNotAllowed(f"{request.method} is not possible here.", remedy=f"Possible: {allowed}")
            response = refuse(wrong)
            response["Allow"] = allowed
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        return response

    door.csrf_exempt = True  # type: ignore[attr-defined]
    return door


def unknown(request: HttpRequest, rest: str = "") -> HttpResponse:
    return refuse(NotFound("There is no such address in this API.", remedy="See /api/v1/openapi.json."))
