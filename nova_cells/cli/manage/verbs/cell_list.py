# SPDX-License-Identifier: Apache-2.0
"""List the cells."""

from __future__ import annotations

from argparse import Namespace

from cliff.lister import Lister

from nova_cells.cli.manage import rows
from nova_cells.global_api import cell_registry


class List(Lister):
    """List the cells."""

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        return rows.cells(cell_registry.entries(self.app.reach.database))
