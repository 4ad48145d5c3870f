# SPDX-License-Identifier: Apache-2.0
"""Make a cell known."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from uuid import UUID, uuid4

from cliff.show import ShowOne

from nova_cells.cli.manage import rows
from nova_cells.global_api import cell_registry


class Create(ShowOne):
    """Make a cell known to the API and routers, open for builds; effective within seconds.

    The cell's own schema and conductors are set up with its own configuration file: `db sync`, then
    nova-cells-conductor, both with the uuid printed here.
    """

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--name", required=True)
        parser.add_argument("--uuid", type=lambda text: str(UUID(text)), help="default: a new one")
        parser.add_argument(
            "--transport-url-file",
            metavar="FILE",
            help="file with the URL of the cell's bus, - for standard input; default: the "
            "variable NOVA_CELLS_TRANSPORT_URL, then [cell] transport_url",
        )
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        reach = self.app.reach
        url = reach.transport_url(parsed_args.transport_url_file)
        if not url:
            raise RuntimeError("no transport URL given: see --transport-url-file in --help")
        uuid = parsed_args.uuid or str(uuid4())
        return rows.cell(cell_registry.create(reach.database, uuid, parsed_args.name, url))
