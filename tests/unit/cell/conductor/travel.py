# SPDX-License-Identifier: Apache-2.0
"""What a live migration does to simulated hosts: at any moment the guest runs on one of them.

"incoming" is a machine that is waited for, "left" what remains of one that went away.
"""

from __future__ import annotations

from typing import Any

from nova_cells.objects import HostWork

POWER = {True: 1, False: 4, "paused": 3}


class Impossible(Exception):
    """The host refuses."""


def lasts(host: Any, work: HostWork) -> bool:
    """Whether this work is the journey itself, which takes long and has not come to its end."""
    [*journey] = [step for step in work.steps if step["name"] == "live_migrate"]
    return bool(journey and host.lasting and not work.arguments.get("hurry"))


def _prepare(host: Any, work: HostWork) -> dict[str, Any]:
    host.machines.setdefault(work.machine.uuid, "incoming")
    return {"ticket": {"host": host.name}}


def _travel(host: Any, work: HostWork) -> dict[str, Any]:
    uuid = work.machine.uuid
    there = host.world.hosts[work.arguments["ticket"]["host"]]
    if host.machines.get(uuid) == "left":
        return {}
    if uuid not in host.machines or there.machines.get(uuid) != "incoming":
        raise Impossible
    there.machines[uuid], host.machines[uuid] = host.machines[uuid], "left"
    return {}


def _end(host: Any, work: HostWork) -> dict[str, Any]:
    uuid = work.machine.uuid
    others = [each.machines.get(uuid) for each in host.world.hosts.values() if each is not host]
    if uuid not in host.machines or any(state in POWER for state in others):
        return {"stayed": False}
    if host.machines[uuid] == "left":
        host.machines[uuid] = True
    return {"stayed": True}


def _refuse(host: Any, work: HostWork) -> dict[str, Any]:
    uuid = work.machine.uuid
    certain = work.arguments.get("stayed") or work.arguments.get("owed")
    if certain or host.machines.get(uuid) == "incoming":
        host.machines.pop(uuid, None)
    return {"arrived": uuid in host.machines}


def _finish(host: Any, work: HostWork) -> dict[str, Any]:
    return {"power_state": POWER.get(host.machines.get(work.machine.uuid), 0)}


def _forget(host: Any, work: HostWork) -> dict[str, Any]:
    host.machines.pop(work.machine.uuid, None)
    return {}


STEPS = {
    "prepare_live_migration": _prepare,
    "live_migrate": _travel,
    "end_live_migration": _end,
    "refuse_live_migration": _refuse,
    "finish_live_migration": _finish,
    "forget_departed": _forget,
}
