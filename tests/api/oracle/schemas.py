# SPDX-License-Identifier: Apache-2.0
"""Finds the schema Tempest would hold an answer against: the newest not newer than the version."""

from __future__ import annotations

import importlib
from typing import Any

from tempest.lib.common.api_version_request import APIVersionRequest
from tempest.lib.common.jsonschema_validator import FORMAT_CHECKER, JSONSCHEMA_VALIDATOR

SERVICES = "tempest.lib.services.compute"
RESPONSES = "tempest.lib.api_schema.response.compute.v2_1"


def schema(client: str, name: str, minor: int) -> Any:
    """The schema `name` of a client ("servers_client.ServersClient"), as of 2.`minor`."""
    module, _, cls = client.partition(".")
    if not cls:
        return getattr(importlib.import_module(f"{RESPONSES}.{module}"), name)
    infos = getattr(importlib.import_module(f"{SERVICES}.{module}"), cls).schema_versions_info
    spoken = APIVersionRequest(f"2.{minor}")
    fitting = [
        info for info in infos if not info["min"] or APIVersionRequest(info["min"]) <= spoken
    ]
    newest_first = sorted(fitting, key=lambda info: APIVersionRequest(info["min"] or "2.0"))[::-1]
    for info in newest_first:
        if hasattr(info["schema"], name):
            return getattr(info["schema"], name)
    raise LookupError(f"{client} has no schema {name} for 2.{minor}")


def validate(answer: Any, expected: dict[str, Any]) -> None:
    """Raises if the status or the body is not as Tempest expects it."""
    if answer.status_int not in expected["status_code"]:
        raise AssertionError(f"{answer.status}, not {expected['status_code']}: {answer.text}")
    if "response_body" in expected:
        _validator(id(expected["response_body"]), expected["response_body"]).validate(answer.json)


def _validator(key: int, body: dict[str, Any]) -> Any:
    """Checking the schema itself is most of the work, and once is enough."""
    if key not in _VALIDATORS:
        JSONSCHEMA_VALIDATOR.check_schema(body)
        _VALIDATORS[key] = JSONSCHEMA_VALIDATOR(body, format_checker=FORMAT_CHECKER)
    return _VALIDATORS[key]


_VALIDATORS: dict[int, Any] = {}
