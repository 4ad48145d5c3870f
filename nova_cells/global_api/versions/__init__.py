# SPDX-License-Identifier: Apache-2.0
"""What each microversion changed, one file a version. `load()` registers all of it, once.

A file says in its docstring what its version did, and declares nothing else than that.
"""

import importlib
import pkgutil
from functools import cache


@cache
def load() -> None:
    """Import every version file; called before the first plan is made."""
    for found in pkgutil.iter_modules(__path__, __name__ + "."):
        importlib.import_module(found.name)
