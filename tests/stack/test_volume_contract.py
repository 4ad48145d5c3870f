# SPDX-License-Identifier: Apache-2.0
"""The real Cinder keeps what its twin is held to in the unit tests."""

from __future__ import annotations

from nova_cells.cli import config
from nova_cells.clients.calling.service import Service
from nova_cells.runtime.context import RequestContext
from tests.services import volume_contract
from tests.stack.ground import ground

USER = "contract"


class RealCinderTest(volume_contract.VolumeContract):
    """All of `VolumeContract`, in a project of its own."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        stack = ground().stack
        catalog = stack.catalog()
        project = catalog.project(USER)
        catalog.user(USER, project, "member", "reader")
        token = catalog.token(USER, USER)
        cls.caller = RequestContext(project_id=project, auth_token=token, roles=("member",))
        conf = config.load([], [str(stack.state / "nova-cells.conf")])
        cls.service = Service(
            conf.cinder, service_type="block-storage", name="volume", version="v3"
        )
        cls.addClassCleanup(cls.service.close)

    def setUp(self) -> None:
        super().setUp()
        self.begin()


del volume_contract
