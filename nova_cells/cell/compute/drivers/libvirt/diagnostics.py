# SPDX-License-Identifier: Apache-2.0
"""What a guest of QEMU uses, as libvirt counts it; what it can't count is None, never 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import libvirt

from nova_cells.cell.compute.drivers.interface import Diagnosable, DriverRefused, PowerState
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.reach import Reach
from nova_cells.objects import Diagnostics

Stats = Mapping[str, Any]
"""libvirt's flat names → numbers."""

WANTED = (
    libvirt.VIR_DOMAIN_STATS_BALLOON
    | libvirt.VIR_DOMAIN_STATS_VCPU
    | libvirt.VIR_DOMAIN_STATS_INTERFACE
    | libvirt.VIR_DOMAIN_STATS_BLOCK
)
STATES = {PowerState.RUNNING: "running", PowerState.PAUSED: "paused"}
DISK = {
    "read_bytes": "rd.bytes",
    "read_requests": "rd.reqs",
    "write_bytes": "wr.bytes",
    "write_requests": "wr.reqs",
    "errors_count": "errors",
}
NIC = {"octets": "bytes", "errors": "errs", "drop": "drop", "packets": "pkts"}


class LibvirtDiagnostics(Reach, Diagnosable):
    """The capability of the libvirt driver."""

    def diagnostics(self, uuid: str) -> Diagnostics:
        with readable("count what the machine uses"):
            return self._with(uuid, _counted)


def _counted(domain: libvirt.virDomain) -> Diagnostics:
    state = STATES.get(power.state(domain))
    if state is None:
        raise DriverRefused("The machine does not run.")
    found = domain.connect().domainListGetStats([domain], WANTED)
    stats: Stats = found[0][1] if found else {}
    definition = ElementTree.fromstring(domain.XMLDesc())
    return Diagnostics(
        state=state,
        driver="libvirt",
        hypervisor=definition.get("type"),
        hypervisor_os="linux",
        uptime=None,
        memory={"maximum": _mib(stats, "maximum"), "used": _mib(stats, "current")},
        cpus=_cpus(stats),
        nics=_nics(stats, definition),
        disks=_disks(stats),
    )


def _mib(stats: Stats, what: str) -> int | None:
    """From KiB."""
    amount = stats.get(f"balloon.{what}")
    return None if amount is None else amount >> 10


def _cpus(stats: Stats) -> list[dict[str, Any]]:
    return [
        {"id": number, "time": stats.get(f"vcpu.{number}.time"), "utilisation": None}
        for number in range(stats.get("vcpu.current", 0))
    ]


def _disks(stats: Stats) -> list[dict[str, Any]]:
    return [
        {name: stats.get(f"block.{number}.{theirs}") for name, theirs in DISK.items()}
        for number in range(stats.get("block.count", 0))
    ]


def _nics(stats: Stats, definition: Element) -> list[dict[str, Any]]:
    """libvirt counts by the name of the interface on the host; users know it by its address."""
    addresses = {
        target.get("dev"): mac.get("address")
        for nic in definition.iterfind("devices/interface")
        if (target := nic.find("target")) is not None and (mac := nic.find("mac")) is not None
    }
    return [_nic(stats, f"net.{number}.", addresses) for number in range(stats.get("net.count", 0))]


def _nic(stats: Stats, prefix: str, addresses: Mapping[Any, Any]) -> dict[str, Any]:
    counts = {
        f"{way}_{name}": stats.get(f"{prefix}{way}.{theirs}")
        for way in ("rx", "tx")
        for name, theirs in NIC.items()
    }
    address = addresses.get(stats.get(f"{prefix}name"))
    return {"mac_address": address, **counts, "rx_rate": None, "tx_rate": None}
