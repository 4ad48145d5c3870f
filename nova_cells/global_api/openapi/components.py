# SPDX-License-Identifier: Apache-2.0
"""What the operations of a document share: shapes, refusals, and how to ask for a version."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.faults_http import NAMES
from nova_cells.global_api.versioning import Shape
from nova_cells.global_api.versioning.shapes import resolve

Schema = dict[str, Any]

_TITLES = {
    400: "The request is malformed: the message names the place.",
    401: "No token, or none that is valid.",
    403: "A policy or a quota does not allow it.",
    404: "There is no such thing, or none the caller may know of.",
    406: "The microversion asked for is not served; the message names the range.",
    409: "The present state of the thing does not allow it.",
    410: "This was removed from the API.",
    413: "The body is too large.",
    415: "The body is of a content type that is not read.",
    431: "The query or the headers are too large.",
    500: "The host of the server failed to do this.",
    501: "The host of the server can not do this.",
    503: "The cell of the server does not answer; try again later.",
}
_UNROUTED = {"text/html": {"schema": {"type": "string"}}}


class Components:
    """Collects what is referred to while a document is made."""

    def __init__(self, minor: int) -> None:
        self.minor = minor
        self._shapes: dict[str, Schema] = {}
        self._refusals: dict[int, Schema] = {}

    def shape(self, shape: Shape) -> Schema:
        """A reference to a shape."""
        if shape.name not in self._shapes:
            self._shapes[shape.name] = {}  # a shape may hold itself
            self._shapes[shape.name] = resolve(shape.at(self.minor), self.minor, self.shape)
        return {"$ref": f"#/components/schemas/{shape.name}"}

    def refusal(self, code: int) -> Schema:
        """A reference to the answer of a refused request."""
        if code not in self._refusals:
            self._refusals[code] = _refusal(code)
        return {"$ref": f"#/components/responses/{code}"}

    def version(self) -> list[Schema]:
        """How the version of this document is asked for."""
        if self.minor == 1:
            return []
        return [{"$ref": "#/components/parameters/microversion"}]

    def document(self) -> Schema:
        """The components section."""
        return {
            "schemas": dict(sorted(self._shapes.items())),
            "responses": {str(code): self._refusals[code] for code in sorted(self._refusals)},
            "parameters": {
                "microversion": {
                    "name": "OpenStack-API-Version",
                    "in": "header",
                    "required": True,
                    "schema": {"type": "string", "enum": [f"compute 2.{self.minor}"]},
                }
            },
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"}
            },
        }


def _refusal(code: int) -> Schema:
    envelope = _unauthorized() if code == 401 else _envelope(code)
    content = {"application/json": {"schema": envelope}}
    if code == 431:  # said by the server before the API is asked
        content = {"text/plain": {"schema": {"type": "string"}}}
    if code == 404:
        content |= _UNROUTED
    return {"description": _TITLES[code], "content": content}


def _envelope(code: int) -> Schema:
    name = NAMES.get(code, "computeFault")
    fault = {
        "type": "object",
        "properties": {
            "code": {"const": code},
            "message": {"type": "string"},
            "retryAfter": {"type": "string"},
        },
        "required": ["code", "message"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {name: fault},
        "required": [name],
        "additionalProperties": False,
    }


def _unauthorized() -> Schema:
    """Said by the token layer, which has an envelope of its own."""
    return {"type": "object", "properties": {"error": {"type": "object"}}, "required": ["error"]}
