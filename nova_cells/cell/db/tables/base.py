# SPDX-License-Identifier: Apache-2.0
"""The metadata all tables of a cell hang on."""

from nova_cells.runtime.db import types

metadata = types.metadata()
