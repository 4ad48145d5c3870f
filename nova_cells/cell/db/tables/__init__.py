# SPDX-License-Identifier: Apache-2.0
"""Every table of a cell. After a change here run `tools/migration initial`."""

from nova_cells.cell.db.tables.addresses import addresses
from nova_cells.cell.db.tables.base import metadata
from nova_cells.cell.db.tables.chores import chores, service_chores
from nova_cells.cell.db.tables.claims import claims, group_members, groups
from nova_cells.cell.db.tables.consoles import console_tokens
from nova_cells.cell.db.tables.feed import outbox, tombstones
from nova_cells.cell.db.tables.hosts import debts, heartbeats, host_resources, hosts
from nova_cells.cell.db.tables.instances import instances, specs
from nova_cells.cell.db.tables.journal import journal
from nova_cells.cell.db.tables.members import agent_members
from nova_cells.cell.db.tables.migrations import migrations
from nova_cells.cell.db.tables.singletons import bundles, cell_identity, services
from nova_cells.cell.db.tables.volumes import volume_connections

__all__ = [
    "addresses",
    "agent_members",
    "bundles",
    "cell_identity",
    "chores",
    "claims",
    "console_tokens",
    "debts",
    "group_members",
    "groups",
    "heartbeats",
    "host_resources",
    "hosts",
    "instances",
    "journal",
    "metadata",
    "migrations",
    "outbox",
    "service_chores",
    "services",
    "specs",
    "tombstones",
    "volume_connections",
]
