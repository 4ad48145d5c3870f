# SPDX-License-Identifier: Apache-2.0
"""Gives a server another interface: a port of the network service, or a local address.

It is the server's before its host hears of it: what is answered to whoever asks is true from then
on, and the port says by its state when the guest has it.
"""

from __future__ import annotations

from nova_cells.cell.conductor import ports
from nova_cells.cell.conductor.addressing import has
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.outcomes import stays_as_it_was
from nova_cells.clients.network.local_range import ACTIVE, DOWN, port_of
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn
from nova_cells.objects import Flavor

EVENT = "compute_attach_interface"


def lend_address(turn: Turn) -> None:
    """What it needs of its cell: an address, or what its port asks of the host."""
    if ports.is_served(turn):
        _claim_more(turn)
        return
    head, arguments = turn.subject, turn.record.arguments
    nic = turn.world.addressing.lend_one(turn, port_of(turn.record.id), arguments["wish"])
    arguments["nic"] = {**nic, "state": DOWN}
    has(head, [*head["nics"], arguments["nic"]])


def take_address_back(turn: Turn) -> None:
    head, wish = turn.subject, turn.record.arguments["wish"]
    if not ports.is_served(turn):
        turn.world.addressing.free_port(turn, turn.record.arguments["nic"]["id"])
    elif wish.get("resources") and head["host"] is not None:
        turn.world.placement.settle(turn, head["host"], Flavor.from_document(head["flavor"]))


def _claim_more(turn: Turn) -> None:
    """Of the host it is on, whatever else is to be said against that host."""
    head, wish = turn.subject, turn.record.arguments["wish"]
    spec = head.spec(turn.connection)
    if wish.get("resources") and spec is not None:
        before = spec.networks if isinstance(spec.networks, list) else []
        grown = spec.replace(networks=[*before, wish])
        host = head["host"]
        turn.world.placement.claim_elsewhere(turn, host=host, forced=True, spec=grown, or_here=True)


def take_port(turn: Turn) -> None:
    """The port is there, bound to the server's host."""
    head: Head = turn.subject
    if (nic := turn.facts.get("nic")) is not None:
        turn.record.arguments["nic"] = nic = {**nic, "attaching": True}
        ports.show(head, [*(head.document.get("nics") or ()), nic])


def drop_port(turn: Turn) -> None:
    if ports.is_served(turn) and (nic := turn.record.arguments.get("nic")):
        ports.drop(turn.subject, nic["id"])


def is_plugged_in(turn: Turn) -> None:
    """From now on the server is wished with it: wherever it goes must have the network."""
    head: Head = turn.subject
    mine = turn.record.arguments["nic"]["id"]
    plugged = {"state": ACTIVE, "attaching": False}
    has(head, [{**nic, **plugged} if nic["id"] == mine else nic for nic in head["nics"]])
    head.set(task_state=None)
    spec = head.spec(turn.connection)
    if spec is not None:
        before = spec.networks if isinstance(spec.networks, list) else []
        wish = turn.record.arguments["wish"]
        head.put_spec(turn.connection, spec.replace(networks=[*before, wish]))


OPERATIONS = (
    Operation(
        "attach_interface",
        "attach_interface",
        steps=(
            database_step(lend_address, undo=take_address_back),
            service_step("attach_port", undo="release_port", event=EVENT, when=ports.is_served),
            database_step(take_port, undo=drop_port),
            host_step("attach_nic", undo="detach_nic", event=EVENT),
        ),
        ends=is_plugged_in,
        fails=stays_as_it_was,
    ),
)
