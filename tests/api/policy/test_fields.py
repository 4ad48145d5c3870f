# SPDX-License-Identifier: Apache-2.0
"""Every line of `fields.txt` as every persona: what a policy hides is absent, not empty."""

from __future__ import annotations

import re
from typing import Any

import testtools

from tests.api.policy.table import PERSONAS, Field, fields
from tests.api.policy.test_matrix import things

REFUSALS = {"-": 401, "H": 404, "D": 403}


class FieldsTest(testtools.TestCase):
    """One test a line; they are added below."""

    def look(self, line: Field, persona: str) -> None:
        path = things().fill(line.path, fresh=False)
        answer = things().clients[persona].ask(line.method, path, None, line.version)
        letter = line.personas[PERSONAS.index(persona)]
        self.assertEqual(REFUSALS.get(letter, 200), answer.status_int, persona)
        if letter in "+.":
            shown = _has(answer.json, line.field.split("."))
            self.assertEqual(letter == "+", shown, f"{persona}: {answer.text[:600]}")


def _has(value: Any, keys: list[str]) -> bool:
    if not keys:
        return True
    first, *rest = keys
    if first == "*":
        return bool(value) and _has(value[0], rest)
    return first in value and _has(value[first], rest)


def _test_of(line: Field) -> Any:
    def test(self: FieldsTest) -> None:
        for persona in PERSONAS:
            with self.subTest(persona):
                self.look(line, persona)

    return test


for number, each in enumerate(fields()):
    words = "_".join(re.findall(r"\w+", str(each)))[:90]
    setattr(FieldsTest, f"test_{number:03}_{words}", _test_of(each))
