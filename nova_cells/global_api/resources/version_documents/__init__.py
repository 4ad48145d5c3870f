# SPDX-License-Identifier: Apache-2.0
"""What this API speaks, told to everybody: the only documents that need no token."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    """Paths with an @ are those that `entry` makes of the ways in."""
    config.add_route("versions", "/@versions")
    config.add_route("version_entered", "/@version/{id}")
    config.add_route("version_by_id_unversioned", "/@root/versions/{id}")
    config.add_route("version_by_id", "/versions/{id}")
