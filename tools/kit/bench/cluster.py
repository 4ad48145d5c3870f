# SPDX-License-Identifier: Apache-2.0
"""A cluster of three cells on RabbitMQ and MariaDB: boots singly, sustained, and 1,000 at once."""

from __future__ import annotations

from typing import Any

from kit.bench import boots, clouds, many
from kit.bench.http_client import Api


def run() -> dict[str, Any]:
    """All processes, servers and clients share this machine."""
    with clouds.cluster() as access:
        Api(access).unlimited(access["project"])
        figures = boots.single(access, 40) | boots.sustained(access, 300)
        return figures | many.measure(access)
