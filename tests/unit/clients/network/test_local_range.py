# SPDX-License-Identifier: Apache-2.0
"""The local network is the same wherever its configuration is read, or it is refused."""

from __future__ import annotations

import ipaddress
import unittest

from nova_cells.clients.network import LocalNetwork, NoNetwork, from_conf, local_range, opts
from nova_cells.clients.network.local_range import RangeInvalid, groups_shown, mac_of, shown
from nova_cells.runtime.config import new_config


def configured(**options):
    conf = new_config(opts.OPTIONS)
    for name, value in {"enabled": True, **options}.items():
        conf.set_override(name, value, group="local_network")
    return conf


class RangeTest(unittest.TestCase):
    def made(self, **options):
        made = local_range.from_conf(configured(**options))
        assert made is not None
        return made

    def test_there_is_none_unless_it_is_enabled(self):
        self.assertIsNone(local_range.from_conf(configured(enabled=False)))
        self.assertIsInstance(from_conf(configured(enabled=False)), NoNetwork)
        self.assertIsInstance(from_conf(configured()), LocalNetwork)

    def test_its_id_follows_from_label_and_range(self):
        self.assertEqual(self.made().id, self.made(dns=["9.9.9.9"], mtu=1400).id)
        self.assertNotEqual(self.made().id, self.made(cidr="10.9.0.0/20").id)
        self.assertNotEqual(self.made().id, self.made(label="other").id)

    def test_every_address_but_three_can_be_lent(self):
        for gateway in ("10.9.0.1", "10.9.0.4", "10.9.0.6"):
            made = self.made(cidr="10.9.0.0/29", gateway=gateway)
            all_ = [made.at(number) for number in range(made.size)]
            hosts = {str(host) for host in ipaddress.ip_network("10.9.0.0/29").hosts()}
            self.assertEqual(hosts - {gateway}, set(all_))
            self.assertTrue(all(map(made.is_lendable, all_)))
            for wrong in (gateway, "10.9.0.0", "10.9.0.7", "10.9.1.1", "fe80::1", "x", ""):
                self.assertFalse(made.is_lendable(wrong), wrong)

    def test_what_makes_no_network_is_refused_by_option(self):
        for options, word in (
            ({"cidr": "10.0.0.1/24"}, "cidr"),
            ({"cidr": "fd00::/64"}, "cidr"),
            ({"cidr": "10.0.0.0/8"}, "/16"),
            ({"cidr": "10.0.0.0/30"}, "/29"),
            ({"gateway": "10.1.0.1"}, "gateway"),
            ({"gateway": "10.180.0.0"}, "gateway"),
            ({"gateway": "there"}, "gateway"),
        ):
            with self.assertRaises(RangeInvalid, msg=options) as caught:
                self.made(**options)
            self.assertIn(word, str(caught.exception))

    def test_an_interface_and_how_its_addresses_are_shown(self):
        nic = self.made(dns=["9.9.9.9"]).nic("port", "10.180.1.2", "tag")
        self.assertEqual("fa:16:3e:b4:01:02", nic["mac"])
        self.assertEqual(
            ("10.180.0.1", ["9.9.9.9"], "tag"), (nic["gateway"], nic["dns"], nic["tag"])
        )
        expected = {"addr": "10.180.1.2", "version": 4, "mac": nic["mac"], "type": "fixed"}
        self.assertEqual({"private": [expected]}, shown([nic]))
        self.assertEqual({}, shown([]))
        self.assertEqual("fa:16:3e:ff:ff:fe", mac_of("10.255.255.254"))

    def test_floating_addresses_and_groups_of_a_services_ports(self):
        fixed = {"address": "10.9.0.5", "version": 4}
        nic = {"label": "net", "mac": "m", "addresses": [fixed], "groups": []}
        nic["floating"] = [{"address": "172.24.4.5", "fixed": "10.9.0.5"}]
        found = [(each["addr"], each["type"]) for each in shown([nic])["net"]]
        self.assertEqual([("10.9.0.5", "fixed"), ("172.24.4.5", "floating")], found)
        self.assertEqual({}, shown([{**nic, "addresses": []}]))
        self.assertIsNone(groups_shown([{"label": "local"}]))
        self.assertEqual([], groups_shown([nic]))
        web, nameless = {"id": "1", "name": "web"}, {"id": "2", "name": None}
        both = [{**nic, "groups": [web, nameless]}, {**nic, "groups": [web]}]
        self.assertEqual(["web", "2"], groups_shown(both))
