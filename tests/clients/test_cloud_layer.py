# SPDX-License-Identifier: Apache-2.0
"""The SDK's cloud layer as Ansible's openstack.cloud modules call it.

Terraform's provider, gophercloud and Horizon send the same requests.
"""

from __future__ import annotations

import uuid
from typing import Any

from openstack import exceptions
from openstack.compute.v2.server import Server

from tests.clients.sdk_case import NOBODY, SdkCase
from tests.clients.shared_cloud import MEMBER


class AnsibleModules(SdkCase):
    def setUp(self) -> None:
        # As users have it who name no microversion: the SDK takes its newest of each thing.
        self.layer = self.cloud.connection(MEMBER, microversion=None)

    def made(self, **wishes: Any) -> Server:
        """What openstack.cloud.server does with `state: present`; the layer asks for network auto.

        With `wait` the layer wants an address as well, and there is no network service to give one.
        """
        name = f"ansible-{uuid.uuid4().hex[:12]}"
        self.addCleanup(self.layer.delete_server, name, wait=True)
        image, flavor = self.layer.get_image("image"), self.layer.get_flavor("m1.tiny")
        wanted = {"name": name, "image": image.id, "flavor": flavor.id, "auto_ip": False}
        return self.settled(self.layer.create_server(**wanted, **wishes))

    def test_server(self) -> None:
        server = self.made(meta={"by": "ansible"}, userdata="#cloud-config", config_drive=True)
        self.assertEqual(("ACTIVE", {"by": "ansible"}), (server.status, server.metadata))
        self.assertEqual(server.id, self.layer.get_server(server.name).id)
        self.assertEqual([server.id], [one.id for one in self.layer.search_servers(server.name)])
        self.layer.set_server_metadata(server.id, {"more": "x"})
        self.layer.delete_server_metadata(server.id, ["by"])
        self.assertEqual({"more": "x"}, self.layer.get_server(server.id).metadata)
        self.assertTrue(self.layer.delete_server(server.name, wait=True, timeout=60))
        self.assertFalse(self.layer.delete_server(server.name, wait=True))

    def test_a_network_of_ones_own_is_refused_without_the_network_service(self) -> None:
        with self.assertRaises(exceptions.BadRequestException):
            self.made(nics=[{"net-id": NOBODY}])

    def test_server_actions(self) -> None:
        server = self.made()
        compute = self.layer.compute
        for act, status in (
            (compute.stop_server, "SHUTOFF"),
            (compute.start_server, "ACTIVE"),
            (compute.pause_server, "PAUSED"),
            (compute.unpause_server, "ACTIVE"),
            (compute.lock_server, "ACTIVE"),
            (compute.unlock_server, "ACTIVE"),
            (compute.shelve_server, "SHELVED_OFFLOADED"),
            (compute.unshelve_server, "ACTIVE"),
        ):
            with self.subTest(act.__name__):
                act(server.id)
                self.settled(server, status)
        rebuilt = self.layer.rebuild_server(
            server.id, self.cloud.images["image-alt"], admin_pass="secret", wait=True
        )
        self.assertEqual("ACTIVE", rebuilt.status)

    def test_resize(self) -> None:
        server = self.made()
        self.layer.compute.resize_server(server, self.layer.get_flavor("m1.small").id)
        self.settled(server, "VERIFY_RESIZE")
        self.layer.compute.confirm_server_resize(server)
        self.assertEqual("m1.small", self.settled(server).flavor.original_name)

    def test_image_of_a_server(self) -> None:
        server = self.made()
        image = self.layer.create_image_snapshot(f"{server.name}-image", server, wait=True)
        self.addCleanup(self.layer.delete_image, image.id, wait=True)
        self.assertEqual("active", image.status)

    def test_keypair_group_flavor_quota_aggregate(self) -> None:
        admin = self.cloud.connection(microversion=None)
        name = self.name()
        key = self.layer.create_keypair(name, self.cloud.key.read_text())
        self.assertEqual(name, key.name)
        self.assertTrue(self.layer.delete_keypair(name))
        group = self.layer.create_server_group(name, policy="soft-affinity")
        self.assertEqual(group.id, self.layer.get_server_group(name).id)
        self.assertTrue(self.layer.delete_server_group(name))
        flavor = admin.create_flavor(name, 64, 1, 1, is_public=False)
        admin.set_flavor_specs(flavor.id, {"hw:cpu_policy": "shared"})
        self.assertTrue(admin.delete_flavor(name))
        aggregate = admin.create_aggregate(name)
        self.assertEqual(aggregate.id, admin.get_aggregate(name).id)
        self.assertTrue(admin.delete_aggregate(name))
        project = self.cloud.project("ansible-quotas")
        admin.set_compute_quotas(project, ram=4096)
        self.assertEqual(4096, admin.get_compute_quotas(project).ram)
        admin.delete_compute_quotas(project)
        self.assertTrue(self.layer.get_compute_limits().max_total_cores)
