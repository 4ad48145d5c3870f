# SPDX-License-Identifier: Apache-2.0
"""Disks that QEMU reaches over the network by itself: nothing of them is on the host."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from nova_cells.cell.compute.drivers.attaching import Volume
from nova_cells.cell.compute.drivers.interface import DriverRefused


def check(volume: Volume) -> None:
    """Refused where the connection does not say what is needed."""
    connection = volume["connection"]
    data = connection["data"]
    if connection["driver_volume_type"] != "rbd":
        return
    if not data.get("name") or len(data.get("hosts") or ()) != len(data.get("ports") or ()):
        raise DriverRefused("The volume's connection can't be understood.", "rbd")
    if data.get("auth_enabled") and not data.get("secret_uuid"):
        raise DriverRefused("The volume's storage names no secret that hosts have.", "rbd")


def rbd(disk: Element, data: dict[str, Any]) -> Element:
    """An image of Ceph's. Its key is a secret of libvirt's, made by the host's operator."""
    disk.set("type", "network")
    source = SubElement(disk, "source", protocol="rbd", name=str(data["name"]))
    for host, port in zip(data.get("hosts") or (), data.get("ports") or (), strict=True):
        SubElement(source, "host", name=str(host).strip("[]"), port=str(port))
    if data.get("auth_enabled"):
        auth = SubElement(source, "auth", username=str(data.get("auth_username") or ""))
        SubElement(auth, "secret", type="ceph", uuid=str(data["secret_uuid"]))
    return source
