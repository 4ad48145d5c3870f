# SPDX-License-Identifier: Apache-2.0
"""Shelve, offload, unshelve over the whole cloud: hosts, images, quotas, and every boundary."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from nova_cells.clients.images import ImageNotFound
from tests.api.servers.test_images import ImageCase


class ShelveCase(ImageCase):
    def keep_hosts(self) -> None:
        """From now on shelved servers stay on their hosts."""
        for conductor in self.cloud.conductors:
            journal = conductor.journal
            self.addCleanup(setattr, journal, "world", journal.world)
            journal.world = dataclasses.replace(journal.world, shelved_offload_time=-1)

    def shown(self, server: str) -> dict[str, Any]:
        document: dict[str, Any] = self.admin.get(f"/servers/{server}", expect=200).json["server"]
        return document

    def host_of(self, server: str) -> str:
        return str(self.shown(server)["OS-EXT-SRV-ATTR:host"])

    def offloaded(self, **more: Any) -> str:
        server = self.boot(**more)
        self.act(server, {"shelve": None}, expect=202)
        return self.settled(server, "SHELVED_OFFLOADED")

    def shelved(self) -> str:
        self.keep_hosts()
        server = self.boot()
        self.act(server, {"shelve": {"value": "ignored"}}, expect=202)
        return self.settled(server, "SHELVED")

    def kept(self, server: str) -> list[str]:
        """The images of a server."""
        return [image.id for image in self.store.owned(self.project, {"instance_uuid": server})]

    def image_is_gone(self, image: str) -> bool:
        try:
            self.image_of(image)
        except ImageNotFound:
            return True
        return False

    def unshelve(self, server: str, wish: Any = None, **more: Any) -> Any:
        return self.act(server, {"unshelve": wish}, **more)


class OffloadedTest(ShelveCase):
    def test_a_server_leaves_its_host_and_comes_back_with_its_disk(self) -> None:
        server = self.offloaded(name="kept")
        shown = self.shown(server)
        self.assertIsNone(shown["OS-EXT-SRV-ATTR:host"])
        self.assertIsNone(shown["OS-EXT-SRV-ATTR:hypervisor_hostname"])
        self.assertEqual("", shown["OS-EXT-AZ:availability_zone"])
        self.assertEqual(4, shown["OS-EXT-STS:power_state"])
        self.assertEqual("shelved_offloaded", shown["OS-EXT-STS:vm_state"])
        (image,) = self.kept(server)
        self.assertEqual("kept-shelved", self.image_of(image).name)
        self.unshelve(server, expect=202)
        self.settled(server, "ACTIVE")
        self.assertIn(f"written by {server} (kept) in 1 boot(s)", self.console(server))
        self.assertEqual(self.image, self.shown(server)["image"]["id"])
        self.until(lambda: self.image_is_gone(image), "the image stays")
        self.assertEqual(
            [
                ("shelve", ["compute_shelve_instance", "compute_shelve_offload_instance"]),
                ("unshelve", ["compute_unshelve_instance"]),
            ],
            self.events(server)[1:],
        )

    def used(self) -> int:
        """Claimed CPUs of all hosts."""
        found = self.admin.get("/os-hypervisors/detail", "2.87").json["hypervisors"]
        return sum(each["vcpus_used"] for each in found)

    def settled_used(self) -> int:
        """The same, once what other tests did has been told: hosts are, about once a second."""
        while True:
            used = self.used()
            time.sleep(1.5)
            if used == self.used():
                return used

    def test_it_holds_no_resources_but_its_quota(self) -> None:
        before = self.settled_used()
        server = self.boot()
        self.until(lambda: self.used() == before + 1, "not counted")
        self.act(server, {"shelve": None}, expect=202)
        self.settled(server, "SHELVED_OFFLOADED")
        self.until(lambda: self.used() == before, "still counted")
        absolute = self.member.get("/limits").json["limits"]["absolute"]
        self.assertEqual(1, absolute["totalInstancesUsed"])
        usage = self.member.get(f"/os-simple-tenant-usage/{self.project}", expect=200).json
        (mine,) = usage["tenant_usage"]["server_usages"]
        self.assertEqual(("shelved_offloaded", None), (mine["state"], mine["ended_at"]))

    def test_most_actions_are_refused(self) -> None:
        server = self.offloaded()
        for body in (
            {"os-start": None},
            {"os-stop": None},
            {"reboot": {"type": "HARD"}},
            {"pause": None},
            {"rebuild": {"imageRef": self.image}},
            {"createImage": {"name": "x"}},
            {"shelve": None},
        ):
            self.assertFault(self.act(server, body), 409, "conflictingRequest", "shelved_offloaded")
        refused = self.admin.post(f"/servers/{server}/action", {"shelveOffload": None})
        self.assertFault(refused, 409, "conflictingRequest")
        refused = self.act(server, {"os-getConsoleOutput": {}})
        self.assertFault(refused, 409, "conflictingRequest")

    def test_its_image_is_deleted_with_it(self) -> None:
        server = self.offloaded()
        (image,) = self.kept(server)
        self.member.delete(f"/servers/{server}", expect=204)
        self.until(lambda: self.member.get(f"/servers/{server}").status_int == 404, "it stays")
        self.until(lambda: self.image_is_gone(image), "the image stays")

    def test_its_name_can_be_changed(self) -> None:
        server = self.offloaded()
        self.member.put(f"/servers/{server}", {"server": {"name": "new"}}, expect=200)
        self.unshelve(server, expect=202)
        self.settled(server, "ACTIVE")
        self.assertEqual("new", self.shown(server)["name"])

    def test_it_is_listed_by_its_status(self) -> None:
        server = self.offloaded()
        found = self.member.get("/servers?status=SHELVED_OFFLOADED", expect=200).json["servers"]
        self.assertEqual([server], [each["id"] for each in found])


class PlaceTest(ShelveCase):
    """Where an offloaded server may go: 2.77 and 2.91."""

    def act_as_admin(self, server: str, wish: Any, version: str = "2.104") -> Any:
        return self.admin.post(f"/servers/{server}/action", {"unshelve": wish}, version)

    def test_before_2_77_the_value_means_nothing(self) -> None:
        server = self.offloaded()
        self.unshelve(server, {"availability_zone": "nowhere"}, version="2.76", expect=202)
        self.settled(server, "ACTIVE")

    def test_from_2_77_a_zone_may_be_named(self) -> None:
        server = self.offloaded()
        answer = self.unshelve(server, {"availability_zone": "nowhere"}, version="2.77")
        self.assertFault(answer, 400, "badRequest", "nowhere")
        for wrong in ({}, {"availability_zone": None}, {"host": "x"}, "text"):
            self.assertFault(self.unshelve(server, wrong, version="2.77"), 400, "badRequest")
        zone = {"availability_zone": "nova"}
        self.unshelve(server, zone, version="2.77", expect=202)
        self.settled(server, "ACTIVE")
        self.assertEqual("nova", self.shown(server)["pinned_availability_zone"])

    def test_from_2_91_the_pin_may_be_taken_off(self) -> None:
        server = self.offloaded(availability_zone="nova")
        self.assertEqual("nova", self.shown(server)["pinned_availability_zone"])
        answer = self.unshelve(server, {"availability_zone": None}, version="2.90")
        self.assertFault(answer, 400, "badRequest")
        self.unshelve(server, {"availability_zone": None}, version="2.91", expect=202)
        self.settled(server, "ACTIVE")
        self.assertIsNone(self.shown(server)["pinned_availability_zone"])

    def test_from_2_91_an_administrator_may_name_a_host(self) -> None:
        server = self.boot()
        home = self.host_of(server)
        cell = home.split("-")[0]
        target = next(f"{cell}-{n}" for n in (1, 2, 3) if f"{cell}-{n}" != home)
        self.act(server, {"shelve": None}, expect=202)
        self.settled(server, "SHELVED_OFFLOADED")
        self.assertFault(self.unshelve(server, {"host": target}), 403, "forbidden")
        answer = self.act_as_admin(server, {"host": "nobody"})
        self.assertFault(answer, 400, "badRequest", "nobody could not be found")
        self.assertFault(self.act_as_admin(server, {"host": target}, "2.90"), 400, "badRequest")
        self.assertEqual(202, self.act_as_admin(server, {"host": target}).status_int)
        self.settled(server, "ACTIVE")
        self.assertEqual(target, self.host_of(server))

    def test_that_host_may_be_in_another_cell(self) -> None:
        server = self.boot()
        address = self.shown(server)["addresses"]
        elsewhere = "west-1" if self.host_of(server).startswith("east") else "east-1"
        self.act(server, {"shelve": None}, expect=202)
        self.settled(server, "SHELVED_OFFLOADED")
        self.assertEqual(202, self.act_as_admin(server, {"host": elsewhere}).status_int)
        self.settled(server, "ACTIVE")
        self.assertEqual(elsewhere, self.host_of(server))
        self.assertEqual(address, self.shown(server)["addresses"])
        self.assertIn("in 1 boot(s)", self.console(server))
        self.assertEqual(["create", "shelve"], [name for name, _events in self.events(server)][:2])

    def test_one_that_has_its_host_goes_to_no_other_cell(self) -> None:
        server = self.shelved()
        elsewhere = "west-1" if self.host_of(server).startswith("east") else "east-1"
        answer = self.act_as_admin(server, {"host": elsewhere})
        self.assertFault(answer, 409, "conflictingRequest", "another cell")

    def test_a_host_outside_of_the_zone_is_refused(self) -> None:
        server = self.offloaded()
        name = f"zone-{self.project}"
        body = {"aggregate": {"name": name, "availability_zone": name}}
        made = self.admin.post("/os-aggregates", body, expect=200).json["aggregate"]
        self.addCleanup(self.admin.delete, f"/os-aggregates/{made['id']}")
        wish = {"availability_zone": "nova", "host": "east-1"}
        answer = self.act_as_admin(server, {**wish, "availability_zone": name})
        self.assertFault(answer, 400, "badRequest", name)

    def test_an_empty_wish_is_fine_from_2_91(self) -> None:
        server = self.offloaded()
        self.assertFault(self.unshelve(server, {}, version="2.90"), 400, "badRequest")
        self.unshelve(server, {}, version="2.91", expect=202)
        self.settled(server, "ACTIVE")

    def test_without_room_it_stays_as_it_is(self) -> None:
        server = self.boot()
        cell = self.host_of(server).split("-")[0]
        self.act(server, {"shelve": None}, expect=202)
        self.settled(server, "SHELVED_OFFLOADED")
        services = self.admin.get("/os-services?binary=nova-compute", expect=200).json["services"]
        for service in services:
            if service["host"].startswith(cell):
                path = f"/os-services/{service['id']}"
                self.admin.put(path, {"status": "disabled"}, expect=200)
                self.addCleanup(self.admin.put, path, {"status": "enabled"})
        answer = self.unshelve(server)
        self.assertFault(answer, 409, "conflictingRequest", "No valid host")
        self.settled(server, "SHELVED_OFFLOADED")


class ShelvedTest(ShelveCase):
    """On its host still."""

    def test_it_stays_on_its_host_and_is_switched_on_again(self) -> None:
        server = self.shelved()
        host = self.host_of(server)
        (image,) = self.kept(server)
        for wish in ({"availability_zone": "nova"}, {"availability_zone": None}):
            self.assertFault(self.unshelve(server, wish), 409, "conflictingRequest")
        self.unshelve(server, expect=202)
        self.settled(server, "ACTIVE")
        self.assertEqual(host, self.host_of(server))
        self.assertNotIn("written by", self.console(server))
        self.until(lambda: self.image_is_gone(image), "the image stays")

    def test_an_administrator_takes_it_off(self) -> None:
        server = self.shelved()
        refused = self.act(server, {"shelveOffload": None})
        self.assertFault(refused, 403, "forbidden")
        path = f"/servers/{server}/action"
        self.admin.post(path, {"shelveOffload": None}, expect=202)
        self.settled(server, "SHELVED_OFFLOADED")
        expected = ("shelveOffload", ["compute_shelve_offload_instance"])
        self.assertEqual(expected, self.events(server)[-1])
        self.unshelve(server, expect=202)
        self.settled(server, "ACTIVE")

    def test_its_image_is_deleted_with_it(self) -> None:
        server = self.shelved()
        (image,) = self.kept(server)
        self.member.delete(f"/servers/{server}", expect=204)
        self.until(lambda: self.image_is_gone(image), "the image stays")
