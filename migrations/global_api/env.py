# SPDX-License-Identifier: Apache-2.0
"""Entry point of alembic for the `global_api` tree."""

from nova_cells.migrations import environment

environment.run()
