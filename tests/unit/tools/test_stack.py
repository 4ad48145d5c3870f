# SPDX-License-Identifier: Apache-2.0
"""What tools/stack decides and writes, and the programs it puts before the machine's own."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

from kit.keystone import Keystone
from kit.stack import access, shims
from kit.stack.plan import Plan

from nova_cells.cli import config


class FolderCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.state = Path(folder.name)

    def plan(self) -> Plan:
        return Plan("a1b2c", "secret", "sign", "http://127.0.0.1:1/v2.1", 2, 4)


class PlanTest(FolderCase):
    def test_it_is_kept_for_its_owner_only(self) -> None:
        plan = self.plan()
        plan.number("hv1")
        plan.save(self.state)
        self.assertEqual(plan, Plan.load(self.state))
        mode = (self.state / "stack.json").stat().st_mode
        self.assertEqual(0o600, stat.S_IMODE(mode))

    def test_chassis_keep_their_numbers_and_the_gateway_has_the_first(self) -> None:
        plan = self.plan()
        self.assertEqual([2, 3, 2], [plan.number(name) for name in ("hv1", "hv2", "hv1")])

    def test_there_is_none_before_it_is_made(self) -> None:
        self.assertIsNone(Plan.load(self.state))


class ShimsTest(FolderCase):
    def setUp(self) -> None:
        super().setUp()
        self.bin = shims.folder(self.state)
        self.share = self.state / "share"
        self.share.mkdir()
        (self.share / "volume").write_text("data")
        self.target = self.state / "mnt"
        self.target.mkdir()

    def mount(self, *words: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["mount", *words],
            env={"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    def test_a_share_of_this_machine_appears_where_it_is_mounted(self) -> None:
        share = ["-t", "nfs", f"127.0.0.1:{self.share}", str(self.target)]
        for words in (share, share, ["-t", "nfs", "-o", "vers=4", *share[2:]]):
            self.assertEqual(0, self.mount(*words).returncode)
            self.assertEqual("data", (self.target / "volume").read_text())

    def test_a_share_that_is_not_there_is_refused(self) -> None:
        done = self.mount("-t", "nfs", "127.0.0.1:/nowhere/at/all", str(self.target))
        self.assertEqual(32, done.returncode)
        self.assertIn("no such share", done.stderr)

    def test_everything_else_goes_to_the_real_one(self) -> None:
        self.assertIn("util-linux", self.mount("--version").stdout)

    def test_sudo_runs_the_command(self) -> None:
        done = subprocess.run(
            [str(self.bin / "sudo"), "-E", "-n", "echo", "-n", "x"],
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual("x", done.stdout)


class AccessTest(FolderCase):
    def test_our_options_know_every_line(self) -> None:
        stack = SimpleNamespace(
            state=self.state,
            plan=self.plan(),
            keystone=Keystone("http://127.0.0.1:5/v3", "secret"),
            urls=dict.fromkeys(("glance", "neutron", "cinder", "ironic"), "http://127.0.0.1:6"),
        )
        access.write(stack)
        conf = config.load([], [str(self.state / "nova-cells.conf")])
        self.assertEqual("glance", conf.images.source)
        for section in stack.urls:
            found = conf[section]
            self.assertEqual(
                (stack.keystone.url, "nova", "secret", "RegionOne"),
                (found.auth_url, found.username, found.password, found.region_name),
            )
        document = json.loads((self.state / "access.json").read_text())
        self.assertEqual("sign", document["metadata_secret"])
        for name in ("openrc", "clouds.yaml", "nova-cells.conf", "access.json"):
            mode = (self.state / name).stat().st_mode
            self.assertEqual(0o600, stat.S_IMODE(mode), name)
