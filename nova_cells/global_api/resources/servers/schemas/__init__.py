# SPDX-License-Identifier: Apache-2.0
"""Bodies and queries of servers, as the newest version has them."""

from nova_cells.global_api.resources.servers.schemas.create import CREATE
from nova_cells.global_api.resources.servers.schemas.query import DETAIL_QUERY, LIST_QUERY
from nova_cells.global_api.resources.servers.schemas.update import UPDATE

__all__ = ["CREATE", "DETAIL_QUERY", "LIST_QUERY", "UPDATE"]
