# SPDX-License-Identifier: Apache-2.0
"""The declarations in `versions/` fit what they speak of, and every schema compiles."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from pathlib import Path

import testtools

from nova_cells.global_api import resources, versions, volumes
from nova_cells.global_api.versioning import bodies, gates, history, queries
from nova_cells.global_api.versioning.bodies import BodySchema
from nova_cells.global_api.versioning.queries import QuerySchema

FILE = re.compile(r"v(\d{3})$")


def everything(kind):
    """All instances of a class that some resource's module holds."""
    for found in pkgutil.walk_packages(resources.__path__, resources.__name__ + "."):
        importlib.import_module(found.name)
    held = {}
    for name, module in list(sys.modules.items()):
        if name.startswith(resources.__name__):
            for value in vars(module).values():
                if isinstance(value, kind):
                    held.setdefault(value.name, value)
    return held


class DeclarationTest(testtools.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        versions.load()
        cls.bodies = everything(BodySchema)
        cls.queries = everything(QuerySchema)

    def test_a_file_declares_its_own_version_only(self):
        for found in pkgutil.iter_modules(versions.__path__):
            number = int(FILE.match(found.name)[1])
            module = importlib.import_module(f"{versions.__name__}.{found.name}")
            source = Path(module.__file__).read_text()
            self.assertTrue(module.__doc__.startswith(f"2.{number}: "), found.name)
            calls = r"(?:added|removed|reshaped|gate|body_changed|body_steps_up|query_strict)"
            for since in re.findall(rf"\b{calls}\(\s*(\d+)", source):
                self.assertEqual(number, int(since), found.name)

    def test_changed_bodies_and_queries_exist(self):
        self.assertEqual(set(), {*bodies._EDITS, *bodies._STEPS} - set(self.bodies))
        declared = {*queries._SINCE, *queries._UNTIL, *queries._STRICT}
        self.assertEqual(set(), {name for name in declared if name not in self.queries})

    def test_known_parameters_are_those_of_the_query(self):
        for table in (queries._SINCE, queries._UNTIL):
            for name, parameters in table.items():
                if parameters:
                    unknown = set(parameters) - set(self.queries[name].parameters)
                    self.assertEqual(set(), unknown, name)

    def test_every_schema_of_every_window_compiles(self):
        for name, schema in self.bodies.items():
            for window in [1, *schema.turns]:
                self.assertTrue(callable(schema.validator(window)), f"{name} 2.{window}")
            self.assertTrue(callable(schema.validator(1, lenient=True)), name)

    def test_plans_of_every_shape(self):
        shapes = {shape for change in history.HISTORY for shape in change.shapes}
        self.assertIn("server.show", shapes)
        for shape in shapes:
            self.assertEqual((), history.plan_for(shape, 104).steps)

    def test_gates_are_asked_for_somewhere(self):
        roots = [Path(package.__path__[0]) for package in (resources, volumes)]
        text = "".join(file.read_text() for root in roots for file in root.rglob("*.py"))
        self.assertEqual(set(), {name for name in gates.GATES if name not in text})
