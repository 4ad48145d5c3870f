# SPDX-License-Identifier: Apache-2.0
"""Many servers resized and moved at once: nothing is given out twice, no rule is broken."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from sqlalchemy import select

from nova_cells.cell.db import claims, hosts
from nova_cells.cell.db.tables import claims as claims_table
from nova_cells.cell.db.tables import group_members
from nova_cells.objects import Flavor
from tests.stores.base import StoreCase, on_every_database
from tests.stores.test_cell_claims import Crowd
from tests.unit.cell.conductor.world import group, spec_with

AMOUNTS = ("vcpus", "memory_mb", "disk_gb")
LARGE = Flavor(flavorid="2", name="m1.large", vcpus=2, memory_mb=1024, root_gb=2)


@on_every_database
class MoveTest(StoreCase):
    tree = "cell"

    def asked(self, crowd: Crowd, uuids: list[str], kind: str, **arguments: Any) -> list[Any]:
        """All at once, from all conductors; answers the heads."""
        heads: list[Any] = []

        def ask(number: int, uuid: str) -> None:
            endpoint = crowd.conductors[number % len(crowd.conductors)].endpoint()
            heads.append(endpoint.act(uuid, 1, kind, f"{kind}-{uuid}", dict(arguments)))

        threads = [threading.Thread(target=ask, args=each) for each in enumerate(uuids)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(uuids), len(heads))
        return heads

    def booted(self, crowd: Crowd, number: int, **more: Any) -> list[str]:
        """Servers that run."""
        replies = crowd.build([spec_with(**more) for _ in range(number)])
        self.assertEqual({True}, {reply.accepted for reply in replies})
        uuids = [reply.uuid for reply in replies]
        self.finish(crowd)
        return uuids

    def finish(self, crowd: Crowd) -> None:
        """The hosts do all that they were told."""
        while crowd.wire.inbox:
            name, work = crowd.wire.inbox.popleft()
            crowd.hosts[name].take(work)
            crowd.hosts[name].hand_in()

    def assertHeld(self) -> None:
        """What hosts have in use is what is claimed, and no more than they have."""
        rows = self.database.read(lambda c: c.execute(select(claims_table)).all())
        for host in self.database.read(hosts.every):
            mine = [row for row in rows if row.host == host.name]
            self.assertEqual(len(mine), host.running)
            for name in AMOUNTS:
                used = getattr(host, f"{name}_used")
                self.assertEqual(sum(getattr(row, name) for row in mine), used)
                self.assertLessEqual(used, getattr(host, f"{name}_cap"))

    def test_resizes_take_no_more_than_there_is(self) -> None:
        # Room for 6 of 512 MiB each; 8 servers want to be twice as large.
        crowd = Crowd(self.database, {f"h{n}": {"memory_mb": 6 * 512 + 512} for n in range(2)})
        uuids = self.booted(crowd, 8)
        heads = self.asked(crowd, uuids, "resize", flavor=LARGE.document())
        self.assertHeld()
        self.finish(crowd)
        self.assertHeld()
        states = Counter(head.vm_state for head in self.shown(crowd, uuids))
        self.assertEqual({"active", "resized"}, set(states))
        self.assertEqual(8, len(heads))
        done = [head.uuid for head in self.shown(crowd, uuids) if head.vm_state == "resized"]
        self.asked(crowd, done, "confirm_resize")
        self.finish(crowd)
        self.assertHeld()
        held = self.database.read(lambda c: {u: len(claims.hosts_of(c, u)) for u in uuids})
        self.assertEqual({1}, set(held.values()))

    def test_members_that_move_never_meet(self) -> None:
        crowd = Crowd(self.database, {f"h{n}": {} for n in range(6)})
        apart = group("anti-affinity")
        uuids = self.booted(crowd, 3, group=apart)
        self.asked(crowd, uuids, "migrate")
        self.finish(crowd)
        wanted = select(group_members.c.host)
        members = Counter(self.database.read(lambda c: list(c.scalars(wanted))))
        self.assertEqual({f"h{n}": 1 for n in range(6)}, dict(members))
        self.asked(crowd, uuids, "revert_resize")
        self.finish(crowd)
        members = Counter(self.database.read(lambda c: list(c.scalars(wanted))))
        self.assertEqual([1, 1, 1], list(members.values()))
        self.assertHeld()

    def test_a_claim_grows_as_far_as_there_is_room_and_shrinks_once(self) -> None:
        Crowd(self.database, {"h0": {"memory_mb": 1024, "resources": {"CUSTOM_GPU": 2}}})
        wanted = {"VCPU": 1, "MEMORY_MB": 100, "DISK_GB": 1, "CUSTOM_GPU": 1}
        uuid = spec_with().uuid
        self.assertTrue(self.database.write(lambda c: claims.take(c, uuid, "h0", 1, wanted, 1)))
        for more, grows in (
            ({"MEMORY_MB": 413}, False),
            ({"MEMORY_MB": 1, "CUSTOM_GPU": 2}, False),
            ({"MEMORY_MB": 412, "CUSTOM_GPU": 1, "DISK_GB": 1}, True),
        ):
            grown = self.database.write(lambda c, m=more: claims.grow(c, uuid, "h0", 1, m, 2))
            self.assertEqual(grows, grown)
            self.assertHeld()
        held = self.database.read(lambda c: claims.held(c, uuid, "h0"))
        self.assertEqual({"VCPU": 1, "MEMORY_MB": 512, "DISK_GB": 2, "CUSTOM_GPU": 2}, held)
        for shrinks in (True, False):
            shrunk = self.database.write(lambda c: claims.shrink(c, uuid, "h0", wanted, 3))
            self.assertEqual(shrinks, shrunk)
            self.assertHeld()
        self.assertEqual(wanted, self.database.read(lambda c: claims.held(c, uuid, "h0")))
        self.assertEqual((2, 1), self.database.read(hosts.resources)["h0"]["CUSTOM_GPU"])

    def shown(self, crowd: Crowd, uuids: list[str]) -> list[Any]:
        return [crowd.conductors[0].endpoint().show(uuid) for uuid in uuids]
