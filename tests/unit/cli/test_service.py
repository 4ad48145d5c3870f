# SPDX-License-Identifier: Apache-2.0
"""A role that can't be made from its configuration says which option is to blame."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest

from nova_cells.cli import config, service
from nova_cells.clients import network

WRONG = "[local_network]\nenabled = true\ncidr = 10.0.0.1/24\n"


class ServiceTest(unittest.TestCase):
    def said(self, make) -> str:
        """What a role says that ends with 2."""
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(WRONG)
            file.flush()
            said = io.StringIO()
            with contextlib.redirect_stderr(said):
                status = service.main("role", "a role", make, ["--config-file", file.name])
        self.assertEqual(2, status)
        return said.getvalue()

    def test_what_is_missing(self) -> None:
        self.assertIn("[cell] name", self.said(lambda conf: config.require(conf, "cell.name")))

    def test_a_network_that_makes_no_sense(self) -> None:
        self.assertIn("[local_network] cidr", self.said(network.from_conf))
