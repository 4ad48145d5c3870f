# SPDX-License-Identifier: Apache-2.0
"""What changed is told until it is acknowledged; amendments; guests that change by themselves."""

from __future__ import annotations

from nova_cells.contracts import FaultCode, Refused
from nova_cells.runtime import context
from tests.unit.cell.conductor.world import WorldCase


class FeedCase(WorldCase):
    hosts = {"h1": {}}

    def publish(self):
        self.world.conductor.publisher.kick()
        self.world.conductor.publisher.publish()
        told, self.world.wire.feed = self.world.wire.feed, []
        return told

    def told(self, uuid):
        return [item for item in self.publish() if item.key == uuid]


class OutboxTest(FeedCase):
    def test_an_active_server_is_told_once_with_its_newest_head(self):
        uuid = self.world.booted()
        [item] = self.told(uuid)
        self.assertEqual(self.world.cell.show(uuid).document(), item.document)
        self.assertEqual((1, 2, "current"), (item.epoch, item.revision, item.disposition))
        self.world.clock.advance(5)
        self.assertEqual([], self.told(uuid))
        self.assertEqual([], self.world.rows("outbox"))

    def test_what_the_caller_has_in_its_answer_is_not_hurried(self):
        uuid = self.world.build().uuid
        self.assertEqual([], self.told(uuid))
        self.world.clock.advance(1)
        self.assertEqual(["building"], [item.document["vm_state"] for item in self.told(uuid)])

    def test_hosts_travel_along_at_most_once_a_second(self):
        self.publish()
        self.world.clock.advance(1)
        self.world.booted()
        self.assertEqual({"instance", "host"}, {item.kind for item in self.publish()})
        self.world.booted()
        self.assertEqual({"instance"}, {item.kind for item in self.publish()})
        self.world.clock.advance(2)
        [item] = self.publish()
        self.assertEqual(("h1", 2), (item.key, item.document["running_vms"]))
        self.world.clock.advance(2)
        self.assertEqual([], self.publish())

    def test_nobody_listens_then_somebody_does(self):
        self.world.wire.deaf = True
        uuid = self.world.booted()
        self.assertEqual([], self.publish())
        self.world.wire.deaf = False
        self.assertEqual([], self.publish(), "it waits a little before it tries again")
        self.world.clock.advance(2)
        self.assertEqual(1, len(self.told(uuid)))

    def test_news_that_came_during_the_telling_is_kept(self):
        uuid = self.world.booted()
        items = self.world.conductor.publisher._due(True)
        self.world.cell.amend(uuid, 1, "key", {"name": "newer"})
        self.world.conductor.publisher._tell(items)
        self.world.clock.advance(2)
        self.assertEqual("newer", self.told(uuid)[-1].document["name"])

    def test_the_next_conductor_tells_what_the_last_one_left(self):
        uuid = self.world.booted()
        self.world.reborn()
        self.world.clock.advance(1)
        self.world.conductor.publisher.publish()
        self.assertEqual([uuid], [i.key for i in self.world.wire.feed if i.kind == "instance"])


class AmendmentTest(FeedCase):
    def test_a_change_has_a_revision_and_is_told(self):
        uuid = self.world.booted()
        before = self.world.cell.show(uuid).revision
        head = self.world.cell.amend(uuid, 1, "key", {"name": "db", "tags": ["a"]})
        self.assertEqual(("db", ["a"], before + 1), (head.name, head.tags, head.revision))
        again = self.world.cell.amend(uuid, 1, "key", {"name": "db", "tags": ["a"]})
        self.assertEqual(before + 1, again.revision)

    def test_two_who_add_stay_below_a_limit_together(self):
        uuid = self.world.booted()
        for number in range(3):
            wish = {"metadata_set": {f"k{number}": "v"}, "at_most": {"metadata": 2}}
            if number < 2:
                self.world.cell.amend(uuid, 1, f"key-{number}", wish)
        with self.assertRaises(Refused) as caught:
            self.world.cell.amend(uuid, 1, "key-2", wish)
        self.assertEqual(FaultCode.TOO_MANY, caught.exception.code)
        self.assertEqual({"field": "metadata", "most": 2}, caught.exception.details)
        self.assertEqual({"k0", "k1"}, set(self.world.cell.show(uuid).metadata))

    def test_locks_are_actions(self):
        uuid = self.world.booted()
        asked = context.RequestContext(request_id="req-1", user_id="u", project_id="p")
        with context.use(asked):
            for key in ("key", "key"):
                self.world.cell.amend(uuid, 1, key, {"lock": {"by": "owner", "reason": None}})
        self.world.cell.amend(uuid, 1, "other", {"unlock": ["owner"]})
        names = [record.action for record in self.world.cell.actions(uuid)]
        self.assertEqual(["create", "lock", "unlock"], sorted(names))
        found = self.world.cell.action(uuid, "req-1")
        self.assertEqual(("lock", "u", None), (found.action, found.user_id, found.message))

    def test_what_it_refuses(self):
        uuid = self.world.booted()
        wishes = (
            (uuid, 1, {"vm_state": "active"}, FaultCode.INVALID),
            (uuid, 0, {"name": "x"}, FaultCode.STALE_EPOCH),
            ("55555555-5555-4555-8555-555555555555", 1, {}, FaultCode.INSTANCE_NOT_FOUND),
        )
        for wanted, epoch, changes, code in wishes:
            with self.assertRaises(Refused) as caught:
                self.world.cell.amend(wanted, epoch, "key", changes)
            self.assertEqual(code, caught.exception.code)


class PowerStateTest(FeedCase):
    def test_a_guest_that_shut_itself_down_is_stopped(self):
        uuid = self.world.booted()
        self.assertEqual(1, self.world.agents_side().power_states("h1", {uuid: 4}))
        server = self.world.cell.show(uuid)
        self.assertEqual(("stopped", 4), (server.vm_state, server.power_state))
        self.assertEqual(0, self.world.agents_side().power_states("h1", {uuid: 4}))

    def test_it_is_not_asked_during_an_operation_or_from_elsewhere(self):
        uuid = self.world.booted()
        self.assertEqual(0, self.world.agents_side().power_states("h2", {uuid: 4}))
        self.world.cell.act(uuid, 1, "stop", "key", {})
        self.assertEqual(0, self.world.agents_side().power_states("h1", {uuid: 4}))
        self.assertEqual("active", self.world.cell.show(uuid).vm_state)


class ReadingTest(FeedCase):
    def test_heads_in_order_of_uuid(self):
        uuids = sorted(self.world.booted() for _ in range(3))
        first = self.world.cell.heads("", 2)
        self.assertEqual(uuids[:2], [head.uuid for head in first])
        self.assertEqual(uuids[2:], [h.uuid for h in self.world.cell.heads(uuids[1], 9)])

    def test_the_console_is_asked_of_the_host(self):
        uuid = self.world.booted()
        self.assertEqual(f"{uuid} on h1: 7", self.world.cell.console_output(uuid, 7))
