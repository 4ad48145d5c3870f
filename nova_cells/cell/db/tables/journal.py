# SPDX-License-Identifier: Apache-2.0
"""The cell's journal: the same two tables the global side has in its own database."""

from nova_cells.cell.db.tables.base import metadata
from nova_cells.journal.tables import journal_tables

journal = journal_tables(metadata)
