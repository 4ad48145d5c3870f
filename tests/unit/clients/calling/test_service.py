# SPDX-License-Identifier: Apache-2.0
"""Who asks, where, how often; and what becomes of answers that do not come."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Iterator

from nova_cells.clients.service_faults import (
    Forbidden,
    Garbage,
    LeftAlone,
    NotThere,
    OutcomeUnknown,
    ServiceFault,
    Unavailable,
)
from nova_cells.runtime import crash, metrics
from tests.unit.clients.calling.case import MIA, CallingCase
from tests.unit.clients.calling.far_service import (
    OWN_PROJECT,
    drips,
    floods,
    hangs_up,
    says,
    sleeps,
)


class TokensTest(CallingCase):
    def test_as_ourselves_and_as_a_user(self) -> None:
        service = self.service()
        service.get("/ports")
        service.get("/ports", MIA)
        sent = [
            (headers["X-Auth-Token"], headers["X-Service-Token"])
            for _method, _path, headers, _body in self.far.asked
        ]
        self.assertEqual([("own-token-1", "own-token-1"), ("mias-token", "own-token-1")], sent)
        self.assertEqual(MIA.request_id, self.far.asked[1][2]["X-Openstack-Request-Id"])

    def test_a_user_without_token_is_not_taken_for_us(self) -> None:
        with self.assertRaises(Forbidden):
            self.service().get("/ports", dataclasses.replace(MIA, auth_token=None))
        self.assertEqual([], self.far.asked)

    def test_refused_once_a_new_token_is_had(self) -> None:
        self.far.script = [says(401, {}), says(201, {"port": 1})]
        self.assertEqual({"port": 1}, self.service().post("/ports", {"a": 1}))
        tokens = [headers["X-Auth-Token"] for _m, _p, headers, _b in self.far.asked]
        self.assertEqual(["own-token-1", "own-token-2"], tokens)
        self.assertEqual(b'{"a": 1}', self.far.asked[1][3])

    def test_refused_twice(self) -> None:
        for caller, kind in ((MIA, Forbidden), (None, Unavailable)):
            self.far.script = [says(401, {}), says(401, {})]
            with self.assertRaises(kind):
                self.service().get("/ports", caller)

    def test_a_token_that_is_about_to_end_is_renewed_before(self) -> None:
        self.far.life = 2.0
        service = self.service()
        service.get("/a")
        service.get("/b")
        self.assertEqual(2, self.far.tokens)
        self.assertEqual(2, len(self.far.asked))

    def test_a_token_that_ends_in_the_middle(self) -> None:
        self.far.life, self.far.strict = 1.0, True
        service = self.service()

        def slow() -> Iterator[bytes]:
            for _ in range(4):
                time.sleep(0.4)
                yield b"bytes"

        service.put("/file", data=slow())
        service.post("/done", {})
        time.sleep(1.1)
        service.get("/after a long wait")
        self.assertEqual(3, len(self.far.asked))
        self.assertEqual(b"bytes" * 4, self.far.asked[0][3])

    def test_those_who_wait_for_keystone_wait_once(self) -> None:
        self.far.stalls = 3.0
        service = self.service(timeout=0.5, connect_retries=0)
        faults: list[str] = []

        def ask() -> None:
            try:
                service.get("/a")
            except Unavailable as fault:
                faults.append(fault.message)

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(6, len(faults))
        self.assertLess(self.far.tokens, 6)

    def test_many_threads_share_one_new_token(self) -> None:
        service = self.service()
        service.get("/a")
        self.far.script = [says(401, {})] * 4
        threads = [threading.Thread(target=service.get, args=("/b",)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(self.far.tokens, 5)
        self.assertLessEqual(self.far.connections, 8)

    def test_without_credentials_only_the_user_shows_who_he_is(self) -> None:
        service = self.service(auth_type="none", endpoint_override=f"{self.far.url}/here")
        service.get("/a", MIA)
        service.get("/b")
        self.assertEqual("mias-token", self.far.asked[0][2]["X-Auth-Token"])
        self.assertNotIn("X-Auth-Token", self.far.asked[1][2])
        self.assertEqual(["/here/v2.0/a", "/here/v2.0/b"], self.paths())

    def test_basic_authentication(self) -> None:
        self.service(auth_type="http_basic", endpoint_override=self.far.url).get("/a")
        self.assertEqual("Basic bm92YTpzZXNhbWU=", self.far.asked[0][2]["Authorization"])

    def test_keystone_refuses_us(self) -> None:
        self.far.locked = True
        for ask in (self.service().get, self.service().post):
            with self.assertRaises(Unavailable) as caught:
                ask("/ports")
            self.assertNotIsInstance(caught.exception, OutcomeUnknown)
        self.assertEqual([], self.far.asked)


class AddressesTest(CallingCase):
    def test_catalogue_by_region_and_interface(self) -> None:
        self.service().get("/ports")
        self.service(region_name="two", valid_interfaces=["admin", "public"]).get("/ports")
        self.assertEqual(["/one/internal/v2.0/ports", "/two/admin/v2.0/ports"], self.paths())

    def test_the_project_in_an_address_is_the_callers(self) -> None:
        service = self.service(service_type="block-storage")
        service.get("/volumes")
        service.get("/volumes", MIA, microversion="3.44")
        self.assertEqual(
            [f"/one/internal/v3/{owner}/volumes" for owner in (OWN_PROJECT, MIA.project_id)],
            self.paths(),
        )
        self.assertEqual("volume 3.44", self.far.asked[1][2]["OpenStack-API-Version"])

    def test_an_address_of_our_own(self) -> None:
        fixed = f"{self.far.url}/v3/%(project_id)s"
        service = self.service(endpoint_override=fixed)
        service.get("/a")
        service.get("/a", MIA)
        self.assertEqual([f"/v3/{OWN_PROJECT}/a", f"/v3/{MIA.project_id}/a"], self.paths())

    def test_what_the_catalogue_does_not_have(self) -> None:
        for more in ({"service_type": "object-store"}, {"region_name": "three"}):
            with self.assertRaises(Unavailable) as caught:
                self.service(**more).get("/a")
            self.assertNotIn("http", caught.exception.message)

    def test_no_answer_leads_elsewhere(self) -> None:
        for status in (301, 302, 307, 308):
            self.far.script = [says(status, {}, Location="http://127.0.0.1:9/elsewhere")]
            with self.assertRaises(Garbage):
                self.service(connect_retries=0).get("/a")

    def test_pages(self) -> None:
        other = "http://127.0.0.1:9/v2.0/ports?marker=2"
        self.far.script = [
            says(200, {"ports": [1, 2], "ports_links": [{"rel": "next", "href": other}]}),
            says(200, {"ports": [3]}),
        ]
        found = list(self.service().listed("/ports", "ports", params={"device_id": "x"}))
        self.assertEqual([1, 2, 3], found)
        prefix = "/one/internal/v2.0/ports"
        self.assertEqual([f"{prefix}?device_id=x", f"{prefix}?marker=2"], self.paths())


class PatienceTest(CallingCase):
    def test_a_question_is_asked_again(self) -> None:
        for bad in (says(503, {}), hangs_up, says(502, b"<html>")):
            self.far.script = [bad]
            self.assertEqual("GET", self.service().get("/a")["method"])

    def test_a_question_without_answer(self) -> None:
        self.far.script = [sleeps(2.0), sleeps(2.0)]
        with self.assertRaises(Unavailable) as caught:
            self.service(timeout=0.2).get("/a")
        self.assertNotIsInstance(caught.exception, OutcomeUnknown)
        self.assertEqual(2, len(self.far.asked))

    def test_a_change_without_answer(self) -> None:
        for bad in (sleeps(2.0), hangs_up):
            self.far.asked, self.far.script = [], [bad]
            with self.assertRaises(OutcomeUnknown):
                self.service(timeout=0.2).post("/a", {})
            self.assertEqual(1, len(self.far.asked))

    def test_a_change_that_may_be_repeated(self) -> None:
        self.far.script = [hangs_up]
        self.service().put("/a", {}, again=True)
        self.far.script = [hangs_up]
        self.service().delete("/a")
        self.assertEqual(4, len(self.far.asked))

    def test_a_change_that_was_not_sent_is_no_riddle(self) -> None:
        service = self.service(endpoint_override="http://127.0.0.1:9")
        with self.assertRaises(Unavailable) as caught:
            service.post("/a", {})
        self.assertNotIsInstance(caught.exception, OutcomeUnknown)

    def test_an_answer_that_drips(self) -> None:
        for path in ("/head", "/body"):
            self.far.script = [drips]
            begun = time.monotonic()
            with self.assertRaises(Unavailable):
                self.service(timeout=0.3, connect_retries=0).get(path)
            self.assertLess(time.monotonic() - begun, 60)

    def test_an_answer_without_end(self) -> None:
        self.far.script = [floods]
        with self.assertRaises(Garbage):
            self.service(connect_retries=0, timeout=60.0).get("/a")

    def test_nonsense(self) -> None:
        for body in (b"<html>", b"{", b"[" * 200_000, b"\xff\xfe"):
            self.far.script = [says(200, body)]
            with self.assertRaises(Garbage):
                self.service().get("/a")
        self.far.script = [says(200, b"\x1f\x8b", Content_Encoding="gzip")]
        with self.assertRaises(Garbage):
            self.service(connect_retries=0).get("/a")
        service = self.service()
        for found in ({}, [], None, {"port": None}):
            with self.assertRaises(Garbage):
                service.part(found, "port", "id")

    def test_it_is_left_alone_after_some_failures(self) -> None:
        service = self.service(connect_retries=0, breaker_failures=3, breaker_pause=0.3)
        self.far.script = [says(500, {})] * 4
        for _ in range(3):
            with self.assertRaises(Unavailable):
                service.get("/a")
        with self.assertRaises(LeftAlone) as caught:
            service.post("/b", {})
        self.assertGreater(caught.exception.pause, 0)
        self.assertEqual(3, len(self.far.asked))
        time.sleep(0.35)
        with self.assertRaises(Unavailable):
            service.get("/c")
        with self.assertRaises(Unavailable):
            service.get("/d")
        self.assertEqual(4, len(self.far.asked))
        time.sleep(0.35)
        service.get("/e")
        service.get("/f")
        self.assertFalse(service.breaker.is_open)
        self.assertEqual({("GET", "500"): 4, ("GET", "200"): 2}, service.counts.requests())

    def test_it_tells_how_the_service_does(self) -> None:
        service = self.service(connect_retries=0, breaker_failures=2, breaker_pause=60.0)
        self.far.script = [says(404, {}), says(500, {}), says(500, {})]
        for _ in range(4):
            with self.assertRaises(ServiceFault):
                service.get("/a")
        told = {
            (each.metric.name, *each.labels): each.value
            for each in service._exchange.figures()
            if each.metric.name != "service_seconds"
        }
        self.assertEqual(
            {
                ("service_requests", "network", "GET", "404"): 1,
                ("service_requests", "network", "GET", "500"): 2,
                ("service_requests_left_alone", "network"): 1,
                ("service_breakers", "network", "closed"): 0,
                ("service_breakers", "network", "half_open"): 0,
                ("service_breakers", "network", "open"): 1,
                ("service_breaker_opened", "network"): 1,
            },
            told,
        )
        self.assertIn(b"nova_cells_service_breakers", metrics.exposition()[1])

    def test_half_of_all_failing_is_too_much(self) -> None:
        service = self.service(connect_retries=0, breaker_share=0.5, breaker_requests=4)
        self.far.script = [says(200, {}), says(500, {})] * 2
        for _ in range(2):
            service.get("/a")
            with self.assertRaises(Unavailable):
                service.get("/a")
        with self.assertRaises(LeftAlone):
            service.get("/a")

    def test_a_refusal_is_an_answer(self) -> None:
        service = self.service(breaker_failures=1)
        self.far.script = [says(404, {"NeutronError": {"type": "PortNotFound", "message": "no"}})]
        with self.assertRaises(NotThere) as caught:
            service.get("/a")
        self.assertEqual(("PortNotFound", "no", "req-theirs"), (
            caught.exception.kind, caught.exception.message, caught.exception.request_id
        ))  # fmt: skip
        self.assertFalse(service.breaker.is_open)

    def test_a_test_may_let_us_die_round_each_change(self) -> None:
        reached: list[str] = []
        service = self.service()
        with crash.armed(reached.append):
            service.get("/a")
            service.post("/a", {})
        points = ["request:before:network POST", "request:after:network POST"]
        self.assertEqual(points, reached)
