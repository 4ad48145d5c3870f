# SPDX-License-Identifier: Apache-2.0
"""The network service of a configuration; Neutron goes before the hosts' own network."""

from __future__ import annotations

import unittest
from typing import Any

from nova_cells.cli import config
from nova_cells.clients.network import LocalNetwork, NoNetwork, from_conf, ports_from_conf
from nova_cells.clients.network.neutron import NeutronNetwork
from nova_cells.clients.network.neutron_ports import NeutronPorts


def conf(**options: Any) -> Any:
    made = config.load([], [])
    for name, value in options.items():
        group, _, option = name.partition("__")
        made.set_override(option, value, group=group)
    return made


class SelectTest(unittest.TestCase):
    def test_without_neutron(self) -> None:
        self.assertIsInstance(from_conf(conf()), NoNetwork)
        self.assertIsInstance(from_conf(conf(local_network__enabled=True)), LocalNetwork)
        self.assertIsNone(ports_from_conf(conf(local_network__enabled=True)))

    def test_with_neutron(self) -> None:
        for option in ("auth_url", "endpoint_override"):
            both = {"local_network__enabled": True, f"neutron__{option}": "http://127.0.0.1:1"}
            self.assertIsInstance(from_conf(conf(**both)), NeutronNetwork)
            self.assertIsInstance(ports_from_conf(conf(**both)), NeutronPorts)
