# SPDX-License-Identifier: Apache-2.0
"""Tests of what a router does for others: leases of the dead, and cells that were there before."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest

from sqlalchemy import update

from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.router import process_name
from nova_cells.objects import Instance
from nova_cells.runtime.clock import now, seconds
from tests.unit.global_api.world import World, context, spec


def dead_pid() -> int:
    """The pid of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


class ProcessNameTest(unittest.TestCase):
    def test_verdicts(self) -> None:
        mine = process_name.make()
        machine = mine.split(":")[0]
        self.assertFalse(process_name.is_dead(mine))
        self.assertFalse(process_name.is_dead(f"{machine}:{os.getppid()}:x"))
        self.assertTrue(process_name.is_dead(f"{machine}:{dead_pid()}:x"))
        for name in (f"elsewhere:{dead_pid()}:x", "nonsense", "", f"{machine}:x:y"):
            self.assertFalse(process_name.is_dead(name))


class RecoveryTest(World):
    def test_the_dead_need_not_be_waited_for(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        owner = f"{process_name.make().split(':')[0]}:{dead_pid()}:x"
        asleep = self.make_side()
        asleep.cells.refresh()
        self.addCleanup(asleep.cells.stop)
        wish = spec()
        asleep.acceptance.accept(context(), [wish])  # its threads were never started
        far = {"lease_owner": owner, "lease_until": now() + seconds(3600)}
        self.database.write(lambda c: c.execute(update(build_requests).values(**far)))
        self.assertEqual(east.uuid, self.placed(wish.uuid).cell_uuid)

    def test_a_cell_with_a_past_is_read_into_the_index(self) -> None:
        west = self.cell("west")
        west.host("west-1")
        for number in range(5):
            instance = Instance.from_spec(spec(name=f"old-{number}"))
            west.instances[instance.uuid] = instance.replace(vm_state="active", task_state=None)
        self.begin()
        self.until(lambda: len(self.uuids()) == 5, "servers read")
        self.assertEqual(["west-1"], [row.name for row in self.side.hosts.list()])
        uuid = self.uuids()[0]
        self.side.commands.delete(context(), self.row(uuid))
        self.assertEqual("deleting", self.row(uuid).document["task_state"])
