# SPDX-License-Identifier: Apache-2.0
"""All tables of the global database, one module a subject. A new module is found by itself."""

import importlib
import pkgutil

from nova_cells.global_api.db.tables.base import metadata

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["metadata"]
