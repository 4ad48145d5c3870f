# SPDX-License-Identifier: Apache-2.0
"""A hypervisor in memory: for trying things out, for tests, and for playing hundreds of hosts."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from nova_cells.cell.compute.drivers.fake.driver import FakeDriver, Size
from nova_cells.cell.compute.drivers.fake.script import Rule, Script
from nova_cells.cell.compute.drivers.fake.store import Folder, Memory
from nova_cells.cell.compute.drivers.interface import Driver, Surroundings

__all__ = ["FakeDriver", "Folder", "Memory", "Rule", "Script", "Size", "make_drivers"]


def make_drivers(conf: Any, surroundings: Surroundings) -> dict[str, Driver]:
    """One driver per host; all play the same script."""
    options, folder = conf.fake_driver, surroundings.state_dir / "fake"
    keep = options.keep_state
    script = Script.from_file(Path(options.script)) if options.script else Script()
    if keep:
        script.keep_counts(folder / "script-played.json")
    size = Size(options.vcpus, options.memory_mb, options.disk_gb)
    return {
        host: FakeDriver(
            host,
            size=size,
            script=script,
            store=Folder(folder / quote(host, safe="")) if keep else Memory(),
            console_place=_place(options.console_place),
            images=surroundings.images,
        )
        for host in surroundings.hosts
    }


def _place(text: str) -> tuple[str, int] | None:
    host, _, port = text.rpartition(":")
    return (host, int(port)) if text else None
