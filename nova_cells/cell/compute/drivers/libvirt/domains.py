# SPDX-License-Identifier: Apache-2.0
"""How capabilities of the libvirt driver reach a domain of ours: the driver keeps this promise."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import TypeVar

import libvirt

T = TypeVar("T")


class Domains(abc.ABC):
    """Mixed into the libvirt driver."""

    @abc.abstractmethod
    def _with(self, uuid: str, work: Callable[[libvirt.virDomain], T]) -> T:
        """Do `work` on the domain, which must be there and ours."""
