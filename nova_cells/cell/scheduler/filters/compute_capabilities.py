# SPDX-License-Identifier: Apache-2.0
"""Only hosts whose hypervisor has the capabilities an extra spec asks for.

Scoped keys ("capabilities:…") must be satisfied. An unscoped key is heeded when it names a
capability; others are left to AggregateInstanceExtraSpecsFilter.
"""

from __future__ import annotations

import numpy as np

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.extra_specs import Test, wanted
from nova_cells.cell.scheduler.host_row import HostKind
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings

SCOPE = "capabilities:"
NAMES = ("hypervisor_type", "hypervisor_version", "architecture", "cpu_info")


@host_filter("ComputeCapabilitiesFilter")
def has_capabilities(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Every capability asked for has a fitting value."""
    wishes = [
        (key.removeprefix(SCOPE), wanted(text))
        for key, text in ask.extra_specs.items()
        if key.startswith(SCOPE) or key in NAMES
    ]
    if not wishes:
        return None

    def fits(kind: HostKind) -> bool:
        return all(_fits(kind, name, test) for name, test in wishes)

    return table.kinds.judged(fits, bool)[table.kind]


def _fits(kind: HostKind, name: str, test: Test) -> bool:
    if name == "architecture":
        return any(test(architecture) for architecture in kind.architectures)
    if name in ("hypervisor_type", "hypervisor_version"):
        return test(str(getattr(kind, name)))
    return any(test(value) for known, value in kind.capabilities if known == name)
