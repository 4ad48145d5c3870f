# SPDX-License-Identifier: Apache-2.0
"""What one server asks of a host, in the scheduler's own words.

An ask holds host names and numbers only: whatever needs a look-up (the hosts of a group's members,
the host of a server named in a hint) was looked up by whoever made it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nova_cells.cell.scheduler.host_row import DISK_GB, MEMORY_MB, VCPU


@dataclass(frozen=True)
class Ask:
    """`resources`: class → amount, what the claim takes of the host.

    `image_type`: the trait of hosts that boot from such an image.
    `same_hosts` is absent without the hint; empty means that no host can do. `group_hosts` counts
    the group's members by host. `forced_*` skips all filters but those of state and resources.
    `held_host` is where a server that is to be moved, or only made larger, holds `held` already.
    """

    uuid: str = ""
    project_id: str = ""
    resources: Mapping[str, int] = field(default_factory=dict)
    required_traits: frozenset[str] = frozenset()
    forbidden_traits: frozenset[str] = frozenset()
    zone: str | None = None
    forced_host: str | None = None
    forced_node: str | None = None
    requested_host: str | None = None
    requested_node: str | None = None
    flavor_name: str = ""
    extra_specs: Mapping[str, str] = field(default_factory=dict)
    image_properties: Mapping[str, str] = field(default_factory=dict)
    image_type: str | None = None
    same_hosts: frozenset[str] | None = None
    different_hosts: frozenset[str] = frozenset()
    group: str | None = None
    group_policy: str | None = None
    group_limit: int = 1
    group_hosts: Mapping[str, int] = field(default_factory=dict)
    excluded_hosts: frozenset[str] = frozenset()
    held_host: str | None = None
    held: Mapping[str, int] = field(default_factory=dict)

    def of(self, host: str) -> Mapping[str, int]:
        """What the claim takes of a host: of the one the server is on only what it lacks there.

        Its disk it wants a second time: the old one is kept until the move is confirmed.
        """
        if host != self.held_host:
            return self.resources
        had = {name: n for name, n in self.held.items() if name != DISK_GB}
        return {name: max(0, n - had.get(name, 0)) for name, n in self.resources.items()}

    def like(self, uuid: str) -> Ask:
        """The same for another server."""
        return replace(self, uuid=uuid)

    @property
    def vcpus(self) -> int:
        return self.resources.get(VCPU, 0)

    @property
    def memory_mb(self) -> int:
        return self.resources.get(MEMORY_MB, 0)

    @property
    def disk_gb(self) -> int:
        return self.resources.get(DISK_GB, 0)

    @property
    def forced(self) -> bool:
        return bool(self.forced_host or self.forced_node)
