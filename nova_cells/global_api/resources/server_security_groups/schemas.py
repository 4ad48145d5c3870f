# SPDX-License-Identifier: Apache-2.0
"""Which security group is to hold, by name or id."""

from nova_cells.global_api.resources.servers.schemas.fields import closed
from nova_cells.global_api.versioning import BodySchema


def _action(name: str) -> BodySchema:
    group = closed({"name": {"type": "string", "minLength": 1, "maxLength": 255}}, ("name",))
    return BodySchema(f"server.{name}", closed({name: group}, required=(name,)))


ADD = _action("addSecurityGroup")
REMOVE = _action("removeSecurityGroup")
