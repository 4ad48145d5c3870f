# SPDX-License-Identifier: Apache-2.0
"""What servers used in a period, summed by project. Plain arithmetic, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

_HOUR = 3_600_000_000
_SECOND = 1_000_000


@dataclass(frozen=True)
class Period:
    """From `start` to `stop`; servers that live have lived up to `asked_at`, whatever `stop` is."""

    start: int
    stop: int
    asked_at: int


@dataclass(frozen=True)
class ServerUse:
    """One server that lived in the period. `hours` are those inside it, `uptime` is all of it."""

    uuid: str
    project_id: str
    name: str
    flavor: str
    vcpus: int
    memory_mb: int
    local_gb: int
    state: str
    started_at: int
    ended_at: int | None
    hours: float
    uptime: int

    @classmethod
    def of(cls, document: dict[str, Any], period: Period) -> ServerUse:
        flavor, started = document["flavor"], document["launched_at"]
        ended = document["terminated_at"] or document["deleted_at"]
        inside = min(ended or period.asked_at, period.stop) - max(started, period.start)
        return cls(
            uuid=document["uuid"],
            project_id=document["project_id"],
            name=document["name"],
            flavor=flavor["name"],
            vcpus=flavor["vcpus"],
            memory_mb=flavor["memory_mb"],
            local_gb=flavor["root_gb"] + flavor["ephemeral_gb"],
            state="terminated" if ended is not None else document["vm_state"],
            started_at=started,
            ended_at=ended,
            hours=max(inside, 0) / _HOUR,
            uptime=max((ended or period.asked_at) - started, 0) // _SECOND,
        )


@dataclass
class ProjectUse:
    """All servers of one project, and their sums, each weighed by its hours."""

    project_id: str
    servers: list[ServerUse] = field(default_factory=list)

    @property
    def hours(self) -> float:
        return sum(server.hours for server in self.servers)

    @property
    def vcpus(self) -> float:
        return sum(server.hours * server.vcpus for server in self.servers)

    @property
    def memory_mb(self) -> float:
        return sum(server.hours * server.memory_mb for server in self.servers)

    @property
    def local_gb(self) -> float:
        return sum(server.hours * server.local_gb for server in self.servers)


def by_project(servers: Iterable[ServerUse]) -> list[ProjectUse]:
    """Grouped, in the order in which the projects first appear."""
    projects: dict[str, ProjectUse] = {}
    for server in servers:
        project = projects.setdefault(server.project_id, ProjectUse(server.project_id))
        project.servers.append(server)
    return list(projects.values())
