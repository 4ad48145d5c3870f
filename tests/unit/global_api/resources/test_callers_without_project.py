# SPDX-License-Identifier: Apache-2.0
"""A token of no project (a domain's or the system's) sees and makes nothing of any project."""

from __future__ import annotations

from nova_cells.global_api.faults import Forbidden
from nova_cells.global_api.resources.flavors.query import FlavorQuery
from nova_cells.global_api.resources.flavors.service import FlavorService
from nova_cells.global_api.resources.quota_sets.limits_store import RESOURCES, QuotaLimits
from nova_cells.global_api.resources.server_groups.service import ServerGroupService
from nova_cells.runtime.context import RequestContext
from tests.stores.base import StoreCase

NOBODY = RequestContext(user_id="u", project_id=None, roles=("reader", "member"))
SOMEBODY = RequestContext(user_id="u", project_id="p", roles=("reader", "member"))


class CallerWithoutProjectTest(StoreCase):
    tree = "global_api"

    def groups_of(self, caller: RequestContext) -> ServerGroupService:
        return ServerGroupService(self.database, QuotaLimits(dict.fromkeys(RESOURCES, 5)), caller)

    def test_groups(self) -> None:
        wish = {"name": "g", "policy": "affinity"}
        self.groups_of(SOMEBODY).create(wish)
        with self.assertRaises(Forbidden):
            self.groups_of(NOBODY).create(wish)
        seen = self.groups_of(NOBODY).page(all_projects=False, offset=0, limit=9)
        self.assertEqual([], seen)

    def test_private_flavors(self) -> None:
        admin = RequestContext(user_id="u", project_id="p", roles=("admin",), is_admin=True)
        wish = {"name": "f", "vcpus": 1, "memory_mb": 1, "root_gb": 1, "ephemeral_gb": 0}
        FlavorService(self.database, admin).create({**wish, "swap_mb": 0, "is_public": False})
        self.assertEqual([], FlavorService(self.database, NOBODY).page(FlavorQuery()))
