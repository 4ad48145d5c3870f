# SPDX-License-Identifier: Apache-2.0
"""A running guest of 128 MiB goes from one real host to another and back, with its root disk.

The guest writes down its own clock five times a second and the clock of its board, which its host
keeps: what lies between two of its stamps is what it felt, how much its own clock lags behind the
board's (and the world's) afterwards is how long nobody ran it.
"""

from __future__ import annotations

import base64
import itertools
import re
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oslo_config import cfg

from kit import paths
from kit.hosts.fleet import Fleet
from nova_cells.cell.compute.drivers.interface import Surroundings
from nova_cells.cell.compute.drivers.libvirt import make_drivers
from nova_cells.cell.compute.drivers.libvirt.opts import OPTIONS as DRIVER_OPTIONS
from nova_cells.cell.compute.images.opts import OPTIONS as IMAGE_OPTIONS
from nova_cells.clients.images.local import LocalImages
from nova_cells.objects import Machine

HOSTS = ("from", "to")
TICKS = """#!/bin/sh
board=/sys/class/rtc/rtc0/since_epoch
while :; do
  read up idle < /proc/uptime; read rtc < $board || rtc=0
  echo "tick $up $rtc"; sleep 0.2
done &
"""
LINE = re.compile(r"^tick ([\d.]+) (\d+)\r?$", re.MULTILINE)
WARM, REST, PATIENCE = 4.0, 4.0, 120.0


@dataclass
class Ticks:
    """What the guest has said, with the moment at which it was seen here."""

    folders: list[Path]
    seen: list[tuple[float, float, int]] = field(default_factory=list)
    ended: bool = False

    def follow(self) -> None:
        """Read every console log of the folders till told to end."""
        while not self.ended:
            now, known = time.monotonic(), {uptime for _, uptime, _ in self.seen}
            for folder in self.folders:
                for log in folder.glob("**/console.log"):
                    for up, rtc in LINE.findall(log.read_text(errors="replace")):
                        if float(up) not in known:
                            self.seen.append((now, float(up), int(rtc)))
            time.sleep(0.02)

    def since(self, moment: float) -> list[tuple[float, float, int]]:
        return sorted(tick for tick in self.seen if tick[0] > moment)


def run() -> dict[str, Any]:
    """There and back again, in seconds."""
    with tempfile.TemporaryDirectory(prefix="nova-cells-bench-") as name:
        folder = Path(name)
        fleet = Fleet(folder / "fleet")
        try:
            told = fleet.up(list(HOSTS))
            return _measure(folder, told["connection_uris"])
        finally:
            fleet.down()


def _measure(folder: Path, uris: dict[str, str]) -> dict[str, Any]:
    images = LocalImages(folder / "images")
    machine = _machine(images.add(_image(), "guest", min_ram=96))
    drivers = {host: _driver(host, folder, uris, images) for host in HOSTS}
    here, there = (drivers[host] for host in HOSTS)
    here.define(machine)
    ticks = Ticks([folder / host for host in HOSTS])
    reader = threading.Thread(target=ticks.follow, daemon=True)
    try:
        here.set_power(machine.uuid, on=True)
        reader.start()
        _until(lambda: len(ticks.seen) > WARM * 4)
        return {
            "there": _move(here, there, machine, ticks),
            "back": _move(there, here, machine, ticks),
        }
    finally:
        for driver in drivers.values():
            driver.destroy(machine.uuid)
            driver.close()
        ticks.ended = True


def _move(source: Any, destination: Any, machine: Machine, ticks: Ticks) -> dict[str, float]:
    began = time.monotonic()
    before = ticks.since(began - WARM)
    ticket = destination.prepare_incoming(machine)
    source.live_migrate(machine.uuid, ticket, lambda _transfer: False)
    destination.finish_incoming(machine)
    source.forget_departed(machine.uuid)
    ended = time.monotonic()
    time.sleep(REST)
    during = sorted(before + ticks.since(began), key=lambda tick: tick[1])
    after = ticks.since(ended)
    stamps = [uptime for _, uptime, _ in during]
    return {
        "seconds": round(ended - began, 2),
        "largest_gap_between_stamps_s": round(max(_steps(stamps)), 2),
        "fell_behind_its_board_s": round(_lag(after, 2) - _lag(before, 2), 2),
        "fell_behind_the_world_s": round(_lag(after, 0) - _lag(before, 0), 2),
    }


def _steps(stamps: list[float]) -> list[float]:
    return [later - sooner for sooner, later in itertools.pairwise(stamps)]


def _lag(ticks: list[tuple[float, float, int]], clock: int) -> float:
    """How far a clock is ahead of the guest's own, at the least of several looks.

    A clock of whole seconds is at its true value when it has just changed: the largest look.
    """
    ahead = [tick[clock] - tick[1] for tick in ticks]
    return max(ahead) if clock == 2 else min(ahead)


def _machine(image: Any) -> Machine:
    data = {"hostname": "guest", "user_data": base64.b64encode(TICKS.encode()).decode()}
    return Machine(
        uuid=str(uuid.uuid4()),
        epoch=1,
        name="measured",
        project_id="p",
        user_id="u",
        vcpus=1,
        memory_mb=128,
        root_gb=1,
        image=image,
        config_drive=True,
        guest_data=data,
    )


def _driver(host: str, folder: Path, uris: dict[str, str], images: LocalImages) -> Any:
    conf = cfg.ConfigOpts()
    for options in (DRIVER_OPTIONS, IMAGE_OPTIONS):
        for group, declared in options.items():
            conf.register_opts(declared, group=group)
    conf([], default_config_files=[])
    addresses = {name: uri.split("/")[2] for name, uri in uris.items()}
    for option, value in (
        ("connection_uris", uris),
        ("peer_uri", "qemu+tcp://%(host)s/system"),
        ("peer_addresses", addresses),
        ("virt_type", "qemu"),
    ):
        conf.set_override(option, value, group="libvirt")
    conf.set_override("directory", str(folder / "cache"), group="image_cache")
    driver = make_drivers(conf, Surroundings((host,), folder / host, images))[host]
    driver.adopt("bench")
    return driver


def _image() -> Path:
    tool = [sys.executable, str(paths.TOOLS / "guest-image"), str(paths.cache() / "guest-image")]
    done = subprocess.run(tool, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


def _until(condition: Any) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > ends:
            raise TimeoutError(f"the guest said nothing within {PATIENCE:.0f} s")
        time.sleep(0.1)
