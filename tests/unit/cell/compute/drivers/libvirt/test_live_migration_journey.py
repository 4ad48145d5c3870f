# SPDX-License-Identifier: Apache-2.0
"""How long a live migration may take, and what libvirt is asked for."""

from __future__ import annotations

import unittest

import libvirt
from oslo_config import cfg

from nova_cells.cell.compute.drivers.libvirt.live_migration_journey import Patience
from nova_cells.cell.compute.drivers.libvirt.live_migration_options import Road, patience
from nova_cells.cell.compute.drivers.libvirt.live_migration_opts import LIVE_MIGRATION
from nova_cells.cell.compute.drivers.live_migration import Transfer

GIB = 1 << 30


def options(**changed):
    conf = cfg.ConfigOpts()
    conf.register_opts(LIVE_MIGRATION)
    conf([], default_config_files=[])
    for name, value in changed.items():
        conf.set_override(f"live_migration_{name}", value)
    return conf


def road(*, shared=False, same_base=True, disks=("vda",)):
    return Road("tcp://b", "<live/>", "<kept/>", list(disks), shared, same_base)


class PatienceTest(unittest.TestCase):
    def test_it_grows_with_what_is_carried_and_is_that_of_two_gib_at_least(self):
        few = Patience(seconds=10, force=False, post_copy=False)
        for transfer, seconds in (
            (Transfer(), 20),
            (Transfer(memory_total=GIB), 20),
            (Transfer(memory_total=GIB, disk_total=2 * GIB), 30),
        ):
            self.assertFalse(few.has_ended(transfer, seconds))
            self.assertTrue(few.has_ended(transfer, seconds + 0.1))

    def test_none_is_endless(self):
        self.assertFalse(Patience(0, force=False, post_copy=False).has_ended(Transfer(), 1e9))

    def test_it_is_as_configured(self):
        found = patience(options(timeout_action="force_complete", completion_timeout=5))
        self.assertEqual((5, True, False), (found.seconds, found.force, found.post_copy))


class RoadTest(unittest.TestCase):
    def test_the_guest_comes_stopped_unless_post_copy_is_permitted(self):
        self.assertTrue(road().flags(options()) & libvirt.VIR_MIGRATE_PAUSED)
        flags = road().flags(options(permit_post_copy=True))
        self.assertFalse(flags & libvirt.VIR_MIGRATE_PAUSED)
        self.assertTrue(flags & libvirt.VIR_MIGRATE_POSTCOPY)

    def test_how_disks_are_carried(self):
        for way, wanted in (
            (road(), libvirt.VIR_MIGRATE_NON_SHARED_INC),
            (road(same_base=False), libvirt.VIR_MIGRATE_NON_SHARED_DISK),
            (road(shared=True), libvirt.VIR_MIGRATE_UNSAFE),
            (road(disks=()), libvirt.VIR_MIGRATE_UNSAFE),
        ):
            storage = (
                libvirt.VIR_MIGRATE_NON_SHARED_INC
                | libvirt.VIR_MIGRATE_NON_SHARED_DISK
                | libvirt.VIR_MIGRATE_UNSAFE
            )
            self.assertEqual(wanted, way.flags(options()) & storage)
        carried = libvirt.VIR_MIGRATE_PARAM_MIGRATE_DISKS
        self.assertEqual(["vda"], road().parameters(options())[carried])
        self.assertNotIn(carried, road(shared=True).parameters(options()))

    def test_options_become_flags_and_parameters(self):
        flags = road().flags(options(tls=True, permit_auto_converge=False))
        self.assertTrue(flags & libvirt.VIR_MIGRATE_TLS)
        self.assertFalse(flags & libvirt.VIR_MIGRATE_AUTO_CONVERGE)
        self.assertTrue(road().flags(options()) & libvirt.VIR_MIGRATE_AUTO_CONVERGE)
        given = road().parameters(options(bandwidth=7))
        self.assertEqual(7, given[libvirt.VIR_MIGRATE_PARAM_BANDWIDTH])
        self.assertNotIn(libvirt.VIR_MIGRATE_PARAM_BANDWIDTH, road().parameters(options()))
