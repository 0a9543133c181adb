"""How an operation is declared: its address, the verb it takes, what it is asked and what it answers.

``@operation("GET", "/w/{ws}/revisions", needs="read", says=list[Revision])`` on a function whose first parameter is
:class:`Here`. The caller is checked before anything of the request is read: nothing under ``/w/{ws}`` can be registered
without a verb. A parameter ``asked`` is the JSON body, read strictly: a field that its type does not name is refused.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, get_type_hints

import msgspec
from django.http import HttpRequest, HttpResponse

from northing.access.actor import NEEDS, Actor
from northing.access.models import User, Workspace
from northing.portfolio.errors import Finding, Invalid, NorthingError
from northing.record import At, Record
from northing.report.viewing import Look, look

from .door import NEEDED, admitted, answer, api
from .once import once

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class PreconditionRequired(NorthingError):
    """A write that does not say on which revision it was made could overwrite what its author never saw."""

    code, status, exit_code = "revision-required", 428, 2


@dataclass(frozen=True)
class Declared:
    """One operation, as the tests of access and the documentation read it."""

    method: str
    path: str
    needs: str | None
    """The verb that the actor must be allowed; None where no workspace is entered."""
    name: str
    says: Any
    asks: Any
    status: int
    more: Mapping[str, Any] = field(default_factory=dict)
    """What the answer holds beside ``data``: name → type."""
    media: str = "application/json"
    again: bool = False


OPERATIONS: list[Declared] = []
"""All operations, in the order of their declaration."""


@dataclass(frozen=True)
class Here:
    """Where an operation works: the caller, in a workspace that is open to them, at the asked revision."""

    request: HttpRequest
    user: User
    workspace: Workspace
    actor: Actor

    @cached_property
    def record(self) -> Record:
        return Record(self.workspace.id)

    def look(self, at: str | None, mode: str = "known", today: date | None = None) -> Look:
        return look(self.workspace, at or None, mode=mode, today=today)

    def answer(self, data: Any, at: At | int | None = None, *, status: int = 200, **more: Any) -> HttpResponse:
        """*data* in the envelope, at the revision that it was read from; where none is given, the newest."""
        place = self.record.head() if at is None else at
        no = place.no if isinstance(place, At) else place
        return answer(data, revision=no, at=str(place), status=status, **more)

    def on(self, stated: int | None) -> int:
        """The revision that a write is made on: in the body, or in ``If-Match``."""
        tag = self.request.headers.get("If-Match", "").strip()
        number = tag.removeprefix("W/").strip('"').rpartition("@")[2]
        if stated is not None:
            return stated
        if number.isdecimal() and len(number) <= 15:
            return int(number)
        if tag:
            raise Invalid("If-Match does not name a revision.", remedy='Send the ETag of an answer: If-Match: "312".')
        raise PreconditionRequired(
            "This write does not say which revision it was made on.",
            remedy='Send "on": 312 in the body, or If-Match: "312"; every answer carries its revision.',
        )


def operation(
    method: str,
    path: str,
    *,
    says: Any,
    needs: str | None = None,
    status: int = 200,
    more: Mapping[str, Any] | None = None,
    tag: str = "",
    media: str = "application/json",
    again: bool = False,
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Declare an operation of the API. *again*: asked a second time it changes nothing, and answers 200."""
    inside = path.startswith("/w/{ws}")
    if inside and needs not in NEEDS:
        raise TypeError(f"{method} {path} says no verb that it needs")

    def register(work: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        hints = get_type_hints(work, include_extras=True)
        asks = hints.get("asked")
        declared = Declared(method, path, needs, work.__name__, says, asks, status, dict(more or {}), media, again)
        OPERATIONS.append(declared)
        if needs is not None:
            NEEDED[method, re.sub(r"{(\w+)}", r"<\1>", f"api/v1{path}")] = needs

        def view(request: HttpRequest, **given: Any) -> HttpResponse:
            _refuse_nul(request)
            if not inside:
                return work(request, **given)
            come = admitted(request)
            assert come.workspace is not None
            assert come.actor is not None
            del given["ws"]
            here = Here(request, come.caller.user, come.workspace, come.actor)
            if asks is not None:
                given["asked"] = read_body(request, asks)
            if method == "GET":
                return work(here, **given)
            return once(request, here.workspace, here.user, lambda: work(here, **given))

        view.__name__, view.__doc__ = work.__name__, work.__doc__
        view.__signature__ = _signature(work, hints, inside)  # type: ignore[attr-defined]
        api.api_operation(
            [method],
            path,
            operation_id=work.__name__,
            tags=[tag or path.split("/")[3 if inside and path.count("/") > 2 else 1]],
            summary=(inspect.getdoc(work) or work.__name__).splitlines()[0].rstrip("."),
            description=inspect.getdoc(work),
            url_name=work.__name__,
        )(view)
        return work

    return register


def read_body(request: HttpRequest, wanted: Any) -> Any:
    """The JSON body as *wanted*; raises :class:`Invalid` with the field that is wrong."""
    body = request.body
    if NUL.search(body):
        raise Invalid("Text in the body holds a NUL character.", remedy="Leave it out.")
    try:
        return msgspec.json.decode(body or b"{}", type=wanted)
    except msgspec.ValidationError as wrong:
        text, _, where = str(wrong).partition(" - at `$")
        name = where.rstrip("`").lstrip(".") or None
        finding = Finding(code="wrong-value", message=f"{text}.", field=name)
        raise Invalid(
            f"The request is not understood: {text}" + (f" in “{name}”." if name else "."), findings=[finding]
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Invalid(f"The body is not JSON: {wrong}.") from None


def _refuse_nul(request: HttpRequest) -> None:
    if any("\0" in name or any("\0" in value for value in values) for name, values in request.GET.lists()):
        raise Invalid("A parameter holds a NUL character.", remedy="Leave it out.")


def _signature(work: Callable[..., Any], hints: dict[str, Any], inside: bool) -> inspect.Signature:
    own = [parameter for name, parameter in inspect.signature(work).parameters.items() if name != "asked"][1:]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    first = [inspect.Parameter("request", kind)]
    if inside:
        first.append(inspect.Parameter("ws", kind, annotation=str))
    keyword = inspect.Parameter.KEYWORD_ONLY
    return inspect.Signature(
        [*first, *(parameter.replace(annotation=hints[parameter.name], kind=keyword) for parameter in own)]
    )
