# SPDX-License-Identifier: Apache-2.0
"""Images of servers, and servers that are only an image: hosts, claims, and what is given up."""

from __future__ import annotations

from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import ImageFacts
from tests.unit.cell.conductor.test_actions import ActionCase
from tests.unit.cell.conductor.world import conf

IMAGE = "33333333-3333-4333-8333-333333333333"


class ImageCase(ActionCase):
    def chores(self) -> list[tuple[str, str]]:
        """What is owed, with the image it is about."""
        rows = [(row["kind"], row["document"]) for row in self.world.rows("image_chores")]
        return [(kind, document.get("image", "")) for kind, document in rows]

    def holders(self) -> set[str]:
        return {row["host"] for row in self.world.rows("claims")}


class SnapshotTest(ImageCase):
    def test_it_goes_on_as_it_was(self):
        self.act("snapshot", new_image=IMAGE)
        self.assertEqual("image_snapshot", self.server().task_state)
        self.world.settle()
        server = self.server()
        self.assertEqual(
            ("active", None, 1), (server.vm_state, server.task_state, server.power_state)
        )
        self.assertEqual(["capture_disk", "upload_capture", "drop_capture"], self.host().ran[-3:])
        self.assertEqual([], self.chores())

    def test_an_image_that_fails_is_discarded(self):
        for step in ("capture_disk", "upload_capture", "drop_capture"):
            self.host().script[step] = ["refused"]
            server = self.done("snapshot", key=step, new_image=IMAGE)
            self.assertEqual("active", server.vm_state)
            self.assertEqual("drop_capture", self.host().ran[-1])
            self.assertEqual([("discard", IMAGE)], self.chores(), step)

    def test_a_host_that_dies_leaves_no_image(self):
        self.host().script["capture_disk"] = ["failed"]
        self.act("snapshot", new_image=IMAGE)
        self.host().alive = False
        self.world.deliver()
        self.world.pass_time(200)
        self.assertEqual([("discard", IMAGE)], self.chores())
        self.assertIsNone(self.server().task_state)

    def test_a_delete_in_between_leaves_no_image(self):
        self.act("snapshot", new_image=IMAGE)
        self.done("delete")
        self.assertEqual([("discard", IMAGE)], self.chores())

    def test_a_delete_afterwards_leaves_it_alone(self):
        self.done("snapshot", new_image=IMAGE)
        self.done("delete")
        self.assertEqual([], self.chores())


class BackupTest(ImageCase):
    def test_old_ones_are_rotated_afterwards(self):
        self.done("backup", new_image=IMAGE, backup_type="daily", rotation=2)
        [row] = self.world.rows("image_chores")
        told = {"instance": self.uuid, "backup_type": "daily", "keep": 2}
        self.assertEqual(told, {name: row["document"][name] for name in told})

    def test_to_keep_none_makes_none(self):
        before = list(self.host().ran)
        self.done("backup", backup_type="daily", rotation=0)
        self.assertEqual(before, self.host().ran)
        self.assertEqual([("rotate", "")], self.chores())


class ShelveTest(ImageCase):
    def stay(self):
        conf().set_override("shelved_offload_time", -1, "conductor")
        self.addCleanup(conf().clear_override, "shelved_offload_time", "conductor")
        self.world.reborn()

    def test_it_leaves_its_host_once_the_image_is_whole(self):
        server = self.done("shelve", new_image=IMAGE)
        self.assertEqual(("shelved_offloaded", None), (server.vm_state, server.task_state))
        self.assertEqual((None, None, 4), (server.host, server.node, server.power_state))
        self.assertEqual(IMAGE, server.shelved_image["id"])
        self.assertEqual(set(), self.holders())
        self.assertEqual({}, self.world.hosts["h1"].machines)
        self.assertEqual([], self.chores())

    def test_a_failure_takes_all_of_it_back(self):
        for step in ("power_off", "capture_disk", "upload_capture"):
            self.host().script[step] = ["refused"]
            server = self.done("shelve", key=step, new_image=IMAGE)
            self.assertEqual(("active", "it broke"), (server.vm_state, server.fault.message))
            self.assertEqual({self.uuid: True}, self.host().machines)
            self.assertEqual([("discard", IMAGE)], self.chores())
            self.assertIsNone(server.shelved_image)

    def test_one_that_was_held_is_off_after_a_failure(self):
        self.done("pause")
        self.host().script["upload_capture"] = ["refused"]
        server = self.done("shelve", new_image=IMAGE)
        self.assertEqual(("stopped", 4), (server.vm_state, server.power_state))
        self.assertEqual({self.uuid: False}, self.host().machines)

    def test_a_machine_that_does_not_go_is_asked_to_until_it_does(self):
        self.host().script["destroy_machine"] = ["failed"] * 5
        server = self.done("shelve", new_image=IMAGE)
        self.assertEqual("shelved_offloaded", server.vm_state)

    def test_a_host_that_dies_then_owes_it(self):
        host = self.host()
        host.script["destroy_machine"] = ["failed"] * 100
        self.act("shelve", new_image=IMAGE)
        self.world.deliver()
        self.assertEqual("shelving_offloading", self.server().task_state)
        host.alive = False
        self.world.pass_time(300)
        self.assertEqual("shelved_offloaded", self.server().vm_state)
        self.assertTrue(self.world.rows("debts"))
        host.script.clear()
        host.alive = True
        self.world.settle()
        self.assertEqual({}, host.machines)

    def test_it_stays_where_so_configured_and_leaves_later(self):
        self.stay()
        home = self.server().host
        server = self.done("shelve", new_image=IMAGE)
        self.assertEqual(("shelved", home), (server.vm_state, server.host))
        conf().set_override("shelved_offload_time", 600, "conductor")
        self.world.reborn()
        self.world.conductor.offload.round()
        self.assertEqual("shelved", self.server().vm_state)
        self.world.clock.advance(601)
        self.world.pass_time(10)
        self.world.conductor.offload.round()
        self.world.settle()
        self.assertEqual("shelved_offloaded", self.server().vm_state)

    def test_its_image_goes_with_it(self):
        self.done("shelve", new_image=IMAGE)
        self.done("delete")
        self.assertEqual([("discard", IMAGE)], self.chores())
        self.assertEqual("deleted", self.server().vm_state)


class UnshelveTest(ImageCase):
    def setUp(self):
        super().setUp()
        self.done("shelve", new_image=IMAGE)

    def unshelve(self, **wish):
        return self.done("unshelve", **wish)

    def made_from(self):
        return self.host().made_from[self.uuid].image.id

    def test_it_is_made_from_its_image(self):
        launched = self.server().launched_at
        server = self.unshelve()
        self.assertEqual(
            ("active", 1, launched), (server.vm_state, server.power_state, server.launched_at)
        )
        self.assertEqual((IMAGE, {server.host}), (self.made_from(), self.holders()))
        self.assertIsNone(server.shelved_image)
        self.assertEqual([("discard", IMAGE)], self.chores())
        image = ImageFacts(id=IMAGE[::-1].replace("-", "0")[:36], name="new")
        self.done("rebuild", image=image.document())
        self.assertEqual(image.id, self.made_from())

    def test_another_host_is_tried(self):
        for host in self.world.hosts.values():
            host.script["create_machine"] = ["refused"]
        one = min(self.world.hosts)
        self.world.hosts[one].script.clear()
        server = self.unshelve()
        self.assertEqual(("active", one), (server.vm_state, server.host))

    def test_when_all_hosts_fail_it_is_as_before(self):
        for host in self.world.hosts.values():
            host.script["create_machine"] = ["refused"] * 9
        server = self.unshelve()
        self.assertEqual(("shelved_offloaded", None), (server.vm_state, server.host))
        self.assertEqual((set(), []), (self.holders(), self.chores()))
        self.assertEqual(IMAGE, server.shelved_image["id"])
        for host in self.world.hosts.values():
            self.assertEqual({}, host.machines)
            host.script.clear()
        self.assertEqual("active", self.done("unshelve", key="again").vm_state)

    def test_without_room_nothing_begins(self):
        for name in self.world.hosts:
            self.world.cell.update_host(name, {"enabled": False})
        with self.assertRaises(Refused) as caught:
            self.act("unshelve")
        self.assertEqual(FaultCode.NO_VALID_HOST, caught.exception.code)
        self.assertEqual([], self.world.open_operations())

    def test_to_a_host_for_this_once(self):
        for target in ("h2", "h3"):
            self.assertEqual(target, self.done("unshelve", key=target, host=target).host)
            self.done("shelve", key=f"shelve-{target}", new_image=IMAGE)

    def test_a_delete_in_between_leaves_nothing(self):
        self.act("unshelve")
        self.done("delete")
        self.assertEqual((set(), [("discard", IMAGE)]), (self.holders(), self.chores()))
        for host in self.world.hosts.values():
            self.assertEqual({}, host.machines)


class KeptTest(ImageCase):
    """In a cell that keeps deleted servers for a while."""

    def setUp(self):
        for name, value in (("reclaim_instance_interval", 600), ("shelved_offload_time", -1)):
            conf().set_override(name, value, "conductor")
            self.addCleanup(conf().clear_override, name, "conductor")
        super().setUp()

    def test_a_shelved_server_is_restored_without_its_image(self):
        self.done("shelve", new_image=IMAGE)
        self.assertEqual("soft-delete", self.done("delete").vm_state)
        server = self.done("restore")
        self.assertEqual(("active", None), (server.vm_state, server.shelved_image))
        self.assertEqual([("discard", IMAGE)], self.chores())

    def test_one_without_a_host_is_deleted_for_good(self):
        self.done("shelve", new_image=IMAGE)
        self.done("shelve_offload")
        self.assertEqual("deleted", self.done("delete").vm_state)
        self.assertEqual([("discard", IMAGE)], self.chores())

    def test_one_that_is_being_made_again_is_deleted_for_good(self):
        self.done("shelve", new_image=IMAGE)
        self.done("shelve_offload")
        self.act("unshelve")
        self.assertEqual("deleted", self.done("delete").vm_state)
        self.assertEqual((set(), [("discard", IMAGE)]), (self.holders(), self.chores()))
