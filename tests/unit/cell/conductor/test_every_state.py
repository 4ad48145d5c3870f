# SPDX-License-Identifier: Apache-2.0
"""The whole state table: action × vm_state × task_state × lock × asker, each cell of it.

All cells are compared with the contract as plain data; every refusal of a state, and of an
operation in hand, is then asked of a real conductor and its sentence read.
"""

from __future__ import annotations

import itertools
import unittest

from nova_cells.cell.conductor import operations
from nova_cells.cell.conductor.head import load
from nova_cells.cell.conductor.transitions import (
    AMENDMENTS,
    BEFOREHAND,
    TRANSITIONS,
    obstacle_of,
)
from nova_cells.cell.db import instances
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.record import Record
from tests.unit.cell.conductor import contract_states as contract
from tests.unit.cell.conductor.test_actions import ActionCase

RULES = {**TRANSITIONS, **AMENDMENTS, **BEFOREHAND}
CHANGES = {"update_metadata": {"metadata_set": {"a": "b"}}, "update_tags": {"tags_add": ["t"]}}


class TableTest(unittest.TestCase):
    def test_the_contract_and_the_table_name_the_same_actions(self):
        self.assertEqual(set(), set(RULES) - set(contract.ALLOWED), "say what the contract allows")

    def test_every_cell(self):
        lockers, askers = (None, "owner", "admin"), (False, True)
        cells = itertools.product(contract.VM_STATES, contract.TASK_STATES, lockers, askers)
        for (vm, task, locked, admin), (action, rule) in itertools.product(cells, RULES.items()):
            head = {"vm_state": vm, "task_state": task, "locked_by": locked}
            said = obstacle_of(rule, head, is_admin=admin)
            expected = contract.obstacle(action, vm, task, locked, admin)
            if said != expected:
                self.fail(f"{action} of {head}, admin {admin}: {said}, should be {expected}")

    def test_every_task_an_operation_shows_is_a_public_one(self):
        shown = {
            step.task
            for operation in operations.registry()
            for step in operation.steps
            if isinstance(step.task, str)
        }
        self.assertEqual(set(), shown - set(contract.TASK_STATES))


class RefusalTest(ActionCase):
    """Asked of a conductor, on a real database."""

    def put(self, **fields):
        def work(connection):
            head = load(connection, self.uuid)
            instances.put(connection, {**head.document, **fields}, None)

        self.world.database.write(work)

    def ask(self, action):
        """The refusal, or None where the action is allowed. It is not done in any case."""
        kind, _, variant = action.partition(":")
        if action in CHANGES:
            self.world.cell.amend(self.uuid, 1, f"key-{action}", CHANGES[action])
        elif action in BEFOREHAND:
            self.world.cell.allows(self.uuid, kind, {"type": variant} if variant else {})
        else:
            self.world.cell.act(
                self.uuid, 1, kind, f"key-{action}", {"type": variant} if variant else {}
            )

    def refused(self, action, sentence):
        with self.assertRaises(Refused, msg=f"{action}: {sentence}") as caught:
            self.ask(action)
        self.assertEqual(FaultCode.CONFLICT, caught.exception.code, action)
        self.assertEqual(sentence, caught.exception.message)

    def test_every_vm_state_that_forbids_an_action(self):
        for action, vm_state in itertools.product(RULES, contract.VM_STATES):
            obstacle = contract.obstacle(action, vm_state, None, None, False)
            if vm_state == "deleted" or obstacle != "vm_state":
                continue
            self.put(vm_state=vm_state, locked_by=None)
            kind = action.partition(":")[0]
            self.refused(
                action,
                f"Cannot '{kind}' instance {self.uuid} while it is in vm_state {vm_state}",
            )
            self.put(vm_state=vm_state, locked_by="owner")
            if action not in contract.IN_SPITE_OF_A_LOCK:
                self.refused(action, f"Instance {self.uuid} is locked")

    def test_every_operation_in_hand_that_an_action_may_not_interrupt(self):
        for held, asked in itertools.product(operations.registry(), operations.registry()):
            deletes = {held.kind, asked.kind} <= {"delete", "soft_delete"}
            may = held.kind in {*asked.preempts, *asked.beside, *asked.instead}
            may = may or asked.waits
            if (
                may
                or held.beside
                or deletes
                or asked.kind in ("build", "arrive", "depart", "disown", "take_in")
            ):
                continue
            action = next(name for name in TRANSITIONS if name.partition(":")[0] == asked.kind)
            states = contract.ALLOWED[action].split()
            vm_state = "active" if contract.ALLOWED[action] == contract.ALL else states[0]
            with self.subTest(held=held.kind, asked=asked.kind):
                self.hold(held.kind, vm_state)
                sentence = f"Cannot '{asked.kind}' instance {self.uuid} while it is in task_state"
                self.refused(action, f"{sentence} spawning")

    def hold(self, kind, vm_state):
        """An operation of that kind is in hand."""
        now = self.world.conductor.clock()
        record = Record(
            id=f"held-{kind}-{vm_state}-{now}",
            kind=kind,
            kind_version=1,
            action=kind,
            subject=self.uuid,
            deadline=now + 10**9,
            started_at=now,
            updated_at=now,
        )
        held = self.world.rows("operations")
        if record.id not in {row["id"] for row in held}:
            self.world.database.write(lambda c: self.world.conductor.store.add(c, record))
        self.put(vm_state=vm_state, task_state="spawning", operation=record.id, locked_by=None)
