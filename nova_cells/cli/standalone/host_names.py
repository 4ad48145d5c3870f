# SPDX-License-Identifier: Apache-2.0
"""Which hosts an agent of the one process is told to play: what can't work is said at once."""

from __future__ import annotations

from typing import Any

from nova_cells.cli import config


def host_names(conf: Any, cell: str, number: int, cells: int, hosts: int) -> tuple[str, ...]:
    """Of the cell of this number: made up for the fake driver, none where the driver finds its own,
    else the configured ones, dealt out to the cells."""
    driver = conf.compute.driver
    if driver == "fake":
        return tuple(f"{cell}-{host + 1}" for host in range(hosts))
    if driver == "ironic":
        return _found_by_itself(conf, cells)
    configured = list(conf[driver].connection_uris)
    mine = configured[number::cells][:hosts]
    if not mine:
        raise config.ConfigurationIncomplete(
            f"[{driver}] connection_uris names {len(configured)} hosts: too few for {cells} cells"
        )
    return tuple(mine)


def _found_by_itself(conf: Any, cells: int) -> tuple[str, ...]:
    if not (conf.ironic.auth_url or conf.ironic.endpoint_override):
        raise config.ConfigurationIncomplete(
            "--driver ironic needs a bare metal service: set [ironic] auth_url, or "
            "endpoint_override and auth_type = none, in a file named by --config-file"
        )
    if cells > 1:
        raise config.ConfigurationIncomplete(
            "a node belongs to one cell, and both would take all: say --cells 1"
        )
    return ()
