# SPDX-License-Identifier: Apache-2.0
"""What a folder holds for a machine that is on its way here: the marker, the files, the manifest.

A file gets its own name only after it was found to be what its sender said; the manifest goes last,
so that a crash in between leaves something that can be finished.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from nova_cells.cell.compute.drivers.interface import DriverFailed, MachineUnknown
from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.libvirt.sparse import fingerprint
from nova_cells.cell.compute.drivers.libvirt.transport import manifest_name, marker_name


def expect(folder: Folder) -> str:
    """Have the folder wait for a machine; answers the secret name of this waiting."""
    for marker in folder.path.glob(marker_name("*")):
        return marker.stem.partition("-")[2]
    nonce = secrets.token_hex(16)
    (folder.path / marker_name(nonce)).touch(mode=0o600)
    return nonce


def is_expected(folder: Folder) -> bool:
    """Whether the folder waits for a machine."""
    return any(folder.path.glob(marker_name("*")))


def manifest(folder: Folder) -> dict[str, Any]:
    """What was sent; `MachineUnknown` where nothing was, or not all of it."""
    for path in folder.path.glob(manifest_name("*")):
        try:
            told: dict[str, Any] = json.loads(path.read_bytes())
        except ValueError:
            break  # its sender died while it wrote it
        return told
    raise MachineUnknown("The disks of the machine were not sent.", str(folder.path))


def unpack(folder: Folder, told: dict[str, Any]) -> None:
    """Give each file its name."""
    for name, facts in told["files"].items():
        arrived = folder.path / f"{name}.part"
        if not arrived.exists():
            continue  # has its name already
        if arrived.stat().st_size != facts["size"] or fingerprint(arrived) != facts["fingerprint"]:
            raise DriverFailed("A disk was damaged on its way here.", str(arrived))
        arrived.replace(folder.path / name)


def settle(folder: Folder) -> None:
    """All is in its place: wait no longer."""
    for pattern in (marker_name("*"), manifest_name("*")):
        for path in folder.path.glob(pattern):
            path.unlink()
