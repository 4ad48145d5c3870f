# SPDX-License-Identifier: Apache-2.0
"""A compute agent's process is small: it does not load what it has no use for."""

from __future__ import annotations

import subprocess
import sys
import unittest

NOT_FOR_AGENTS = ("alembic", "eventlet", "openstack", "prometheus_client", "pyramid", "sqlalchemy")
CODE = f"""
import sys
from nova_cells.cli import compute, config
config.load()
print(*(name for name in {NOT_FOR_AGENTS} if sys.modules.get(name)))
"""


class LoadedTest(unittest.TestCase):
    def test_an_agent_loads_no_library_of_databases_or_of_the_api(self) -> None:
        told = subprocess.check_output([sys.executable, "-c", CODE], text=True)
        self.assertEqual("", told.strip())
