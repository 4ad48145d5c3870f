# SPDX-License-Identifier: Apache-2.0
"""Merges files of a volume whose guest does not run.

Each file says in which format the one below it is; where one does not, nothing is merged: what a
guest wrote into a raw volume could be taken for a header. Asked twice, the second finds it done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverRefused, Progress
from nova_cells.cell.compute.images.qemu_img import Limits, run_limited

OVERLAY = "qcow2"
DEEPEST = 256


@dataclass(frozen=True)
class Layer:
    """A file of a chain, by its plain name."""

    name: str
    format: str
    size: int


@dataclass(frozen=True)
class Active:
    """The file that the guest would use, and what it is."""

    path: Path
    format: str


def merge(
    of: Active, file: str | None, into: str | None, limits: Limits, progress: Progress | None
) -> None:
    """As `VolumeSnapshotAssisting.merge_volume` has it."""
    active, chain = of.path, _chain(of, limits)
    within = limits.for_bytes(sum(layer.size for layer in chain))
    if into is None:
        _pull(active, chain, file, within, progress)
    else:
        _commit(active, chain, str(file), into, within, progress)


def _chain(of: Active, limits: Limits) -> list[Layer]:
    """From the one in use down."""
    found: list[Layer] = []
    active, name, kind = of.path, of.path.name, of.format
    while len(found) < DEEPEST:
        words = ["info", "-U", "--output=json", "-f", kind, str(active.with_name(name))]
        told = json.loads(run_limited(["qemu-img", *words], limits))
        found.append(Layer(name, kind, told["virtual-size"]))
        below = told.get("backing-filename")
        if not below:
            return found
        if "backing-filename-format" not in told:
            raise DriverRefused("A file of the volume leans on one of an unknown format.", name)
        name, kind = Path(below).name, told["backing-filename-format"]
    raise DriverRefused("The volume has too many files.", active.name)


def _pull(
    active: Path, chain: list[Layer], base: str | None, limits: Limits, progress: Progress | None
) -> None:
    """The one in use takes in all above `base`."""
    if [layer.name for layer in chain[1:2]] == ([base] if base else []):
        return
    words = ["-b", ""] if base is None else ["-F", _named(chain, base).format, "-b", base]
    command = ["qemu-img", "rebase", "-q", "-f", OVERLAY, *words, str(active)]
    run_limited(command, limits, progress)


def _commit(
    active: Path, chain: list[Layer], top: str, into: str, limits: Limits, progress: Progress | None
) -> None:
    """What leans on `top` leans on `into` from then on, which has taken in all between."""
    target, names = _named(chain, into), [layer.name for layer in chain]
    if top not in names:
        return
    place = names.index(top)
    if not 0 < place < names.index(into):
        raise DriverRefused("These files of the volume can't be merged.", f"{top} into {into}")
    words = ["commit", "-q", "-d", "-f", chain[place].format, "-b", into]
    run_limited(["qemu-img", *words, str(active.with_name(top))], limits, progress)
    above = active.with_name(names[place - 1])
    words = ["rebase", "-q", "-u", "-f", OVERLAY, "-F", target.format, "-b", into, str(above)]
    run_limited(["qemu-img", *words], limits)


def _named(chain: list[Layer], name: str) -> Layer:
    for layer in chain:
        if layer.name == name:
            return layer
    raise DriverRefused("The volume has no such file.", name)
