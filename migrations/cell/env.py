# SPDX-License-Identifier: Apache-2.0
"""Entry point of alembic for the `cell` tree."""

from nova_cells.migrations import environment

environment.run()
