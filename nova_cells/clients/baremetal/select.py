# SPDX-License-Identifier: Apache-2.0
"""The bare metal service of a configuration."""

from __future__ import annotations

from typing import Any

from nova_cells.clients.baremetal.interface import BareMetal


def from_conf(conf: Any) -> BareMetal:
    """Ironic as [ironic] describes it; only agents of its nodes ask for it."""
    from nova_cells.clients.baremetal.ironic import Ironic
    from nova_cells.clients.calling.service import Service

    options = conf.ironic
    service = Service(options, service_type=options.service_type, name="bare metal", version="v1")
    return Ironic(service, filters_of(options))


def filters_of(options: Any) -> dict[str, str]:
    """What a list of nodes is asked for; an empty conductor group is a group too."""
    wanted = {name: getattr(options, name) for name in ("conductor_group", "shard", "owner")}
    return {name: value for name, value in wanted.items() if value is not None}
