# SPDX-License-Identifier: Apache-2.0
"""One operation of a document. The actions of one path are one operation with many bodies."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.openapi.catalogue import Endpoint
from nova_cells.global_api.openapi.components import Components
from nova_cells.global_api.policies import PUBLIC, RULES
from nova_cells.global_api.versioning import BodySchema

Schema = dict[str, Any]
JSON = "application/json"

_SUCCESSES = {200: "OK", 201: "Created", 202: "Accepted", 204: "Done", 207: "Told one by one"}


def operation(endpoint: Endpoint, components: Components) -> Schema:
    """An operation that has its method for itself."""
    found: Schema = {
        "operationId": endpoint.name,
        "tags": [endpoint.area],
        "parameters": [
            *_path(endpoint),
            *query_parameters(endpoint, components.minor),
            *components.version(),
        ],
        "responses": responses([endpoint], components),
        "x-window": str(endpoint.span),
        "x-policy": policies(endpoint),
    }
    query = endpoint.operation.query
    if query is not None:
        found["x-strict-query"] = query.strict(components.minor)
    if endpoint.operation.policy == PUBLIC:
        found["security"] = []
    if endpoint.operation.body is not None:
        schema = request_schema(endpoint.operation.body, components.minor)
        found["requestBody"] = _body(schema)
    return found


def action_operation(endpoints: list[Endpoint], components: Components) -> Schema:
    """All actions of a path: the one key of the body says which is meant."""
    first = endpoints[0]
    ordered = sorted(endpoints, key=lambda endpoint: str(endpoint.action))
    schemas = [action_schema(endpoint, components.minor) for endpoint in ordered]
    return {
        "operationId": f"{first.area}.act",
        "tags": [first.area],
        "parameters": [*_path(first), *components.version()],
        "requestBody": _body({"oneOf": schemas}),
        "responses": responses(ordered, components),
        "x-actions": {
            str(endpoint.action): {
                "x-window": str(endpoint.span),
                "x-policy": policies(endpoint),
                "status": endpoint.successes(components.minor),
                "faults": endpoint.refusals(),
                "answer": answer(endpoint, endpoint.successes(components.minor)[0], components),
            }
            for endpoint in ordered
        },
    }


def action_schema(endpoint: Endpoint, minor: int) -> Schema:
    """The body of an action; the value of one without arguments is not looked at."""
    name = str(endpoint.action)
    if endpoint.operation.body is not None:
        return {"title": name, **request_schema(endpoint.operation.body, minor)}
    return {
        "title": name,
        "type": "object",
        "properties": {name: {}},
        "required": [name],
        "additionalProperties": False,
    }


def request_schema(body: BodySchema, minor: int) -> Schema:
    """A body's schema as later drafts say it: there, no required names are none."""
    return body.at(minor)


def query_parameters(endpoint: Endpoint, minor: int) -> list[Schema]:
    """The parameters of the query that have a meaning in a version."""
    query = endpoint.operation.query
    if query is None:
        return []
    found = []
    for name, kind in sorted(query.at(minor).items()):
        schema = kind.schema()
        if kind.many:
            schema = {"type": "array", "items": schema}
        found.append({"name": name, "in": "query", "required": False, "schema": schema})
    return found


def responses(endpoints: list[Endpoint], components: Components) -> Schema:
    """Every code of success with its bodies, and every code of refusal.

    Where some actions answer a code with a body and others without, no body is promised.
    """
    bodies: dict[int, list[Schema | None]] = {}
    for endpoint in endpoints:
        for code in endpoint.successes(components.minor):
            bodies.setdefault(code, []).append(answer(endpoint, code, components))
    refusals = {code for endpoint in endpoints for code in endpoint.refusals()}
    found = {str(code): _success(code, schemas) for code, schemas in sorted(bodies.items())}
    return {**found, **{str(code): components.refusal(code) for code in sorted(refusals)}}


def answer(endpoint: Endpoint, code: int, components: Components) -> Schema | None:
    """The body of an answer, if it has one."""
    declared = endpoint.operation.answer
    if declared is None or code == 204:
        return None
    schema = declared.at(components.minor, components.shape)
    return None if schema is None else _body_alone(schema)


def policies(endpoint: Endpoint) -> list[Schema]:
    """The rules that are asked, with what each says by default."""
    return [
        {"rule": name, "default": RULES[name].check_str}
        for name in endpoint.policies()
        if name in RULES
    ]


def _body_alone(schema: Schema) -> Schema:
    """What a body is where there is one: that it may be missing is said by null inside."""
    kinds = schema.get("type")
    if not isinstance(kinds, list):
        return schema
    (kind,) = (kind for kind in kinds if kind != "null")
    return {**schema, "type": kind}


def _success(code: int, schemas: list[Schema | None]) -> Schema:
    found: Schema = {"description": _SUCCESSES[code]}
    if None not in schemas:
        different = [one for place, one in enumerate(schemas) if one not in schemas[:place]]
        schema = different[0] if len(different) == 1 else {"anyOf": different}
        found["content"] = {JSON: {"schema": schema}}
    return found


def _path(endpoint: Endpoint) -> list[Schema]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
        for name in endpoint.variables
    ]


def _body(schema: Schema) -> Schema:
    return {"required": True, "content": {JSON: {"schema": schema}}}
