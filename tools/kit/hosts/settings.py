# SPDX-License-Identifier: Apache-2.0
"""What an agent has to be told about hosts of tools/hosts: lines of nova-cells.conf."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TEXT = """\
[libvirt]
connection_uris = {uris}
# These hosts trust each other's network: tests only.
peer_uri = qemu+tcp://%(host)s/system
peer_addresses = {addresses}
# Kernels of small machines lack the queueing disciplines.
nic_limits = false
[metadata]
namespaces = {namespaces}
"""


def render(hosts: Mapping[str, Mapping[str, Any]]) -> str:
    """`hosts`: the name a host has in the cloud → what tools/hosts tells of it."""
    columns = {"uris": "uri", "addresses": "address", "namespaces": "namespace"}
    return TEXT.format(
        **{
            column: ",".join(f"{name}:{host[fact]}" for name, host in hosts.items())
            for column, fact in columns.items()
        }
    )
