# SPDX-License-Identifier: Apache-2.0
"""Sets a password inside a guest by the agent there. It goes from libvirt's call to the agent's
channel: no command line, no definition and no file ever holds it.
"""

from __future__ import annotations

import libvirt

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverRefused,
    PasswordSettable,
    PowerState,
)
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.quiesce import has_agent
from nova_cells.cell.compute.drivers.libvirt.reach import Reach
from nova_cells.objects import Machine

ANSWER_WITHIN = 10


class LibvirtPassword(Reach, PasswordSettable):
    """The capability of the libvirt driver."""

    def set_password(self, machine: Machine) -> None:
        with readable("set the password"):
            if self._with(machine.uuid, power.state) != PowerState.RUNNING:
                raise DriverRefused("The machine does not run.")
            if not has_agent(machine):
                raise DriverRefused(
                    "The image does not promise a guest agent (hw_qemu_guest_agent=yes), and only "
                    "that can set a password."
                )
            user, password = administrator(machine), machine.admin_password or ""
            self._with(machine.uuid, lambda domain: _tell(domain, user, password))


def administrator(machine: Machine) -> str:
    """The account an image names, or that of its system."""
    properties = machine.image_properties()
    own = "Administrator" if properties.get("os_type") == "windows" else "root"
    return properties.get("os_admin_user") or own


def _tell(domain: libvirt.virDomain, user: str, password: str) -> None:
    domain.agentSetResponseTimeout(ANSWER_WITHIN)
    try:
        domain.setUserPassword(user, password)
    except libvirt.libvirtError as error:
        if error.get_error_code() == libvirt.VIR_ERR_AGENT_UNRESPONSIVE:
            message = "The guest agent does not answer. Is it running inside the guest?"
            raise DriverFailed(message, str(error)) from error
        raise
