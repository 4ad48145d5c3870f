# SPDX-License-Identifier: Apache-2.0
"""Takes an interface away from a server; its port or address is free once the guest let go."""

from __future__ import annotations

from nova_cells.cell.conductor import ports
from nova_cells.cell.conductor.addressing import has
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.outcomes import stays_as_it_was
from nova_cells.clients.network.local_range import ACTIVE, DOWN
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn
from nova_cells.objects import Flavor

EVENT = "compute_detach_interface"


def choose_nic(turn: Turn) -> None:
    """Refused where the server has no such port."""
    head, port = turn.subject, turn.record.arguments["port"]
    nic = next((nic for nic in head["nics"] if nic["id"] == port), None)
    if nic is None:
        raise Refused(FaultCode.NO_SUCH_PORT, f"Instance {head.uuid} has no port {port}.")
    turn.record.arguments["nic"] = nic
    _says(head, port, DOWN)


def keep_nic(turn: Turn) -> None:
    _says(turn.subject, turn.record.arguments["port"], ACTIVE)


def is_port(turn: Turn) -> bool:
    """Whether a network service made it."""
    return bool(turn.record.arguments["nic"].get("service"))


def is_gone(turn: Turn) -> None:
    port = turn.record.arguments["port"]
    if is_port(turn):
        ports.drop(turn.subject, port)
        claims_less(turn, port)
    else:
        turn.world.addressing.free_port(turn, port)
    turn.subject.set(task_state=None)


def claims_less(turn: Turn, port: str) -> None:
    """It has no claim any more to what this port had asked of its host, here and elsewhere."""
    head: Head = turn.subject
    spec = head.spec(turn.connection)
    wished = spec.networks if spec is not None and isinstance(spec.networks, list) else []
    asked = [wish for wish in wished if wish.get("port_id") == port and wish.get("resources")]
    if spec is None or not asked:
        return
    head.put_spec(turn.connection, spec.replace(networks=[w for w in wished if w not in asked]))
    if head["host"] is not None:
        flavor: Flavor = Flavor.from_document(head["flavor"])
        turn.world.placement.settle(turn, head["host"], flavor)


def _says(head: Head, port: str, state: str) -> None:
    has(head, [{**nic, "state": state} if nic["id"] == port else nic for nic in head["nics"]])


OPERATIONS = (
    Operation(
        "detach_interface",
        "detach_interface",
        steps=(
            database_step(choose_nic, undo=keep_nic),
            host_step("detach_nic", event=EVENT),
            service_step("release_port", event=EVENT, owes=True, when=is_port),
        ),
        ends=is_gone,
        fails=stays_as_it_was,
    ),
)
