# SPDX-License-Identifier: Apache-2.0
"""Seconds from POST to a real guest's banner, on the cloud that tools/quickstart left running."""

from __future__ import annotations

import time
from typing import Any

from kit import paths, say
from kit.quickstart import ground
from kit.quickstart.cloud import Cloud
from kit.quickstart.tour import BANNER


def run() -> dict[str, Any]:
    """One guest under emulation; the image is cached on the host by then."""
    state = paths.state() / "quickstart"
    if not (state / "facts.json").exists():
        raise say.Trouble("run tools/quickstart first")
    cloud = Cloud(state, ground.prepare(state, "auto"))
    start = time.monotonic()
    made = cloud.openstack(
        *("server", "create", "--flavor", "m1.micro", "--image", "guest", "--nic", "none"),
        *("--config-drive", "true", "measured"),
        json_out=True,
    )
    posted = time.monotonic()
    try:
        while BANNER not in cloud.openstack("console", "log", "show", made["id"]):
            if time.monotonic() - posted > 120:
                raise say.Trouble("no banner within 120 s")
    finally:
        cloud.openstack("server", "delete", made["id"])
    return {
        "client_create_s": round(posted - start, 1),
        "banner_s": round(time.monotonic() - posted, 1),
    }
