# SPDX-License-Identifier: Apache-2.0
"""os-brick, which knows how each kind of storage is reached from Linux.

Its faults become those of drivers here, without what they say of passwords; it keeps its settings
in oslo's one global configuration, which nothing else of ours uses.
"""

from __future__ import annotations

import logging
import os
import shlex
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import os_brick
from os_brick import exception
from os_brick.initiator import connector
from os_brick.privileged import default, rootwrap
from oslo_concurrency import lockutils, processutils
from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused
from nova_cells.cell.compute.volumes.connections import FILE_SYSTEMS

Document = dict[str, Any]
_ONCE = threading.Lock()


class Brick:
    """`options`: the section of the host's volumes; `mounts`: where exports are mounted."""

    def __init__(self, options: Any, mounts: Path) -> None:
        self._options = options
        self._mounts = Path(options.nfs_mount_point_base or mounts)
        self._root_helper = "" if os.geteuid() == 0 else options.root_helper
        self._ready = False

    def connector(self, host: str, address: str) -> Document:
        """What storages must know of this host to let it in."""
        self._prepare()
        multipath = self._options.use_multipath
        with told("tell how storages reach it"):
            found: Document = connector.get_connector_properties(
                self._root_helper, address, multipath, multipath, host=host or socket.gethostname()
            )
        return found

    def connect(self, connection: Document) -> Document:
        """Have the device here; answers what os-brick says of it, `path` among it."""
        data = _data(connection)
        with told("connect the volume"):
            device: Document = self._of(connection).connect_volume(data)
        return {**device, "path": str(device["path"])}

    def disconnect(self, connection: Document, device: Document) -> None:
        """Have it gone; what is not there is gone."""
        with told("let go of the volume"):
            self._of(connection).disconnect_volume(
                _data(connection), device or None, force=not device, ignore_errors=not device
            )

    def extend(self, connection: Document) -> int:
        """Have the device be as large as its volume is now; answers its size in bytes."""
        with told("extend the volume"):
            size = self._of(connection).extend_volume(_data(connection))
        if not size:
            raise DriverFailed("The host does not see that the volume has grown.")
        return int(size)

    def unmount(self, connection: Document) -> None:
        """Nobody here needs the export any more."""
        place = self._mount_point(connection)
        if not os.path.ismount(place):
            return
        with told("let go of the volume's file system"):
            rootwrap.execute("umount", str(place), run_as_root=True, root_helper=self._root_helper)
            Path(place).rmdir()

    def is_mounted(self, connection: Document) -> bool:
        """Whether the export is there now."""
        return os.path.ismount(self._mount_point(connection))

    def _mount_point(self, connection: Document) -> str:
        place: str = self._of(connection)._remotefsclient.get_mount_point(
            _data(connection)["export"]
        )
        return place

    def _of(self, connection: Document) -> Any:
        self._prepare()
        kind = connection.get("driver_volume_type", "")
        extra: Document = {}
        if kind in FILE_SYSTEMS:
            extra = {
                "conn": {"mount_point_base": str(self._mounts)},
                f"{kind}_mount_options": self._options.nfs_mount_options or None,
            }
        try:
            return connector.InitiatorConnector.factory(
                kind,
                self._root_helper,
                use_multipath=self._options.use_multipath,
                device_scan_attempts=self._options.device_scan_attempts,
                **extra,
            )
        except (exception.InvalidConnectorProtocol, exception.ProtocolNotSupported):
            raise DriverRefused(f"This host can't connect a volume by {kind!r}.") from None

    def _prepare(self) -> None:
        with _ONCE:
            if self._ready:
                return
            path = Path(self._options.lock_path)
            path.mkdir(parents=True, exist_ok=True)
            lockutils.set_defaults(str(path))
            os_brick.setup(cfg.CONF)
            logging.getLogger("os_brick").setLevel(logging.INFO)  # below that it tells secrets
            if self._root_helper:
                default.init(root_helper=shlex.split(self._root_helper))
            else:
                default.set_client_mode(False)
            self._ready = True


def _data(connection: Document) -> Document:
    """A copy: os-brick writes into what it is given."""
    data = connection.get("data")
    if not isinstance(data, dict):
        raise DriverRefused("The volume's connection can't be understood.")
    if "/" in str(data.get("name", "")) and connection["driver_volume_type"] in FILE_SYSTEMS:
        raise DriverRefused("The volume's file is not directly on its export.")
    return dict(data)


@contextmanager
def told(deed: str) -> Iterator[None]:
    """os-brick's faults in the words of the driver interface."""
    try:
        yield
    except processutils.ProcessExecutionError as error:
        command = str(error.cmd or "").split(" ")[0]
        raise DriverFailed(
            f"The host could not {deed}.", f"{command} ended with {error.exit_code}: {_end(error)}"
        ) from None
    except (exception.BrickException, OSError, KeyError, NotImplementedError) as error:
        raise DriverFailed(
            f"The host could not {deed}.", f"{type(error).__name__}: {_plain(error)}"
        ) from None


def _end(error: processutils.ProcessExecutionError) -> str:
    return str(error.stderr or "").strip()[-500:]


def _plain(error: Exception) -> str:
    """Nothing that holds a connection: such texts name passwords."""
    text = str(error)
    return text[:500] if "auth_" not in text and "password" not in text else "(not shown)"
