# SPDX-License-Identifier: Apache-2.0
"""Checking a body against its schema, and what the first use of a window costs.

The largest request is a server with everything: 128 metadata items, 48 KB of user data, 50 tags, 16
networks and 16 disks, 97 KB in all, which is close to what the API takes at most.
"""

from __future__ import annotations

import base64
import time
import timeit
from typing import Any

import orjson

from nova_cells.global_api.openapi import all_endpoints
from nova_cells.global_api.resources.servers import schemas
from nova_cells.global_api.versioning import NEWEST, BodySchema

UUIDS = [f"00000000-0000-4000-8000-{number:012}" for number in range(64)]
SMALL: dict[str, Any] = {
    "server": {"name": "one", "flavorRef": "1", "imageRef": UUIDS[0], "networks": "none"}
}


def run() -> dict[str, Any]:
    """Microseconds of CPU of a check, milliseconds of a first one."""
    body = largest()
    bodies = {id(found): found for found in _bodies()}.values()
    start = time.process_time()
    windows = sum(_compile(found) for found in bodies)
    every = time.process_time() - start
    return {
        "largest_bytes": len(orjson.dumps(body)),
        "largest_us": _check(body),
        "small_us": _check(SMALL),
        "first_check_of_create_server_ms": round(_first() * 1000, 1),
        "windows": windows,
        "all_windows_compiled_ms": round(every * 1000),
    }


def largest() -> dict[str, Any]:
    """A valid body of POST /servers in the newest version that says all it can."""
    disk = {"source_type": "volume", "destination_type": "volume", "delete_on_termination": True}
    server = {
        "name": "n" * 255,
        "flavorRef": UUIDS[0],
        "imageRef": UUIDS[1],
        "adminPass": "p" * 64,
        "metadata": {f"key{number:04}" + "k" * 60: "v" * 100 for number in range(128)},
        "networks": [{"uuid": UUIDS[n], "fixed_ip": f"10.0.0.{n}", "tag": "t"} for n in range(16)],
        "block_device_mapping_v2": [
            {**disk, "uuid": UUIDS[n], "boot_index": n, "tag": f"d{n}", "volume_size": 10}
            for n in range(16)
        ],
        "availability_zone": "nova",
        "config_drive": True,
        "key_name": "k" * 255,
        "min_count": 1,
        "max_count": 1000,
        "security_groups": [{"name": f"group {n}"} for n in range(16)],
        "user_data": base64.b64encode(b"x" * 49148).decode(),
        "description": "ü☃" * 120,
        "tags": [f"tag-{n}" * 5 for n in range(50)],
        "hostname": "one.example.org",
        "host": "host-1",
        "accessIPv4": "192.0.2.1",
        "accessIPv6": "2001:db8::1",
    }
    hints = {"group": UUIDS[2], "different_host": UUIDS[:32]}
    return {"server": server, "os:scheduler_hints": hints}


def _bodies() -> list[BodySchema]:
    found = [endpoint.operation.body for endpoint in all_endpoints()]
    return [body for body in found if body is not None]


def _compile(body: BodySchema) -> int:
    for minor in (1, *body.turns):
        body.validator(minor)
    return len(body.turns) + 1


def _check(body: Any) -> float:
    check, count = schemas.CREATE.validator(NEWEST), 50
    best = min(timeit.repeat(lambda: check(body), time.process_time, number=count, repeat=50))
    return round(best / count * 1e6, 1)


def _first() -> float:
    """A schema of its own, so that nothing is compiled already."""
    fresh = BodySchema(schemas.CREATE.name, schemas.CREATE.head)
    start = time.process_time()
    fresh.validator(NEWEST)(SMALL)
    return time.process_time() - start
