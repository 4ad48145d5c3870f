# SPDX-License-Identifier: Apache-2.0
"""The libvirt driver does on a real host what every driver does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.libvirt.driver import LibvirtDriver
from tests.parity.suite import parity_of
from tests.real.case import RealDriverCase


class LibvirtParityTest(parity_of(LibvirtDriver), RealDriverCase):
    soft_reboot_timeout = 0.5  # the guest may not listen yet: here only the end counts

    def make_conf(self):
        conf = super().make_conf()
        conf.set_override("spice_enabled", True, group="libvirt")
        conf.set_override("certificates", str(self.state), group="image_signatures")
        return conf
