# SPDX-License-Identifier: Apache-2.0
"""Many conductors on one database: capacity and groups hold, whatever happens at the same time."""

from __future__ import annotations

import threading
import uuid as uuids
from collections import Counter
from typing import Any

from sqlalchemy import func, select

from nova_cells.cell.conductor.conductor import Conductor
from nova_cells.cell.db import claims, hosts
from nova_cells.cell.db.tables import claims as claims_table
from nova_cells.cell.db.tables import group_members, instances
from nova_cells.contracts import FaultCode
from nova_cells.runtime.clock import now
from tests.stores.base import StoreCase, on_every_database
from tests.unit.cell.conductor.world import CELL, SimHost, Wire, conf, group, spec_with

CONDUCTORS = 2
THREADS = 8


class Crowd:
    """Several conductors, each with threads, that share nothing but the database."""

    clock = staticmethod(now)

    def __init__(self, database: Any, shapes: dict[str, dict[str, int]]) -> None:
        self.wire = Wire()
        self.conductors = [self._conductor(database, number) for number in range(CONDUCTORS)]
        self._registered_at = self.conductors[0]._hosts()
        self.hosts = {name: SimHost(self, name, **shape) for name, shape in shapes.items()}
        for host in self.hosts.values():
            host.register()
        for conductor in self.conductors:
            conductor.tending.load()

    def agents_side(self) -> Any:
        return self._registered_at

    def build(self, specs: list[Any]) -> list[Any]:
        """All at once; answers the replies."""
        waiting, replies, lock = list(specs), [], threading.Lock()

        def work(endpoint: Any) -> None:
            while True:
                with lock:
                    if not waiting:
                        return
                    spec = waiting.pop()
                reply = endpoint.build([spec])[0]
                with lock:
                    replies.append(reply)

        threads = [
            threading.Thread(target=work, args=(conductor.endpoint(),))
            for conductor in self.conductors
            for _ in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return replies

    def _conductor(self, database: Any, number: int) -> Conductor:
        return Conductor(
            conf(),
            database,
            self.wire,  # type: ignore[arg-type]
            cell_uuid=CELL,
            cell_name="east",
            name=f"conductor-{number}",
        )


@on_every_database
class ClaimTest(StoreCase):
    tree = "cell"

    def test_two_hundred_for_a_hundred_places_end_in_exactly_a_hundred(self):
        # 10 hosts with room for 10 of 512 MiB each, after the reserve of 512.
        crowd = Crowd(self.database, self._hosts(10, memory_mb=10 * 512 + 512))
        replies = crowd.build([spec_with() for _ in range(200)])
        self.assertEqual(100, sum(reply.accepted for reply in replies))
        refused = {reply.fault_code for reply in replies if not reply.accepted}
        self.assertEqual({str(FaultCode.NO_VALID_HOST)}, refused)
        self.assertEqual(100, self._count(instances))
        self.assertEqual({f"h{n}": 10 for n in range(10)}, self._by_host(claims_table))
        for row in self.database.read(hosts.every):
            self.assertEqual(row.memory_mb_cap, row.memory_mb_used)

    def test_custom_resources_are_not_given_out_twice(self):
        shapes = self._hosts(2, resources={"CUSTOM_GPU": 3, "CUSTOM_KEY": 9})
        crowd = Crowd(self.database, shapes)
        wish = {"resources:CUSTOM_GPU": "1", "resources:CUSTOM_KEY": "1"}
        replies = crowd.build([spec_with(extra_specs=wish) for _ in range(12)])
        self.assertEqual(6, sum(reply.accepted for reply in replies))
        used = self.database.read(hosts.resources)
        self.assertEqual({(3, 3)}, {held["CUSTOM_GPU"] for held in used.values()})
        self.assertEqual({(9, 3)}, {held["CUSTOM_KEY"] for held in used.values()})

    def test_thirty_anti_affine_on_ten_hosts_end_in_exactly_ten(self):
        crowd = Crowd(self.database, self._hosts(10))
        apart = group("anti-affinity")
        replies = crowd.build([spec_with(group=apart) for _ in range(30)])
        self.assertEqual(10, sum(reply.accepted for reply in replies))
        self.assertEqual({f"h{n}": 1 for n in range(10)}, self._by_host(group_members))

    def test_an_affine_crowd_ends_on_one_host(self):
        crowd = Crowd(self.database, self._hosts(10, memory_mb=40960, vcpus=64))
        together = group("affinity")
        replies = crowd.build([spec_with(group=together) for _ in range(30)])
        self.assertEqual(30, sum(reply.accepted for reply in replies))
        self.assertEqual([30], list(self._by_host(group_members).values()))

    def test_the_same_wish_in_many_hands_is_one_server(self):
        crowd = Crowd(self.database, self._hosts(3))
        spec = spec_with()
        replies = crowd.build([spec] * 16)
        self.assertEqual({True}, {reply.accepted for reply in replies})
        self.assertEqual(1, self._count(claims_table))

    def test_a_release_gives_back_exactly_what_was_taken_once(self):
        Crowd(self.database, self._hosts(1, resources={"CUSTOM_GPU": 1}))
        amounts = {"VCPU": 2, "MEMORY_MB": 100, "DISK_GB": 3, "CUSTOM_GPU": 1}
        uuid = str(uuids.uuid4())
        self.assertTrue(self.database.write(lambda c: claims.take(c, uuid, "h0", 1, amounts, 1)))
        freed = [self.database.write(lambda c: claims.release(c, uuid, 2)) for _ in range(2)]
        self.assertEqual([["h0"], []], freed)
        [row] = self.database.read(hosts.every)
        used = (row.vcpus_used, row.memory_mb_used, row.disk_gb_used, row.running)
        self.assertEqual((0, 0, 0, 0), used)
        self.assertEqual((1, 0), self.database.read(hosts.resources)["h0"]["CUSTOM_GPU"])

    def test_a_claim_from_an_older_shape_is_refused(self):
        Crowd(self.database, self._hosts(1))
        take = lambda shape: self.database.write(  # noqa: E731
            lambda c: claims.take(c, str(uuids.uuid4()), "h0", shape, {"VCPU": 1}, 1)
        )
        self.assertTrue(take(1))
        self.database.write(lambda c: hosts.change(c, "h0", {"enabled": True}, 2, shape=True))
        self.assertFalse(take(1))
        self.assertTrue(take(2))
        self.database.write(lambda c: hosts.change(c, "h0", {"enabled": False}, 3, shape=True))
        self.assertFalse(take(3))

    def _hosts(self, number: int, **shape: Any) -> dict[str, dict[str, Any]]:
        return {f"h{n}": shape for n in range(number)}

    def _count(self, table: Any) -> int:
        counted = select(func.count()).select_from(table)
        return self.database.read(lambda c: c.execute(counted).scalar_one())

    def _by_host(self, table: Any) -> dict[str, int]:
        wanted = select(table.c.host)
        return dict(Counter(self.database.read(lambda c: list(c.scalars(wanted)))))
