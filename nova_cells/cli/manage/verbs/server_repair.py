# SPDX-License-Identifier: Apache-2.0
"""Bring what the global side knows of a server in line with its cell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.show import ShowOne

from nova_cells.cli.manage import rows, servers


class Repair(ShowOne):
    """Ask the server's cell for its head and correct the index from it."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("server", help="uuid")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        return servers.repair(self.app.reach, parsed_args.server)
