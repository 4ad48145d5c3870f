# SPDX-License-Identifier: Apache-2.0
"""Interfaces that are plugged into a container and pulled out, by their MAC.

A container's interface is one of the host's that is moved into it: nobody has to let go of it.
"""

from __future__ import annotations

from nova_cells.cell.compute.drivers.attaching import Nic, NicAttachable
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.nics import with_mac
from nova_cells.cell.compute.drivers.libvirt.plugging import plug, unplug
from nova_cells.cell.compute.drivers.lxc.containers import Containers
from nova_cells.cell.compute.drivers.lxc.domain_xml import nic_element
from nova_cells.objects import Machine

PATIENCE = 10.0


class LxcNics(Containers, NicAttachable):
    """The capability of the driver of containers."""

    def attach_nic(self, machine: Machine, nic: Nic) -> None:
        device, find = nic_element(nic, self.deployment), with_mac(nic["mac"].lower())
        with readable("attach the interface"):
            self._with(machine.uuid, lambda domain: None)
            self._wire(machine, [nic])
            self._with(machine.uuid, lambda domain: plug(domain, find, device))

    def detach_nic(self, uuid: str, mac: str) -> None:
        with readable("detach the interface"):
            unplug(lambda work: self._with(uuid, work), with_mac(mac.lower()), PATIENCE)
            self._hypervisor.run(lambda connection: self._unplug(connection, mac.lower()))
