# SPDX-License-Identifier: Apache-2.0
"""What a port's binding:profile says of its place, which changes whenever the port does.

Where a port asks for a minimum, Neutron binds it only where it is told which device keeps that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nova_cells.clients.network.neutron_nics import MARK
from nova_cells.clients.network.neutron_requests import WHOLE

Document = dict[str, Any]
ALLOCATION, GROUPS = "allocation", "groups"
OF_A_PLACE = (ALLOCATION, "migrating_to", "pci_slot", "pci_vendor_info", "card_serial_number")
"""Keys of a profile that say where its port is: of no use to whoever has it next."""


def profile_at(profile: Document, providers: Mapping[str, str]) -> Document:
    """The same on another host, whose places these are."""
    there = without(profile, OF_A_PLACE)
    kept = allocation(profile.get(MARK) or {}, providers)
    return there if kept is None else {**there, ALLOCATION: kept}


def allocation(mark: Document, providers: Mapping[str, str]) -> dict[str, str] | str | None:
    """Which device keeps each part of what a port asks for, as our mark on it has noted that."""
    groups = mark.get(GROUPS) or {}
    kept = {name: providers[place] for name, place in groups.items() if place in providers}
    if not kept:
        return None
    return kept.get(WHOLE, kept)


def without(profile: Document, names: Iterable[str]) -> Document:
    """A profile but for these keys."""
    return {name: value for name, value in profile.items() if name not in names}
