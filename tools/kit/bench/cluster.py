# SPDX-License-Identifier: Apache-2.0
"""A cluster of three cells on RabbitMQ and MariaDB: boots, one at a time and sustained."""

from __future__ import annotations

from typing import Any

from kit.bench import boots, clouds
from kit.bench.http_client import Api


def run() -> dict[str, Any]:
    """All processes, servers and clients share this machine."""
    with clouds.cluster() as access:
        Api(access).unlimited(access["project"])
        return boots.single(access, 40) | boots.sustained(access, 300)
