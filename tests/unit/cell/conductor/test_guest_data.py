# SPDX-License-Identifier: Apache-2.0
"""What a cell tells of a guest to the guest, and the password it takes from it."""

from __future__ import annotations

import uuid as uuids

from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import ImageFacts
from tests.unit.cell.conductor.world import WorldCase, wired

TAGGED = {"type": "nic", "bus": "pci", "address": "0000:00:03.0", "mac": "m", "tags": ["front"]}
PLAIN = {"type": "nic", "bus": "pci", "address": "0000:00:04.0", "mac": "n", "tags": []}


class GuestDataCase(WorldCase):
    def setUp(self) -> None:
        super().setUp()
        self.uuid = self.boot()

    def boot(self, **changes):
        values = {
            "networks": wired(tag="front"),
            "user_data": "aGk=",
            "metadata": {"a": "b"},
            "admin_password": "secret",
            "boot_roles": ["member"],
        }
        return self.world.booted(**{**values, **changes})

    def server(self):
        return self.world.cell.show(self.uuid)

    def address(self):
        return self.server().nics[0]["addresses"][0]["address"]

    def amend(self, **changes):
        self.world.cell.amend(self.uuid, 1, str(uuids.uuid4()), changes)

    def refusal(self, work, *arguments, **named):
        with self.assertRaises(Refused) as caught:
            work(*arguments, **named)
        return caught.exception.code


class ReadTest(GuestDataCase):
    def test_a_guest_is_told_what_it_is_without_its_password(self):
        machine = self.world.cell.guest(self.uuid)
        self.assertEqual(self.uuid, machine.uuid)
        self.assertIsNone(machine.admin_password)
        data = machine.guest_data
        self.assertEqual(("aGk=", {"a": "b"}), (data["user_data"], data["metadata"]))
        self.assertEqual(["member"], data["boot_roles"])
        self.assertEqual(self.address(), machine.nics[0]["addresses"][0]["address"])

    def test_what_has_changed_is_told_at_once(self):
        self.amend(metadata={"new": "c"}, hostname="other")
        data = self.world.cell.guest(self.uuid).guest_data
        self.assertEqual(({"new": "c"}, "other"), (data["metadata"], data["hostname"]))

    def test_by_address_only_on_its_host(self):
        side, host = self.world.agents_side(), self.server().host
        self.assertEqual(self.uuid, side.guest_at(host, self.address()).uuid)
        for where, address in (("elsewhere", self.address()), (host, "10.180.255.9"), (host, "x")):
            code = self.refusal(side.guest_at, where, address)
            self.assertEqual(FaultCode.INSTANCE_NOT_FOUND, code)

    def test_a_deleted_one_is_not_told_of(self):
        address, host = self.address(), self.server().host
        self.world.cell.act(self.uuid, 1, "delete", "key-delete", {})
        self.world.settle()
        for work, arguments in (
            (self.world.cell.guest, (self.uuid,)),
            (self.world.cell.guest, (str(uuids.uuid4()),)),
            (self.world.agents_side().guest_at, (host, address)),
            (self.world.cell.take_password, (self.uuid, "x")),
        ):
            self.assertEqual(FaultCode.INSTANCE_NOT_FOUND, self.refusal(work, *arguments))

    def test_tagged_devices_are_asked_of_the_host(self):
        self.world.wire.devices[self.uuid] = [TAGGED, PLAIN]
        self.assertEqual([TAGGED], self.world.cell.guest(self.uuid).guest_data["devices"])

    def test_where_the_host_says_nothing_the_tag_is_told_alone(self):
        mac = self.server().nics[0]["mac"]
        alone = [{"type": "nic", "mac": mac, "tags": ["front"]}]
        self.world.wire.broken = True
        self.assertEqual(alone, self.world.cell.guest(self.uuid).guest_data["devices"])
        self.world.hosts[self.server().host].alive = False
        self.world.clock.advance(3600)
        self.assertEqual(alone, self.world.cell.guest(self.uuid).guest_data["devices"])

    def test_without_a_tag_no_host_is_asked(self):
        self.uuid = self.boot(networks=wired())
        self.world.wire.devices[self.uuid] = [TAGGED]
        self.assertEqual([], self.world.cell.guest(self.uuid).guest_data["devices"])


class PasswordTest(GuestDataCase):
    def test_one_is_taken_told_and_published(self):
        self.assertTrue(self.world.cell.take_password(self.uuid, "c2VjcmV0"))
        self.assertEqual("c2VjcmV0", self.server().encrypted_password)
        self.assertEqual("c2VjcmV0", self.world.cell.guest(self.uuid).guest_data["password"])
        self.world.conductor.publisher.publish()
        told = [item.document for item in self.world.wire.feed if item.key == self.uuid]
        self.assertEqual("c2VjcmV0", told[-1]["encrypted_password"])

    def test_a_second_one_only_after_the_first_is_forgotten(self):
        take = self.world.cell.take_password
        self.assertTrue(take(self.uuid, "one"))
        revision = self.server().revision
        self.assertFalse(take(self.uuid, "two"))
        self.assertEqual(("one", revision), (self.server().encrypted_password, revision))
        self.amend(encrypted_password=None)
        self.assertIsNone(self.server().encrypted_password)
        self.assertTrue(take(self.uuid, "two"))

    def test_from_an_address(self):
        side, host = self.world.agents_side(), self.server().host
        self.assertTrue(side.take_password_at(host, self.address(), "one"))
        self.assertFalse(side.take_password_at(host, self.address(), "two"))
        code = self.refusal(side.take_password_at, "elsewhere", self.address(), "x")
        self.assertEqual(FaultCode.INSTANCE_NOT_FOUND, code)

    def test_what_is_no_encrypted_password(self):
        for text in ("", "x" * 4097, "grün", "nul\0", "\x1b[2J"):
            code = self.refusal(self.world.cell.take_password, self.uuid, text)
            self.assertEqual(FaultCode.INVALID, code)
        self.assertTrue(self.world.cell.take_password(self.uuid, "x" * 4096))

    def test_a_rebuilt_guest_makes_a_new_one(self):
        self.world.cell.take_password(self.uuid, "one")
        image = ImageFacts(id=str(uuids.uuid4()), name="new").document()
        self.world.cell.act(self.uuid, 1, "rebuild", "key-rebuild", {"image": image})
        self.world.settle()
        self.assertIsNone(self.server().encrypted_password)
