# SPDX-License-Identifier: Apache-2.0
"""Archives made to reach the host, or to fill it, are refused and leave nothing behind."""

from __future__ import annotations

import gzip
import io
import lzma
import stat
import subprocess
import tarfile
from pathlib import Path

from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import ImageUnusable
from tests.real.lxc.case import ROOT, LxcCase


def entry(name: str, kind: bytes = tarfile.REGTYPE, **facts: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.mode = kind, 0o755
    for fact, value in facts.items():
        setattr(made, fact, value)
    return made


class HostileImagesTest(LxcCase):
    def setUp(self) -> None:
        super().setUp()
        self.outside = self.ground.folder / "outside"
        self.outside.write_text("mine")
        self.addCleanup(self.outside.unlink)

    def make_conf(self) -> cfg.ConfigOpts:
        conf = super().make_conf()
        conf.set_override("tree_size_mb", 16, group="lxc")
        conf.set_override("tree_entries", 500, group="lxc")
        conf.set_override("child_memory_mb", 256, group="image_cache")
        return conf

    def archive(self, *entries: tarfile.TarInfo, content: bytes = b"theirs") -> Path:
        path = self.state / "image"
        with tarfile.open(path, "w") as archive:
            for each in entries:
                each.size = len(content) if each.isreg() else 0
                archive.addfile(each, io.BytesIO(content))
        return path

    def refused(self, path: Path) -> str:
        machine = self.make_machine(image=self.tree_image(path))
        self.addCleanup(self.driver.destroy, machine.uuid)
        with self.assertRaises(ImageUnusable) as caught:
            self.driver.define(machine)
        self.driver.destroy(machine.uuid)
        self.assertEqual(set(), self.files())
        cache = self.ground.folder / "cache"
        self.assertEqual([], [*cache.glob("*/*.part"), *cache.glob("*/*.note")])
        self.assertEqual("mine", self.outside.read_text())
        return caught.exception.message

    def made(self, path: Path) -> Path:
        self.machine = self.make_machine(image=self.tree_image(path))
        self.driver.define(self.machine)
        return self.tree()

    def test_names_that_climb_out(self):
        for name in ("../outside", "a/../../outside", "/../outside"):
            self.assertIn("outside of it", self.refused(self.archive(entry(name))))

    def test_a_link_that_leads_out_leads_nowhere(self):
        for target in (str(self.outside), "../" * 12 + str(self.outside)[1:]):
            link = entry("link", tarfile.SYMTYPE, linkname=target)
            tree = self.made(self.archive(link, entry("link")))
            self.assertEqual("theirs", (tree / "link").read_text())
            self.assertFalse((tree / "link").is_symlink())
            self.assertEqual("mine", self.outside.read_text())
            self.driver.destroy(self.machine.uuid)

    def test_a_folder_that_is_a_link_to_one_outside(self):
        link = entry("etc", tarfile.SYMTYPE, linkname=str(self.ground.folder))
        self.refused(self.archive(link, entry("etc/outside")))

    def test_a_hard_link_to_a_file_of_the_host(self):
        for target in (str(self.outside), "/etc/passwd", "absent"):
            link = entry("link", tarfile.LNKTYPE, linkname=target)
            self.assertIn("which is not there", self.refused(self.archive(link)))

    def test_devices_are_never_made(self):
        for kind in (tarfile.BLKTYPE, tarfile.CHRTYPE):
            device = entry("disk", kind, devmajor=254, devminor=0)
            self.assertIn("not allowed", self.refused(self.archive(device)))
        null = entry("dev/null", tarfile.CHRTYPE, devmajor=1, devminor=3)
        tree = self.made(self.archive(null, entry("file")))
        self.assertEqual(["file"], [path.name for path in tree.rglob("*")])

    def test_owners_and_modes_are_the_containers_own(self):
        files = entry("su", mode=0o4755), entry("mine", mode=0o600, uid=33, gid=34)
        tree = self.made(self.archive(*files))
        found = {path.name: path.stat() for path in tree.iterdir()}
        self.assertEqual((ROOT, ROOT), (found["su"].st_uid, found["su"].st_gid))
        self.assertEqual(0o4755, stat.S_IMODE(found["su"].st_mode))
        self.assertEqual((ROOT + 33, ROOT + 34), (found["mine"].st_uid, found["mine"].st_gid))
        self.driver.destroy(self.machine.uuid)
        beyond = entry("beyond", uid=65536)
        self.assertIn("past 65535", self.refused(self.archive(beyond)))

    def test_archives_that_unpack_to_too_much(self):
        big = self.archive(entry("big"), content=bytes(17 << 20))
        for pack in (gzip.compress, lzma.compress, _zstd, bytes):
            packed = self.state / "packed"
            packed.write_bytes(pack(big.read_bytes()))
            self.assertIn("more than 16 MiB", self.refused(packed))
        many = self.archive(*(entry(f"file{number}") for number in range(501)))
        self.assertIn("more than 500 entries", self.refused(many))

    def test_what_is_no_archive(self):
        path = self.state / "image"
        whole = self.archive(entry("file"), content=bytes(4096)).read_bytes()
        for content, words in (
            (b"#!/bin/sh\n", "no tar archive"),
            (b"", "no tar archive"),
            (gzip.compress(b"not a tar at all"), "damaged"),
            (gzip.compress(whole)[:40], "damaged"),
            (whole[:1024], "damaged"),
            (bytes.fromhex("28b52ffd") + b"no zstd", "damaged"),
        ):
            path.write_bytes(content)
            self.assertIn(words, self.refused(path))

    def test_an_archive_that_wants_all_memory(self):
        """A header of two gigabytes, in a few hundred bytes."""
        head = entry("pax", tarfile.XHDTYPE, size=600 << 20).tobuf()
        path = self.state / "image"
        with gzip.open(path, "wb", 1) as packed:
            packed.write(head)
            for _ in range(600):
                packed.write(bytes(1 << 20))
        self.refused(path)


def _zstd(content: bytes) -> bytes:
    return subprocess.run(["zstd", "-qc"], input=content, capture_output=True, check=True).stdout
