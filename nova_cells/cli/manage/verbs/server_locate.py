# SPDX-License-Identifier: Apache-2.0
"""Say where a server is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.show import ShowOne

from nova_cells.cli.manage import rows, servers


class Locate(ShowOne):
    """Say which cell and host a server is on, and what the global side knows of it."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("server", help="uuid")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        return servers.whereabouts(self.app.reach.database, parsed_args.server)
