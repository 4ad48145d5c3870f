# SPDX-License-Identifier: Apache-2.0
"""What other services say becomes a fault of the API; those that are not there refuse by name."""

from __future__ import annotations

import unittest

from nova_cells.clients import service_faults
from nova_cells.clients.service_faults import InUse, OutcomeUnknown, OverQuota, ServiceFault
from nova_cells.global_api.faults import ApiFault, BadRequest, Conflict, Forbidden, NotFound
from nova_cells.global_api.others import OtherServiceAway, OtherServices, told

UUID = "6f70656e-7374-6163-6b20-6e6f76610000"


class FaultsTest(unittest.TestCase):
    def test_every_fault_has_a_code(self):
        for kind in vars(service_faults).values():
            if isinstance(kind, type) and kind not in (ServiceFault, Exception):
                with (
                    self.subTest(kind),
                    self.assertRaisesRegex(ApiFault, "x"),
                    told(),
                ):
                    raise kind("x")

    def test_which(self):
        with self.assertRaises(Conflict), told():
            raise InUse("taken")
        with self.assertRaises(Forbidden), told():
            raise OverQuota("no ports left")
        with self.assertRaises(OtherServiceAway) as caught, told():
            raise OutcomeUnknown("perhaps", detail="http://10.0.0.1:9696 timed out")
        self.assertEqual((503, "perhaps"), (caught.exception.code, caught.exception.message))

    def test_what_is_no_fault_of_a_service_passes(self):
        with self.assertRaises(KeyError), told():
            raise KeyError("x")


class NullTwinsTest(unittest.TestCase):
    def setUp(self):
        self.others = OtherServices()

    def refused(self, kind, what, method, *arguments):
        with self.assertRaisesRegex(kind, f"no {what} service"), told():
            method(None, *arguments)

    def test_network(self):
        network = self.others.network
        for wish in ("auto", "none", []):
            self.assertEqual([], network.plan(None, wish, ["default"]))
        self.refused(BadRequest, "network", network.plan, [{"uuid": UUID}], [])
        self.refused(BadRequest, "network", network.plan, "auto", ["web"])
        self.refused(BadRequest, "network", network.interface, UUID, {})
        self.assertEqual([], network.groups(None, UUID, []))
        self.refused(NotFound, "network", network.add_group, UUID, "web")
        self.refused(NotFound, "network", network.remove_group, UUID, "web")

    def test_volumes(self):
        volumes = self.others.volumes
        self.assertFalse(volumes.offered)
        self.refused(NotFound, "volume", volumes.volume, UUID)
        self.refused(NotFound, "volume", volumes.snapshot, UUID)
        self.refused(NotFound, "volume", volumes.reserve, UUID, UUID)
        self.refused(BadRequest, "volume", volumes.make_volume, "key", {"size": 1})
        self.refused(NotFound, "volume", volumes.make_snapshot, "key", UUID, "name")
        self.assertEqual([], volumes.attachments_of(UUID))
        self.assertEqual([], [*volumes.volumes_made("key"), *volumes.snapshots_made("key")])
        for nothing in (volumes.release, volumes.discard, volumes.discard_snapshot):
            nothing(UUID)

    def test_shares(self):
        shares = self.others.shares
        self.assertEqual([], shares.of(None, UUID))
        self.refused(NotFound, "share", shares.attach, UUID, UUID, "tag")
        self.refused(NotFound, "share", shares.detach, UUID, UUID)
