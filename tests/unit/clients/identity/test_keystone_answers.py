# SPDX-License-Identifier: Apache-2.0
"""Whatever Keystone answers at whichever request: it is known, or said to be unavailable."""

from __future__ import annotations

from nova_cells.cli import config
from nova_cells.clients.calling.service import Service
from nova_cells.clients.identity.faults import IdentityUnavailable
from nova_cells.clients.identity.keystone import Keystone
from tests.services.twin import Asked, Document, Refused, Twin
from tests.unit.clients.answers_case import AnswersCase

PROJECT = "a0000000000000000000000000000000"


class Projects(Twin):
    """As much of Keystone as is asked here."""

    host = "keystone.test"

    def __init__(self) -> None:
        super().__init__()
        limit = {"resource_name": "servers", "region_id": None}
        found = {
            "/services": {"services": [{"id": "s", "type": "compute", "name": "nova"}]},
            "/registered_limits": {"registered_limits": [{**limit, "default_limit": 5}]},
            "/limits": {"limits": [{**limit, "resource_limit": 7}]},
        }
        for path, document in found.items():
            self.route("GET", path, lambda _asked, told=document: told)
        self.route("GET", "/projects/{id}", self._project)

    def _project(self, asked: Asked, project: str) -> Document:
        if project != PROJECT:
            raise Refused(404)
        return {"project": {"id": project}}


class KeystoneAnswersTest(AnswersCase):
    faults = (IdentityUnavailable,)

    def setUp(self) -> None:
        self.twin = Projects()

    def keystone(self) -> Keystone:
        conf = config.load()
        told = {"auth_type": "none", "auth_url": self.twin.url, "connect_retries": 0}
        for name, value in told.items():
            conf.set_override(name, value, group="keystone")
        conf.set_override("endpoint_override", self.twin.url, group="keystone")
        made = Keystone(conf.keystone)
        made._keystone.close()
        made._keystone = Service(
            conf.keystone, service_type="identity", name="identity", http=self.twin.session()
        )
        return made

    def test_limits(self) -> None:
        def read() -> None:
            keystone = self.keystone()
            self.assertEqual({"servers": 5}, keystone.registered_limits())
            self.assertEqual({"servers": 7}, keystone.project_limits(PROJECT))

        for what, fault in self.each(read):
            self.assertIsNotNone(fault, what)

    def test_a_project_is_not_there_only_if_keystone_says_so(self) -> None:
        self.assertFalse(self.keystone().has_project("b" * 32))
        said: list[bool] = []
        for what, fault in self.each(lambda: said.append(self.keystone().has_project(PROJECT))):
            if "404" in what:
                self.assertEqual((None, False), (fault, said[-1]))
            else:
                self.assertTrue(fault is not None or said[-1], what)
