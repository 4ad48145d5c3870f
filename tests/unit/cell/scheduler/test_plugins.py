# SPDX-License-Identifier: Apache-2.0
"""A third party's filter and weigher come by entry point, named by the configuration alone."""

from __future__ import annotations

import sys
import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.scheduler import Ask, HostRow, HostTable, Settings, plugins, select

MODULE = """
from nova_cells.cell.scheduler import host_filter, host_weigher

@host_filter("OnlyRackOneFilter")
def only_rack_one(table, ask, settings):
    return table.mask(["rack1"])

@host_weigher("NameWeigher", option="name_weight_multiplier", multiplier=1.0)
def by_row(table, ask, settings):
    return table.shape_generation
"""
ENTRIES = """\
[nova_cells.scheduler.filters]
OnlyRackOneFilter = third_party_scheduler
[nova_cells.scheduler.weighers]
NameWeigher = third_party_scheduler
"""


class ThirdPartyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        info = Path(folder.name) / "third_party-1.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: third-party\nVersion: 1\n")
        (info / "entry_points.txt").write_text(ENTRIES)
        (Path(folder.name) / "third_party_scheduler.py").write_text(MODULE)
        sys.path.insert(0, folder.name)
        self.addCleanup(sys.path.remove, folder.name)
        self.addCleanup(sys.modules.pop, "third_party_scheduler", None)
        self.addCleanup(plugins.load.cache_clear)
        self.addCleanup(plugins.FILTERS.pop, "OnlyRackOneFilter", None)
        self.addCleanup(plugins.WEIGHERS.pop, "NameWeigher", None)
        plugins.load.cache_clear()

    def test_they_join_by_being_installed(self):
        table = HostTable()
        for name in ("rack1", "rack2"):
            table.upsert(HostRow(name))
        settings = Settings(enabled_filters=("OnlyRackOneFilter",))
        self.assertEqual(["rack1"], [one.name for one in select(table, Ask(), settings)])
        self.assertIn("NameWeigher", plugins.WEIGHERS)
