# SPDX-License-Identifier: Apache-2.0
"""Holds every answer the tests of the API get against what its operation declares.

A code that is not declared, or a body that is not as declared in the version that was asked for,
fails the test that got it, whatever it was testing. `HITS` remembers what was seen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import fastjsonschema

from nova_cells.global_api.openapi import Endpoint, all_endpoints
from nova_cells.global_api.versioning import Answer
from nova_cells.global_api.versioning.formats import is_uuid

Pair = tuple[str, int]
HITS: set[Pair] = set()
FAILURES = (500, 503)  # a test may put a part that fails behind any operation


def check(environ: dict[str, Any], method: str, status: int, body: Any) -> None:
    """`environ` is the request's; `body` is JSON, or None where the answer has no body."""
    operation = environ.get("nova_cells.operation")
    if operation is None:
        return
    found = [each for each in by_operation().get(id(operation), []) if each.method == method]
    if not found:
        return
    endpoint, minor = found[0], _minor(environ)
    if status >= 400:
        if status in FAILURES:
            return
        if status not in endpoint.refusals() and not endpoint.retired:
            raise AssertionError(f"{endpoint.name} does not declare that it answers {status}")
        return
    if status not in endpoint.successes(minor):
        raise AssertionError(f"{endpoint.name} does not declare that it answers {status}")
    answer = operation.answer
    schema = answer.at(minor) if answer is not None and status != 204 else None
    if schema is None:
        if body is not None:
            raise AssertionError(f"{endpoint.name} declares no body at 2.{minor}: {body}")
        return
    _validate(endpoint, answer, minor, body)
    HITS.add((endpoint.name, window(endpoint, minor)))


def pairs() -> set[Pair]:
    """Every operation that answers with a body, in the first version of every window of it."""
    return {
        (endpoint.name, turn)
        for endpoint in all_endpoints()
        if endpoint.operation.answer is not None and not endpoint.retired
        for turn in windows(endpoint)
    }


def windows(endpoint: Endpoint) -> list[int]:
    """The first version of each window of an operation that has a body in it."""
    answer = endpoint.operation.answer
    if answer is None:
        return []
    turns = {max(turn, endpoint.span.low) for turn in answer.turns if turn <= endpoint.span.high}
    return sorted(turn for turn in turns if answer.at(turn) is not None)


def window(endpoint: Endpoint, minor: int) -> int:
    """The first version of the window a version is in."""
    return max(turn for turn in windows(endpoint) if turn <= minor)


@cache
def by_operation() -> dict[int, list[Endpoint]]:
    """An operation may stand at several places."""
    found: dict[int, list[Endpoint]] = {}
    for endpoint in all_endpoints():
        found.setdefault(id(endpoint.operation), []).append(endpoint)
    return found


def _minor(environ: dict[str, Any]) -> int:
    echo = environ.get("nova_cells.echo")
    return int(echo.split(".")[1]) if echo else 1


def _validate(endpoint: Endpoint, answer: Answer, minor: int, body: Any) -> None:
    try:
        _validator(answer, window(endpoint, minor))(body)
    except fastjsonschema.JsonSchemaValueException as problem:
        what = f"{endpoint.name} at 2.{minor} is not as declared: {problem.message}"
        raise AssertionError(f"{what}\n{body}") from None


@cache
def _validator(answer: Answer, turn: int) -> Callable[[Any], Any]:
    schema = answer.at(turn)
    validator: Callable[[Any], Any] = fastjsonschema.compile(
        {"$schema": "http://json-schema.org/draft-07/schema#", **(schema or {})},
        formats={"uuid": is_uuid},
        use_default=False,
    )
    return validator
