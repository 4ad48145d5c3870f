# SPDX-License-Identifier: Apache-2.0
"""Nobody changes an object by accident: fields and fingerprints are pinned.

After a change that is meant (a new version with its entry in `added`), write them anew:

    python -m tests.unit.objects.pins
"""

from __future__ import annotations

import unittest

from oslo_utils import versionutils

from nova_cells.objects import Registry
from tests.unit.objects import pins


def newest() -> dict[str, type]:
    return {name: classes[0] for name, classes in Registry.obj_classes().items()}


class FingerprintTest(unittest.TestCase):
    def test_fingerprints_are_those_pinned(self):
        self.maxDiff = None
        self.assertEqual(pins.pinned(), pins.present())

    def test_every_field_of_a_later_version_has_its_history(self):
        for name, cls in newest().items():
            recorded = {field for fields in cls.added.values() for field in fields}
            self.assertLessEqual(recorded, set(cls.fields), name)

    def test_history_lies_between_the_first_version_and_this_one(self):
        for name, cls in newest().items():
            now = versionutils.convert_version_to_tuple(cls.VERSION)
            for version in (*cls.added, *cls.removed):
                moment = versionutils.convert_version_to_tuple(version)
                self.assertTrue((now[0], 0) < moment <= now, f"{name} {version}")

    def test_an_added_field_can_be_missing(self):
        for name, cls in newest().items():
            for fields in cls.added.values():
                for field in fields:
                    optional = cls.fields[field].nullable or field in cls.defaults
                    self.assertTrue(optional, f"{name}.{field} needs a default or None")

    def test_removed_fields_are_gone(self):
        for name, cls in newest().items():
            for values in cls.removed.values():
                self.assertFalse(set(values) & set(cls.fields), name)
