# SPDX-License-Identifier: Apache-2.0
"""Every line of `matrix.txt` as every persona, and that no route is missing there."""

from __future__ import annotations

import functools
import json
import re
from typing import Any

import testtools
from pyramid.interfaces import IRoutesMapper
from pyramid.request import Request

from nova_cells.global_api import policies
from nova_cells.global_api.app import _pyramid
from nova_cells.global_api.policies import CHECKED_INSIDE, PUBLIC, Policies
from nova_cells.global_api.resources.retired.answers import GONE, NO_RDP, NOT_FOUND
from nova_cells.global_api.versioning.span import Span
from tests.api.harness import cloud
from tests.api.policy.table import PERSONAS, Line, lines
from tests.api.policy.things import Things

RETIRED = (GONE, NOT_FOUND, NO_RDP)
TABLE = tuple(lines())
_MARK = re.compile(r"\{[^}]*\}|\$\w+")


@functools.cache
def things() -> Things:
    """Those of this process."""
    return Things()


class MatrixTest(testtools.TestCase):
    """One test a line; they are added below."""

    def ask(self, line: Line, persona: str) -> None:
        through = line.letter(persona) == "+"
        path = things().fill(line.path, fresh=through)
        body = json.loads(things().fill(line.body, fresh=through)) if line.body else None
        client = things().clients[persona]
        answer = client.ask(line.method, path, body, line.version)
        told = f"{persona}: {answer.status} {answer.text[:300]}"
        self.assertIn(answer.status_int, _expected(line, persona), told)
        if line.letter(persona) == "D":
            self.assertEqual(["forbidden"], list(answer.json), told)


def _expected(line: Line, persona: str) -> frozenset[int]:
    refusals = {"-": 401, "H": 404, "D": 403}
    letter = line.letter(persona)
    return frozenset({refusals[letter]}) if letter in refusals else line.codes


def _test_of(line: Line) -> Any:
    def test(self: MatrixTest) -> None:
        for persona in PERSONAS:
            with self.subTest(persona):
                self.ask(line, persona)

    return test


for number, each in enumerate(TABLE):
    words = "_".join(re.findall(r"\w+", str(each)))[:90]
    setattr(MatrixTest, f"test_{number:03}_{words}", _test_of(each))


class RoutesTest(testtools.TestCase):
    """The table against what the application has registered."""

    def setUp(self) -> None:
        super().setUp()
        side = cloud().side
        self.registry = _pyramid(side, Policies(side.conf)).registry
        category = self.registry.introspector.get_category("views")
        self.views = [
            each["introspectable"]
            for each in category
            if each["introspectable"].get("route_name") is not None
        ]

    def route_of(self, line: Line) -> str:
        mapper = self.registry.getUtility(IRoutesMapper)
        found = mapper(Request.blank(line.path.split("?")[0].replace("$", "x")))
        self.assertIsNotNone(found["route"], f"no route has {line.path}")
        return str(found["route"].name)

    def test_every_operation_has_a_line(self) -> None:
        asked: dict[tuple[str, str, str], list[int]] = {}
        for line in TABLE:
            action = next(iter(json.loads(line.body)), "") if line.body else ""
            minor = int(line.version.removeprefix("2."))
            for name in ("", action):
                asked.setdefault((self.route_of(line), line.method, name), []).append(minor)
        missing = [
            f"{view['request_methods']} {view['route_name']} {view['name']} {view['microversion']}"
            for view in self.views
            if view["callable"] not in RETIRED
            and view["callable"].policy != PUBLIC
            and not any(
                minor in Span.parse(view["microversion"])
                for minor in asked.get(
                    (view["route_name"], view["request_methods"], view["name"]), []
                )
            )
        ]
        self.assertEqual([], sorted(missing), "add a line to matrix.txt for each")

    def test_every_line_is_of_an_operation(self) -> None:
        known = {
            (view["route_name"], view["request_methods"])
            for view in self.views
            if view["callable"] not in RETIRED
        }
        for line in TABLE:
            self.assertIn((self.route_of(line), line.method), known, str(line))

    def test_every_policy_names_its_operations(self) -> None:
        mapper = self.registry.getUtility(IRoutesMapper)
        rules = {rule.name: rule for rule in policies.list_rules()}
        for view in self.views:
            rule = view["callable"].policy
            if rule in (CHECKED_INSIDE, PUBLIC):
                continue
            pattern = mapper.get_route(view["route_name"]).pattern
            here = (view["request_methods"], _MARK.sub("*", pattern))
            told = {
                (each["method"], _MARK.sub("*", each["path"])) for each in rules[rule].operations
            }
            self.assertIn(here, told, f"{rule} does not say that it covers {pattern}")

    def test_what_is_retired_asks_for_a_token_only(self) -> None:
        mapper = self.registry.getUtility(IRoutesMapper)
        for view in self.views:
            if view["callable"] not in RETIRED:
                continue
            path = re.sub(r"\{[^}]*\}", "1", mapper.get_route(view["route_name"]).pattern)
            body = {view["name"]: {}} if view["name"] else None
            for persona, codes in (("none", {401}), ("service", {404, 410}), ("admin", {404, 410})):
                client = things().clients[persona]
                answer = client.ask(view["request_methods"], path, body)
                self.assertIn(answer.status_int, codes, (persona, path, view["name"]))
