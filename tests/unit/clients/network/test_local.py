# SPDX-License-Identifier: Apache-2.0
"""What a body asks of the hosts' own network: planned, or refused by the name of what is absent."""

from __future__ import annotations

import unittest

from nova_cells.clients.network import LocalNetwork, local_range
from nova_cells.clients.service_faults import Impossible, NotThere
from tests.unit.clients.network.test_local_range import configured

ELSE = "11111111-1111-4111-8111-111111111111"


class LocalNetworkTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        local = local_range.from_conf(configured())
        assert local is not None
        self.known, self.network = local.id, LocalNetwork(local)

    def wish(self, address=None, tag=None):
        return {"network_id": self.known, "address": address, "tag": tag}

    def plan(self, networks, groups=()):
        return self.network.plan(None, networks, list(groups))

    def test_plans(self):
        for networks, expected in (
            ("none", []),
            ("auto", [self.wish()]),
            ([], [self.wish()]),
            ([{"uuid": self.known}] * 2, [self.wish()] * 2),
            (
                [{"uuid": self.known, "fixed_ip": "10.180.3.3", "tag": "a"}],
                [self.wish("10.180.3.3", "a")],
            ),
        ):
            self.assertEqual(expected, self.plan(networks, ["default"]))

    def test_what_can_not_be_had(self):
        twice = {"uuid": self.known, "fixed_ip": "10.180.3.3"}
        for networks, word in (
            ([{"uuid": ELSE}], ELSE),
            ([{"port": ELSE}], "no ports"),
            ([{"fixed_ip": "10.180.3.3"}], "Network"),
            ([{"uuid": self.known, "fixed_ip": "10.180.0.1"}], "10.180.0.1"),
            ([{"uuid": self.known, "fixed_ip": "fe80::1"}], "fe80::1"),
            ([twice, twice], "twice"),
        ):
            with self.assertRaises(Impossible, msg=networks) as caught:
                self.plan(networks)
            self.assertIn(word, caught.exception.message)
        self.assertRaises(Impossible, self.plan, "auto", ["web"])

    def test_interfaces(self):
        def asked(**wish):
            return self.network.interface(None, ELSE, wish)

        self.assertEqual(self.wish(), asked())
        fixed = [{"ip_address": "10.180.3.3"}]
        self.assertEqual(
            self.wish("10.180.3.3", "a"), asked(net_id=self.known, fixed_ips=fixed, tag="a")
        )
        self.assertRaises(Impossible, asked, port_id=ELSE)
        self.assertRaises(Impossible, asked, net_id=ELSE)
        self.assertRaises(
            Impossible, asked, net_id=self.known, fixed_ips=[{"ip_address": "10.9.9.9"}]
        )

    def test_there_are_no_groups_to_give_or_take(self):
        self.assertEqual([], self.network.groups(None, "p", []))
        [group] = self.network.groups(None, "p", [{}])
        self.assertEqual(("default", "p"), (group["name"], group["tenant_id"]))
        self.assertEqual([group], self.network.groups(None, "p", [{}, {}]))
        self.assertNotEqual([group], self.network.groups(None, "q", [{}]))
        self.network.add_group(None, ELSE, "default")
        self.assertRaises(NotThere, self.network.add_group, None, ELSE, "web")
        self.assertRaises(NotThere, self.network.remove_group, None, ELSE, "default")
