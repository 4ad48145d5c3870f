# SPDX-License-Identifier: Apache-2.0
"""Turns an errand of the journal into work for a host: which machine, which steps, until when.

The machine is told from the spec; from the head only where the spec is gone, which is enough to
take a machine away.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor import ports
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.transitions import SHELVED, SHELVED_OFFLOADED
from nova_cells.journal.record import MEMORY, Record
from nova_cells.journal.turn import Errand
from nova_cells.objects import Flavor, HostWork, ImageFacts, Machine, RequestSpec

_OURS = ("supersedes", "tried", "secrets", MEMORY)
"""Arguments a host is not told, or not as arguments: secrets travel with the machine."""

_TOLD = ("id", "boot_index", "bus", "tag", "device", "delete_on_termination")
"""What a driver may know of a volume."""


def host_work(errand: Errand) -> HostWork:
    """What the agent of the record's place is sent."""
    record = errand.record
    steps = [
        {"name": name, "position": position, "undo": errand.undo} for position, name in errand.steps
    ]
    told = ports.leave_out(record.arguments)
    arguments = {k: v for k, v in told.items() if k not in _OURS}
    machine = machine_of(errand.subject, record.arguments.get("flavor"), record.place)
    machine.volumes += [_volume(errand.subject, new, record.place) for new in _incoming(record)]
    if (nics := ports.at(record.arguments, record.place)) is not None:
        machine.nics = nics
    if (generation := record.arguments.get("home_generation")) is not None:
        machine.home_generation = generation
    if password := record.arguments.get("secrets", {}).get("admin_password"):
        machine.admin_password = password
    return HostWork(
        operation=record.id,
        kind=record.kind,
        attempt=record.attempt,
        generation=record.generation,
        epoch=errand.subject["epoch"],
        host=record.place,
        steps=steps,
        machine=machine,
        arguments=arguments,
        supersedes=record.arguments.get("supersedes", []),
        deadline=record.deadline,
        request_id=record.request_id,
    )


def machine_of(head: Head, size: dict[str, Any] | None = None, host: str | None = None) -> Machine:
    """The guest a driver is to make or to find; `size` is the flavor it is to have in the end.

    `host`: where that is; its volumes are told as they are reached from there.
    """
    document, spec = head.document, head.known_spec
    flavor = spec.flavor if spec else Flavor.from_document(document["flavor"])
    if size is not None:
        flavor = Flavor.from_document(size)
    ephemerals, swap = _local_disks(spec, flavor)
    return Machine(
        uuid=head.uuid,
        epoch=document["epoch"],
        home_generation=document.get("home_generation", 0),
        name=document["name"],
        project_id=document["project_id"],
        user_id=document["user_id"],
        vcpus=flavor.vcpus,
        memory_mb=flavor.memory_mb,
        root_gb=flavor.root_gb,
        ephemeral_gb=sum(ephemerals),
        ephemerals=ephemerals,
        swap_mb=swap,
        extra_specs=flavor.extra_specs,
        image=_image(document, spec),
        kernel=spec.kernel if spec else None,
        ramdisk=spec.ramdisk if spec else None,
        config_drive=document["config_drive"],
        trusted_certs=document.get("trusted_certs"),
        guest_data=_guest_data(document, spec) if spec else {},
        admin_password=spec.admin_password if spec else None,
        nics=document.get("nics") or [],
        volumes=[_volume(head, volume, host) for volume in document.get("volumes") or []],
    )


def _incoming(record: Record) -> list[dict[str, Any]]:
    """A volume that is to take another's place."""
    new = record.arguments.get("new")
    return [new] if record.kind == "swap_volume" and new else []


def _volume(head: Head, volume: dict[str, Any], host: str | None) -> dict[str, Any]:
    told = {name: volume.get(name) for name in _TOLD}
    told["shared"] = bool(volume.get("multiattach"))
    connection = head.connection_of(volume["id"], host)
    if connection and "encryption" in connection:
        told["encryption"] = connection["encryption"]
        connection = {key: value for key, value in connection.items() if key != "encryption"}
    told["connection"] = connection
    if volume.get("boot_index") == 0:
        told["image"] = head["image_properties"]
    return told


def _image(document: dict[str, Any], spec: RequestSpec | None) -> ImageFacts | None:
    """A shelved server is made again from what was kept of it."""
    if document["vm_state"] in (SHELVED, SHELVED_OFFLOADED) and document.get("shelved_image"):
        facts: ImageFacts = ImageFacts.from_document(document["shelved_image"])
        return facts
    return spec.image if spec else None


def _local_disks(spec: RequestSpec | None, flavor: Flavor) -> tuple[list[int], int]:
    """Sizes of the ephemeral disks, and of swap: as they were named, else as the flavor has them.

    A flavor it was resized to may have less.
    """
    named = spec.block_devices if spec is not None else []
    sizes = [device["size"] for device in named if device["kind"] == "ephemeral"]
    swaps = [device["size"] for device in named if device["kind"] == "swap"]
    whole = flavor.ephemeral_gb
    if not sizes or sum(sizes) > whole:
        sizes = [whole] if whole else []
    return sizes, min([*swaps, flavor.swap_mb])


def _guest_data(document: dict[str, Any], spec: RequestSpec) -> dict[str, Any]:
    same = ("hostname", "name", "project_id", "metadata", "launch_index", "reservation_id")
    data = {name: document[name] for name in same}
    data["availability_zone"] = document["pinned_availability_zone"]
    data["instance_type"] = spec.flavor.name
    data["security_groups"] = document["security_groups"]
    data["root_device_name"] = document["root_device_name"]
    data["user_data"] = spec.user_data
    data["personality"] = spec.personality
    data["boot_roles"] = spec.boot_roles
    if spec.key is not None:
        key = spec.key
        data["keys"] = [{"name": key.name, "type": key.type, "data": key.public_key}]
    return data
