# SPDX-License-Identifier: Apache-2.0
"""Our token ends in the middle of an operation, at any of its requests: nobody notices.

The same for what a tenant may run into with another service: its words are told, all is clean.
"""

from __future__ import annotations

import contextlib
from types import SimpleNamespace
from typing import Any

from nova_cells.clients.calling.ourselves import Ourselves
from tests.crash.served import ServedWorld, Twins
from tests.crash.test_service_faults import OURS, FaultCase
from tests.crash.test_services import CASES, Case
from tests.services.twin import Asked, Twin
from tests.unit.clients.calling.far_service import FarService

TITLES = ("build", "delete", "live_migrate", "attach_volume", "snapshot", "shelve_with_an_image")


class TokensTest(FaultCase):
    """Keystone gives tokens to conductors and hosts; each service accepts them for a while."""

    keystone: FarService

    def setUp(self) -> None:
        super().setUp()
        self.keystone = FarService()
        self.keystone.named = "admin:{}"
        self.keystone.begin()
        self.addCleanup(self.keystone.end)

    def world(self) -> ServedWorld:
        made = super().world()
        services = (
            self.twins.ports._reading.service,
            self.twins.attachments.service,
            self.twins.images._glance,
        )
        for service, options in zip(services, self.twins.options, strict=True):
            exchange = service._exchange
            told = {"auth_type": "password", "auth_url": self.keystone.url}
            told |= {"username": "nova", "password": "sesame"}
            mine = SimpleNamespace(**{**options, **told})
            exchange._ourselves = Ourselves(mine, exchange._session, None)
        return made

    def test_a_token_ends_at_each_request(self) -> None:
        for case in (each for each in CASES if each.title in TITLES):
            self.disturb = lambda: None
            before = self.keystone.tokens
            expected = self.run_to_the_end(case)
            calm = self.keystone.tokens - before
            for name in ("neutron", "cinder", "glance"):
                for number in range(1, self.asked(case, name) + 1):
                    with self.subTest(f"{case.title}: {number} of {name}"):
                        self.disturb = lambda n=number, t=name: ends(getattr(self.twins, t), n)
                        before = self.keystone.tokens
                        self.assertEqual(expected, self.run_to_the_end(case))
                        self.assertEqual(calm + 1, self.keystone.tokens - before)
                        (row,) = [r for r in self.served.rows("operations") if self.is_it(r, case)]
                        self.assertEqual("done", row["result"])

    @staticmethod
    def is_it(row: dict[str, Any], case: Case) -> bool:
        return bool(row["kind"] == case.kind)

    def asked(self, case: Case, name: str) -> int:
        """How often, in an undisturbed run."""
        before = 0

        def begin() -> None:
            nonlocal before
            before = len(getattr(self.twins, name).asked)

        self.disturb = begin
        self.run_to_the_end(case)
        return len(getattr(self.twins, name).asked) - before


def ends(twin: Twin, number: int) -> None:
    """From this request on its token is worth nothing."""
    seen = iter(range(1, 1_000_000))
    ended: set[str | None] = set()

    def switch(asked: Asked) -> int | None:
        if next(seen) == number:
            ended.add(asked.token)
        return 401 if asked.token in ended else None

    twin.switch = switch


def _no_more_ports(twins: Twins) -> None:
    twins.neutron.quota = 0


def _port_in_use(twins: Twins) -> None:
    twins.neutron.ports.known[twins.given["id"]]["device_id"] = "somebody-else"


def _volume_gone(twins: Twins) -> None:
    del twins.cinder.volumes[twins.spare["id"]]
    for known in list(twins.cinder.attachments.values()):
        if known["volume_id"] == twins.spare["id"]:
            del twins.cinder.attachments[known["id"]]


def _image_gone(twins: Twins) -> None:
    twins.glance.images.clear()


CONDITIONS = (
    ("build", _no_more_ports, "(?i)quota"),
    ("attach_interface", _no_more_ports, "(?i)quota"),
    ("build", _port_in_use, "(?i)in use"),
    ("attach_volume", _volume_gone, "(?i)could not be found"),
    ("snapshot", _image_gone, "(?i)image"),
    ("shelve_with_an_image", _image_gone, "(?i)image"),
)


class ConditionsTest(FaultCase):
    """What the services really say, not what a test made them say."""

    def test_each_is_told_and_leaves_nothing(self) -> None:
        for title, spoil, words in CONDITIONS:
            case = next(each for each in CASES if each.title == title)
            with self.subTest(f"{title} {spoil.__name__}"):
                self.log.lines.clear()
                self.disturb = lambda do=spoil: do(self.twins)
                self.judge(case)
                (row,) = [r for r in self.served.rows("operations") if r["kind"] == case.kind]
                self.assertEqual("failed", row["result"])
                self.assertRegex(row["message"], words)
                if spoil is _port_in_use:
                    self.assertTrue(row["details"])
                    continue  # nobody refused that: we have seen it ourselves
                told = [found for line in self.log.lines if (found := OURS.search(line))]
                ids = {(found.group(1), found.group(2)[:4]) for found in told}
                self.assertIn((row["request_id"], "req-"), ids)

    def ports(self, world: Any, documents: list[dict[str, Any]]) -> list[Any]:
        """A volume that is gone has no name any more."""
        with contextlib.suppress(KeyError):
            return super().ports(world, documents)
        return []
