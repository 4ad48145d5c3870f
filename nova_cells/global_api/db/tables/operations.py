# SPDX-License-Identifier: Apache-2.0
"""The global journal: what a user was promised that a cell could not be told yet."""

from nova_cells.global_api.db.tables.base import metadata
from nova_cells.journal.tables import journal_tables

journal = journal_tables(metadata)
