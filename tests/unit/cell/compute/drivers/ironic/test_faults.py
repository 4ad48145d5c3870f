# SPDX-License-Identifier: Apache-2.0
"""Every request of every deed fails in every way: a readable fault, and a node that comes free."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverFault, DriverRefused
from nova_cells.clients.baremetal import NodeLocked
from nova_cells.clients.service_faults import (
    Forbidden,
    Garbage,
    Impossible,
    InUse,
    NotThere,
    OutcomeUnknown,
    OverQuota,
    Unavailable,
)
from tests.unit.cell.compute.drivers.ironic.twin import UUID, Twin, drivers, machine

NODE = UUID.format(0)
KINDS = (
    Forbidden,
    Garbage,
    Impossible,
    InUse,
    NodeLocked,
    NotThere,
    OutcomeUnknown,
    OverQuota,
    Unavailable,
)
FOR_GOOD = (Impossible, InUse, NotThere, OverQuota)
MOST = 40


class FaultsTest(unittest.TestCase):
    def deeds(self):
        """Name → (what comes before, what is spoilt)."""
        own = machine(nics=[{"id": "p1", "service": "neutron"}])
        uuid = own.uuid

        def made(driver):
            driver.define(own)
            driver.set_power(uuid, on=True)

        return own, {
            "define": (lambda driver: None, lambda driver: driver.define(own)),
            "power": (made, lambda driver: driver.set_power(uuid, on=False)),
            "reboot": (made, lambda driver: driver.reboot(uuid, hard=True)),
            "rebuild": (made, lambda driver: driver.rebuild(own.replace(name="new"))),
            "rescue": (made, lambda driver: driver.rescue(own, own.image)),
            "destroy": (made, lambda driver: driver.destroy(uuid)),
        }

    def test_each_request_fails_in_each_way(self):
        met = set()
        _own, deeds = self.deeds()
        for name in deeds:
            for kind in KINDS:
                for number in range(MOST):
                    if not self.spoilt(name, kind, number, met):
                        break
                else:
                    self.fail(f"{name} has more than {MOST} requests")
        wanted = {"change", "provision", "power", "attach_vif", "detach_vif", "node"}
        self.assertLessEqual({(each, kind) for each in wanted for kind in KINDS}, met)

    def spoilt(self, name, kind, number, met):
        """Whether there was such a request."""
        own, deeds = self.deeds()
        before, deed = deeds[name]
        twin = Twin()
        driver = drivers(twin)[NODE]
        before(driver)
        met_now = self.spoil(twin, kind, number)
        try:
            deed(driver)
        except DriverFault as fault:
            self.assertTrue(fault.message.endswith("."), fault.message)
            self.assertNotIn("secret", fault.message)
            self.assertIn("secret of the log", fault.details or "secret of the log")
        twin.trouble = lambda _number, _name: None
        met |= {(each, kind) for each in met_now}
        if kind is NotThere and "detach_vif" in met_now:
            twin.ports.clear()  # it was not attached, said the service
        self.assert_comes_free(twin, own)
        return bool(met_now)

    def spoil(self, twin, kind, number):
        met, first = set(), len(twin.asked)

        def trouble(count, name):
            spoils = count - first == number if kind is not NodeLocked else count - first >= number
            if spoils:
                met.add(name)
                raise kind("words", detail="secret of the log", request_id="req-1")

        twin.trouble = trouble
        return met

    def assert_comes_free(self, twin, own):
        again = drivers(twin)[NODE]
        again.destroy(own.uuid)
        node = twin.known[NODE]
        self.assertEqual(
            ("available", None, {}), (node.provision_state, node.instance_uuid, node.instance_info)
        )
        self.assertEqual(set(), twin.ports.get(NODE, set()))

    def test_what_is_for_good_and_what_may_yet_work(self):
        for kind in KINDS:
            twin = Twin()
            driver = drivers(twin)[NODE]
            self.spoil(twin, kind, 1)
            with self.assertRaises(DriverFault) as raised:
                driver.define(machine())
            wanted = DriverRefused if kind in FOR_GOOD else DriverFailed
            self.assertIsInstance(raised.exception, wanted, kind)
            self.assertIn("req-1", raised.exception.details)
