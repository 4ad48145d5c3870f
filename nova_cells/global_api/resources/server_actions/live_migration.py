# SPDX-License-Identifier: Apache-2.0
"""os-migrateLive. From 2.34 on what only the cell can find out is found out after the answer."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, NotSupported
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_actions import destinations, policies, schemas
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.global_api.resources.servers.schemas.fields import truth

AUTO = "auto"


@api_view(
    route_name="server_action",
    request_method="POST",
    action="os-migrateLive",
    policy=policies.MIGRATE_LIVE,
    on=server_of_caller,
    body=schemas.MIGRATE_LIVE,
    status=202,
    faults=(409, 503),
)
def migrate_live(row: IndexRow, request: Any) -> None:
    """A host that was named is forced where no scheduler is to be asked: always until 2.29."""
    wanted = request.document["os-migrateLive"]
    if wanted["host"] is not None:
        request.enforce(policies.MIGRATE_LIVE_HOST, row)
    asks = request.gate("2.30-live-migrations-ask-the-scheduler")
    arguments = destinations.arguments(request, row, wanted, scheduler=asks)
    block = wanted["block_migration"]
    arguments["block_migration"] = block if block == AUTO else truth(block)
    arguments["promised"] = request.gate("2.34-live-migrations-are-checked-later")
    try:
        request.side.commands.act(
            request.caller, row, "live_migrate", arguments, called="os-migrateLive"
        )
    except NotSupported as fault:
        raise BadRequest(fault.message) from fault
