# SPDX-License-Identifier: Apache-2.0
"""A test with a real cloud of its own; what the cloud and the hosts have is gone afterwards."""

from __future__ import annotations

import shutil
import tempfile
import unittest
from pathlib import Path
from typing import Any

from tests.real.cloud import RealCloud
from tests.real.ground import ground


class RealCloudCase(unittest.TestCase):
    """`options` and `of_host` as of `RealCloud`."""

    options: dict[str, Any] = {}
    of_host: dict[str, Any] = {}

    def setUp(self) -> None:
        super().setUp()
        self.ground = ground()
        self.folder = Path(tempfile.mkdtemp(dir=self.ground.folder))
        self.addCleanup(shutil.rmtree, self.folder)
        self.cloud = RealCloud(self.ground, self.folder, options=self.options, of_host=self.of_host)
        self.addCleanup(self.cloud.stop)
        self.cloud.start()
