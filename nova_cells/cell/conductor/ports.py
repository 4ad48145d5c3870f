# SPDX-License-Identifier: Apache-2.0
"""What operations know of ports of a network service: what their head says, and when it changes.

An instance on its way has ports that are bound to another host already. Its head says what holds
where it is; what will hold elsewhere is kept in the operation until it is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nova_cells.cell.conductor.addressing import has
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.db import service_chores
from nova_cells.clients.network.local_range import ACTIVE, groups_shown
from nova_cells.journal.model import (
    Condition,
    Step,
    StepRefused,
    Task,
    event_step,
    service_step,
)
from nova_cells.journal.turn import Turn
from nova_cells.journal.waiting import HEARD

PLUGGED, UNPLUGGED = "network-vif-plugged", "network-vif-unplugged"
FAILED = "failed"
MISSED = "The network service did not say in time that the server's ports are ready."
_THERE, _AWAITED, _LATE = "nics_at", "awaited_ports", "ports_are_late"
_OURS = (_THERE, _AWAITED, _LATE)
_SAYS = ("ovs", "bridge", "tap")
"""Kinds of ports whose service tells when they are plugged in."""

Nics = list[dict[str, Any]]


def is_served(turn: Turn) -> bool:
    """Whether ports come from a network service here."""
    return turn.world.network is not None


def are_wished(turn: Turn) -> bool:
    """Whether it is to have ports of a network service."""
    if not is_served(turn):
        return False
    spec = turn.subject.spec(turn.connection)
    return spec is not None and isinstance(spec.networks, list) and bool(spec.networks)


def are_there(turn: Turn) -> bool:
    """Whether it has ports of a network service, as far as its head knows."""
    return is_served(turn) and bool(of_service(turn.subject.document.get("nics") or ()))


def may_be_there(turn: Turn) -> bool:
    """Whether the service may have ports of it, its head knowing or not."""
    begun = bool(turn.record.arguments.get("supersedes"))
    return are_there(turn) or are_wished(turn) or (is_served(turn) and begun)


def may_have_moved(turn: Turn) -> bool:
    """Whether some may be bound elsewhere: what had them in hand was interrupted."""
    return are_there(turn) and bool(turn.record.arguments.get("supersedes"))


def of_service(nics: Iterable[dict[str, Any]]) -> Nics:
    """Those among these interfaces that are ports of a network service."""
    return [nic for nic in nics if nic.get("service")]


def show(head: Head, nics: Nics) -> None:
    """From now on these are its interfaces, and what their security groups are called is known."""
    has(head, nics)
    groups = groups_shown(nics)
    if groups is not None:
        head.set(security_groups=groups)


def take(turn: Turn) -> None:
    """The ports are bound to the host it is on."""
    if (nics := turn.facts.get("nics")) is not None:
        show(turn.subject, nics)
        _await(turn, nics)


def forget(turn: Turn) -> None:
    """It has none any more; what it will have on the next host is not known."""
    if of_service(turn.subject.document.get("nics") or ()):
        has(turn.subject, [])


def take_there(turn: Turn, seat: str, *, running: bool = False) -> None:
    """The ports are ready on the host of this seat, where it is not yet.

    `running`: it stays in use here until it is there. Then only those are awaited that are plugged
    in there before it comes.
    """
    nics, host = turn.facts.get("nics"), turn.at(seat)
    if nics is None or host is None:
        return
    turn.record.arguments[_THERE] = {host: nics}
    if running:
        first = [nic for nic in nics if _is_plugged_first(nic)]
        _await(turn, first if turn.world.ports.before_it_comes else [], moved=True)
    else:
        _await(turn, nics)


def arrive(turn: Turn, host: str | None) -> None:
    """It is on this host now, and what was awaited there has come or is not waited for."""
    there = turn.record.arguments.pop(_THERE, {})
    if host in there:
        show(turn.subject, there[host])
    are_up(turn)


def at(arguments: dict[str, Any], place: str | None) -> Nics | None:
    """The interfaces a machine has on a host where its instance is not yet."""
    found: Nics | None = arguments.get(_THERE, {}).get(place)
    return found


def leave_out(arguments: dict[str, Any]) -> dict[str, Any]:
    """Arguments as a host is told them: its machine has what concerns it."""
    return {name: value for name, value in arguments.items() if name not in _OURS}


def are_awaited(turn: Turn) -> bool:
    """Whether some of them are still to be plugged in before the guest may go on.

    One that is to be off has its ports plugged in when somebody starts it.
    """
    arguments = turn.record.arguments
    return bool(arguments.get(_AWAITED)) and bool(arguments.get("power", True))


def are_plugged(turn: Turn) -> bool:
    """Whether the service has said so of each. StepRefused where it says that one can't be."""
    said = {port: turn.heard(f"{PLUGGED}/{port}") for port in turn.record.arguments[_AWAITED]}
    for port, status in said.items():
        if status == FAILED:
            raise StepRefused("The network service could not plug in a port.", f"port {port}")
    return all(said.values())


def are_up(turn: Turn) -> None:
    """What was awaited and has come is known without another look at the service."""
    awaited = turn.record.arguments.pop(_AWAITED, ())
    turn.record.arguments.pop(_LATE, None)
    up = {port for port in awaited if turn.heard(f"{PLUGGED}/{port}")}
    head: Head = turn.subject
    known: Nics = head.document.get("nics") or []
    if up:
        show(head, [{**nic, "state": ACTIVE} if nic["id"] in up else nic for nic in known])


def look_again(turn: Turn) -> None:
    """Ports of a node get the address of the device they are put on, when it is deployed."""
    host = turn.world.hosts.row(turn.subject["host"])
    if are_there(turn) and host is not None and host.driver == "ironic":
        wished = service_chores.Wished(turn.subject.uuid, "refresh_network", {})
        service_chores.act(turn.connection, [wished], turn.now)


def plugged(event: str, task: str | None) -> tuple[Step, ...]:
    """The steps that wait until all of them are.

    Where that was not said in time their service is asked before it counts as missed: what it said
    may have been lost.
    """
    shown: dict[str, Any] = {"event": event, "task": task}
    return (
        event_step(
            "ports_plugged",
            until=are_plugged,
            patience=_patience,
            late=_look_first,
            when=are_awaited,
            **shown,
        ),
        service_step("read_ports", when=_are_late, **shown),
        event_step(
            "ports_seen",
            until=are_seen,
            patience=lambda turn: 0,
            fatal=lambda turn: True,
            missed=MISSED,
            when=_are_late,
            **shown,
        ),
    )


def plugged_first(event: str, task: str) -> Step:
    """The step that waits for those of a running guest on the host it is to go to.

    To look at them would tell nothing: they are in use where it is.
    """
    return event_step(
        "ports_plugged",
        until=are_plugged,
        patience=_patience,
        fatal=lambda turn: bool(turn.world.ports.fatal),
        missed=MISSED,
        event=event,
        task=task,
        when=are_awaited,
    )


def _patience(turn: Turn) -> int:
    return int(turn.world.ports.patience)


def _look_first(turn: Turn) -> None:
    """Only where it matters what is seen."""
    if turn.world.ports.fatal:
        turn.record.arguments[_LATE] = True


def _are_late(turn: Turn) -> bool:
    return are_awaited(turn) and bool(turn.record.arguments.get(_LATE))


def are_seen(turn: Turn) -> bool:
    """Whether each is plugged in as the service shows it, which is as good as having been told."""
    up = [nic["id"] for nic in turn.facts.get("nics") or () if nic["state"] == ACTIVE]
    told = {f"{PLUGGED}/{port}": "completed" for port in up}
    turn.record.remember(HEARD, {**told, **(turn.record.recall(HEARD) or {})})
    return are_plugged(turn)


def may_be_replugged(turn: Turn) -> bool:
    """Whether a guest that starts anew where it is has ports whose service tells of them."""
    return bool(_replugged(turn)) and bool(turn.world.ports.patience)


def are_replugged(turn: Turn) -> bool:
    """Whether each that was said to be unplugged meanwhile was said to be plugged in again."""
    off = [port for port in _replugged(turn) if turn.heard(f"{UNPLUGGED}/{port}")]
    return all(turn.heard(f"{PLUGGED}/{port}") for port in off)


def replugged(event: str, task: Task, when: Condition) -> Step:
    """The step that waits until all of them are; a guest that had them goes on in any case."""
    return event_step(
        "ports_replugged",
        until=are_replugged,
        patience=_patience,
        event=event,
        task=task,
        when=when,
    )


def _replugged(turn: Turn) -> list[str]:
    if not is_served(turn):
        return []
    known = of_service(turn.subject.document.get("nics") or ())
    return [nic["id"] for nic in known if nic.get("vif_type") in _SAYS]


def _await(turn: Turn, nics: Nics, *, moved: bool = False) -> None:
    """`moved`: whatever is said of them is said of where they were."""
    for name in (_AWAITED, _LATE):
        turn.record.arguments.pop(name, None)
    wanted = [nic["id"] for nic in of_service(nics) if moved or _is_told_of(nic)]
    if wanted and turn.world.ports.patience:
        turn.record.arguments[_AWAITED] = wanted


def _is_told_of(nic: dict[str, Any]) -> bool:
    up = nic.get("admin_state_up", True)
    return bool(up and nic["state"] != ACTIVE and nic.get("vif_type") in _SAYS)


def _is_plugged_first(nic: dict[str, Any]) -> bool:
    """Whether a host makes a device of its own for it, which is there before the guest."""
    hybrid = bool((nic.get("details") or {}).get("ovs_hybrid_plug"))
    return bool(nic.get("admin_state_up", True)) and (hybrid or nic.get("vif_type") == "bridge")


def refresh(head: Head, read: Iterable[dict[str, Any]]) -> None:
    """What is known anew of the interfaces it has; nothing is written where nothing changed."""
    known: Nics = head.document.get("nics") or []
    nics = refreshed(known, read)
    if nics != known:
        show(head, nics)


def refreshed(known: Nics, read: Iterable[dict[str, Any]]) -> Nics:
    """These interfaces with what was read of them; of one that was not read nothing is new."""
    fresh = {nic["id"]: nic for nic in read}
    return [{**nic, **_changing(fresh[nic["id"]])} if nic["id"] in fresh else nic for nic in known]


def drop(head: Head, port: str) -> None:
    """It has no such interface any more, nor will it have one wherever it goes."""
    known: Nics = head.document.get("nics") or []
    if any(nic["id"] == port for nic in known):
        show(head, [nic for nic in known if nic["id"] != port])


def _changing(nic: dict[str, Any]) -> dict[str, Any]:
    """What others may change while a server has it; how it is plugged only operations change."""
    return {name: value for name, value in nic.items() if name not in _FIXED}


_FIXED = ("key", "tag", "preserve", "vif_type", "details", "bridge", "devname", "model")
