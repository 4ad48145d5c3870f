# SPDX-License-Identifier: Apache-2.0
"""What views can ask of a request, and how its query and body are read.

Everything a client sends is suspect: whatever is malformed here is a 400 that names the place.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson
from pyramid.decorator import reify

from nova_cells.global_api.faults import BadRequest, Forbidden
from nova_cells.global_api.faults_http import UnsupportedMediaType
from nova_cells.global_api.versioning import BodySchema, Plan, QuerySchema, gate_open, plan_for
from nova_cells.runtime.context import RequestContext

JSON_TYPES = ("application/json", "application/vnd.openstack.compute+json", "text/plain", "")


def read_query(request: Any, schema: QuerySchema) -> dict[str, Any]:
    """The query's values, as its schema has them in the request's version."""
    given = request.environ.get("QUERY_STRING", "")
    if not given and not schema.parameters:
        return {}
    texts: dict[str, list[str]] = {}
    for name, value in split_query(given):
        texts.setdefault(name, []).append(value)
    return schema.accept(texts, request.microversion, lenient=request.legacy)


def split_query(text: str) -> list[tuple[str, str]]:
    """Names and values of a query string, in order."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise BadRequest("Query string is not valid UTF-8, or has too many parameters.") from None
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise BadRequest(f"Invalid input for query parameters {name!r}: null characters.")
    return pairs


def read_body(request: Any, schema: BodySchema) -> Any:
    """The body in head form, checked against the schema of the request's version."""
    return schema.accept(request.parsed_body, request.microversion, lenient=request.legacy)


def parse_body(request: Any) -> Any:
    """The JSON value of the body; 415 for another content type, 400 for what is no JSON."""
    kind = request.environ.get("CONTENT_TYPE", "").split(";", 1)[0].strip().lower()
    if kind not in JSON_TYPES:
        raise UnsupportedMediaType(f"Unsupported Content-Type {kind}")
    data = request.body
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as problem:
        raise BadRequest(f"Malformed request body: cannot understand JSON: {problem}") from None
    if rb"\u0000" in data:
        _refuse_null(value)
    return value


def _refuse_null(value: Any) -> None:
    stack: list[tuple[str, Any]] = [("body", value)]
    while stack:
        path, item = stack.pop()
        if isinstance(item, str) and "\0" in item:
            raise BadRequest(f"Invalid input for field/attribute {path}: null characters.")
        if isinstance(item, list):
            stack.extend((f"{path}.{place}", part) for place, part in enumerate(item))
        elif isinstance(item, dict):
            stack.extend((path, key) for key in item)
            stack.extend((f"{path}.{key}", part) for key, part in item.items())


class RequestWords:
    """The words of this API, mixed into every Pyramid request."""

    shape: str | None = None
    microversion: int = 1
    legacy: bool = False

    @reify
    def caller(self: Any) -> RequestContext:
        """Who asks."""
        return self.environ["nova_cells.caller"]

    @reify
    def side(self: Any) -> Any:
        """The global side this application serves."""
        return self.registry.side

    @reify
    def parsed_body(self: Any) -> Any:
        return parse_body(self)

    @reify
    def plan(self: Any) -> Plan:
        """How to present the shape of this operation in the version asked for."""
        return plan_for(self.shape, self.microversion)

    def plan_of(self: Any, shape: str) -> Plan:
        """The same for another shape."""
        return plan_for(shape, self.microversion)

    def gate(self: Any, name: str) -> bool:
        """Whether the named behaviour holds for this request."""
        return gate_open(name, self.microversion)

    def may(self: Any, rule: str, subject: Any = None) -> bool:
        """Whether the caller may; `subject` is a dict target or a thing with a project_id."""
        return self.registry.policies.allows(rule, self.caller, target_of(subject, self.caller))

    def enforce(self: Any, rule: str, subject: Any = None) -> None:
        """403 unless the caller may."""
        if not self.may(rule, subject):
            raise Forbidden(f"Policy doesn't allow {rule} to be performed.")

    @reify
    def extra_headers(self: Any) -> list[tuple[str, str]]:
        """Headers a view adds to its answer."""
        return []

    @reify
    def version_url(self: Any) -> str:
        """Where this request entered the API: links named "self" begin with it."""
        return str(self.base_url + self.environ["nova_cells.entry"])

    @reify
    def bookmark_url(self: Any) -> str:
        """The same without the version."""
        project = self.environ.get("nova_cells.project")
        return f"{self.base_url}/{project}" if project else self.base_url

    @reify
    def base_url(self: Any) -> str:
        """Where the API begins, above all versions."""
        asked = self.host_url + self.environ.get("SCRIPT_NAME", "")
        return self.registry.link_prefix or asked

    def links(self: Any, path: str) -> list[dict[str, str]]:
        """The pair of links of one thing; `path` like "servers/<id>"."""
        return [
            {"rel": "self", "href": f"{self.version_url}/{path}"},
            {"rel": "bookmark", "href": f"{self.bookmark_url}/{path}"},
        ]

    def bookmark(self: Any, path: str) -> list[dict[str, str]]:
        """The one link of a thing mentioned inside another."""
        return [{"rel": "bookmark", "href": f"{self.bookmark_url}/{path}"}]

    def next_link(self: Any, path: str, marker: str) -> list[dict[str, str]]:
        """The link to the next page: the caller's own query with another marker."""
        query = [pair for pair in split_query(self.query_string) if pair[0] != "marker"]
        query.append(("marker", marker))
        return [{"rel": "next", "href": f"{self.version_url}/{path}?{urlencode(query)}"}]


def target_of(subject: Any, caller: RequestContext) -> dict[str, Any]:
    """What policy rules compare with the caller."""
    if isinstance(subject, dict):
        return subject
    return {
        "project_id": getattr(subject, "project_id", caller.project_id),
        "user_id": getattr(subject, "user_id", caller.user_id),
    }
