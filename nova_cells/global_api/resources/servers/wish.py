# SPDX-License-Identifier: Apache-2.0
"""What the body of POST /servers wishes for, read and checked as far as it goes by itself.

What this deployment can't do is refused by the name of its field, before anything is looked up: a
server is never half of what was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.servers import block_devices
from nova_cells.global_api.resources.servers.block_devices import Disks
from nova_cells.global_api.resources.servers.schemas.fields import truth
from nova_cells.global_api.versioning.formats import is_uuid

MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class Wish:
    """The body in our words. Ids are not looked up yet."""

    name: str
    flavor: str
    image: str
    least: int = 1
    most: int = 1
    zone: str | None = None
    forced_host: str | None = None
    forced_node: str | None = None
    group: str | None = None
    return_reservation_id: bool = False
    server: dict[str, Any] = field(default_factory=dict)
    hints: dict[str, Any] = field(default_factory=dict)
    disks: Disks = field(default_factory=Disks)

    @property
    def depends_on_limits(self) -> bool:
        """Whether limits other than those that Acceptance holds decide on it."""
        extras = self.server.get("metadata") or self.server.get("personality")
        return bool(extras) or self.most > self.least

    @property
    def networks(self) -> Any:
        """ "none", "auto", or a list of what to be wired to; an empty one: what there is."""
        return self.server.get("networks", [])

    @property
    def groups(self) -> list[str]:
        """Names of security groups."""
        named = self.server.get("security_groups", ())
        return list(dict.fromkeys(group.get("name", "default") for group in named))

    @property
    def names_a_host(self) -> bool:
        """Whether somebody chose the host without asking the filters."""
        return bool(self.forced_host or self.forced_node)

    @property
    def requests_a_host(self) -> bool:
        """Whether somebody chose the host that the filters are to check."""
        return bool(self.server.get("host") or self.server.get("hypervisor_hostname"))


def read(body: dict[str, Any]) -> Wish:
    """The wish of a body in head form."""
    server = body["server"]
    hints = {**body.get("OS-SCH-HNT:scheduler_hints", {}), **body.get("os:scheduler_hints", {})}
    disks = block_devices.read(server)
    least, most = _counts(server)
    zone, host, node = _zone(server.get("availability_zone"))
    if host and (server.get("host") or server.get("hypervisor_hostname")):
        raise BadRequest(
            "availability_zone names a host, so host and hypervisor_hostname may not be given."
        )
    return Wish(
        name=server["name"].strip(),
        flavor=str(server["flavorRef"]).rsplit("/", 1)[-1],
        image=_image(disks),
        least=least,
        most=most,
        zone=zone,
        forced_host=host,
        forced_node=node,
        group=hints.get("group"),
        return_reservation_id=truth(server.get("return_reservation_id", False)),
        server=server,
        hints=hints,
        disks=disks,
    )


def _image(disks: Disks) -> str:
    """Empty for a server that boots from a volume."""
    if disks.image is None and all(volume.boot_index != 0 for volume in disks.volumes):
        if disks.volumes:
            raise BadRequest(block_devices.NO_SEQUENCE)
        raise BadRequest("Invalid imageRef: there is nothing to boot from.")
    if disks.image is not None and not is_uuid(disks.image):
        raise BadRequest("Invalid imageRef provided.")
    return disks.image or ""


def _counts(server: dict[str, Any]) -> tuple[int, int]:
    least = int(server.get("min_count", 1))
    most = int(server.get("max_count", least))
    if least > most:
        raise BadRequest("min_count must be <= max_count")
    if least > MOST_AT_ONCE:
        raise BadRequest(f"Invalid min_count: at most {MOST_AT_ONCE} in one request.")
    if most > 1 and "hostname" in server:
        raise BadRequest("Invalid hostname: it can be given for a single server only.")
    return least, min(most, MOST_AT_ONCE)


def _zone(text: str | None) -> tuple[str | None, str | None, str | None]:
    """The zone, and the host and node that may be appended to it."""
    parts = (text or "").split(":")
    if len(parts) > 3:
        raise BadRequest(f"Unable to parse availability_zone: {text}")
    zone, host, node = (*parts, "", "")[:3]
    return zone or None, host or None, node or None
