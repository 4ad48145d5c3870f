# SPDX-License-Identifier: Apache-2.0
"""The one way of capabilities to a domain, for every kind of guest that libvirt makes."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import TypeVar

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.folder import Folder

T = TypeVar("T")


class Reach(abc.ABC):
    """Mixed into a driver that uses libvirt."""

    deployment: str

    @abc.abstractmethod
    def _with(self, uuid: str, work: Callable[[libvirt.virDomain], T]) -> T:
        """Do `work` on the domain, which must be there and ours."""

    @abc.abstractmethod
    def _is_ours(self, folder: Folder) -> bool:
        """Whether a folder has this deployment's mark."""

    def _refuse_strangers(self, folder: Folder) -> None:
        """A folder that is there and not ours is nobody's to work in."""
        if folder.mark() is not None and not self._is_ours(folder):
            raise DriverRefused("Somebody else's files have the machine's uuid on this host.")
