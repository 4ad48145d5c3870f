# SPDX-License-Identifier: Apache-2.0
"""Every global operation, one file each; a new file joins the registry by itself."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from nova_cells.journal.model import Kinds, Operation


@cache
def registry() -> Kinds:
    """All kinds there are."""
    found: list[Operation] = []
    for module in pkgutil.iter_modules(__path__):
        found.extend(import_module(f"{__name__}.{module.name}").OPERATIONS)
    return Kinds(*found)
