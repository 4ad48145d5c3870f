# SPDX-License-Identifier: Apache-2.0
"""Gates open at their version and have to be declared."""

import testtools

from nova_cells.global_api.versioning import gates


class GateTest(testtools.TestCase):
    def test_a_gate_opens_at_its_version(self):
        self.addCleanup(gates.GATES.pop, "2.7-doors")
        gates.gate(7, "2.7-doors")
        self.assertEqual(
            [False, True, True], [gates.gate_open("2.7-doors", minor) for minor in (6, 7, 8)]
        )

    def test_a_name_begins_with_its_version(self):
        self.assertRaises(ValueError, gates.gate, 7, "2.8-doors")

    def test_an_unknown_gate_is_a_mistake(self):
        self.assertRaises(KeyError, gates.gate_open, "2.7-windows", 7)
