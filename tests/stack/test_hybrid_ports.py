# SPDX-License-Identifier: Apache-2.0
"""Ports with a bridge of their own before the switch: os-vif makes it, on a real Open vSwitch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import unittest

from tests.real.ground import CHECKOUT, insist


class HybridPortsTest(unittest.TestCase):
    def test_what_a_port_needs_comes_and_goes_and_twice_is_once(self) -> None:
        insist()
        with tempfile.TemporaryDirectory(prefix="nova-cells-hybrid-") as folder:
            words = ["unshare", "-n", sys.executable, "-W", "ignore"]
            host = subprocess.run(
                [*words, "-m", "tests.stack.hybrid_host", folder],
                env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
                cwd=CHECKOUT,
                check=False,
                capture_output=True,
                text=True,
                timeout=300,
            )
        self.assertEqual(0, host.returncode, host.stderr[-3000:])
        plugged, again, unplugged, nothing = json.loads(host.stdout.splitlines()[-1])
        self.assertLess(
            {"qbr11111111-11", "qvb11111111-11", "qvo11111111-11"}, {*plugged["devices"]}
        )
        [ids] = plugged["ids"]
        self.assertIn('iface-id="11111111-1111-4111-8111-111111111111"', ids)
        self.assertEqual(plugged, again)
        self.assertEqual({"devices": ["lo"], "ids": []}, unplugged)
        self.assertEqual(unplugged, nothing)
