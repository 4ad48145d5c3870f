# SPDX-License-Identifier: Apache-2.0
"""Every kind of operation has its row, its hosts know its steps, and a delete interrupts it."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.image_types import IMAGE_TYPES
from nova_cells.cell.compute.drivers.interface import CAPABILITIES
from nova_cells.cell.compute.steps import step_named
from nova_cells.cell.conductor.operations import registry
from nova_cells.cell.conductor.operations.delete import EVERYTHING
from nova_cells.cell.conductor.transitions import BETWEEN, TRANSITIONS
from nova_cells.contracts import FaultCode
from tests.unit.cell.conductor.test_actions import ActionCase


class TableTest(unittest.TestCase):
    def test_every_kind_but_build_has_a_row_and_every_row_a_kind(self):
        kinds = {operation.kind for operation in registry() if operation.kind not in BETWEEN}
        self.assertEqual(
            kinds - {"build", "arrive", "take_in"}, {name.partition(":")[0] for name in TRANSITIONS}
        )

    def test_a_delete_interrupts_everything_but_a_delete(self):
        holding = {operation.kind for operation in registry() if not operation.beside}
        self.assertEqual(holding - {"delete", "arrive", "take_in", *BETWEEN}, EVERYTHING)

    def test_what_a_row_needs_is_what_its_steps_need(self):
        for operation in registry():
            steps = [step_named(step.name) for step in operation.steps if step.on_host]
            self.assertNotIn(None, steps, operation.kind)
            needed = {step.needs.trait for step in steps if step.needs in CAPABILITIES}
            finer = {kind.trait for kind in CAPABILITIES for step in steps if _refines(kind, step)}
            if operation.kind in ("arrive", "take_in"):
                continue
            rows = [
                r
                for name, r in {**TRANSITIONS, **BETWEEN}.items()
                if name.split(":")[0] == operation.kind
            ]
            asked = {rule.needs for rule in rows if rule.needs}
            of_images = {kind.trait for kind in IMAGE_TYPES}
            self.assertEqual(needed, asked - finer - of_images, operation.kind)

    def test_undos_are_known_to_hosts(self):
        undos = {s.host_undo for operation in registry() for s in operation.steps if s.host_undo}
        self.assertEqual(set(), {name for name in undos if step_named(name) is None})


def _refines(kind, step):
    """Whether it is a finer capability than the step's: a variant of the action may need it."""
    return step.needs in CAPABILITIES and kind is not step.needs and issubclass(kind, step.needs)


class ResetStateTest(ActionCase):
    def test_it_interrupts_what_hangs(self):
        self.act("stop")
        self.world.wire.inbox.clear()
        server = self.act("reset_state", state="active")
        self.assertEqual(("active", None), (server.vm_state, server.task_state))
        self.assertEqual([], self.world.open_operations())
        self.assertEqual("stopped", self.done("stop", key="again").vm_state)

    def test_it_needs_no_living_host(self):
        self.host().alive = False
        self.world.pass_time(61)
        self.assertEqual("error", self.act("reset_state", state="error").vm_state)

    def test_it_leaves_a_delete_and_a_build_alone(self):
        self.act("delete")
        self.assertEqual(FaultCode.CONFLICT, self.refusal("reset_state", state="active").code)
        self.uuid = self.world.build().uuid
        self.assertEqual(FaultCode.CONFLICT, self.refusal("reset_state", state="active").code)

    def test_what_is_on_no_host_is_not_made_active(self):
        self.done("shelve")
        refusal = self.refusal("reset_state", state="active")
        self.assertEqual(FaultCode.CONFLICT, refusal.code)
        self.assertIn("unshelve it", refusal.message)
        self.assertEqual("shelved_offloaded", self.server().vm_state)
        self.assertEqual("error", self.done("reset_state", "to-error", state="error").vm_state)

    def test_no_other_state_can_be_set(self):
        self.assertEqual(FaultCode.INVALID, self.refusal("reset_state", state="paused").code)
