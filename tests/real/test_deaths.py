# SPDX-License-Identifier: Apache-2.0
"""The product dies while a real host does what it was told; the next life ends it well.

One guest goes through its whole life, and at each deed the process dies: as a rule when the host
has done the deed's first work and nobody has written that down. NOVA_CELLS_ALL_DEATHS=1 in the
environment has it die before and after each call of the driver of every deed, which takes long.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
import unittest
from pathlib import Path

from tests.crash.client import NoAnswer, until_clean
from tests.crash.deeds import BUILD, Wish, deeds
from tests.real.ground import ground
from tests.real.whole_cloud import WholeCloud

PATIENCE = 120.0
DIE_WITHIN = 40.0
ALL = "NOVA_CELLS_ALL_DEATHS" in os.environ
MOST = 12
"""More calls of the driver than any deed makes."""

LIFE = (
    ("stop", "driver:after:*@1"),
    ("start", "driver:after:*@1"),
    ("rebuild", "driver:after:*@1"),
    ("resize", "driver:after:*@1"),
    ("revert_resize", "driver:after:*@1"),
    ("migrate", "driver:after:*@2"),
    ("confirm_resize", "driver:after:*@1"),
    ("pause", "driver:after:*@1"),
    ("unpause", ""),
    ("suspend", "driver:after:*@1"),
    ("resume", "driver:after:*@1"),
    ("rescue", "driver:after:*@1"),
    ("unrescue", "driver:after:*@1"),
    ("reboot", "driver:after:*@1"),
    ("live_migrate", "driver:after:*@1"),
    ("live_migrate", "driver:after:*@2"),
    ("live_migrate", "driver:before:*@4"),
    ("snapshot", "driver:after:*@1"),
    ("shelve", "driver:after:*@2"),
    ("unshelve", "driver:after:*@1"),
    ("delete", "driver:after:*@1"),
)
"""Kind of deed, and where the process dies the first time; "" where it lives on."""

IN_BETWEEN = {"VERIFY_RESIZE", "RESCUE"}
"""Statuses in which a host has more than a server needs; what ends them is looked at."""


class DeathsTest(unittest.TestCase):
    def setUp(self):
        self.ground = ground()
        root = Path(tempfile.mkdtemp(dir=self.ground.folder))
        self.addCleanup(shutil.rmtree, root)
        self.cloud = WholeCloud(self.ground, root)
        self.addCleanup(self.cloud.close)
        self.uuid = None
        self.deeds = deeds()

    def test_every_deed_is_done_once_whoever_dies(self):
        self.survive("build", "driver:after:*@1")
        for kind, point in LIFE:
            with self.subTest(kind, point=point):
                self.survive(kind, point)

    def survive(self, kind, point):
        """Die at the point; the deed is done in the end, and nothing of the attempts is left."""
        wish = Wish(BUILD if kind == "build" else self.deeds[kind], "mortal", self.uuid)
        points = _points(point)
        for fatal in points:
            self.cloud.begin(fatal)
            wish.try_to_ask(self.cloud.client())
            if not self.dies(wish):
                break
        if points:
            self.cloud.begin()  # one in which no death lies in wait
        wish.fulfil(self.cloud.client(), PATIENCE)
        self.uuid = wish.uuid
        if wish.deed.ends not in IN_BETWEEN:
            until_clean(lambda: self.cloud.wrong(self.homes()), PATIENCE)

    def dies(self, wish):
        """Whether it died; one that has done all without reaching the point lives on."""
        ends = time.monotonic() + DIE_WITHIN
        while self.cloud.alive and time.monotonic() < ends:
            with contextlib.suppress(NoAnswer):
                if wish.promised and wish.true(self.cloud.client()):
                    break
            time.sleep(0.1)
        return not self.cloud.alive

    def homes(self):
        """Server → its host, if it has one."""
        _, document = self.cloud.client("admin").call("GET", "/servers/detail")
        hosts = {one["id"]: one["OS-EXT-SRV-ATTR:host"] for one in document["servers"]}
        return {uuid: host or None for uuid, host in hosts.items()}


def _points(point):
    if not ALL:
        return [point] if point else []
    when = ("before", "after")
    return [f"driver:{side}:*@{number}" for number in range(1, MOST) for side in when]
