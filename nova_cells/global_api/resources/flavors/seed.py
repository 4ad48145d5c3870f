# SPDX-License-Identifier: Apache-2.0
"""The usual flavors, for a cloud that has just been made. Run again it changes nothing."""

from __future__ import annotations

from sqlalchemy import Connection, select

from nova_cells.global_api.db.tables.flavors import flavors
from nova_cells.runtime.db import insert_ignore

# name, public id, vcpus, MiB of memory, GiB of disk
STANDARD = (
    ("m1.nano", "42", 1, 64, 1),
    ("m1.micro", "84", 1, 128, 1),
    ("m1.tiny", "1", 1, 512, 1),
    ("m1.small", "2", 1, 2048, 20),
    ("m1.medium", "3", 2, 4096, 40),
    ("m1.large", "4", 4, 8192, 80),
)


def seed(connection: Connection, now: int = 0) -> dict[str, str]:
    """Make the standard flavors that are not there; answers name → public id."""
    present = set(connection.execute(select(flavors.c.name)).scalars())
    for name, flavorid, vcpus, memory_mb, root_gb in STANDARD:
        if name not in present:
            row = _row(name, flavorid, vcpus, memory_mb, root_gb, now)
            insert_ignore(connection, flavors, row, keys=("flavorid",))
    return {name: flavorid for name, flavorid, *_ in STANDARD}


def _row(
    name: str, flavorid: str, vcpus: int, memory_mb: int, root_gb: int, now: int
) -> dict[str, object]:
    return {
        "flavorid": flavorid,
        "name": name,
        "vcpus": vcpus,
        "memory_mb": memory_mb,
        "root_gb": root_gb,
        "ephemeral_gb": 0,
        "swap_mb": 0,
        "rxtx_factor": 1.0,
        "is_public": True,
        "disabled": False,
        "description": None,
        "extra_specs": {},
        "created_at": now,
        "updated_at": None,
    }
