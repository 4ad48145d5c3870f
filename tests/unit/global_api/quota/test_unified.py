# SPDX-License-Identifier: Apache-2.0
"""When Keystone is asked for limits, and what holds while it is not; the real one is elsewhere."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping

import testtools

from nova_cells.clients.identity import IdentityUnavailable
from nova_cells.clients.identity.interface import Identity, NoIdentity
from nova_cells.global_api.identity import IdentityNotConfigured
from nova_cells.global_api.quota import limits, unified
from nova_cells.global_api.quota.unified import LimitsUnavailable, UnifiedLimits
from nova_cells.global_api.resources.quota_sets.limits_store import QuotaLimits
from tests.unit.global_api.world import configuration

NO_TRANSACTION = None  # limits come from memory


class Told(Identity):
    """Says what it was told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.registered = {"servers": 10, "class:VCPU": -1}
        self.own: dict[str, dict[str, int]] = {"p": {"servers": 3}}
        self.asked = 0
        self.away = False

    def registered_limits(self) -> dict[str, int]:
        self.asked += 1
        if self.away:
            raise IdentityUnavailable("away")
        return dict(self.registered)

    def has_project(self, project_id: str) -> bool:
        return project_id in self.own

    def register_limits(self, limits: Mapping[str, int]) -> None:
        self.registered |= limits

    def limit_project(self, project_id: str, limits: Mapping[str, int]) -> None:
        self.own.setdefault(project_id, {}).update(limits)

    def project_limits(self, project_id: str) -> dict[str, int]:
        return dict(self.own.get(project_id, {}))


class UnifiedTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        logging.disable(logging.CRITICAL)
        self.addCleanup(logging.disable, logging.NOTSET)
        self.keystone, self.moment = Told(), 100.0
        self.limits = UnifiedLimits(
            self.keystone, required=lambda name: True, keep=10.0, clock=lambda: self.moment
        )

    def servers(self, project: str) -> int:
        self.limits.refresh(project)
        return self.limits.of_project(NO_TRANSACTION, project)["instances"]

    def test_a_project_has_its_own_or_what_is_registered(self):
        self.assertEqual((3, 10, 10), tuple(map(self.servers, ("p", "q", ""))))
        self.assertEqual(10, self.limits.defaults(NO_TRANSACTION)["instances"])
        whole = self.limits.of_project(NO_TRANSACTION, "p")
        self.assertEqual((-1, 0, -1), (whole["cores"], whole["ram"], whole["fixed_ips"]))
        self.assertEqual(
            (whole, whole), self.limits.of_project_and_user(NO_TRANSACTION, "p", "user")
        )

    def test_it_is_believed_for_a_while(self):
        self.servers("p")
        self.keystone.own["p"] = {"servers": 4}
        self.moment += 9.9
        self.assertEqual((3, 1), (self.servers("p"), self.keystone.asked))
        self.moment += 0.2
        self.assertEqual((4, 2), (self.servers("p"), self.keystone.asked))

    def test_its_last_word_holds_while_it_is_away(self):
        self.servers("p")
        self.keystone.away = True
        self.moment += 60
        self.assertEqual(3, self.servers("p"))
        self.assertEqual(2, self.keystone.asked)
        self.servers("p")
        self.assertEqual(2, self.keystone.asked, "not asked again at once")
        self.assertRaises(LimitsUnavailable, self.limits.refresh, "q")
        self.keystone.away = False
        self.assertEqual(10, self.servers("q"))

    def test_one_asks_and_the_others_go_on(self):
        self.servers("p")
        self.moment += 60
        asked, answer = threading.Event(), threading.Event()
        plain = self.keystone.registered_limits

        def slow() -> dict[str, int]:
            asked.set()
            answer.wait(10)
            return plain()

        self.keystone.registered_limits = slow
        asker = threading.Thread(target=self.servers, args=("p",))
        asker.start()
        asked.wait(10)
        self.assertEqual(3, self.servers("p"), "did not wait")
        self.keystone.own["p"] = {"servers": 4}
        answer.set()
        asker.join()
        self.assertEqual((4, 2), (self.servers("p"), self.keystone.asked))

    def test_inside_a_transaction_nobody_is_asked(self):
        self.assertRaises(LimitsUnavailable, self.limits.of_project, NO_TRANSACTION, "p")
        self.assertEqual(0, self.keystone.asked)

    def test_it_does_not_grow_for_ever(self):
        self.patch(unified, "MOST_REMEMBERED", 3)
        for number in range(10):
            self.servers(f"p{number}")
        self.assertLessEqual(len(self.limits._known), 3)


class ChoiceTest(testtools.TestCase):
    def test_which_source(self):
        own = limits.from_conf(configuration(), NoIdentity())
        self.assertIsInstance(own, QuotaLimits)
        self.assertTrue(own.settable)
        conf = configuration(quota__driver="unified")
        self.assertFalse(limits.from_conf(conf, Told()).settable)

    def test_unified_limits_need_a_keystone(self):
        conf = configuration(quota__driver="unified")
        self.assertRaises(IdentityNotConfigured, limits.from_conf, conf, NoIdentity())
