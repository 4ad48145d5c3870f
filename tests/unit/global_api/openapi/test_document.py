# SPDX-License-Identifier: Apache-2.0
"""The document of every version is valid OpenAPI 3.1, and says what is declared."""

from __future__ import annotations

import unittest
from typing import Any

import orjson
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from nova_cells.global_api.openapi.catalogue import all_endpoints
from nova_cells.global_api.openapi.document import document, packed, text
from nova_cells.global_api.versioning import NEWEST, OLDEST

EVERY = range(OLDEST, NEWEST + 1)
WHOLLY = (1, 53, NEWEST)  # a whole check of one document takes seconds
METHODS = ("get", "post", "put", "delete")


class DocumentTest(unittest.TestCase):
    def test_some_versions_wholly(self) -> None:
        for minor in WHOLLY:
            self.assertEqual([], list(OpenAPIV31SpecValidator(document(minor)).iter_errors()))

    def test_every_version(self) -> None:
        """Each part that differs from the version before, by the validator's own schema."""
        seen: set[bytes] = set()
        for minor in EVERY:
            made = document(minor)
            for path, item in made["paths"].items():
                part = {**made, "paths": {path: item}, "components": {}}
                self._once(seen, item, part, f"2.{minor} {path}")
            for name, schema in made["components"]["schemas"].items():
                if orjson.dumps(schema) not in seen:
                    seen.add(orjson.dumps(schema))
                    Draft202012Validator.check_schema(schema)
                self.assertRegex(name, r"^[a-zA-Z0-9._-]+$")

    def _once(self, seen: set[bytes], item: Any, part: Any, what: str) -> None:
        key = orjson.dumps(item)
        if key not in seen:
            seen.add(key)
            validator = OpenAPIV31SpecValidator(part).schema_validator
            self.assertEqual([], [error.message for error in validator.iter_errors(part)], what)
            for schema in _schemas(item):
                Draft202012Validator.check_schema(schema)

    def test_references_lead_somewhere(self) -> None:
        for minor in EVERY:
            made = document(minor)
            for reference in set(_references(made)):
                found: Any = made
                for step in reference.removeprefix("#/").split("/"):
                    found = found[step]

    def test_what_is_open_is_there_and_nothing_else(self) -> None:
        for minor in EVERY:
            made = document(minor)["paths"]
            there = {
                (path, name) for path, item in made.items() for name in METHODS if name in item
            }
            wanted = {
                (endpoint.path, endpoint.method.lower())
                for endpoint in all_endpoints()
                if minor in endpoint.span and not endpoint.retired
            }
            self.assertEqual(wanted, there)

    def test_names_of_operations_are_unique(self) -> None:
        for minor in EVERY:
            names = [
                item[name]["operationId"]
                for item in document(minor)["paths"].values()
                for name in METHODS
                if name in item
            ]
            self.assertEqual(len(set(names)), len(names))

    def test_an_operation(self) -> None:
        create = document(104)["paths"]["/os-keypairs"]["post"]
        self.assertEqual("2.1-2.104", create["x-window"])
        self.assertEqual("os_compute_api:os-keypairs:create", create["x-policy"][0]["rule"])
        codes = {"201", "400", "401", "403", "406", "409", "413", "415", "431"}
        self.assertEqual(codes, set(create["responses"]))
        self.assertIn("200", document(1)["paths"]["/os-keypairs"]["post"]["responses"])
        body = create["requestBody"]["content"]["application/json"]["schema"]
        self.assertIn("public_key", body["properties"]["keypair"]["required"])

    def test_actions_are_one_operation(self) -> None:
        act = document(5)["paths"]["/servers/{server_id}/action"]["post"]
        bodies = act["requestBody"]["content"]["application/json"]["schema"]["oneOf"]
        self.assertEqual(sorted(act["x-actions"]), [body["title"] for body in bodies])
        self.assertIn("os-getVNCConsole", act["x-actions"])
        later = document(6)["paths"]["/servers/{server_id}/action"]["post"]
        self.assertNotIn("os-getVNCConsole", later["x-actions"])

    def test_what_is_kept_is_small(self) -> None:
        self.assertEqual(orjson.loads(text(53)), orjson.loads(orjson.dumps(document(53))))
        self.assertLess(len(packed(NEWEST)), 40_000)


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [one for part in node.values() for one in _references(part)]
    if isinstance(node, list):
        return [one for part in node for one in _references(part)]
    return []


def _schemas(node: Any) -> list[Any]:
    if isinstance(node, dict):
        own = [node["schema"]] if "schema" in node and "in" in node else []
        own += [media["schema"] for media in node.get("content", {}).values() if "schema" in media]
        return own + [one for part in node.values() for one in _schemas(part)]
    if isinstance(node, list):
        return [one for part in node for one in _schemas(part)]
    return []
