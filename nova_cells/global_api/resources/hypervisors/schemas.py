# SPDX-License-Identifier: Apache-2.0
"""Queries of hypervisors, as the newest version has them."""

from __future__ import annotations

from nova_cells.global_api.versioning import Number, Parameter, QuerySchema, Text

_WITH_SERVERS = {"with_servers": Parameter(last=True)}

LIST_QUERY = QuerySchema(
    "hypervisor.list",
    {
        "limit": Number(last=True),
        "marker": Text(last=True),
        "hypervisor_hostname_pattern": Text(last=True, pattern=".+", longest=255),
        **_WITH_SERVERS,
    },
)
SHOW_QUERY = QuerySchema("hypervisor.show", _WITH_SERVERS)
