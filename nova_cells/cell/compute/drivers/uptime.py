# SPDX-License-Identifier: Apache-2.0
"""This machine's uptime in the words of uptime(1): an agent runs on the host it serves."""

from __future__ import annotations

import os
import time
from pathlib import Path


def uptime() -> str:
    """As administrators' tools parse it."""
    seconds = int(float(Path("/proc/uptime").read_text().split()[0]))
    days, rest = divmod(seconds, 86400)
    hours, minutes = divmod(rest // 60, 60)
    since = f"{days} day{'s' * (days != 1)}, " if days else ""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    clock = time.strftime("%H:%M:%S")
    return f" {clock} up {since}{hours:2d}:{minutes:02d},  0 users,  load average: {load}"
