# SPDX-License-Identifier: Apache-2.0
"""The cliff application: finds the verbs, reads the configuration once, turns faults into words."""

from __future__ import annotations

import logging
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from cliff.app import App
from cliff.commandmanager import CommandManager

import nova_cells
from nova_cells.cli import config
from nova_cells.cli.manage.reach import Reach

VERBS = {
    "api_db sync": "schemas:GlobalSync",
    "api_db version": "schemas:GlobalVersion",
    "db sync": "schemas:CellSync",
    "db version": "schemas:CellVersion",
    "cell create": "cell_create:Create",
    "cell list": "cell_list:List",
    "cell show": "cell_show:Show",
    "cell update": "cell_update:Update",
    "cell enable": "cell_switch:Enable",
    "cell disable": "cell_switch:Disable",
    "cell fence": "cell_switch:Fence",
    "cell readmit": "cell_switch:Readmit",
    "cell delete": "cell_delete:Delete",
    "index verify": "index_verify:Verify",
    "index rebuild": "index_rebuild:Rebuild",
    "cell_v2 create_cell": "nova.create_cell:CreateCell",
    "cell_v2 update_cell": "nova.create_cell:UpdateCell",
    "cell_v2 simple_cell_setup": "nova.create_cell:SimpleSetup",
    "cell_v2 list_cells": "nova.list_cells:ListCells",
    "cell_v2 delete_cell": "nova.delete_cell:DeleteCell",
    "cell_v2 list_hosts": "nova.delete_cell:ListHosts",
    "cell_v2 delete_host": "nova.delete_cell:DeleteHost",
    "cell_v2 verify_instance": "nova.delete_cell:VerifyInstance",
    "cell_v2 discover_hosts": "nova.nothing:DiscoverHosts",
    "cell_v2 map_cell0": "nova.nothing:MapCell0",
    "cell_v2 map_instances": "nova.nothing:MapInstances",
    "cell_v2 map_cell_and_hosts": "nova.nothing:MapCellAndHosts",
    "db online_data_migrations": "nova.nothing:OnlineMigrations",
    "db archive_deleted_rows": "nova.nothing:ArchiveDeletedRows",
    "db purge": "nova.nothing:Purge",
    "placement heal_allocations": "nova.nothing:HealAllocations",
    "placement sync_aggregates": "nova.nothing:SyncAggregates",
    "placement audit": "nova.nothing:PlacementAudit",
    "limits migrate_to_unified_limits": "limits_migrate:Migrate",
    "quota audit": "quota_audit:Audit",
    "host list": "host_list:List",
    "host delete": "host_delete:Delete",
    "host move": "host_move:Move",
    "cell drain": "cell_drain:Drain",
    "cell evacuate": "cell_evacuate:Evacuate",
    "server locate": "server_locate:Locate",
    "server repair": "server_repair:Repair",
    "server move": "server_move:Move",
    "server evacuate": "server_evacuate:Evacuate",
}


class Verbs(CommandManager):
    """The verbs of this package, and no plug-ins."""

    def load_commands(self, namespace: str) -> None:
        for name, target in VERBS.items():
            module, _, attribute = target.partition(":")
            self.add_command(name, _Lazy(f"nova_cells.cli.manage.verbs.{module}", attribute))


class _Lazy:
    """A verb that is imported when it is used; cliff calls it like a class."""

    def __init__(self, module: str, attribute: str) -> None:
        self._module = module
        self._attribute = attribute

    def load(self) -> Any:
        return getattr(import_module(self._module), self._attribute)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.load()(*args, **kwargs)


class Manage(App):
    """`self.reach` is what the verbs work with."""

    reach: Reach

    def __init__(self) -> None:
        super().__init__(
            description=nova_cells.__doc__,
            version=nova_cells.__version__,
            command_manager=Verbs("nova_cells.manage"),
            deferred_help=True,
        )

    def build_option_parser(self, *args: Any, **kwargs: Any) -> ArgumentParser:
        parser = super().build_option_parser(*args, **kwargs)
        parser.add_argument("--config-file", action="append", help="read in order, later ones win")
        return parser

    def configure_logging(self) -> None:
        super().configure_logging()
        # cliff shows what is told at INFO; alembic tells there how it is built.
        logging.getLogger("alembic").setLevel(logging.WARNING)

    def initialize_app(self, argv: list[str]) -> None:
        self.reach = Reach(config.load([], self.options.config_file or config.present_defaults()))

    def clean_up(self, *args: Any) -> None:
        if hasattr(self, "reach"):
            self.reach.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; answers its exit code."""
    return Manage().run(list(sys.argv[1:] if argv is None else argv))


if __name__ == "__main__":
    sys.exit(main())
