# SPDX-License-Identifier: Apache-2.0
"""Containers of a real cell: images find the hosts they are for, and containers move."""

from __future__ import annotations

import uuid as uuids

import libvirt

from nova_cells.contracts import FaultCode
from nova_cells.objects import ImageFacts
from nova_cells.runtime.context import RequestContext
from tests.real.lxc.case import ROOT, container_image, lxc_uri
from tests.real.lxc.cloud_case import LxcCloudCase
from tests.unit.cell.conductor.world import spec_with

OWNER = RequestContext(project_id="project")


class MixedCloudTest(LxcCloudCase):
    containers = ("hv2",)

    def test_each_image_leads_to_a_host_of_its_kind(self):
        uuid = self.boot_container()
        self.assertEqual("hv2", self.cloud.show(uuid).host)
        self.cloud.act(uuid, "delete")
        for image, host in ((container_image(), "hv1"), (self.ground.guest, "hv2")):
            flavor = self.cloud.flavor(memory_mb=128)
            spec = spec_with(image=image, requested_host=host, flavor=flavor)
            [reply] = self.cloud.cell.build([spec])
            self.assertEqual(FaultCode.NO_VALID_HOST, reply.fault_code, host)
        for host in ("hv1", "hv2"):
            self.assertEqual(set(), self.cloud.driver(host).machines())


class MovesTest(LxcCloudCase):
    def test_a_container_moves_and_shrinks_with_its_files_and_owners(self):
        uuid = self.boot_container("hv1")
        self.cloud.act(uuid, "stop")
        mine = self.container_folder("hv1", uuid) / "tree/root/mine"
        mine.write_text("kept")
        self.cloud.act(uuid, "migrate")
        self.cloud.act(uuid, "confirm_resize")
        self.assertEqual("hv2", self.cloud.show(uuid).host)
        self.assertEqual(set(), self.cloud.driver("hv1").machines())
        self.assertFalse(self.container_folder("hv1", uuid).exists())
        moved = self.container_folder("hv2", uuid) / "tree"
        self.assertEqual("kept", (moved / "root/mine").read_text())
        self.assertEqual({ROOT}, {path.lstat().st_uid for path in moved.rglob("*")})
        self.assertTrue((moved / "bin/sh").is_symlink())
        small = self.cloud.flavor(memory_mb=16)
        server = self.cloud.act(uuid, "resize", flavor=small.document(), host="hv1")
        self.assertEqual(("resized", "hv1"), (server.vm_state, server.host), server.fault)
        self.cloud.act(uuid, "confirm_resize")
        self.cloud.act(uuid, "start")
        self.assertEqual(16 << 10, self.limit("hv1", uuid))
        self.assertEqual("deleted", self.cloud.act(uuid, "delete").vm_state)
        for host in ("hv1", "hv2"):
            self.assertEqual(set(), self.cloud.driver(host).machines())
            self.assertFalse(self.container_folder(host, uuid).exists())

    def limit(self, host: str, uuid: str) -> int:
        """KiB that the kernel lets the container have."""
        connection = libvirt.open(lxc_uri(self.ground.uris[host]))
        self.addCleanup(connection.close)
        return connection.lookupByUUIDString(uuid).memoryParameters()["hard_limit"]


class ImagesTest(LxcCloudCase):
    def test_a_container_is_shelved_and_comes_back_from_its_image(self):
        uuid = self.boot_container("hv1")
        (self.container_folder("hv1", uuid) / "tree/root/mine").write_text("kept")
        image = ImageFacts(id=str(uuids.uuid4()), name="shelved")
        self.ground.images.create(OWNER, image)
        server = self.cloud.act(uuid, "shelve", new_image=image.id)
        self.assertEqual("shelved_offloaded", server.vm_state, server.fault)
        self.assertEqual("docker", self.ground.images.find(OWNER, image.id).container_format)
        self.assertEqual(set(), self.cloud.driver("hv1").machines())
        server = self.cloud.act(uuid, "unshelve")
        self.assertEqual("active", server.vm_state, server.fault)
        again = self.container_folder(str(server.host), uuid) / "tree/root/mine"
        self.assertEqual("kept", again.read_text())
