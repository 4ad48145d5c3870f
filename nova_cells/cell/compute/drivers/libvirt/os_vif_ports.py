# SPDX-License-Identifier: Apache-2.0
"""os-vif, set up for the one kind of port that needs it. Import it only where there is such a port.

It works in this process where that is root's, else through its privileged helper. It reads a
configuration of its own, which nobody has loaded: what it must know is written in here.
"""

from __future__ import annotations

import os
import threading

import os_vif
from os_vif.exception import ExceptionBase
from os_vif.objects.instance_info import InstanceInfo
from os_vif.objects.network import Network
from os_vif.objects.vif import VIFBridge, VIFPortProfileOpenVSwitch
from oslo_config import cfg
from vif_plug_ovs import privsep
from vif_plug_ovs.ovs import OvsPlugin

from nova_cells.cell.compute.drivers.interface import DriverFailed
from nova_cells.cell.compute.drivers.libvirt.xml.ports import HybridPort

SECTION = "os_vif_ovs"
_LOCK = threading.Lock()
_SET_UP: list[str] = []


def set_up(ovsdb: str) -> None:
    """Once in a process; `ovsdb`: where the database of the host's switch listens."""
    with _LOCK:
        if ovsdb in _SET_UP:
            return
        # Before it is loaded: the plug-in reads its configuration when it is made.
        cfg.CONF.register_opts(OvsPlugin.CONFIG_OPTS, group=SECTION)
        cfg.CONF.set_override("ovsdb_connection", ovsdb, group=SECTION)
        os_vif.initialize(reset=bool(_SET_UP))
        if os.geteuid() == 0:
            privsep.vif_plug.set_client_mode(False)
        _SET_UP.append(ovsdb)


def plug(port: HybridPort, uuid: str) -> None:
    """Have what it needs; what is there stays. DriverFailed."""
    try:
        os_vif.plug(_vif(port), InstanceInfo(uuid=uuid, name=uuid))
    except ExceptionBase as error:
        raise DriverFailed("The host could not plug in a port.", str(error)) from error


def unplug(port: HybridPort, uuid: str) -> None:
    """Have nothing of it; silent where there is nothing. DriverFailed."""
    try:
        os_vif.unplug(_vif(port), InstanceInfo(uuid=uuid, name=uuid))
    except ExceptionBase as error:
        raise DriverFailed("The host could not unplug a port.", str(error)) from error


def _vif(port: HybridPort) -> VIFBridge:
    network = Network(id=port.network, bridge=port.switch)
    if port.mtu:
        network.mtu = int(port.mtu)
    return VIFBridge(
        id=port.id,
        address=port.mac,
        plugin="ovs",
        vif_name=port.device,
        bridge_name=port.bridge,
        network=network,
        has_traffic_filtering=True,
        port_profile=VIFPortProfileOpenVSwitch(interface_id=port.id),
    )
