# SPDX-License-Identifier: Apache-2.0
"""Make a cell: what it needs, and that it is known."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from uuid import UUID, uuid4

from cliff.show import ShowOne

from nova_cells.cli.manage import rows
from nova_cells.cli.manage.bootstrap import making
from nova_cells.global_api import cell_registry

_FILES = (
    ("--transport-url-file", "the cell's bus; default: NOVA_CELLS_TRANSPORT_URL, then [cell]"),
    ("--database-url-file", "a database prepared for it: it gets this release's schema"),
    ("--admin-database-url-file", "an administrator of a server on which one is made for it"),
    ("--admin-broker-url-file", "http(s) URL of an administrator of RabbitMQ's management"),
)


class Create(ShowOne):
    """Make a cell known to the API and routers, open for builds; effective within seconds.

    Its database and virtual host are made with an administrator's URLs, or taken as prepared. What
    can't be finished is taken back. URLs come from files (- for standard input), not as arguments.
    """

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--name", required=True)
        parser.add_argument("--uuid", type=lambda text: str(UUID(text)), help="default: a new one")
        for name, text in _FILES:
            parser.add_argument(name, metavar="FILE", help=f"file with the URL of {text}")
        parser.add_argument(
            "--transport-url-from",
            metavar="REFERENCE",
            help="file:/path, env:NAME or castellan:ID: where the URL is looked up when needed",
        )
        parser.add_argument("--broker", metavar="HOST:PORT", help="where the cell reaches RabbitMQ")
        parser.add_argument(
            "--config-out", type=Path, metavar="FILE", help="write the cell's configuration there"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be made")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        wish = self._wish(parsed_args)
        if parsed_args.dry_run:
            return _told(wish)
        return rows.cell(making.create(self.app.reach.database, wish, self.app.reach.conf))

    def _wish(self, parsed_args: Namespace) -> making.Wish:
        reach = self.app.reach
        url = parsed_args.transport_url_from
        if not url and not parsed_args.admin_broker_url_file:
            url = reach.transport_url(parsed_args.transport_url_file)
        files = {
            name: reach.transport_url(file)
            if (file := getattr(parsed_args, f"{name}_file"))
            else None
            for name in ("database_url", "admin_database_url", "admin_broker_url")
        }
        known = {each.name: each.uuid for each in cell_registry.entries(reach.database)}
        return making.Wish(
            name=parsed_args.name,
            uuid=parsed_args.uuid or known.get(parsed_args.name) or str(uuid4()),
            deployment=reach.conf.deployment.id,
            transport_url=url,
            broker=parsed_args.broker,
            config_file=parsed_args.config_out,
            **files,
        )


def _told(wish: making.Wish) -> rows.Record:
    account = making.account_of(wish.name)
    made = {True: f"would make {account}", False: "as given"}
    database = made[bool(wish.admin_database_url)]
    return ("Name", "UUID", "Database", "Virtual host"), (
        wish.name,
        wish.uuid,
        database if wish.database_url or wish.admin_database_url else "-",
        made[bool(wish.admin_broker_url)],
    )
