# SPDX-License-Identifier: Apache-2.0
"""The alembic trees: `global_api` and `cell`. Packaged as `nova_cells.migrations`.

Until 1.0 each tree has one revision, written by `tools/migration`; whoever changes a table runs it.
"""
