# SPDX-License-Identifier: Apache-2.0
"""docs/api/<collection>.md: the operations of each collection, from their declarations."""

from __future__ import annotations

import importlib
from collections import defaultdict

from kit.docs.tables import table
from nova_cells.global_api import resources
from nova_cells.global_api.openapi import Endpoint, all_endpoints
from nova_cells.global_api.policies import PUBLIC, RULES
from nova_cells.global_api.versioning import NEWEST, OLDEST

MARK = "<!-- Written by tools/docs from nova_cells/global_api/resources/{area}/. -->\n"
INTRODUCTION = f"""\
<!-- Written by tools/docs. -->
# The API, collection by collection

Every operation is reachable below `/v2.1` and below `/v2.1/<project id>`. What a body, a query and
an answer hold in a version is in the OpenAPI document of that version, which needs no token:
`GET /openapi.json?microversion=2.{NEWEST}`. What changed when is in
[microversions](microversions.md), what a server allows in which state in [states](../states.md).

"""
NOTES = """
Beside the codes named there are those that any operation has: 400 for what is malformed, 401
without a token, 403 where a policy or a quota forbids it, 404 for what is not there, 406 for a
version that is not served, 413, 415 and 431 for what is too large or of another kind, and 503 with
`Retry-After` where the cell of a server does not answer.
"""
GENERAL = {400, 401, 403, 404, 406, 413, 415, 431, 503}


def pages() -> dict[str, str]:
    """One page for each collection, and their index."""
    areas: dict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in all_endpoints():
        areas[endpoint.area].append(endpoint)
    found = {f"api/{area}.md": _page(area, endpoints) for area, endpoints in areas.items()}
    return {**found, "api/README.md": _index(sorted(areas))}


def _index(areas: list[str]) -> str:
    rows = [[f"[{area}]({area}.md)", _title(area)] for area in areas]
    return INTRODUCTION + table(["collection", "what it is"], rows) + NOTES


def _page(area: str, endpoints: list[Endpoint]) -> str:
    ordered = sorted(
        endpoints, key=lambda one: (one.path, one.method, str(one.action), one.span.low)
    )
    if area == "retired":
        rows = [[f"`{one.method} {one.path}`", _action(one), _fate(one)] for one in ordered]
        body = table(["operation", "action", "answer"], rows)
    else:
        body = table(
            ["operation", "action", "versions", "success", "refusals", "policy", "changed in"],
            [_row(endpoint) for endpoint in ordered],
        )
    return f"{MARK.format(area=area)}# {area}\n\n{_title(area)}\n\n{body}"


def _order(endpoint: Endpoint) -> tuple[str, str, str, int]:
    return endpoint.path, endpoint.method, str(endpoint.action), endpoint.span.low


def _row(endpoint: Endpoint) -> list[str]:
    return [
        f"`{endpoint.method} {endpoint.path}`",
        _action(endpoint),
        _span(endpoint),
        _successes(endpoint),
        ", ".join(str(code) for code in endpoint.refusals() if code not in GENERAL),
        _policies(endpoint),
        _changes(endpoint),
    ]


def _action(endpoint: Endpoint) -> str:
    return f"`{endpoint.action}`" if endpoint.action else ""


def _span(endpoint: Endpoint) -> str:
    low, high = endpoint.span.low, endpoint.span.high
    if (low, high) == (OLDEST, NEWEST):
        return "all"
    return f"2.{low} on" if high == NEWEST else f"2.{low} to 2.{high}"


def _successes(endpoint: Endpoint) -> str:
    status = endpoint.operation.status
    if isinstance(status, int):
        return ", ".join(str(code) for code in endpoint.successes(NEWEST))
    first, *later = sorted(status.items())
    return ", ".join([str(first[1]), *(f"{code} from 2.{since}" for since, code in later)])


def _policies(endpoint: Endpoint) -> str:
    if endpoint.operation.policy == PUBLIC:
        return "none: no token is needed"
    return "<br>".join(f"`{name}` ({_who(name)})" for name in endpoint.policies() if name in RULES)


def _who(rule: str) -> str:
    """The default in a word."""
    check = RULES[rule].check_str
    for word in ("reader", "member", "manager", "service"):
        if f"{word}_api" in check:
            return word
    known = {"@": "anybody", "!": "nobody", "rule:context_is_admin": "admin"}
    return known.get(check, "the user it belongs to" if "user_id" in check else check)


def _changes(endpoint: Endpoint) -> str:
    turns: dict[str, list[int]] = {}
    operation = endpoint.operation
    if operation.query is not None:
        turns["query"] = sorted(operation.query.turns())
    if operation.body is not None:
        turns["body"] = sorted(operation.body.turns)
    if operation.answer is not None:
        turns["answer"] = operation.answer.turns
    found = []
    for name, versions in turns.items():
        inside = [turn for turn in versions if endpoint.span.low < turn <= endpoint.span.high]
        if inside:
            found.append(f"{name}: " + ", ".join(f"2.{turn}" for turn in inside))
    return "<br>".join(found)


def _fate(endpoint: Endpoint) -> str:
    return endpoint.operation.view.__name__.strip("_").replace("_", " ")


def _title(area: str) -> str:
    module = importlib.import_module(f"{resources.__name__}.{area}")
    return (module.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
