# SPDX-License-Identifier: Apache-2.0
"""The driver of containers does on a real host what every driver does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.lxc.driver import LxcDriver
from tests.parity.suite import parity_of
from tests.real.lxc.case import LxcCase, container_image


class LxcParityTest(parity_of(LxcDriver), LxcCase):
    soft_reboot_timeout = 0.5  # the container may not listen yet: here only the end counts

    def make_conf(self):
        conf = super().make_conf()
        conf.set_override("certificates", str(self.state), group="image_signatures")
        return conf

    def image_of_tree(self):
        return container_image()
