# SPDX-License-Identifier: Apache-2.0
"""What Ironic answers is read as it means it; what makes no sense is garbage."""

from __future__ import annotations

import unittest
from types import SimpleNamespace

from nova_cells.clients.baremetal import NodeLocked
from nova_cells.clients.baremetal.ironic import PAGE, Ironic
from nova_cells.clients.baremetal.node import FIELDS
from nova_cells.clients.baremetal.select import filters_of
from nova_cells.clients.service_faults import Garbage, InUse

NODE = {"uuid": "n", "provision_state": "available", "traits": None, "properties": None}


class Service:
    """Answers what it was given, in order; an exception is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []

    def _answer(self, method, path, body=None, **more):
        self.asked.append((method, path, body, more))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def __getattr__(self, method):
        return lambda path, body=None, **more: self._answer(method, path, body, **more)


class IronicTest(unittest.TestCase):
    def test_all_pages_are_read_with_the_fields_and_filters_that_are_needed(self):
        pages = (
            {"nodes": [NODE, {**NODE, "uuid": "m"}], "next": "http://elsewhere"},
            {"nodes": [{**NODE, "uuid": "o"}]},
        )
        service = Service(*pages)
        found = list(Ironic(service, {"shard": "s"}).nodes())
        self.assertEqual(["n", "m", "o"], [node.uuid for node in found])
        (_, _, _, first), (_, path, _, second) = service.asked
        self.assertEqual("/nodes", path)
        wanted = {"shard": "s", "fields": ",".join(FIELDS), "limit": str(PAGE)}
        self.assertEqual(wanted, first["params"])
        self.assertEqual({**wanted, "marker": "m"}, second["params"])

    def test_pages_that_never_end_end(self):
        page = {"nodes": [NODE], "next": "more"}
        found = list(Ironic(Service(page, page, page), {}).nodes())
        self.assertEqual(2, len(found))

    def test_what_makes_no_sense_is_garbage(self):
        for answer in (None, [], "x", {"nodes": None}, {"nodes": ["x"]}, {"nodes": [{}]}):
            with self.subTest(answer), self.assertRaises(Garbage):
                list(Ironic(Service(answer), {}).nodes())
        for answer in (None, [], {}, {**NODE, "properties": "x"}, {**NODE, "traits": 7}):
            with self.subTest(answer), self.assertRaises(Garbage):
                Ironic(Service(answer), {}).node("n")

    def test_where_ports_are_is_read_of_the_devices(self):
        devices = [
            {"address": "52:54:00:00:00:01", "internal_info": {"tenant_vif_port_id": "p"}},
            {"address": "52:54:00:00:00:02", "internal_info": {}},
            {"address": None, "internal_info": {"tenant_vif_port_id": "q"}},
            {"address": "52:54:00:00:00:03", "internal_info": None},
        ]
        found = Ironic(Service({"ports": devices}), {}).addresses("n")
        self.assertEqual({"p": "52:54:00:00:00:01"}, found)

    def test_a_node_in_work_is_known_from_one_that_is_taken(self):
        locked = InUse("no", detail="409 Node n is locked by host c, please retry", request_id="r")
        with self.assertRaises(NodeLocked) as raised:
            Ironic(Service(locked), {}).power("n", "power on")
        self.assertEqual("r", raised.exception.request_id)
        taken = InUse("no", detail="409 Node n is associated with instance i")
        with self.assertRaises(InUse) as raised:
            Ironic(Service(taken), {}).change("n", [])
        self.assertNotIsInstance(raised.exception, NodeLocked)

    def test_an_empty_group_is_a_group(self):
        options = SimpleNamespace(conductor_group="", shard=None, owner="p")
        self.assertEqual({"conductor_group": "", "owner": "p"}, filters_of(options))
