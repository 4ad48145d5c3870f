# SPDX-License-Identifier: Apache-2.0
"""What global operations ask of cells, one file for each kind; outside of any transaction."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from nova_cells.global_api.operations.work import Work


@cache
def works() -> dict[str, Work]:
    """All there are, by name."""
    found: dict[str, Work] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= import_module(f"{__name__}.{module.name}").WORKS
    return found
