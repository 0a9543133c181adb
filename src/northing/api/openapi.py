"""The OpenAPI document: what django-ninja knows of addresses and parameters, and msgspec of bodies and answers.

The types that an operation declares are the types that it reads and sends; nothing is described twice.
"""

from __future__ import annotations

import functools
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from northing.portfolio.kinds import KINDS
from northing.portfolio.money import Amounts

from .door import api
from .operation import OPERATIONS, Declared

REFUSALS = {
    400: "The request cannot be read",
    401: "No token and no session, or a wrong one",
    403: "The caller's role does not allow it",
    404: "No such thing, or nothing that the caller may see",
    413: "The body is too large",
    422: "The input means nothing, or breaks a rule; details.findings say where",
    503: "Another writer holds the record",
    507: "The disk is full, or cannot be written",
}
OF_WRITES = {
    409: "The plan moved meanwhile, and a field was changed to something else; details.conflicts say which",
    428: "The write does not name its revision",
}


class Refused(msgspec.Struct, kw_only=True):
    """Every error."""

    code: str
    """Stable and documented."""
    message: str
    """One sentence for a person."""
    remedy: str | None
    """What to do about it."""
    details: dict[str, Any]


@functools.cache
def document() -> bytes:
    """The OpenAPI document: what ninja knows of paths and parameters, with the schemas of our own types."""
    described = dict(api.get_openapi_schema(path_prefix="/api/v1"))
    types = [Refused, *KINDS.values()]
    for declared in OPERATIONS:
        types += [one for one in (declared.says, declared.asks, *declared.more.values()) if one not in (None, bytes)]
    schemas, components = msgspec.json.schema_components(
        types, ref_template="#/components/schemas/{name}", schema_hook=_schema_of
    )
    by_type = {_key(one): schema for one, schema in zip(types, schemas, strict=True)}
    for declared in OPERATIONS:
        path = "/api/v1" + declared.path
        _describe(described["paths"][path][declared.method.lower()], declared, by_type)
    described["components"]["schemas"] = {**described["components"].get("schemas", {}), **components}
    described["servers"] = [{"url": "/"}]
    return msgspec.json.encode(described)


def serve(request: HttpRequest) -> HttpResponse:
    """The document, for anybody."""
    response = HttpResponse(document(), content_type="application/json")
    response["Cache-Control"] = "no-cache"
    return response


def _plain_parameters(operation: dict[str, Any]) -> None:
    """A parameter that may be left out is not one that may be null: an address has no null."""
    for parameter in operation.get("parameters", ()):
        options = [one for one in parameter["schema"].pop("anyOf", ()) if one != {"type": "null"}]
        if len(options) == 1:
            parameter["schema"].update(options[0])


def _describe(operation: dict[str, Any], declared: Declared, by_type: dict[str, Any]) -> None:
    _plain_parameters(operation)
    if declared.asks is not None:
        schema = by_type[_key(declared.asks)]
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    writes = declared.method != "GET"
    if writes:
        operation.setdefault("parameters", []).append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": False,
                "schema": {"type": "string", "maxLength": 200},
                "description": "The same key with the same request is applied once.",
            }
        )
    refused = {"application/json": {"schema": by_type[_key(Refused)]}}
    said: dict[str, Any] = {"description": (operation.get("summary") or "") + "."}
    if declared.media == "application/json":
        said["content"] = {"application/json": {"schema": _envelope(declared, by_type)}}
    else:
        said["content"] = {
            media: {"schema": {"type": "string", "format": "binary"}} for media in declared.media.split()
        }
    operation["responses"] = {
        **({"200": said} if declared.again else {}),
        str(declared.status): said,
        **{
            str(status): {"description": text, "content": refused}
            for status, text in {**REFUSALS, **(OF_WRITES if writes else {})}.items()
        },
    }


def _envelope(declared: Declared, by_type: dict[str, Any]) -> dict[str, Any]:
    data = {"type": "null"} if declared.says is None else by_type[_key(declared.says)]
    return {
        "type": "object",
        "required": ["revision", "at", "data", *declared.more],
        "properties": {
            "revision": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
            "at": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "data": data,
            **{name: by_type[_key(one)] for name, one in declared.more.items()},
        },
    }


def _key(one: Any) -> str:
    return repr(one)


def _schema_of(one: type) -> dict[str, Any]:
    if one is Amounts:
        return {
            "title": "Amounts",
            "description": "Money by currency; an empty key is money whose currency nobody stated.",
            "type": "object",
            "additionalProperties": {"type": "string"},
        }
    raise NotImplementedError(f"no schema of {one}")
