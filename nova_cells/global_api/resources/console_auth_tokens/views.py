# SPDX-License-Identifier: Apache-2.0
"""GET /os-console-auth-tokens/{token}. Until 2.30 only RDP tokens could be asked for."""

from __future__ import annotations

from typing import Any, NoReturn

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.console_auth_tokens import answers, policies
from nova_cells.global_api.versioning import QuerySchema

SHAPE = "console_token.show"
QUERY = QuerySchema("console_token.show")


@api_view(route_name="console_auth_token", microversion="2.1-2.30", policy=policies.SHOW)
def show_rdp(_root: Any, _request: Any) -> NoReturn:
    raise BadRequest("Only tokens of RDP consoles can be shown before 2.31, and there are none.")


@api_view(
    route_name="console_auth_token",
    microversion="2.31-",
    policy=policies.SHOW,
    query=QUERY,
    shape=SHAPE,
    answer=answers.SHOW,
)
def show(_root: Any, request: Any) -> Any:
    grant = request.side.console_tokens.grant(request.matchdict["token"])
    target = grant.target
    document = {
        "instance_uuid": grant.instance_uuid,
        "host": target.host,
        "port": target.port,
        "tls_port": target.tls_port if grant.type == "spice-direct" else None,
        "internal_access_path": target.internal_access_path,
    }
    return {"console": request.plan.step_back(document)}
