# SPDX-License-Identifier: Apache-2.0
"""tools/hosts: each command twice is once, down leaves nothing."""

from __future__ import annotations

import json
import subprocess
import tempfile
import unittest
from pathlib import Path

from tests.real.ground import ground, hosts_tool


def traces(tag: str) -> list[str]:
    """What a fleet with this tag has put into the machine: links, namespaces, mounts."""
    links = json.loads(subprocess.check_output(["ip", "-j", "link"]))
    spaces = subprocess.check_output(["ip", "netns"], text=True).splitlines()
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return [name for name in [link["ifname"] for link in links] + spaces + mounts if tag in name]


class HostsToolTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        ground()  # with its own fleet up, ours must not touch it

    def test_each_command_twice_is_once_and_down_leaves_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            first = json.loads(hosts_tool(Path(folder), "up", "1"))
            tag = first["bridge"].removeprefix("ncb")
            try:
                self.assertTrue(first["hosts"][0]["answers"])
                self.assertGreaterEqual(len(traces(tag)), 4)
                self.assertEqual(first, json.loads(hosts_tool(Path(folder), "up", "1")))
                for command, connected, answers in (
                    ("cut", False, False),
                    ("heal", True, True),
                    ("crash", False, False),
                    ("start", True, True),
                ):
                    for _ in range(2):
                        told = json.loads(hosts_tool(Path(folder), command, "hv1"))["hosts"][0]
                        found = (told["connected"], told["answers"])
                        self.assertEqual((connected, answers), found, command)
            finally:
                hosts_tool(Path(folder), "down")
            self.assertEqual([], list(Path(folder).iterdir()))
        self.assertEqual([], traces(tag))
        self.assertTrue(all(host["answers"] for host in self.fleet()))

    def fleet(self) -> list[dict]:
        return json.loads(hosts_tool(ground().folder, "status"))["hosts"]
