# SPDX-License-Identifier: Apache-2.0
"""Where vendor data comes from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from nova_cells.objects import Machine


class VendorDataUnavailable(Exception):
    """It can't be had now, and the configuration says that guests must not go without it."""


class VendorData(ABC):
    """Asked for one guest at a time."""

    @abstractmethod
    def of(self, machine: Machine) -> dict[str, Any]:
        """The keys `vendor_data` and `vendor_data2` of `Machine.guest_data`.

        Raises VendorDataUnavailable.
        """


class NoVendorData(VendorData):
    """The operator adds nothing."""

    def of(self, machine: Machine) -> dict[str, Any]:
        return {}
