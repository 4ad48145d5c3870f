# SPDX-License-Identifier: Apache-2.0
"""On a host's local network a guest is who its address says, whatever it says itself."""

from __future__ import annotations

from nova_cells.cell.metadata.callers import ByAddress
from tests.unit.cell.compute.guest_data.machines import FULL, UUID, machine
from tests.unit.cell.metadata.service import ServiceCase


class ByAddressTest(ServiceCase):
    callers = ByAddress()
    kept = 1.0

    def setUp(self) -> None:
        super().setUp()
        self.source.guests["10.9.9.9"] = machine(hostname="victim")

    def test_nobody_has_this_address(self):
        self.assertEqual(404, self.ask("/latest/meta-data/hostname")[0])
        self.assertEqual(["127.0.0.1"], self.source.asked)

    def test_headers_of_proxies_are_not_believed(self):
        for header in ("X_Forwarded_For", "X_Real_IP", "Forwarded", "X_Remote_Addr"):
            self.assertEqual(404, self.ask("/", **{header: "10.9.9.9"})[0], header)
        self.assertEqual(404, self.ask("/", X_Instance_ID=UUID, X_Tenant_ID="p1")[0])
        self.assertEqual({"127.0.0.1"}, set(self.source.asked))

    def test_a_guest_reads_and_hands_in_its_password(self):
        self.source.guests["127.0.0.1"] = machine(**{**FULL, "password": None})
        self.assertEqual(b"web-server", self.ask("/latest/meta-data/hostname")[1])
        path = "/openstack/latest/password"
        answers = [self.ask(path, "POST", text)[0] for text in ("c2VjcmV0", "other")]
        self.assertEqual([200, 409], answers)
        self.assertEqual(b"c2VjcmV0", self.ask(path)[1])

    def test_what_changed_is_told_within_a_second(self):
        self.source.guests["127.0.0.1"] = machine(hostname="before")
        self.assertEqual(b"before", self.ask("/latest/meta-data/hostname")[1])
        self.source.guests["127.0.0.1"] = machine(hostname="after")
        self.now = 1.01
        self.assertEqual(b"after", self.ask("/latest/meta-data/hostname")[1])
