# SPDX-License-Identifier: Apache-2.0
"""tools/hosts: up is idempotent, down leaves nothing."""

from __future__ import annotations

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from tests.real.ground import ground, hosts_tool


def around() -> set[str]:
    """What a fleet puts into the machine: links, namespaces, mounts, bridge addresses."""
    links = json.loads(subprocess.check_output(["ip", "-j", "link"]))
    spaces = subprocess.check_output(["ip", "netns"], text=True).splitlines()
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return {link["ifname"] for link in links} | set(spaces) | set(mounts)


class HostsToolTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        ground()  # with its own fleet up, ours must not touch it

    def test_up_twice_is_one_host_and_down_leaves_nothing(self):
        before = around()
        with tempfile.TemporaryDirectory() as folder:
            first = json.loads(hosts_tool(Path(folder), "up", "1"))
            try:
                self.assertTrue(first["hosts"][0]["answers"])
                self.assertNotEqual(before, around())
                self.assertEqual(first, json.loads(hosts_tool(Path(folder), "up", "1")))
            finally:
                hosts_tool(Path(folder), "down")
            self.assertEqual([], list(Path(folder).iterdir()))
        self.assertEqual(before, around())
        self.assertTrue(all(host["answers"] for host in self.fleet()))

    def fleet(self) -> list[dict]:
        return json.loads(hosts_tool(ground().folder, "status"))["hosts"]
