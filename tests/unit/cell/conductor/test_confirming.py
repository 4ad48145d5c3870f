# SPDX-License-Identifier: Apache-2.0
"""What a host is told of its guests: by their lives, and never by what is missing."""

from __future__ import annotations

import uuid as uuids

from tests.unit.cell.conductor.world import WorldCase


class ConfirmingTest(WorldCase):
    def setUp(self):
        super().setUp()
        self.uuid = self.world.booted()
        self.home = self.server().host

    def server(self):
        return self.world.cell.show(self.uuid)

    def told(self, host=None, *, uuid=None, life=None):
        guests = {} if life is None else {uuid or self.uuid: list(life)}
        found = self.world.agents_side().confirm(host or self.home, guests)
        return {one.uuid: (one.verdict, one.runs) for one in found}

    def own_life(self):
        return self.server().epoch, self.server().home_generation

    def act(self, kind, **arguments):
        self.world.cell.act(self.uuid, self.server().epoch, kind, str(uuids.uuid4()), arguments)

    def done(self, kind, **arguments):
        self.act(kind, **arguments)
        self.world.settle()
        return self.server()

    def evacuated(self):
        self.world.hosts[self.home].alive = False
        self.world.cell.update_host(self.home, {"forced_down": True})
        return self.done("evacuate")

    def test_a_guest_that_is_on_its_host_is_its_own_and_runs_if_it_is_to(self):
        self.assertEqual({self.uuid: ("yours", True)}, self.told(life=self.own_life()))
        self.done("stop")
        self.assertEqual({self.uuid: ("yours", False)}, self.told(life=self.own_life()))

    def test_nothing_is_to_be_started_while_an_operation_is_in_hand(self):
        self.act("reboot", type="HARD")
        self.assertEqual({self.uuid: ("yours", False)}, self.told(life=self.own_life()))

    def test_what_an_evacuation_left_behind_is_elsewhere_and_its_new_home_has_it(self):
        before = self.own_life()
        server = self.evacuated()
        self.assertEqual((before[0], before[1] + 1), self.own_life())
        self.assertEqual({self.uuid: ("elsewhere", False)}, self.told(life=before))
        self.assertEqual({self.uuid: ("yours", True)}, self.told(server.host, life=self.own_life()))

    def test_the_new_home_makes_it_in_its_new_life_already(self):
        made = self.world.hosts[self.evacuated().host].made_from[self.uuid]
        self.assertEqual(self.own_life(), (made.epoch, made.home_generation))

    def test_an_evacuation_that_fails_begins_no_life(self):
        before = self.own_life()
        for host in self.world.hosts.values():
            host.script["create_machine"] = ["refused"]
        self.assertEqual((self.home, before), (self.evacuated().host, self.own_life()))
        self.assertEqual({self.uuid: ("yours", True)}, self.told(life=before))
        later = (before[0], before[1] + 1)
        other = next(name for name in self.world.hosts if name != self.home)
        self.assertEqual({self.uuid: ("unknown", False)}, self.told(other, life=later))

    def test_neither_end_of_a_move_is_a_leftover(self):
        life = self.own_life()
        server = self.done("migrate")
        self.assertEqual("resized", server.vm_state)
        self.assertEqual(life, self.own_life())
        self.assertEqual({self.uuid: ("unknown", False)}, self.told(life=life))
        self.assertEqual({self.uuid: ("yours", False)}, self.told(server.host, life=life))

    def test_a_deleted_server_and_one_nobody_knows(self):
        life = self.own_life()
        self.done("delete")
        self.assertEqual({self.uuid: ("deleted", False)}, self.told(life=life))
        stranger = str(uuids.uuid4())
        self.assertEqual({stranger: ("unknown", False)}, self.told(uuid=stranger, life=(1, 0)))
        self.world.cell.cancel(stranger, 1, "cancelled")
        self.assertEqual({stranger: ("deleted", False)}, self.told(uuid=stranger, life=(1, 0)))

    def test_a_server_whose_guest_is_not_named_is_missing_unless_something_is_done_to_it(self):
        self.assertEqual({self.uuid: ("missing", False)}, self.told())
        others = [name for name in self.world.hosts if name != self.home]
        self.assertEqual({}, self.told(others[0]))
        self.act("reboot", type="HARD")
        self.assertEqual({}, self.told())
