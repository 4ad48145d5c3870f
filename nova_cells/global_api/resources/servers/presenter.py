# SPDX-License-Identifier: Apache-2.0
"""Servers as the newest version shows them, from index rows alone.

One presenter serves one request: what depends on the caller or the version is settled once, so that
a page of a thousand costs a thousand dictionaries and nothing else.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.servers import policies
from nova_cells.global_api.resources.servers.status import PROGRESSING, status_of
from nova_cells.global_api.times import precise, whole_seconds
from nova_cells.global_api.versioning import Plan

SHOW = "server.show"
DETAIL = "server.detail"
UPDATE = "server.update"
REBUILD = "server.rebuild"

Document = dict[str, Any]


@dataclass(frozen=True)
class Sight:
    """What a caller may see of the servers of one project."""

    attributes: bool
    extra_specs: bool
    host_status: bool
    unknown_status: bool


@lru_cache(maxsize=4096)
def host_id(project_id: str, host: str) -> str:
    """A host's name that means nothing outside the project."""
    return hashlib.sha224(f"{project_id}{host}".encode()).hexdigest()


class ServerPresenter:
    """Makes the documents of one request."""

    def __init__(self, request: Any, shape: str) -> None:
        self._request = request
        self._plan: Plan = request.plan_of(shape)
        self._rebuilt = shape == REBUILD
        self._self_url = f"{request.version_url}/servers/"
        self._bookmark_url = f"{request.bookmark_url}/servers/"
        self._image_url = f"{request.bookmark_url}/images/"
        self._flavor_url = f"{request.bookmark_url}/flavors/"
        self._sights: dict[str, Sight] = {}
        self._minimal = request.gate("2.69-rows-of-silent-cells-are-minimal")

    def brief(self, row: IndexRow) -> Document:
        """An entry of GET /servers."""
        if self._minimal and not row.fresh:
            return self._unreachable(row)
        document = row.document
        return {"id": row.uuid, "name": document["name"], "links": self._links(row.uuid)}

    def full(self, row: IndexRow, server_groups: list[str] | None = None) -> Document:
        """A server with all that the caller may see of it."""
        if self._minimal and not row.fresh:
            return self._unreachable(row, server_groups, full=True)
        sight = self._sight(row.project_id)
        shown = self._base(row)
        shown.update(self._states(row))
        if sight.attributes:
            shown.update(_attributes(row.document))
        self._add_optional(shown, row, sight)
        if server_groups is not None:
            shown["server_groups"] = server_groups
        if self._rebuilt:
            shown["user_data"] = row.document["user_data"]
            shown.pop("OS-EXT-SRV-ATTR:user_data", None)
        facts = {"flavor": row.document["flavor"], "sight": sight, "links": self._flavor_link}
        return self._plan.step_back(shown, facts)

    def _base(self, row: IndexRow) -> Document:
        document = row.document
        host = document["host"]
        return {
            "id": row.uuid,
            "name": document["name"],
            "tenant_id": row.project_id,
            "user_id": document["user_id"],
            "metadata": document["metadata"],
            "hostId": host_id(row.project_id, host) if host else "",
            "image": self._image(document),
            "flavor": self._flavor(row),
            "created": whole_seconds(document["created_at"]),
            "updated": whole_seconds(document["updated_at"] or document["created_at"]),
            "addresses": _addresses(document["addresses"]),
            "accessIPv4": document["access_ip_v4"] or "",
            "accessIPv6": document["access_ip_v6"] or "",
            "links": self._links(row.uuid),
            "OS-DCF:diskConfig": document["disk_config"],
            "OS-EXT-AZ:availability_zone": row.zone or "",
            "config_drive": "True" if document["config_drive"] else "",
            "key_name": document["key_name"],
            "locked": document["locked_by"] is not None,
            "locked_reason": document["locked_reason"],
            "description": document["description"],
            "tags": document["tags"],
            "trusted_image_certificates": document["trusted_certs"],
            "pinned_availability_zone": document["pinned_availability_zone"],
            "scheduler_hints": document["scheduler_hints"],
            "OS-EXT-SRV-ATTR:hostname": document["hostname"],
            "os-extended-volumes:volumes_attached": [
                {"id": volume["id"], "delete_on_termination": volume["delete_on_termination"]}
                for volume in document["volumes"]
            ],
        }

    def _states(self, row: IndexRow) -> Document:
        document = row.document
        status = status_of(document["vm_state"], document["task_state"])
        launched, ended = document["launched_at"], document["terminated_at"]
        shown: Document = {
            "status": status,
            "OS-EXT-STS:task_state": document["task_state"],
            "OS-EXT-STS:vm_state": document["vm_state"],
            "OS-EXT-STS:power_state": document["power_state"],
            "OS-SRV-USG:launched_at": precise(launched),
            "OS-SRV-USG:terminated_at": precise(ended),
        }
        if status in PROGRESSING:
            shown["progress"] = document["progress"]
        return shown

    def _add_optional(self, shown: Document, row: IndexRow, sight: Sight) -> None:
        document = row.document
        fault = document["fault"]
        if fault is not None and document["vm_state"] in ("error", "deleted"):
            shown["fault"] = self._fault(fault)
        if document["addresses"] and document["security_groups"]:
            shown["security_groups"] = [{"name": name} for name in document["security_groups"]]
        if sight.host_status or (sight.unknown_status and row.host_status == "UNKNOWN"):
            shown["host_status"] = row.host_status

    def _fault(self, fault: Document) -> Document:
        shown = {
            "code": fault["code"],
            "created": whole_seconds(fault["created_at"]),
            "message": fault["message"],
        }
        if fault["details"] and self._request.caller.is_admin:
            shown["details"] = fault["details"]
        return shown

    def _image(self, document: Document) -> Document | str:
        image = document["image_id"]
        if not image:
            return ""
        link = {"rel": "bookmark", "href": self._image_url + image}
        return {"id": image, "links": [link], "properties": document["image_properties"]}

    def _flavor(self, row: IndexRow) -> Document:
        flavor = row.document["flavor"]
        shown = {
            "original_name": flavor["name"],
            "vcpus": flavor["vcpus"],
            "ram": flavor["memory_mb"],
            "disk": flavor["root_gb"],
            "ephemeral": flavor["ephemeral_gb"],
            "swap": flavor["swap_mb"],
        }
        if self._sight(row.project_id).extra_specs:
            shown["extra_specs"] = flavor["extra_specs"]
        return shown

    def _flavor_link(self, flavor_id: str) -> list[dict[str, str]]:
        return [{"rel": "bookmark", "href": self._flavor_url + flavor_id}]

    def _links(self, uuid: str) -> list[dict[str, str]]:
        return [
            {"rel": "self", "href": self._self_url + uuid},
            {"rel": "bookmark", "href": self._bookmark_url + uuid},
        ]

    def _sight(self, project_id: str) -> Sight:
        sight = self._sights.get(project_id)
        if sight is None:
            target = {"project_id": project_id, "user_id": self._request.caller.user_id}
            may = self._request.may
            sight = self._sights[project_id] = Sight(
                attributes=may(policies.EXTENDED_ATTRIBUTES, target),
                extra_specs=may(policies.EXTRA_SPECS, target),
                host_status=may(policies.HOST_STATUS, target),
                unknown_status=may(policies.HOST_STATUS_UNKNOWN, target),
            )
        return sight

    def _unreachable(
        self, row: IndexRow, server_groups: list[str] | None = None, *, full: bool = False
    ) -> Document:
        """What is certain of a server whose cell is silent."""
        document = row.document
        shown: Document = {
            "id": row.uuid,
            "status": "UNKNOWN",
            "tenant_id": row.project_id,
            "created": whole_seconds(document["created_at"]),
            "links": self._links(row.uuid),
        }
        if full and server_groups is not None:
            image = self._image(document)
            if isinstance(image, dict):
                image.pop("properties")
            shown.update(
                {
                    "user_id": document["user_id"],
                    "image": image,
                    "flavor": self._flavor(row),
                    "OS-EXT-AZ:availability_zone": row.zone or "UNKNOWN",
                    "OS-EXT-STS:power_state": 0,
                    "server_groups": server_groups,
                }
            )
            if self._plan.shows("pinned_availability_zone"):
                shown["pinned_availability_zone"] = document["pinned_availability_zone"]
        return shown


def _attributes(document: Document) -> Document:
    return {
        "OS-EXT-SRV-ATTR:host": document["host"],
        "OS-EXT-SRV-ATTR:instance_name": f"instance-{document['uuid']}",
        "OS-EXT-SRV-ATTR:hypervisor_hostname": document["node"],
        "OS-EXT-SRV-ATTR:reservation_id": document["reservation_id"],
        "OS-EXT-SRV-ATTR:launch_index": document["launch_index"],
        "OS-EXT-SRV-ATTR:ramdisk_id": document["ramdisk_id"] or "",
        "OS-EXT-SRV-ATTR:kernel_id": document["kernel_id"] or "",
        "OS-EXT-SRV-ATTR:root_device_name": document["root_device_name"],
        "OS-EXT-SRV-ATTR:user_data": document["user_data"],
    }


def _addresses(addresses: Document) -> Document:
    return {
        label: [
            {
                "version": nic["version"],
                "addr": nic["addr"],
                "OS-EXT-IPS:type": nic.get("type", "fixed"),
                "OS-EXT-IPS-MAC:mac_addr": nic.get("mac"),
            }
            for nic in nics
        ]
        for label, nics in addresses.items()
    }
