# SPDX-License-Identifier: Apache-2.0
"""The local network of a libvirt host: a virtual network of libvirt's, with its dnsmasq.

It is made for the first guest that needs it, starts with its host, and goes with the last one. A
guest's entry is there before its definition and goes with it; whoever was left behind under its
address or MAC gives way, for the cell says who has them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import libvirt

from nova_cells.cell.compute.drivers.libvirt import marks, network_xml
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.faults import is_gone, readable
from nova_cells.cell.compute.drivers.libvirt.network_xml import Nic
from nova_cells.cell.compute.drivers.libvirt.reach import Reach
from nova_cells.cell.compute.drivers.local_network import Link, LocalNetworkable, is_local
from nova_cells.objects import Machine

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ADD = libvirt.VIR_NETWORK_UPDATE_COMMAND_ADD_LAST
_DELETE = libvirt.VIR_NETWORK_UPDATE_COMMAND_DELETE
_HOST = libvirt.VIR_NETWORK_SECTION_IP_DHCP_HOST


class LibvirtLocalNetwork(Reach, LocalNetworkable):
    """The capability of every driver that uses libvirt."""

    _hypervisor: Hypervisor

    def links(self) -> list[Link]:
        with readable("look at the local network"):
            return self._hypervisor.run(lambda connection: _links(connection, self.deployment))

    def _wire(self, machine: Machine, nics: Iterable[Nic] | None = None) -> None:
        """Have a place for the machine's local interfaces, or for these of them."""
        local = [nic for nic in (machine.nics if nics is None else nics) if is_local(nic)]
        if not local:
            return
        hostname = str(machine.guest_data.get("hostname") or "").lower()

        def work(connection: libvirt.virConnect) -> None:
            _have_filter(connection)
            for nic in local:
                network = _have_network(connection, self.deployment, nic)
                _have_entry(network, nic, hostname)

        with self._wiring, readable("wire the machine to the local network"):
            self._hypervisor.run(work)

    def _unwire(self, connection: libvirt.virConnect, domain: libvirt.virDomain) -> None:
        """Nobody has the addresses of this domain any more."""
        tree = ElementTree.fromstring(domain.XMLDesc(libvirt.VIR_DOMAIN_XML_INACTIVE))
        for interface in tree.iterfind("devices/interface[@type='network']"):
            mac = interface.find("mac")
            if mac is not None:
                self._unplug(connection, mac.get("address", ""))

    def _unplug(self, connection: libvirt.virConnect, mac: str) -> None:
        """Nobody has the address of this MAC any more."""
        with self._wiring:
            for network, tree in _ours(connection, self.deployment):
                known = network_xml.entries(tree)
                mine = [entry for entry in known if entry["mac"] == mac.lower()]
                for entry in mine:
                    _update(network, _DELETE, entry)
                if mine and mine == known:
                    _remove(network)

    @property
    def _wiring(self) -> threading.Lock:
        """Held while it is decided whether a network of this host is needed."""
        lock: threading.Lock = self.__dict__.setdefault("_wiring_lock", threading.Lock())
        return lock


def _ours(
    connection: libvirt.virConnect, deployment: str
) -> list[tuple[libvirt.virNetwork, Element]]:
    return [
        (network, ElementTree.fromstring(network.XMLDesc()))
        for network in connection.listAllNetworks()
        if network_xml.is_ours(network.UUIDString(), deployment)
    ]


def _links(connection: libvirt.virConnect, deployment: str) -> list[Link]:
    found = []
    for network, tree in _ours(connection, deployment):
        bridge, gateway = tree.find("bridge"), tree.find("ip")
        if network.isActive() and bridge is not None and gateway is not None:
            guests = {entry["mac"]: entry["ip"] for entry in network_xml.entries(tree)}
            link = Link(network.name(), bridge.get("name", ""), gateway.get("address", ""), guests)
            found.append(link)
    return found


def _have_filter(connection: libvirt.virConnect) -> None:
    try:
        connection.nwfilterLookupByName(network_xml.FILTER)
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_NWFILTER:
            raise
        connection.nwfilterDefineXML(network_xml.filter_xml())


def _have_network(connection: libvirt.virConnect, deployment: str, nic: Nic) -> libvirt.virNetwork:
    """The network of an interface, there and running, from now on at every start of the host."""
    uuid = network_xml.uuid_of(deployment, nic["network_id"])
    try:
        network = connection.networkLookupByUUIDString(uuid)
    except libvirt.libvirtError as error:
        if error.get_error_code() != libvirt.VIR_ERR_NO_NETWORK:
            raise
        network = connection.networkDefineXML(network_xml.network_xml(deployment, nic))
    if not network.autostart():
        network.setAutostart(1)
    if not network.isActive():
        _start(network)
    return network


def start_networks(domain: libvirt.virDomain) -> None:
    """Have the networks of a guest running that is about to start, whoever stopped them."""
    try:
        idle = domain.connect().listAllNetworks(libvirt.VIR_CONNECT_LIST_NETWORKS_INACTIVE)
    except libvirt.libvirtError as error:
        if error.get_error_code() == libvirt.VIR_ERR_NO_SUPPORT:  # then no guest has any
            return
        raise
    mark = marks.read(domain) if idle else None
    for network in idle:
        if mark is not None and network_xml.is_ours(network.UUIDString(), mark.deployment):
            _start(network)


def _start(network: libvirt.virNetwork) -> None:
    try:
        network.create()
    except libvirt.libvirtError as error:
        if not (is_gone(error) and network.isActive()):  # another thread was faster
            raise


def without_network(uri: str) -> frozenset[type]:
    """What a user's own libvirt has no right to do."""
    return frozenset({LocalNetworkable}) if uri.endswith("/session") else frozenset()


def _have_entry(network: libvirt.virNetwork, nic: Nic, hostname: str) -> None:
    mac, address = nic["mac"].lower(), nic["addresses"][0]["address"]
    known = network_xml.entries(ElementTree.fromstring(network.XMLDesc()))
    for entry in known:
        if (entry["mac"], entry["ip"]) == (mac, address):
            return
        if entry["mac"] == mac or entry["ip"] == address:
            _update(network, _DELETE, entry)
    own = f"host-{address.replace('.', '-')}"
    taken = {entry.get("name") for entry in known}
    is_good = _NAME.fullmatch(hostname) and hostname not in taken
    wanted = {"mac": mac, "ip": address, "name": hostname if is_good else own}
    try:
        _update(network, _ADD, wanted)
    except libvirt.libvirtError as error:
        if not is_gone(error):
            raise
        _update(network, _ADD, {**wanted, "name": own})  # somebody took the name just now


def _remove(network: libvirt.virNetwork) -> None:
    if network.isActive():
        network.destroy()
    network.undefine()


def _update(network: libvirt.virNetwork, command: int, entry: dict[str, str]) -> None:
    """Change one entry, now and for later starts; one that is gone already is gone."""
    flags = libvirt.VIR_NETWORK_UPDATE_AFFECT_CONFIG
    if network.isActive():
        flags |= libvirt.VIR_NETWORK_UPDATE_AFFECT_LIVE
    text = network_xml.entry_xml(entry["mac"], entry["ip"], entry.get("name", ""))
    try:
        network.update(command, _HOST, -1, text, flags)
    except libvirt.libvirtError as error:
        if command != _DELETE or not is_gone(error):
            raise
