# SPDX-License-Identifier: Apache-2.0
"""Typed calls over a real broker: what the in-process bus promises holds there too."""

from __future__ import annotations

import threading
import time
import unittest

from nova_cells.contracts import Unknown
from nova_cells.runtime.messaging import Bus, transport
from tests.stores import harness
from tests.stores.base import require
from tests.stores.proxy import Proxy
from tests.unit.runtime.messaging import probe


def eventually(condition, seconds: float = 15.0) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


class RabbitTest(probe.BusSuite, unittest.TestCase):
    """The suite of tests/unit/runtime/messaging, on RabbitMQ."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        require("rabbitmq")
        cls.url = harness.new_vhost()

    def new_url(self) -> str:
        return self.url

    def test_queues_for_competing_servers_are_quorum_queues(self):
        self.serve(probe.Endpoint())
        self.client().echo(value=1)
        listed = harness.server("rabbitmq")._control(
            "list_queues", "-p", self.url.rsplit("/", 1)[1], "name", "type", "--silent"
        )
        kinds = dict(line.split("\t") for line in listed.stdout.splitlines() if "\t" in line)
        self.assertEqual("quorum", kinds[probe.Probe.interface.topic])

    def test_a_cast_to_a_dead_server_expires(self):
        life, transport.CAST_LIFE = transport.CAST_LIFE, 0.5
        self.addCleanup(setattr, transport, "CAST_LIFE", life)
        self.serve(probe.Endpoint(), "mortal").stop()
        self.client(address="mortal").note(value=9)
        time.sleep(1.5)
        endpoint = probe.Endpoint()
        self.serve(endpoint, "mortal")
        self.client(address="mortal").note(value=10)
        self.assertTrue(endpoint.wait_for(1))
        self.assertEqual([10], endpoint.heard)


class BrokerAwayTest(unittest.TestCase):
    """The broker goes away and comes back."""

    def setUp(self) -> None:
        super().setUp()
        require("rabbitmq")
        url = harness.new_vhost()
        port = harness.server("rabbitmq").port
        self.proxy = Proxy(port)
        self.addCleanup(self.proxy.close)
        relayed = url.replace(f":{port}/", f":{self.proxy.port}/")
        self.endpoint = probe.Endpoint()
        self.direct = Bus(url)
        self.server = self.direct.serve(probe.Probe, self.endpoint, address="s1")
        self.server.start()
        self.bus = Bus(relayed)
        self.addCleanup(self.direct.close)
        self.addCleanup(self.server.stop)
        self.addCleanup(self.bus.close)

    def answers(self) -> bool:
        try:
            return self.bus.client(probe.Probe).echo(value=1, _deadline=5) == 1
        except Unknown:
            return False

    def test_dropped_connections_are_made_again(self):
        self.assertTrue(eventually(self.answers))
        self.proxy.drop()
        self.assertTrue(eventually(self.answers))

    def test_away_is_unknown_soon_and_ends_by_itself(self):
        self.assertTrue(eventually(self.answers))
        self.proxy.cut()
        start = time.monotonic()
        with self.assertRaises(Unknown):
            self.bus.client(probe.Probe).echo(value=1, _deadline=5)
        self.assertLess(time.monotonic() - start, 6)
        self.proxy.mend()
        self.assertTrue(eventually(self.answers, 20))

    def test_a_first_call_does_not_wait_longer_than_its_deadline(self):
        self.proxy.cut()
        start = time.monotonic()
        with self.assertRaises(Unknown):
            self.bus.client(probe.Probe).echo(value=1, _deadline=1)
        self.assertLess(time.monotonic() - start, 2)
        self.bus.close()
        self.assertLess(time.monotonic() - start, 4)

    def test_a_broker_that_hangs_is_unknown_soon_and_ends_by_itself(self):
        self.assertTrue(eventually(self.answers))
        self.proxy.freeze()
        start = time.monotonic()
        with self.assertRaises(Unknown):
            self.bus.client(probe.Probe).echo(value=1, _deadline=2)
        self.assertLess(time.monotonic() - start, 3)
        self.proxy.thaw()
        self.assertTrue(eventually(self.answers, 30))

    def test_a_server_whose_broker_is_away_starts_later(self):
        self.proxy.cut()
        endpoint = probe.Endpoint()
        server = self.bus.serve(probe.Probe, endpoint, address="late")
        start = time.monotonic()
        server.start()
        self.assertLess(time.monotonic() - start, 8)
        self.proxy.mend()
        late = self.direct.client(probe.Probe, address="late")

        def reached() -> bool:
            try:
                return late.echo(value=2, _deadline=2) == 2
            except Unknown:
                return False

        self.assertTrue(eventually(reached, 20))
        threading.Thread(target=server.stop, daemon=True).start()
