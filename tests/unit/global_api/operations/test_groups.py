# SPDX-License-Identifier: Apache-2.0
"""Groups and moves between cells: their rules hold in the cell that is gone to as for builds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, select

from nova_cells.global_api import cell_states
from nova_cells.global_api.db.tables.server_groups import server_group_members, server_groups
from nova_cells.objects import GroupPolicy
from tests.unit.global_api.operations.test_drain import SERVERS
from tests.unit.global_api.operations.two_cells import EAST, WEST, TwoCellsCase

GROUP = "66666666-0000-4000-8000-000000000006"


class Case(TwoCellsCase):
    def grouped(self, policy: str, number: int, **rules: Any) -> list[str]:
        """So many servers in the east, members of a group."""
        cloud, servers = self.cloud, SERVERS[:number]
        pinned = EAST if policy == "affinity" else None
        row = {"uuid": GROUP, "project_id": "p", "user_id": "u", "name": "g", "policy": policy}
        row |= {"rules": rules, "pinned_cell": pinned, "created_at": 1}
        members = [{"group_uuid": GROUP, "instance_uuid": uuid} for uuid in servers]

        def work(connection: Any) -> None:
            connection.execute(insert(server_groups), row)
            connection.execute(insert(server_group_members), members)

        cloud.database.write(work)
        group = GroupPolicy(uuid=GROUP, policy=policy, **rules)
        for uuid in servers:
            cloud.built(uuid=uuid, group=group)
        return servers

    def hosts(self, world: Any, servers: list[str]) -> list[str]:
        return [world.cell.show(uuid).host for uuid in servers]

    def pinned(self) -> str | None:
        return self.cloud.database.read(
            lambda c: c.execute(select(server_groups.c.pinned_cell)).scalar()
        )


class AffinityTest(Case):
    def test_one_member_does_not_leave_the_others(self) -> None:
        cloud, servers = self.cloud, self.grouped("affinity", 2)
        operation = cloud.move(servers[0])
        cloud.run()
        self.assertIn("members of its group", cloud.operation(operation)["message"])
        self.assertEqual(EAST, cloud.owner(servers[0])[0])

    def test_all_leave_a_cell_that_is_drained(self) -> None:
        cloud, servers = self.cloud, self.grouped("affinity", 3)
        cloud.say(EAST, cell_states.DRAINING)
        operation = cloud.worker.operations.drain(EAST)
        cloud.run()
        self.assertEqual("done", cloud.operation(operation)["result"])
        self.assertEqual(1, len(set(self.hosts(cloud.west, servers))))
        self.assertEqual(WEST, self.pinned())

    def test_all_leave_a_cell_that_is_lost(self) -> None:
        cloud, servers = self.cloud, self.grouped("affinity", 2)
        cloud.fenced()
        cloud.worker.operations.drain(EAST, evacuates=True)
        cloud.run()
        self.assertEqual(1, len(set(self.hosts(cloud.west, servers))))
        self.assertEqual(WEST, self.pinned())

    def test_the_others_go_where_the_first_has_gone(self) -> None:
        cloud, servers = self.cloud, self.grouped("affinity", 2)
        cloud.say(EAST, cell_states.DRAINING)
        cloud.move(servers[0])
        cloud.run()
        operation = cloud.move(servers[1], to=EAST)
        cloud.run()
        self.assertEqual("failed", cloud.operation(operation)["result"])
        cloud.move(servers[1])
        cloud.run()
        self.assertEqual(WEST, cloud.owner(servers[1])[0])


class AntiAffinityTest(Case):
    def test_members_that_move_at_once_are_on_hosts_of_their_own(self) -> None:
        cloud, servers = self.cloud, self.grouped("anti-affinity", 2)
        for uuid in servers:
            cloud.move(uuid)
        cloud.run()
        self.assertEqual(["w1", "w2"], sorted(self.hosts(cloud.west, servers)))

    def test_so_many_on_a_host_hold_in_an_evacuation(self) -> None:
        cloud = self.cloud
        servers = self.grouped("anti-affinity", 4, max_server_per_host=2)
        cloud.fenced()
        cloud.worker.operations.drain(EAST, evacuates=True)
        cloud.run()
        self.assertEqual(["w1", "w1", "w2", "w2"], sorted(self.hosts(cloud.west, servers)))

    def test_no_host_of_its_own_means_no_move(self) -> None:
        cloud, servers = self.cloud, self.grouped("anti-affinity", 2)
        cloud.west.cell.update_host("w2", {"enabled": False})
        first, second = cloud.move(servers[0]), cloud.move(servers[1])
        cloud.run()
        results = sorted(cloud.operation(each)["result"] for each in (first, second))
        self.assertEqual(["done", "failed"], results)
        self.assertEqual({EAST, WEST}, {cloud.owner(uuid)[0] for uuid in servers})
