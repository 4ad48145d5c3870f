# SPDX-License-Identifier: Apache-2.0
"""Copy the limits set by /os-quota-sets and the configuration to Keystone's unified limits."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.lister import Lister

from nova_cells.cli.config import require
from nova_cells.cli.manage import rows
from nova_cells.clients import identity
from nova_cells.global_api.quota import migration
from nova_cells.global_api.resources.quota_sets.limits_store import QuotaLimits


class Migrate(Lister):
    """Make registered limits and limits of projects in Keystone; what it has is not changed."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--project-id", metavar="ID", help="limits of this project only")
        parser.add_argument("--dry-run", action="store_true", help="say what would be made")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        reach = self.app.reach
        require(reach.conf, "keystone.auth_url")
        keystone = identity.from_conf(reach.conf)
        limits = QuotaLimits.from_conf(reach.conf)
        changes = migration.plan(reach.database, limits, keystone, parsed_args.project_id)
        if not parsed_args.dry_run:
            migration.carry_out(changes, keystone)
        columns = ("Project", "User", "Resource", "Limit", "What")
        return columns, [
            (each.project or "any", each.user, each.resource, each.limit, each.what)
            for each in changes
        ]
