# SPDX-License-Identifier: Apache-2.0
"""A real container knows who it is, has its limits, and leaves nothing on its host."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, PowerState
from tests.real.lxc.case import ROOT, LxcCase

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHVwZGF0ZWQ= somebody@somewhere"
SCRIPT = """#!/bin/sh
echo "script runs on $(hostname) as $(id -u), of $(awk '{print $2}' /proc/self/uid_map) outside"
echo "memory $(awk '/MemTotal/ {print $2}' /proc/meminfo)"
touch /config-2/mine 2>/dev/null || echo "drive is read-only"
"""


class BootTest(LxcCase):
    def make_machine(self, **changes):
        data = {
            "hostname": "web-1",
            "metadata": {"colour": "green", "size": "two words"},
            "keys": [{"name": "mine", "type": "ssh", "data": KEY}],
            "user_data": base64.b64encode(SCRIPT.encode()).decode(),
        }
        return super().make_machine(config_drive=True, guest_data=data, **changes)

    def test_a_container_is_what_its_config_drive_says(self):
        uuid = self.running()
        text = self.says("user data script ended with 0")
        for line in (
            "guest: hostname web-1",
            f"guest: instance {uuid} from config drive",
            "guest: key ssh-ed25519 somebody@somewhere",
            "guest: metadata colour=green",
            "guest: metadata size=two words",
            f"script runs on web-1 as 0, of {ROOT} outside",
            "memory 32768",
            "drive is read-only",
        ):
            self.assertIn(line, text)
        self.assertIn(KEY, (self.tree() / "root/.ssh/authorized_keys").read_text())
        closed = self.folder().stat()
        self.assertEqual((0, ROOT, 0o710), (closed.st_uid, closed.st_gid, closed.st_mode & 0o7777))
        for path in (self.folder() / "config-drive").rglob("*"):
            self.assertEqual((ROOT, 0), (path.stat().st_uid, path.stat().st_mode & 0o077), path)

    def test_folders_that_keep_containers_out_are_named(self):
        self.state.chmod(0o700)
        with self.assertRaises(DriverFailed) as caught:
            self.driver.define(self.machine)
        self.assertIn(f"{self.state} needs mode 711", caught.exception.details)

    def test_stop_start_and_both_reboots_go_on_with_one_log(self):
        uuid = self.running()
        self.says("login:")
        self.driver.reboot(uuid, hard=False)
        self.assertIn("The system is going down NOW!", self.says("login:", times=2))
        self.driver.reboot(uuid, hard=True)
        self.says("login:", times=3)
        self.assertTrue(self.driver.shut_down(uuid, 30.0))
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=True)
        self.says("login:", times=4)

    def test_a_container_that_restarts_itself_is_heard_again(self):
        uuid = self.running()
        self.says("login:")
        with Path(self.console()).open("w") as typing:
            typing.write("root\nreboot -f\n")

        def heard() -> bool:
            self.driver.power_states()
            return self.driver.console_output(uuid, -1).count("login:") >= 2

        self.eventually(heard, "a second prompt")

    def console(self) -> str:
        text = self.domain().XMLDesc(0)
        return text.split("<source path='")[1].split("'")[0]

    def test_a_container_starts_from_a_copy_of_another(self):
        uuid = self.running()
        self.says("user data script ended with 0")
        mine = self.tree() / "root/mine"
        mine.write_text("kept")
        os.chown(mine, ROOT + 7, ROOT + 8)
        mine.chmod(0o4755)
        self.driver.capture(self.machine, "copy")
        archive = self.state / "archive"
        archive.write_bytes(b"".join(self.driver.captured(uuid, "copy")))
        self.driver.destroy(uuid)
        image = self.tree_image(archive)
        self.machine = LxcCase.make_machine(self, image=image)
        self.running()
        self.says("login:")
        found = (self.tree() / "root/mine").stat()
        self.assertEqual((ROOT + 7, ROOT + 8), (found.st_uid, found.st_gid))
        self.assertEqual(0o4755, found.st_mode & 0o7777)

    def test_delete_leaves_nothing_on_the_host(self):
        before = self.traces()
        uuid = self.running()
        self.says("login:")
        self.assertNotEqual(before, self.traces())
        for _ in range(3):
            self.driver.pause(uuid)
            self.driver.reboot(uuid, hard=True)
        self.driver.pause(uuid)
        self.driver.destroy(uuid)
        self.assertEqual(set(), self.files())
        self.eventually(lambda: self.traces() == before, "the host as it was before")

    def traces(self) -> dict[str, list[str]]:
        """What containers have put into the host: definitions, mounts, groups, links, readers."""
        host = self.ground.hosts[self.host]
        pid = (Path(host["state_dir"]) / "libvirtd.pid").read_text().split()[0]
        inside = ["nsenter", "-t", pid, "-m"]
        links = ["ip", "-n", host["namespace"], "-j", "link"]
        state = str(self.state)
        return {
            "definitions": sorted(map(str, (Path(host["state_dir"]) / "etc/lxc").rglob("*.xml"))),
            "mounts": [
                line for line in self.lines(*inside, "cat", "/proc/mounts") if state in line
            ],
            "groups": sorted(self.lines(*inside, "find", "/sys/fs/cgroup", "-name", "*lxc-*")),
            "links": sorted(link["ifname"] for link in json.loads(subprocess.check_output(links))),
            "readers": [pid for pid in os.listdir("/proc") if pid.isdigit() and _reads(pid, state)],
        }

    def lines(self, *command: str) -> list[str]:
        return subprocess.check_output(command, text=True).splitlines()

    def test_what_a_container_can_not_have_is_said(self):
        for changes, words in (
            ({"ephemeral_gb": 1}, "ephemeral"),
            ({"swap_mb": 8}, "swap"),
            ({"image": self.ground.guest}, "tar archives"),
        ):
            machine = self.make_machine(**changes)
            with self.assertRaisesRegex(DriverRefused, words):
                self.driver.define(machine)
            self.driver.destroy(machine.uuid)
        self.assertEqual(set(), self.files())


def _reads(pid: str, state: str) -> bool:
    """Whether a process writes to a log of ours."""
    try:
        return os.readlink(f"/proc/{pid}/fd/1").startswith(state)
    except OSError:
        return False
