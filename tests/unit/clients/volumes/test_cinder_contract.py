# SPDX-License-Identifier: Apache-2.0
"""Cinder's twin keeps what the real one is held to in tests/stack."""

from __future__ import annotations

from tests.services import volume_contract
from tests.services.cinder import Cinder
from tests.unit.clients.volumes import cinder_case


class TwinKeepsTheContractTest(volume_contract.VolumeContract):
    """All of `VolumeContract`."""

    def setUp(self) -> None:
        self.twin = Cinder()
        self.service = cinder_case.service_to(self.twin)
        self.caller = cinder_case.caller()
        self.begin()


del volume_contract
