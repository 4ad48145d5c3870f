# SPDX-License-Identifier: Apache-2.0
"""How an interface of a network service is to be had on a host, read from what its binding says.

The service decides (`vif_type`, `details`); nobody here guesses. What no driver of ours can plug is
refused by name before anything is made, so that another host may be tried.
"""

from __future__ import annotations

import re
from typing import Any

from nova_cells.cell.compute.drivers.interface import DriverRefused

Nic = dict[str, Any]
"""A document of `Machine.nics`."""

OVS, BRIDGE, TAP = "ovs", "bridge", "tap"
PLUGGABLE = (OVS, BRIDGE, TAP)
INTEGRATION = "br-int"
_DEVICE = re.compile(r"[A-Za-z0-9_.-]{1,15}")
_UNFINISHED = ("unbound", "binding_failed")
_SHORT = 11


def is_of_service(nic: Nic) -> bool:
    """Whether a network service made the port, and says how it is plugged."""
    return nic.get("service") is not None


def insist_on_pluggable(nic: Nic) -> None:
    """DriverRefused for one that can't be had here."""
    kind, variety = nic.get("vif_type"), nic.get("vnic_type") or "normal"
    if kind in _UNFINISHED or not kind:
        raise DriverRefused("The network service has not bound a port to this host.", nic["id"])
    if kind not in PLUGGABLE:
        raise DriverRefused(f"This host can't plug ports of type {kind!r}.", nic["id"])
    if variety != "normal":
        raise DriverRefused(f"This host has no {variety!r} interfaces for guests.", nic["id"])
    for name in (device_of(nic), *([] if kind == TAP else [bridge_of(nic)])):
        if not _DEVICE.fullmatch(name):
            raise DriverRefused("A port's binding names a device that can't be.", nic["id"])


def device_of(nic: Nic) -> str:
    """The name of its device on the host, by which agents of the network find it."""
    return str(nic.get("devname") or f"tap{nic['id'][:_SHORT]}")


def is_hybrid(nic: Nic) -> bool:
    """Whether a bridge of its own, where packets are filtered, is in front of the switch."""
    return nic.get("vif_type") == OVS and bool(_details(nic).get("ovs_hybrid_plug"))


def switch_of(nic: Nic) -> str:
    """The Open vSwitch bridge it ends in."""
    return str(_details(nic).get("bridge_name") or INTEGRATION)


def bridge_of(nic: Nic) -> str:
    """The bridge that its device is put into."""
    if is_hybrid(nic):
        return f"qbr{nic['id'][:_SHORT]}"
    if nic.get("vif_type") == OVS:
        return switch_of(nic)
    return str(_details(nic).get("bridge_name") or f"brq{nic['network_id'][:_SHORT]}")


def _details(nic: Nic) -> dict[str, Any]:
    return nic.get("details") or {}
