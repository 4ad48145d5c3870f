# SPDX-License-Identifier: Apache-2.0
"""What the test guest makes of words it is given: its scripts run here, their tools recorded."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from kit import paths

FILES = paths.CHECKOUT / "tools" / "guest"


class GuestFilesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_it(self, name: str, *words: str, tool: str = "") -> list[str]:
        """The lines it says; `tool` is replaced by one that says a word it is given a line."""
        if tool:
            script = self.folder / tool
            script.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
            script.chmod(0o755)
        path = f"{self.folder}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", str(FILES / name), *words],
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    def test_every_script_can_be_read_by_a_shell(self) -> None:
        for path in FILES.iterdir():
            if path.suffix not in (".md", ".awk") and path.name != "inittab":
                subprocess.run(["sh", "-n", str(path)], check=True)

    def test_sudo_keeps_words_whole(self) -> None:
        self.assertEqual(["a b", "c"], self.run_it("sudo", "sh", "-c", "echo 'a b'; echo c"))

    def test_curl_asks_by_wget(self) -> None:
        url = "http://169.254.169.254/latest"
        asked = self.run_it("curl", url, tool="wget")
        self.assertEqual(["-q", "-O", "-", url], asked)
        asked = self.run_it("curl", "-X", "POST", "-d", "a+b/c=", url, tool="wget")
        self.assertEqual(["-q", "-O", "-", "--post-data", "a+b/c=", url], asked)
        self.assertEqual(1, len(self.run_it("curl", "-V")))

    def test_mkfs_makes_what_can_be_mounted(self) -> None:
        asked = self.run_it("mkfs", "-t", "vfat", "/dev/vdb", tool="mkdosfs")
        self.assertEqual(["/dev/vdb"], asked)
        with self.assertRaises(subprocess.CalledProcessError):
            self.run_it("mkfs", "-t", "ext4", "/dev/vdb", tool="mkdosfs")

    def test_what_is_read_of_the_metadata(self) -> None:
        files = [{"path": f"/a{n}.txt", "content_path": f"/content/000{n}"} for n in (0, 1)]
        document = {"uuid": "u-1", "hostname": "web", "meta": {"a": "b"}, "files": files}
        (self.folder / "meta_data.json").write_text(json.dumps(document))
        command = ["awk", "-f", str(FILES / "metadata.awk"), str(self.folder / "meta_data.json")]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        expected = ["hostname web", "instance u-1", "file /content/0000 /a0.txt"]
        expected += ["file /content/0001 /a1.txt", "metadata a=b"]
        self.assertEqual(expected, said.splitlines())
