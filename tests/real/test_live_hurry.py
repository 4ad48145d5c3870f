# SPDX-License-Identifier: Apache-2.0
"""A journey that takes too long is given up or made to end, as the options say."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverRefused, PowerState
from tests.real.case import RealDriverCase

SLOW = 4  # MiB a second: the guest's memory alone takes more than ten seconds


class HurryTest(RealDriverCase):
    conf = None

    def make_conf(self):
        """One for both hosts, changed under way."""
        if self.conf is None:
            self.conf = super().make_conf()
            self.choose()
        return self.conf

    def choose(self, **options):
        chosen = {"bandwidth": SLOW, "completion_timeout": 1, "timeout_action": "abort", **options}
        chosen.setdefault("permit_post_copy", False)
        for name, value in chosen.items():
            self.conf.set_override(f"live_migration_{name}", value, group="libvirt")

    def test_given_up_held_still_and_post_copied(self):
        uuid = self.running()
        self.banner()
        there = self.make_neighbour()
        there.adopt(self.deployment)
        self.addCleanup(there.close)
        self.addCleanup(there.destroy, uuid)
        with self.assertRaises(DriverRefused) as late:
            self.moves(self.driver, there)
        self.assertIn("longer than it may", late.exception.message)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.choose(timeout_action="force_complete")
        self.moves(self.driver, there)
        self.assertEqual(PowerState.RUNNING, there.power_state(uuid))
        self.driver.forget_departed(uuid)
        self.choose(timeout_action="force_complete", permit_post_copy=True)
        self.moves(there, self.driver)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        there.forget_departed(uuid)

    def moves(self, source, destination):
        ticket = destination.prepare_incoming(self.machine)
        source.live_migrate(self.machine.uuid, ticket, lambda _transfer: False)
        destination.finish_incoming(self.machine)
