# SPDX-License-Identifier: Apache-2.0
"""Spoilt bodies, in every window of every schema: 400 that names the place, and never a 5xx."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, settings

from nova_cells.global_api.openapi import Endpoint
from tests.api.hostile.cloud import HostileCase, Reply
from tests.api.hostile.judge import judge, names, problems
from tests.api.hostile.spoiling import raw_bodies, spoilt
from tests.api.hostile.targets import Target, live, targets

EXAMPLES = 30
NO_ACTION = {"There is no such action", "exactly one action is expected"}
QUIET = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
FOREIGN = ("application/xml", "multipart/form-data", "application/jsonp", "text/html", "x")


class BodiesTest(HostileCase):
    def send(self, endpoint: Endpoint, minor: int, **more: Any) -> Reply:
        return self.victim.ask(
            endpoint.method, "/v2.1" + self.victim.path(endpoint.path), minor=minor, **more
        )

    def test_the_examples_are_fine(self) -> None:
        for target in targets():
            validator = judge(target.schema)
            for body in (target.whole, target.bare):
                self.assertEqual([], problems(validator, body), str(target))
                target.endpoint.operation.body.accept(body, target.minor)

    def test_spoilt_bodies(self) -> None:
        refused = total = 0
        for target in targets():
            validator = judge(target.schema)
            for body in (*made_of(target.whole), *made_of(target.bare)):
                total += 1
                refused += self._judged(target, validator, body)
        self.assertGreater(total, 4000)
        self.assertGreater(refused, total // 2)

    def _judged(self, target: Target, validator: Any, body: Any) -> bool:
        wrong = problems(validator, body)
        reply = self.send(target.endpoint, target.minor, body=body)
        what = f"{target}: {str(body)[:300]} → {reply.status} {reply.message[:300]}"
        if not wrong:
            self.assertLess(reply.status, 500, what)
            return False
        if reply.status == 404 and target.endpoint.action and not isinstance(body, dict):
            return True  # no object names an action
        self.assertIn(reply.status, (400, 413), what)
        if reply.status == 400:
            named = names(wrong) | (NO_ACTION if target.endpoint.action else set())
            self.assertTrue(any(name in reply.message for name in named), what)
        return True

    def test_bodies_that_are_no_json(self) -> None:
        for target in targets():
            for raw in raw_bodies(target.bare):
                reply = self.send(target.endpoint, target.minor, raw=raw)
                what = f"{target}: {raw[:60]!r} → {reply.status} {reply.message[:200]}"
                self.assertIn(reply.status, (400, 404, 413), what)

    def test_bodies_that_are_too_long(self) -> None:
        for endpoint in with_body():
            reply = self.send(endpoint, endpoint.span.high, raw=b" " * 200_000)
            self.assertEqual(413, reply.status, endpoint.name)

    def test_content_types(self) -> None:
        for endpoint in with_body():
            for kind in FOREIGN:
                reply = self.send(
                    endpoint, endpoint.span.high, raw=b"{}", headers={"Content-Type": kind}
                )
                self.assertEqual(415, reply.status, f"{endpoint.name} {kind}")

    def test_actions(self) -> None:
        """Unknown ones, two at once, and such as no version or another one has."""
        for endpoint in live():
            if endpoint.action is None:
                continue
            for minor in (endpoint.span.low, endpoint.span.high):
                for body in (
                    {endpoint.action: None, "other": None},
                    {endpoint.action + "x": None},
                    {endpoint.action.upper() + "\0": None},
                    {"": None},
                    {},
                ):
                    reply = self.send(endpoint, minor, body=body)
                    self.assertEqual(400, reply.status, f"{endpoint.name} {body} {reply.body}")
            for minor in (endpoint.span.low - 1, endpoint.span.high + 1):
                if 1 <= minor <= 104:
                    reply = self.send(endpoint, minor, body={endpoint.action: None})
                    self.assertIn(reply.status, (400, 404), f"{endpoint.name} at 2.{minor}")


def made_of(body: Any) -> list[Any]:
    """The body, spoilt in many ways: the same ones in every run."""
    found: list[Any] = []

    @QUIET
    @given(spoilt(body))
    def keep(one: Any) -> None:
        found.append(one)

    keep()
    return found


def with_body() -> list[Endpoint]:
    """Those that read one, actions with any."""
    return [
        endpoint
        for endpoint in live()
        if endpoint.operation.body is not None or endpoint.action is not None
    ]
