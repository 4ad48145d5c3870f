# SPDX-License-Identifier: Apache-2.0
"""`nova-cells-manage`: what an operator does on a command line. One verb a file in `verbs/`.

Exit codes: 0 done; 1 refused or failed, with the reason on standard error; 2 wrong usage.
"""

from nova_cells.cli.manage.app import main

__all__ = ["main"]
