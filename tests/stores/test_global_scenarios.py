# SPDX-License-Identifier: Apache-2.0
"""Boots and deletes of the global side, each scenario on each database."""

from __future__ import annotations

from tests.stores.base import StoreCase, on_every_database
from tests.unit.global_api.router.test_boot import BootScenarios
from tests.unit.global_api.router.test_many import ManyScenarios
from tests.unit.global_api.test_commands import DeleteScenarios


@on_every_database
class BootTest(BootScenarios, StoreCase):
    tree = "global_api"


@on_every_database
class DeleteTest(DeleteScenarios, StoreCase):
    tree = "global_api"


@on_every_database
class ManyTest(ManyScenarios, StoreCase):
    tree = "global_api"
