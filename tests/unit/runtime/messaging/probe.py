# SPDX-License-Identifier: Apache-2.0
"""An interface to try messaging with, and the suite every bus passes."""

from __future__ import annotations

import threading
import time
from typing import Any

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.contracts.interface import INTERFACES, interface, method
from nova_cells.objects import BuildReply, Fault, HostBeat
from nova_cells.runtime import context
from nova_cells.runtime.messaging import Bus

UUID = "5e1f0f1c-9f4e-4a3c-8a49-0f3f4a6b7c8d"


@interface(name="probe", topic="nova-cells-probe", version="1.1")
class Probe:
    """One method of each kind."""

    @method(deadline=5.0, added={"later": "1.1"})
    def echo(self, value: Any, later: int = 0) -> Any:
        """The value again."""

    @method(deadline=5.0)
    def reply(self, beats: list[HostBeat]) -> list[BuildReply]:  # type: ignore[empty-body]
        """Objects there and back."""

    @method(cast=True)
    def note(self, value: int) -> None:
        """No answer."""

    @method(cast=True, fanout=True)
    def tell(self, value: int) -> None:
        """To all."""

    @method(since="1.1", deadline=5.0)
    def newer(self) -> int:  # type: ignore[empty-body]
        """What 1.0 had not."""


del INTERFACES["probe"]  # not one of ours: it must not be in snapshots or heartbeats


class Endpoint:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.heard: list[Any] = []
        self.requests: list[str | None] = []
        self.arrived = threading.Condition()
        self.delay = 0.0

    def echo(self, value: Any, later: int = 0) -> Any:
        time.sleep(self.delay)
        current = context.current()
        self.requests.append(current.request_id if current else None)
        self._hear((value, later))
        if value == "refuse":
            raise Refused(FaultCode.CONFLICT, "not now", vm_state="active")
        if value == "break":
            raise ValueError("secret detail")
        return value

    def reply(self, beats: list[HostBeat]) -> list[BuildReply]:
        self._hear(beats)
        return [
            BuildReply(uuid=beat.identity, accepted=False, trail=[["x", 0]], message=beat.name)
            for beat in beats
        ]

    def note(self, value: int) -> None:
        self._hear(value)

    def tell(self, value: int) -> None:
        self._hear(value)

    def newer(self) -> int:
        return 11

    def _hear(self, value: Any) -> None:
        with self.arrived:
            self.heard.append(value)
            self.arrived.notify_all()

    def wait_for(self, count: int, seconds: float = 10.0) -> bool:
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.heard) >= count, seconds)


class BusUser:
    """Makes servers and clients; a concrete class gives `new_url`."""

    def serve(self, endpoint: Endpoint, address: str = "s1", threads: int = 8) -> Any:
        bus = Bus(self.new_url())
        server = bus.serve(Probe, endpoint, address=address, threads=threads)
        server.start()
        self.addCleanup(bus.close)
        self.addCleanup(server.stop)
        return server

    def client(self, **options: Any) -> Any:
        self.bus = Bus(self.new_url())
        self.addCleanup(self.bus.close)
        return self.bus.client(Probe, **options)


class BusSuite(BusUser):
    """What every bus does."""

    def test_values_come_back(self):
        self.serve(Endpoint())
        value = {"a": [1, 2.5, None, True, "ä☃"], "b": {}}
        self.assertEqual(value, self.client().echo(value=value))

    def test_objects_come_back(self):
        endpoint = Endpoint()
        self.serve(endpoint)
        beat = HostBeat(name="h1", identity=UUID, address="a", in_hand=["x"])
        replies = self.client().reply(beats=[beat])
        self.assertEqual([["h1", UUID]], [[reply.message, reply.uuid] for reply in replies])
        self.assertIsInstance(replies[0], BuildReply)
        self.assertEqual(beat.document(), endpoint.heard[0][0].document())

    def test_a_refusal_is_a_refusal(self):
        self.serve(Endpoint())
        with self.assertRaises(Refused) as caught:
            self.client().echo(value="refuse")
        self.assertEqual(FaultCode.CONFLICT, caught.exception.code)
        self.assertEqual("not now", caught.exception.message)
        self.assertEqual({"vm_state": "active"}, caught.exception.details)

    def test_a_broken_endpoint_is_unknown_and_keeps_its_secrets(self):
        self.serve(Endpoint())
        logs = self.assertLogs("nova_cells.runtime.messaging.server", "ERROR")
        with logs, self.assertRaises(Unknown) as caught:
            self.client().echo(value="break")
        self.assertNotIn("secret", str(caught.exception))

    def test_too_late_is_unknown(self):
        endpoint = Endpoint()
        endpoint.delay = 1.0
        self.serve(endpoint)
        start = time.monotonic()
        with self.assertRaises(Unknown):
            self.client().echo(value=1, _deadline=0.3)
        self.assertLess(time.monotonic() - start, 0.9)

    def test_a_call_nobody_serves_is_unknown_at_once(self):
        self.serve(Endpoint())
        start = time.monotonic()
        with self.assertRaises(Unknown):
            self.client(address="no-such-server").echo(value=1)
        self.assertLess(time.monotonic() - start, 4)

    def test_casts_arrive(self):
        endpoint = Endpoint()
        self.serve(endpoint)
        self.assertIsNone(self.client().note(value=5))
        self.assertTrue(endpoint.wait_for(1))

    def test_fanout_reaches_all(self):
        one, two = Endpoint(), Endpoint()
        self.serve(one, "s1")
        self.serve(two, "s2")
        self.client().tell(value=3)
        self.assertTrue(one.wait_for(1) and two.wait_for(1))

    def test_fanout_to_nobody_is_silent(self):
        self.client().tell(value=3)

    def test_servers_compete(self):
        one, two = Endpoint(), Endpoint()
        self.serve(one, "s1")
        self.serve(two, "s2")
        client = self.client()
        for number in range(20):
            client.echo(value=number)
        self.assertEqual(20, len(one.heard) + len(two.heard))
        self.assertTrue(one.heard and two.heard)

    def test_an_address_reaches_that_server_only(self):
        one, two = Endpoint(), Endpoint()
        self.serve(one, "s1")
        self.serve(two, "s2")
        client = self.client(address="s2")
        for number in range(5):
            client.echo(value=number)
        self.assertEqual((0, 5), (len(one.heard), len(two.heard)))

    def test_a_cast_waits_for_a_server_that_restarts(self):
        server = self.serve(Endpoint(), "s1")
        server.stop()
        self.client(address="s1").note(value=9)
        endpoint = Endpoint()
        self.serve(endpoint, "s1")
        self.assertTrue(endpoint.wait_for(1))
        self.assertEqual([9], endpoint.heard)

    def test_the_request_id_travels(self):
        endpoint = Endpoint()
        self.serve(endpoint)
        client = self.client()
        request = context.RequestContext(user_id="u", roles=("member",))
        with context.use(request):
            client.echo(value=1)
        client.echo(value=2)
        self.assertEqual([request.request_id, None], endpoint.requests)

    def test_many_at_once(self):
        self.serve(Endpoint(), threads=4)
        client = self.client()
        answers: list[Any] = []

        def ask(start: int) -> None:
            for number in range(start, start + 10):
                answers.append((number, client.echo(value=number)))

        threads = [threading.Thread(target=ask, args=(start,)) for start in range(0, 80, 10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual([(number, number) for number in range(80)], sorted(answers))

    def test_calls_are_counted(self):
        self.serve(Endpoint())
        client = self.client()
        client.echo(value=1)
        client.note(value=1)
        self.assertEqual({"probe.echo": 1, "probe.note": 1}, dict(self.bus.calls))

    def test_a_fault_object_may_be_nested_in_plain_values(self):
        self.serve(Endpoint())
        fault = Fault(code=500, message="m", created_at=1)
        self.assertEqual(fault.document(), self.client().echo(value=[fault])[0].document())
