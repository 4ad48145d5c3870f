# SPDX-License-Identifier: Apache-2.0
"""Typed calls over the in-process bus."""

from __future__ import annotations

import time
import unittest
import uuid

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.runtime import crash
from nova_cells.runtime import transaction_scope as scope
from nova_cells.runtime.messaging import Bus, transport
from nova_cells.runtime.messaging.bus import masked
from tests.unit.runtime.messaging import probe


class LocalCase(unittest.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self._url = f"local://{uuid.uuid4()}"

    def new_url(self) -> str:
        return self._url


class LocalBusTest(probe.BusSuite, LocalCase):
    def test_two_buses_do_not_meet(self):
        self.serve(probe.Endpoint())
        stranger = Bus(f"local://{uuid.uuid4()}")
        with self.assertRaises(Unknown):
            stranger.client(probe.Probe).echo(value=1)

    def test_what_json_cannot_say_is_refused_here_too(self):
        self.serve(probe.Endpoint())
        with self.assertRaises(TypeError):
            self.client().echo(value={1, 2})

    def test_a_stopped_server_takes_nothing(self):
        endpoint = probe.Endpoint()
        server = self.serve(endpoint)
        server.stop()
        with self.assertRaises(Unknown):
            self.client().echo(value=1, _deadline=0.1)
        self.assertEqual([], endpoint.heard)

    def test_a_cast_expires(self):
        life, transport.CAST_LIFE = transport.CAST_LIFE, 0.05
        self.addCleanup(setattr, transport, "CAST_LIFE", life)
        self.serve(probe.Endpoint(), "s1").stop()
        self.client(address="s1").note(value=9)
        time.sleep(0.1)
        endpoint = probe.Endpoint()
        self.serve(endpoint, "s1")
        self.assertFalse(endpoint.wait_for(1, 0.2))


class ClientTest(probe.BusUser, LocalCase):
    """What a client refuses by itself."""

    def test_a_call_in_a_transaction_is_refused(self):
        self.serve(probe.Endpoint())
        with scope.transaction("cell"), self.assertRaises(scope.InsideTransaction):
            self.client().echo(value=1)

    def test_unknown_and_missing_arguments(self):
        client = self.client()
        with self.assertRaises(TypeError):
            client.echo(value=1, other=2)
        with self.assertRaises(TypeError):
            client.echo()

    def test_unknown_method(self):
        with self.assertRaises(AttributeError):
            self.client().no_such_method()

    def test_crash_points_are_around_the_call(self):
        self.serve(probe.Endpoint())
        seen: list[str] = []
        with crash.armed(seen.append):
            self.client().echo(value=1)
        self.assertEqual(["rpc:before:probe.echo", "rpc:after:probe.echo"], seen)

    def test_passwords_are_masked(self):
        url = "rabbit://user:secret@host:5672,other:secret2@host2:5672/cell"
        self.assertNotIn("secret", masked(url))
        self.assertIn("user:***@host", masked(url))

    def test_a_bad_url_is_refused_without_its_password(self):
        for url in ("nosuch://user:secret@host/", "rabbit://user:secret@host:port/"):
            with self.assertRaises(ValueError) as caught:
                Bus(url)
            self.assertNotIn("secret", str(caught.exception))


class PeerTest(LocalCase):
    """Speaking to a peer of another release."""

    def call(self, versions: dict, name: str = "echo", **arguments):
        bus = Bus(self.new_url())
        self.endpoint = probe.Endpoint()
        server = bus.serve(probe.Probe, self.endpoint, address="s1")
        server.start()
        self.addCleanup(server.stop)
        client = bus.client(probe.Probe, peer=lambda: versions)
        return getattr(client, name)(**arguments)

    def refused(self, versions: dict, name: str, **arguments) -> None:
        with self.assertRaises(Refused) as caught:
            self.call(versions, name, **arguments)
        self.assertEqual(FaultCode.UNSUPPORTED_VERSION, caught.exception.code)
        self.assertEqual([], self.endpoint.heard)

    def test_a_newer_parameter_reaches_a_peer_that_knows_it(self):
        self.call({"interfaces": {"probe": ["1.0", "1.1"]}}, value=1, later=5)
        self.assertEqual([(1, 5)], self.endpoint.heard)

    def test_a_newer_parameter_is_left_out_for_an_older_peer(self):
        self.call({"interfaces": {"probe": ["1.0", "1.0"]}}, value=1, later=5)
        self.assertEqual([(1, 0)], self.endpoint.heard)

    def test_a_newer_method_is_refused_here(self):
        self.refused({"interfaces": {"probe": ["1.0", "1.0"]}}, "newer")

    def test_a_newer_method_reaches_a_newer_peer(self):
        self.assertEqual(11, self.call({"interfaces": {"probe": ["1.0", "1.7"]}}, "newer"))

    def test_another_major_is_refused_here(self):
        self.refused({"interfaces": {"probe": ["2.0", "2.3"]}}, "echo", value=1)

    def test_a_peer_that_dropped_our_version_is_refused_here(self):
        self.refused({"interfaces": {"probe": ["1.2", "1.4"]}}, "echo", value=1)

    def test_a_peer_without_the_interface_is_refused_here(self):
        self.refused({"interfaces": {"cell": ["1.0", "1.0"]}}, "echo", value=1)

    def test_an_unknown_peer_is_spoken_to_in_the_newest(self):
        self.call(None, value=1, later=5)
        self.assertEqual([(1, 5)], self.endpoint.heard)
