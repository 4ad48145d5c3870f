# SPDX-License-Identifier: Apache-2.0
"""What a container uses, as the kernel counts it for its group; what is not counted is None."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import libvirt

from nova_cells.cell.compute.drivers.interface import Diagnosable, DriverRefused
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.diagnostics import STATES
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.reach import Reach
from nova_cells.objects import Diagnostics

COUNTS = ("octets", "packets", "errors", "drop")
"""What libvirt counts of an interface, in its order: first received, then sent."""


class LxcDiagnostics(Reach, Diagnosable):
    """The capability of the driver of containers."""

    def diagnostics(self, uuid: str) -> Diagnostics:
        with readable("count what the machine uses"):
            return self._with(uuid, _counted)


def _counted(domain: libvirt.virDomain) -> Diagnostics:
    state = STATES.get(power.state(domain))
    if state is None:
        raise DriverRefused("The machine does not run.")
    _state, most, used, cpus, cpu_time = domain.info()
    return Diagnostics(
        state=state,
        driver="libvirt",
        hypervisor="lxc",
        hypervisor_os="linux",
        uptime=None,
        memory={"maximum": most >> 10, "used": -(-used >> 10)},
        cpus=_cpus(cpus, cpu_time),
        nics=[_nic(domain, nic) for nic in _interfaces(domain)],
        disks=[_tree(domain)],
    )


def _cpus(number: int, time: int) -> list[dict[str, Any]]:
    """The kernel counts for all of them together."""
    return [{"id": cpu, "time": time // number, "utilisation": None} for cpu in range(number)]


def _tree(domain: libvirt.virDomain) -> dict[str, Any]:
    """All that it reads and writes, wherever: the empty path."""
    read, read_bytes, written, written_bytes, _errors = domain.blockStats("")
    counts = {"read_requests": read, "read_bytes": read_bytes, "errors_count": None}
    return {**counts, "write_requests": written, "write_bytes": written_bytes}


def _interfaces(domain: libvirt.virDomain) -> list[ElementTree.Element]:
    return ElementTree.fromstring(domain.XMLDesc(0)).findall("devices/interface")


def _nic(domain: libvirt.virDomain, interface: ElementTree.Element) -> dict[str, Any]:
    target, mac = interface.find("target"), interface.find("mac")
    counts = iter(domain.interfaceStats(target.get("dev", "")) if target is not None else ())
    document = {f"{way}_{what}": next(counts, None) for way in ("rx", "tx") for what in COUNTS}
    document |= {"rx_rate": None, "tx_rate": None}
    return {"mac_address": mac.get("address") if mac is not None else None, **document}
