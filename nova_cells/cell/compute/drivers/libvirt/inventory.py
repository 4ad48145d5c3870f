# SPDX-License-Identifier: Apache-2.0
"""What the host has, as libvirt and the file system tell it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import libvirt

from nova_cells.cell.compute.drivers.uptime import uptime
from nova_cells.objects import Inventory

TRAITS = ("HW_ARCH_X86_64",)


def take(connection: libvirt.virConnect, disks: Path, traits: list[str]) -> Inventory:
    """The whole inventory; `disks` is where guests' disks are, `traits` the driver's own."""
    # getInfo knows the memory the machine started with; some is plugged in later.
    memory_kb = connection.getMemoryStats(libvirt.VIR_NODE_MEMORY_STATS_ALL_CELLS)["total"]
    space = os.statvfs(disks)
    return Inventory(
        vcpus=connection.getInfo()[2],
        memory_mb=memory_kb >> 10,
        disk_gb=space.f_blocks * space.f_frsize >> 30,
        traits=sorted({*TRAITS, *traits}),
        hypervisor_type=connection.getType(),
        hypervisor_version=connection.getVersion(),
        cpu_info=_cpu_info(connection.getCapabilities()),
        architectures=["x86_64"],
        uptime=uptime(),
    )


def _cpu_info(capabilities: str) -> dict[str, Any]:
    """The document that the hypervisor API shows."""
    cpu = ElementTree.fromstring(capabilities).find("host/cpu")
    if cpu is None:
        return {}
    topology = cpu.find("topology")
    shape = topology.attrib if topology is not None else {}
    return {
        "arch": cpu.findtext("arch", ""),
        "model": cpu.findtext("model", ""),
        "vendor": cpu.findtext("vendor", ""),
        "topology": {
            "cells": max(1, len(ElementTree.fromstring(capabilities).findall(_CELLS))),
            **{name: int(shape.get(name, "1")) for name in ("sockets", "cores", "threads")},
        },
        "features": sorted(feature.get("name", "") for feature in cpu.findall("feature")),
    }


_CELLS = "host/topology/cells/cell"
