# SPDX-License-Identifier: Apache-2.0
"""What the one process tells its agents to play, and what it refuses to begin with."""

from __future__ import annotations

import unittest

from nova_cells.cli import config
from nova_cells.cli.standalone.host_names import host_names


class HostNamesTest(unittest.TestCase):
    def setUp(self):
        self.conf = config.load([], [])

    def names(self, driver, cells=1):
        self.conf.set_override("driver", driver, group="compute")
        return host_names(self.conf, "east", 0, cells, 2)

    def refusal(self, driver, cells=1):
        with self.assertRaises(config.ConfigurationIncomplete) as raised:
            self.names(driver, cells)
        return str(raised.exception)

    def test_fake_hosts_are_made_up(self):
        self.assertEqual(("east-1", "east-2"), self.names("fake"))

    def test_configured_hosts_are_dealt_out(self):
        uris = {"a": "qemu:///system", "b": "qemu:///system", "c": "qemu:///system"}
        self.conf.set_override("connection_uris", uris, group="libvirt")
        self.assertEqual(("a", "c"), self.names("libvirt", cells=2))
        self.assertIn("too few for 1 cells", self.refusal("lxc"))

    def test_nodes_are_found_where_ironic_is_named(self):
        self.assertIn("[ironic] auth_url", self.refusal("ironic"))
        self.conf.set_override("endpoint_override", "http://127.0.0.1:6385", group="ironic")
        self.assertEqual((), self.names("ironic"))
        self.assertIn("--cells 1", self.refusal("ironic", cells=2))
