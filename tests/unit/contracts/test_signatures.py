# SPDX-License-Identifier: Apache-2.0
"""Nobody changes an interface by accident: methods, parameters and fault codes are pinned.

After a change that is meant (a higher interface version, `since` or `added`), write them anew:

    python -m tests.unit.contracts.pins
"""

from __future__ import annotations

import typing
import unittest

from nova_cells.contracts import INTERFACES
from nova_cells.objects import Object
from tests.unit.contracts import pins


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def kinds(annotation):
    """All classes an annotation is made of."""
    arguments = typing.get_args(annotation)
    return [annotation] if not arguments else [k for a in arguments for k in kinds(a)]


class SignatureTest(unittest.TestCase):
    def test_signatures_are_those_pinned(self):
        self.maxDiff = None
        self.assertEqual(pins.pinned(), pins.present())

    def test_nothing_is_newer_than_its_interface(self):
        for declared in INTERFACES.values():
            for method in declared.methods.values():
                for since in (method.since, *(p.since for p in method.parameters)):
                    self.assertLessEqual(version(since), version(declared.version))

    def test_a_later_parameter_has_a_default(self):
        for declared in INTERFACES.values():
            for method in declared.methods.values():
                for parameter in method.parameters:
                    if parameter.since != method.since:
                        self.assertFalse(parameter.required, f"{method.name}.{parameter.name}")

    def test_casts_answer_nothing_and_calls_end(self):
        for declared in INTERFACES.values():
            for method in declared.methods.values():
                self.assertEqual(method.cast, method.returns is type(None) or not method.returns)
                self.assertTrue(0 < method.deadline <= 60, method.name)

    def test_every_type_can_travel(self):
        plain = {str, int, float, bool, typing.Any, type(None), None}
        for declared in INTERFACES.values():
            for method in declared.methods.values():
                for annotation in (method.returns, *(p.kind for p in method.parameters)):
                    for kind in kinds(annotation):
                        known = kind in plain or issubclass(kind, Object)
                        self.assertTrue(known, f"{declared.name}.{method.name}: {kind}")

    def test_every_method_says_what_it_does(self):
        for declared in INTERFACES.values():
            for method in declared.methods.values():
                self.assertTrue(method.doc, f"{declared.name}.{method.name}")
