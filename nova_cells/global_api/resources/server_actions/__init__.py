# SPDX-License-Identifier: Apache-2.0
"""What is done to a server: one URL, the action is the only key of the body."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_action", "/servers/{server_id}/action")
