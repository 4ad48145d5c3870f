# SPDX-License-Identifier: Apache-2.0
"""The security groups of a server's ports."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_security_groups", "/servers/{server_id}/os-security-groups")
