# SPDX-License-Identifier: Apache-2.0
"""Reports that come together, one of which the conductor can't digest."""

from __future__ import annotations

from tests.unit.cell.conductor.world import WorldCase

OTHER = "77777777-7777-4777-8777-777777777777"


class TogetherTest(WorldCase):
    def test_a_bug_in_one_operation_holds_up_no_other(self):
        poisoned, sound = self.world.booted(), self.world.booted(uuid=OTHER)
        for uuid in (poisoned, sound):
            self.world.cell.act(uuid, 1, "stop", f"key-{uuid}", {})
        while self.world.wire.inbox:
            name, work = self.world.wire.inbox.popleft()
            self.world.hosts[name].take(work)
        reports = [r for host in self.world.hosts.values() for r in host.pending.values()]
        self.assertEqual(2, len(reports))
        for report in reports:
            if report.uuid == poisoned:
                report.results[0].facts = ["not", "facts"]
        with self.assertLogs("nova_cells.cell.conductor.endpoint_hosts", "ERROR"):
            taken = self.world.agents_side().report(reports)
        self.assertEqual([f"key-{sound}"], taken)
        self.assertEqual("stopped", self.world.cell.show(sound).vm_state)
