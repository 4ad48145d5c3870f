# SPDX-License-Identifier: Apache-2.0
"""What was done to a server, by whom and how it ended: read from the journal of its cell."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("instance_actions", "/servers/{server_id}/os-instance-actions")
    config.add_route("instance_action", "/servers/{server_id}/os-instance-actions/{request_id}")
