# SPDX-License-Identifier: Apache-2.0
"""Servers with volumes: connected where they are, nowhere else, and let go of with them."""

from __future__ import annotations

import uuid as uuids
from unittest import mock

from nova_cells.cell.db import volumes
from nova_cells.clients.keys.fixed import FixedKey
from nova_cells.clients.service_faults import NotThere
from nova_cells.contracts import FaultCode, Refused
from nova_cells.objects import ImageFacts
from tests.services.twin import GARBAGE, LOST, SILENCE
from tests.unit.cell.conductor.volumes_case import VolumesCase

DIGITS = "00ff" * 16


class BootTest(VolumesCase):
    def test_a_given_volume_costs_two_requests_of_the_cell(self):
        uuid = str(uuids.uuid4())
        volume = self.given(uuid)
        before = len(self.twin.asked)
        self.begin(volume, uuid=uuid)
        self.assert_settled(uuid, volume)
        self.assertEqual(2, len(self.twin.asked) - before)

    def test_its_host_is_told_how_to_reach_it_and_nobody_else(self):
        uuid, volume = self.booted(tag="data")
        host = self.world.hosts[self.show(uuid).host]
        (told,) = host.made_from[uuid].volumes
        self.assertEqual((volume["id"], "data"), (told["id"], told["tag"]))
        self.assertEqual("local", told["connection"]["driver_volume_type"])
        self.assertNotIn("device_path", str(self.show(uuid).document()))
        journal = self.world.rows("operation_steps")
        self.assertNotIn("device_path", str(journal))

    def test_one_that_is_still_being_made_is_waited_for(self):
        self.twin.making = "creating"
        uuid = str(uuids.uuid4())
        volume = self.given(uuid, reserved=False)
        made = self.twin.volumes[volume["id"]]
        made["status"] = "creating"
        self.begin(volume, uuid=uuid)
        self.assertEqual("block_device_mapping", self.show(uuid).task_state)
        made["status"] = "available"
        self.world.settle()
        self.assert_settled(uuid, volume)

    def test_one_that_could_not_be_made_fails_the_server(self):
        uuid = str(uuids.uuid4())
        volume = self.given(uuid, reserved=False)
        self.twin.volumes[volume["id"]]["status"] = "error"
        self.begin(volume, uuid=uuid)
        self.assertEqual("error", self.show(uuid).vm_state)
        self.assertIn("could not be made", self.show(uuid).fault.message)

    def test_a_host_that_fails_leaves_the_volume_reserved_for_the_next(self):
        for host in self.world.hosts.values():
            host.script["create_machine"] = ["refused"]
        uuid = str(uuids.uuid4())
        volume = self.given(uuid)
        free: list[object] = []

        def look(asked):
            if self.twin.volumes[volume["id"]]["status"] == "available":
                free.append(asked)

        self.twin.switch = look
        self.begin(volume, uuid=uuid)
        self.world.settle()
        self.assertEqual([], free, "nobody else could have had it")
        self.assertEqual([], self.connections())
        self.assertEqual(["reserved"], [each["status"] for each in self.attachments(uuid)])

    def test_whatever_the_service_answers_nothing_is_left_over(self):
        for answer in (401, 403, 404, 409, 500, GARBAGE, SILENCE, LOST):
            for number in (1, 2):
                with self.subTest(answer=answer, number=number):
                    uuid = str(uuids.uuid4())
                    volume = self.given(uuid, delete_on_termination=True)
                    self.twin.fault(number, answer)
                    self.begin(volume, uuid=uuid)
                    self.world.settle()
                    self.act(uuid, "delete")
                    self.world.settle()
                    self.assertEqual([], self.attachments(uuid))
                    self.assertNotIn(volume["id"], self.twin.volumes)
                    self.assertEqual([], self.connections())

    def test_an_attachment_that_is_wrongly_said_to_be_gone_is_not_left(self):
        uuid = str(uuids.uuid4())
        volume = self.given(uuid)
        self.twin.fault(1, 404)
        self.begin(volume, uuid=uuid)
        self.world.settle()
        self.assert_settled(uuid, volume)


class DeleteTest(VolumesCase):
    def test_volumes_go_with_the_server_where_that_is_wished(self):
        for goes in (True, False):
            uuid, volume = self.booted(delete_on_termination=goes)
            self.act(uuid, "delete")
            self.assertEqual([], self.attachments(uuid))
            self.assertEqual(not goes, volume["id"] in self.twin.volumes)
            self.assertEqual([], self.connections())

    def test_a_service_that_is_away_is_waited_for(self):
        uuid, volume = self.booted(delete_on_termination=True)
        self.twin.fault(1, SILENCE)
        self.act(uuid, "delete")
        self.assertEqual("deleting", self.show(uuid).task_state)
        self.world.settle()
        self.assertNotIn(volume["id"], self.twin.volumes)
        self.assertEqual("deleted", self.show(uuid).vm_state)


class AttachTest(VolumesCase):
    def test_a_volume_comes_and_goes(self):
        uuid = self.begin()
        volume = self.given(uuid)
        self.act(uuid, "attach_volume", volume=volume)
        self.assert_settled(uuid, volume)
        self.assertRegex(self.show(uuid).volumes[0]["device"], "^/dev/vd[a-z]$")
        self.act(uuid, "detach_volume", volume=volume["id"])
        self.assert_settled(uuid)
        self.assertEqual("available", self.twin.volumes[volume["id"]]["status"])

    def test_what_the_host_refuses_leaves_the_volume_free(self):
        uuid = self.begin()
        volume = self.given(uuid)
        self.world.hosts[self.show(uuid).host].script["attach_volume"] = ["refused"]
        self.act(uuid, "attach_volume", volume=volume)
        self.assert_settled(uuid)
        self.assertEqual("available", self.twin.volumes[volume["id"]]["status"])

    def test_a_guest_that_holds_on_keeps_it(self):
        uuid, volume = self.booted()
        self.world.hosts[self.show(uuid).host].script["detach_volume"] = ["refused"]
        self.act(uuid, "detach_volume", volume=volume["id"])
        self.assert_settled(uuid, volume)

    def test_only_what_is_there_is_detached_and_nothing_twice(self):
        uuid, volume = self.booted()
        with self.assertRaises(Refused) as caught:
            self.act(uuid, "detach_volume", volume=str(uuids.uuid4()))
        self.assertEqual(FaultCode.NO_SUCH_VOLUME, caught.exception.code)
        self.assertRaises(Refused, self.act, uuid, "attach_volume", volume=volume)
        self.assert_settled(uuid, volume)

    def test_a_volume_grows(self):
        uuid, volume = self.booted()
        self.twin.volumes[volume["id"]]["size"] = 3
        self.act(uuid, "extend_volume", volume=volume["id"])
        self.assertEqual(3, self.show(uuid).volumes[0]["size"])

    def test_a_volume_grows_on_its_host_where_its_service_leaves_that_to_it(self):
        uuid, volume = self.booted()
        known, host = self.twin.volumes[volume["id"]], self.world.hosts[self.show(uuid).host]
        known.update(status="extending", metadata={"extend_new_size": "3"})
        self.act(uuid, "extend_volume", volume=volume["id"])
        told = self.twin.acted.pop()
        self.assertEqual((volume["id"], "os-extend_volume_completion", {"error": False}), told)
        self.assertEqual(3, self.show(uuid).volumes[0]["size"])
        host.script["extend_volume"] = ["refused"]
        self.act(uuid, "extend_volume", volume=volume["id"])
        self.assertEqual({"error": True}, self.twin.acted.pop()[2])

    def test_a_volume_that_its_service_has_yet_to_extend_is_left_to_it(self):
        uuid, volume = self.booted()
        self.twin.volumes[volume["id"]]["status"] = "extending"
        self.act(uuid, "extend_volume", volume=volume["id"])
        self.assertEqual([], self.twin.acted)
        self.assertEqual(1, self.show(uuid).volumes[0]["size"])

    def test_a_volume_is_swapped(self):
        uuid, volume = self.booted()
        new = self.given(uuid)
        self.act(uuid, "swap_volume", volume=volume["id"], new=new)
        self.assert_settled(uuid, new)
        self.assertEqual("available", self.twin.volumes[volume["id"]]["status"])

    def test_a_swap_that_fails_leaves_the_old(self):
        uuid, volume = self.booted()
        new = self.given(uuid)
        self.world.hosts[self.show(uuid).host].script["swap_volume"] = ["refused"]
        self.act(uuid, "swap_volume", volume=volume["id"], new=new)
        self.assert_settled(uuid, volume)
        self.assertEqual("available", self.twin.volumes[new["id"]]["status"])


class MoveTest(VolumesCase):
    def test_a_migration_is_confirmed_or_reverted(self):
        for end in ("confirm_resize", "revert_resize"):
            uuid, volume = self.booted()
            home, (first,) = self.show(uuid).host, self.attachments(uuid)
            self.act(uuid, "migrate")
            self.world.settle()
            self.assertEqual("resized", self.show(uuid).vm_state)
            self.assertEqual(2, len(self.attachments(uuid)))
            self.act(uuid, end)
            self.world.settle()
            back = end == "revert_resize"
            self.assertEqual(back, self.show(uuid).host == home)
            self.assertEqual(back, self.attachments(uuid)[0]["id"] == first["id"])
            self.assert_settled(uuid, volume)
            self.act(uuid, "delete")

    def test_a_destination_that_fails_leaves_nothing(self):
        uuid, volume = self.booted()
        for host in self.world.hosts.values():
            host.script["receive_machine"] = ["refused"] * 3
        self.act(uuid, "migrate")
        self.world.settle()
        self.assert_settled(uuid, volume)

    def test_a_live_migration_has_both_connected_while_it_lasts(self):
        uuid, volume = self.booted()
        home = self.show(uuid).host
        self.act(uuid, "live_migrate")
        self.world.settle()
        self.assertNotEqual(home, self.show(uuid).host)
        self.assert_settled(uuid, volume)

    def test_an_evacuation_leaves_the_dead_host_without(self):
        uuid, volume = self.booted()
        home = self.show(uuid).host
        self.world.hosts[home].alive = False
        self.world.cell.update_host(home, {"forced_down": True})
        self.act(uuid, "evacuate")
        self.world.settle()
        self.assertNotEqual(home, self.show(uuid).host)
        self.assert_settled(uuid, volume)

    def test_a_shelved_server_keeps_its_volumes_reserved(self):
        uuid, volume = self.booted()
        self.act(uuid, "shelve")
        self.world.settle()
        self.assertEqual("shelved_offloaded", self.show(uuid).vm_state)
        self.assertEqual([], self.connections())
        self.assertEqual(["reserved"], [each["status"] for each in self.attachments(uuid)])
        other = self.given(uuid)
        self.act(uuid, "attach_volume", volume=other)
        self.assertEqual("in-use", self.twin.volumes[other["id"]]["status"])
        self.assertEqual([], self.connections())
        self.act(uuid, "unshelve")
        self.world.settle()
        self.assert_settled(uuid, volume, other)

    def test_what_a_server_without_a_host_was_given_goes_again(self):
        uuid = self.begin()
        self.act(uuid, "shelve")
        self.world.settle()
        volume = self.given(uuid)
        self.act(uuid, "attach_volume", volume=volume)
        self.assertEqual("in-use", self.twin.volumes[volume["id"]]["status"])
        self.act(uuid, "detach_volume", volume=volume["id"])
        self.world.settle()
        self.assertEqual("available", self.twin.volumes[volume["id"]]["status"])
        self.assertEqual([], self.attachments(uuid))


class RebuildTest(VolumesCase):
    """Of a server that boots from a volume."""

    def setUp(self):
        super().setUp()
        self.uuid = str(uuids.uuid4())
        self.volume = self.given(self.uuid, boot_index=0)
        self.begin(self.volume, uuid=self.uuid, image=None)
        self.image = ImageFacts(id=str(uuids.uuid4())).document()

    def say(self, status):
        self.twin.finish(self.volume["id"])
        said = {f"volume-reimaged/{self.volume['id']}": status}
        self.world.conductor.journal.hear({self.uuid: said})
        self.world.settle()

    def test_its_volume_is_written_while_no_host_has_it(self):
        self.act(self.uuid, "rebuild", image=self.image, reimage=True)
        self.assertEqual("rebuilding", self.show(self.uuid).task_state)
        (action,) = [one for one in self.twin.acted if one[1] == "os-reimage"]
        self.assertEqual((self.volume["id"], self.image["id"]), (action[0], action[2]["image_id"]))
        self.assertEqual(["reserved"], [one["status"] for one in self.attachments(self.uuid)])
        self.assertEqual([], self.connections())
        self.say("completed")
        self.assertEqual("active", self.show(self.uuid).vm_state)
        self.assert_settled(self.uuid, self.volume)

    def test_a_volume_that_can_not_be_written_is_told(self):
        self.act(self.uuid, "rebuild", image=self.image, reimage=True)
        self.say("failed")
        self.assertEqual("error", self.show(self.uuid).vm_state)
        self.assertIn("could not write the image", self.show(self.uuid).fault.message)

    def test_one_whose_host_would_not_be_let_go_of_keeps_what_its_head_names(self):
        deletes = ("DELETE", f"/attachments/{self.attachments(self.uuid)[0]['id']}")
        self.twin.switch = lambda asked: 409 if (asked.method, asked.path) == deletes else None
        self.act(self.uuid, "rebuild", image=self.image, reimage=True)
        self.world.settle()
        self.assertEqual("error", self.show(self.uuid).vm_state)
        named = [one["attachment_id"] for one in self.show(self.uuid).volumes]
        self.assertEqual(named, [one["id"] for one in self.attachments(self.uuid)])

    def test_before_that_its_volume_stays_as_it_is(self):
        self.act(self.uuid, "rebuild", image=self.image)
        self.assertEqual([], self.twin.acted)
        self.assert_settled(self.uuid, self.volume)


class AssistedSnapshotTest(VolumesCase):
    """The volume service keeps volumes as files, and asks for snapshots of those in use."""

    def asked(self, uuid, volume, status="creating", kind="take_volume_snapshot", **more):
        snapshot = self.twin.awaited_snapshot(volume["id"], status)
        told = {"file": "volume.1"} if kind.startswith("take") else {"file": None, "into": None}
        self.act(uuid, kind, volume=volume["id"], snapshot=snapshot["id"], **{**told, **more})
        return snapshot

    def test_the_service_is_told_when_the_guest_has_the_new_file(self):
        uuid, volume = self.booted()
        row = dict(self.world.rows("volume_connections")[0])
        nfs = {"driver_volume_type": "nfs", "data": {"export": "e:/x", "name": "volume"}}
        self.world.database.write(lambda c: volumes.put(c, [{**row, "connection": nfs}]))
        snapshot = self.asked(uuid, volume)
        self.assertEqual(("creating", "90%"), (snapshot["status"], snapshot["progress"]))
        data = self.world.rows("volume_connections")[0]["connection"]["data"]
        self.assertEqual(("volume.1", "qcow2", "e:/x"), tuple(data[n] for n in FILE))
        gone = self.asked(uuid, volume, "deleting", "merge_volume_snapshot")
        self.assertEqual(("deleting", "90%"), (gone["status"], gone["progress"]))
        self.assert_settled(uuid, volume)

    def test_the_service_is_told_of_what_does_not_work(self):
        uuid, volume = self.booted()
        host = self.world.hosts[self.show(uuid).host]
        for status, kind, step, told in (
            ("creating", "take_volume_snapshot", "snapshot_volume", "error"),
            ("deleting", "merge_volume_snapshot", "merge_volume", "error_deleting"),
        ):
            host.script[step] = ["refused"]
            self.assertEqual(told, self.asked(uuid, volume, status, kind)["status"])
        self.assertIn("unsnapshot_volume", host.ran)
        self.assert_settled(uuid, volume)

    def test_nobody_but_the_service_can_ask(self):
        uuid, volume = self.booted()
        other = self.given(uuid)
        host = self.world.hosts[self.show(uuid).host]
        host.script["snapshot_volume"] = ["refused"]  # would be told
        snapshot = self.twin.awaited_snapshot(other["id"])
        told = {"volume": volume["id"], "snapshot": snapshot["id"], "file": "x"}
        self.act(uuid, "take_volume_snapshot", **told)
        self.assertEqual("creating", snapshot["status"])
        self.assertIn("waits for no such snapshot", self.show(uuid).fault.message)

    def interrupted(self, kind, before=None):
        """Neither the host's part is done, nor what it waits for; then the server is deleted."""
        uuid, volume = self.booted()
        self.world.hosts[self.show(uuid).host].alive = False
        if before is not None:
            self.world.cell.act(uuid, 1, before, str(uuids.uuid4()), {})
        status = "creating" if kind.startswith("take") else "deleting"
        snapshot = self.twin.awaited_snapshot(volume["id"], status)
        told = {"volume": volume["id"], "snapshot": snapshot["id"], "file": "x", "into": None}
        self.world.cell.act(uuid, 1, kind, str(uuids.uuid4()), told)
        self.world.deliver()
        self.assertEqual((status, "0%"), (snapshot["status"], snapshot["progress"]))
        self.world.hosts[self.show(uuid).host].alive = True
        self.act(uuid, "delete")
        self.world.settle()
        self.assertEqual("deleted", self.show(uuid).vm_state)
        return snapshot["status"]

    def test_a_delete_that_interrupts_it_leaves_the_service_not_waiting(self):
        self.assertEqual("error", self.interrupted("take_volume_snapshot"))
        self.assertEqual("error_deleting", self.interrupted("merge_volume_snapshot"))

    def test_nor_does_one_that_comes_before_its_turn(self):
        self.assertEqual("error", self.interrupted("take_volume_snapshot", before="stop"))

    def test_nothing_after_which_the_guest_goes_on_interrupts_it(self):
        uuid, volume = self.booted()
        self.world.hosts[self.show(uuid).host].alive = False
        snapshot = self.twin.awaited_snapshot(volume["id"])
        told = {"volume": volume["id"], "snapshot": snapshot["id"], "file": "x"}
        self.world.cell.act(uuid, 1, "take_volume_snapshot", str(uuids.uuid4()), told)
        self.world.deliver()
        for kind, how in (("soft_delete", {}), ("reset_state", {"state": "error"})):
            with self.assertRaises(Refused):
                self.world.cell.act(uuid, 1, kind, str(uuids.uuid4()), how)
        self.world.hosts[self.show(uuid).host].alive = True
        self.world.settle()
        self.assertEqual("90%", snapshot["progress"])

    def test_one_that_comes_while_something_is_done_is_done_afterwards(self):
        uuid, volume = self.booted()
        self.world.cell.act(uuid, 1, "stop", str(uuids.uuid4()), {})
        snapshot = self.asked(uuid, volume)
        self.assertEqual("0%", snapshot["progress"])
        self.world.settle()
        self.assertEqual("90%", snapshot["progress"])
        self.assertEqual("stopped", self.show(uuid).vm_state)


class EncryptedTest(VolumesCase):
    """A host is told the passphrase; no table has it."""

    keys = FixedKey(DIGITS)

    def test_only_its_host_is_told_what_opens_it(self):
        uuid, volume = self.booted(encrypted=True)
        (told,) = self.world.hosts[self.show(uuid).host].made_from[uuid].volumes
        self.assertEqual({"provider": "luks", "passphrase": DIGITS}, told["encryption"])
        self.assertNotIn("encryption", told["connection"])
        for table in ("volume_connections", "operations", "operation_steps", "instances", "outbox"):
            self.assertNotIn(DIGITS, str(self.world.rows(table)), table)
        self.assert_settled(uuid, volume)

    def test_a_host_that_is_away_owes_nothing_with_a_key_in_it(self):
        uuid, _volume = self.booted(encrypted=True)
        self.world.hosts[self.show(uuid).host].alive = False
        self.world.pass_time(300)
        self.act(uuid, "delete")
        self.world.settle()
        self.assertEqual("deleted", self.show(uuid).vm_state)
        self.assertNotIn(DIGITS, str(self.world.rows("debts")))

    def test_without_its_key_it_is_refused(self):
        with mock.patch.object(self.keys, "passphrase", side_effect=NotThere("no key")):
            uuid = str(uuids.uuid4())
            volume = self.given(uuid, encrypted=True)
            self.begin(volume, uuid=uuid)
        self.assertEqual("error", self.show(uuid).vm_state)
        self.assertIn("key can't be had", self.show(uuid).fault.message)


class KeylessTest(VolumesCase):
    """A cell without any keys."""

    def test_an_encrypted_volume_is_refused(self):
        uuid = str(uuids.uuid4())
        volume = self.given(uuid, encrypted=True)
        self.begin(volume, uuid=uuid)
        self.assertIn("no key manager", self.show(uuid).fault.message)


FILE = ("name", "format", "export")
