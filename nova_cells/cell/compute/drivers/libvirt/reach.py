# SPDX-License-Identifier: Apache-2.0
"""The one way of capabilities to a domain, for every kind of guest that libvirt makes."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import TypeVar

import libvirt

T = TypeVar("T")


class Reach(abc.ABC):
    """Mixed into a driver that uses libvirt."""

    deployment: str

    @abc.abstractmethod
    def _with(self, uuid: str, work: Callable[[libvirt.virDomain], T]) -> T:
        """Do `work` on the domain, which must be there and ours."""
