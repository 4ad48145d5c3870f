# SPDX-License-Identifier: Apache-2.0
"""From a wish to accepted servers: look up, check, describe each server, hand all to Acceptance."""

from __future__ import annotations

import secrets
import uuid as uuids
from typing import Any

from nova_cells.clients.network import Terms
from nova_cells.global_api.faults import BadRequest, QuotaExceeded
from nova_cells.global_api.others import told
from nova_cells.global_api.resources.server_interfaces.policies import EXTERNAL_NETWORK
from nova_cells.global_api.resources.servers import block_devices, checks, policies, wish
from nova_cells.global_api.resources.servers.addresses import shortest
from nova_cells.global_api.resources.servers.hostnames import hostname_of
from nova_cells.global_api.resources.servers.references import (
    ReferenceReader,
    References,
    find_boot_images,
    find_image,
)
from nova_cells.global_api.resources.servers.schemas.fields import truth
from nova_cells.global_api.resources.servers.wish import Wish
from nova_cells.global_api.volumes import planning
from nova_cells.global_api.volumes.boot import BootVolumes
from nova_cells.global_api.volumes.planning import VolumePlan
from nova_cells.objects import ImageFacts, RequestSpec
from nova_cells.runtime.clock import now, seconds

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


Images = dict[str, ImageFacts | None]


class ServerCreation:
    """Serves one request."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self._side = request.side
        self._caller = request.caller
        self._volumes = BootVolumes(request, self._find_image)

    def accept(self, body: dict[str, Any]) -> tuple[list[RequestSpec], Wish]:
        """Take the wish of a body, durably; or refuse it as a whole."""
        wanted = wish.read(body)
        self._check_policies(wanted)
        networks = self._ask_others(wanted)
        found = self._side.database.read(lambda connection: self._read(connection, wanted))
        image = self._find_image(wanted.image) if wanted.image else None
        plan, image = self._volumes.plan(wanted, image)
        self._check(wanted, found, image, plan)
        boot = find_boot_images(self._side.images, self._caller, image)
        images = {"image": image, **boot}
        while True:
            specs = self._specs(wanted, found, images, networks, plan)
            try:
                self._accept(specs, found, plan)
            except QuotaExceeded:
                found = self._side.database.read(lambda connection: self._read(connection, wanted))
                if not wanted.least <= _places(found) < len(specs):
                    raise
                continue  # others were faster, but there is still room for enough of them
            return specs, wanted

    def _accept(self, specs: list[RequestSpec], found: References, plan: VolumePlan) -> None:
        group = found.group.uuid if found.group is not None else None
        with self._volumes.taken(specs, plan) as accepted:
            self._side.acceptance.accept(
                self._caller, specs, group_uuid=group, also=accepted if plan.volumes else None
            )

    def _find_image(self, image_id: str) -> ImageFacts:
        return find_image(self._side.images, self._caller, image_id)

    def _read(self, connection: Any, wanted: Wish) -> References:
        zone = self._side.conf.router.default_availability_zone
        return ReferenceReader(connection, self._caller, self._side.limits, zone).read(wanted)

    def _check_policies(self, wanted: Wish) -> None:
        if wanted.names_a_host:
            self._request.enforce(policies.FORCED_HOST)
        if wanted.requests_a_host:
            self._request.enforce(policies.REQUESTED_HOST)
        if wanted.disks.volumes:
            self._request.enforce(policies.ATTACH_VOLUME)
        if wanted.networks not in ("none", "auto", []):
            self._request.enforce(policies.ATTACH_NETWORK)
        if wanted.server.get("trusted_image_certificates"):
            self._request.enforce(policies.TRUSTED_CERTIFICATES)

    def _ask_others(self, wanted: Wish) -> list[dict[str, Any]]:
        """What no other service of this deployment can give is refused, not left out.

        Answers the interfaces the servers are to have.
        """
        with told():
            networks = self._wired(wanted)
        checks.certificates_are_of_use(wanted.server, self._side.cells.offer)
        if wanted.most > 1 and any(network["address"] for network in networks):
            raise BadRequest("Invalid fixed_ip: it can be given for a single server only.")
        return networks

    def _wired(self, wanted: Wish) -> list[dict[str, Any]]:
        terms = Terms(wanted.most, lambda: self._request.may(EXTERNAL_NETWORK))
        network = self._side.others.network
        wishes: list[dict[str, Any]] = network.plan(
            self._caller, wanted.networks, wanted.groups, terms
        )
        checks.ports_have_hosts(wishes, self._side.cells.offer)
        asking = [wish["port_id"] for wish in wishes if wish.get("resources")]
        if asking and not self._request.gate("2.72-ports-ask-for-resources"):
            raise BadRequest(
                f"The create server operation with port {asking[0]}, which has a resource "
                "request, needs microversion 2.72."
            )
        return wishes

    def _check(
        self, wanted: Wish, found: References, image: ImageFacts | None, plan: VolumePlan
    ) -> None:
        if image is not None:
            checks.image_fits(image, found.flavor)
        planning.fits(plan, found.flavor)
        most = self._side.conf.api.max_local_block_devices
        block_devices.few_enough(wanted.disks, found.flavor, most)
        if found.flavor.root_gb == 0 and image is not None:
            allowed = self._request.may(policies.ZERO_DISK)
            checks.disk_may_be_unlimited(found.flavor, allowed)
        checks.metadata_in_limits(wanted.server.get("metadata", {}), found.limits)
        checks.files_in_limits(wanted.server.get("personality", ()), found.limits)

    def _specs(
        self,
        wanted: Wish,
        found: References,
        images: Images,
        networks: list[dict[str, Any]],
        plan: VolumePlan,
    ) -> list[RequestSpec]:
        count = wanted.least
        if wanted.most > wanted.least:
            count = max(wanted.least, min(wanted.most, _places(found)))
        common = self._common(wanted, found, images) | {"wished": count, "least": wanted.least}
        common["networks"] = networks or "none"
        common["availability_zone"] = plan.zone or wanted.zone
        common["security_groups"] = _group_names(wanted, networks)
        specs = []
        for index in range(count):
            uuid = str(uuids.uuid4())
            name = wanted.name if wanted.most == 1 else f"{wanted.name}-{index + 1}"
            hostname = wanted.server.get("hostname") or hostname_of(name, uuid)
            specs.append(
                RequestSpec(uuid=uuid, name=name, hostname=hostname, launch_index=index, **common)
            )
        return specs

    def _common(self, wanted: Wish, found: References, images: Images) -> dict[str, Any]:
        """What all servers of one request have in common."""
        server, conf = wanted.server, self._side.conf.api
        moment = now()
        return {
            "project_id": self._caller.project_id,
            "user_id": self._caller.user_id,
            "request_id": self._caller.request_id,
            "created_at": moment,
            "deadline": moment + seconds(conf.build_timeout),
            "description": server.get("description"),
            "metadata": server.get("metadata", {}),
            "tags": list(dict.fromkeys(server.get("tags", ()))),
            "flavor": found.flavor,
            "block_devices": block_devices.fitted(wanted.disks.local, found.flavor),
            **images,
            "key": found.key,
            "group": found.group,
            "user_data": server.get("user_data"),
            "trusted_certs": server.get("trusted_image_certificates"),
            "admin_password": server.get("adminPass") or new_password(),
            "config_drive": truth(server.get("config_drive", False)) or conf.force_config_drive,
            "personality": server.get("personality", []),
            "boot_roles": list(self._caller.roles),
            "forced_host": wanted.forced_host,
            "forced_node": wanted.forced_node,
            "requested_host": server.get("host"),
            "requested_node": server.get("hypervisor_hostname"),
            "scheduler_hints": wanted.hints,
            "disk_config": server.get("OS-DCF:diskConfig", "MANUAL"),
            "access_ip_v4": server.get("accessIPv4"),
            "access_ip_v6": shortest(server.get("accessIPv6")),
            "reservation_id": "r-" + "".join(secrets.choice(LETTERS.lower()) for _ in range(8)),
        }


def _group_names(wanted: Wish, networks: list[dict[str, Any]]) -> list[str]:
    """What the server's groups are called, as far as it is known before its ports are."""
    known = next((wish["security_groups"] for wish in networks if wish.get("security_groups")), ())
    return [group["name"] for group in known] or wanted.groups or ["default"]


def _places(found: References) -> int:
    """How many such servers the limits leave room for, as far as can be seen."""
    asked = {"instances": 1, "cores": found.flavor.vcpus, "ram": found.flavor.memory_mb}
    rooms = [wish.MOST_AT_ONCE]
    for name, each in asked.items():
        limit = found.limits.get(name, checks.UNLIMITED)
        if limit != checks.UNLIMITED:
            rooms.append((limit - found.used[name]) // each)
    return min(rooms)


def new_password() -> str:
    """One that can be read aloud."""
    return "".join(secrets.choice(LETTERS) for _ in range(12))
