# SPDX-License-Identifier: Apache-2.0
"""Snapshots of volumes that are files of a host, which the volume service asks for."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("assisted_volume_snapshots", "/os-assisted-volume-snapshots")
    config.add_route("assisted_volume_snapshot", "/os-assisted-volume-snapshots/{snapshot_id}")
