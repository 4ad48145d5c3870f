# SPDX-License-Identifier: Apache-2.0
"""openstacksdk's server: everything its proxy can do with one."""

from __future__ import annotations

from urllib.parse import unquote

from openstack import exceptions
from openstack.compute.v2 import (
    console_auth_token,
    server,
    server_interface,
    server_remote_console,
)

from tests.clients.sdk_case import NOBODY, SdkCase, tries


class ServerClass(SdkCase):
    @tries(server.Server, server.ServerDetail)
    def test_life(self) -> None:
        one = self.boot(metadata={"a": "b"}, description="first", hostname="given")
        self.assertEqual(("given", {"a": "b"}), (one.hostname, one.metadata))
        self.assertEqual(one.id, self.member.find_server(one.name).id)
        self.assertIn(one.id, [row.id for row in self.member.servers(details=False)])
        renamed = self.member.update_server(one, name=self.name(), description="second")
        self.assertEqual("second", renamed.description)
        self.member.set_server_metadata(one.id, c="d")
        self.member.delete_server_metadata(self.member.get_server(one.id), ["a"])
        self.assertEqual({"c": "d"}, self.member.get_server_metadata(one).metadata)
        self.member.add_tag_to_server(one, "blue")
        self.assertEqual([one.id], [row.id for row in self.member.servers(tags="blue")])
        self.member.remove_tags_from_server(one)
        self.assertIsNotNone(one.fetch_topology(self.member))
        self.assertEqual("", self.member.get_server_password(one) or "")
        self.member.clear_server_password(one)
        self.assertIn("output", self.member.get_server_console_output(one, length=3))

    @tries(server_interface.ServerInterface)
    def test_interfaces(self) -> None:
        one = self.boot()
        self.assertEqual([], list(self.member.server_interfaces(one)))
        made = self.member.create_server_interface(one)
        [listed] = self.member.server_interfaces(one)
        shown = self.member.get_server_interface(made.port_id, one)
        for interface in (listed, shown):
            self.assertEqual(("ACTIVE", made.mac_addr), (interface.port_state, interface.mac_addr))
        addresses = self.member.get_server(one.id).addresses
        self.assertEqual(
            [made.fixed_ips[0]["ip_address"]], [a["addr"] for a in addresses["private"]]
        )
        self.member.delete_server_interface(made.port_id, one)
        self.member.wait_for_server(one)
        with self.assertRaises(exceptions.NotFoundException):
            self.member.get_server_interface(NOBODY, one)
        with self.assertRaises(exceptions.HttpException) as refused:
            self.member.create_server_interface(one, net_id=NOBODY)
        self.assertEqual(400, refused.exception.status_code)

    def test_power(self) -> None:
        one = self.boot()
        compute = self.member
        for act, status in (
            (compute.stop_server, "SHUTOFF"),
            (compute.start_server, "ACTIVE"),
            (compute.pause_server, "PAUSED"),
            (compute.unpause_server, "ACTIVE"),
            (compute.suspend_server, "SUSPENDED"),
            (compute.resume_server, "ACTIVE"),
            (compute.rescue_server, "RESCUE"),
            (compute.unrescue_server, "ACTIVE"),
            (compute.shelve_server, "SHELVED_OFFLOADED"),
            (compute.unshelve_server, "ACTIVE"),
        ):
            with self.subTest(act.__name__):
                act(one)
                self.settled(one, status)
        compute.reboot_server(one, "HARD")
        self.settled(one)
        compute.trigger_server_crash_dump(one)
        self.done(one, "trigger_crash_dump")
        compute.change_server_password(one, "new-one")
        self.settled(one)

    def test_locks_and_states(self) -> None:
        one = self.boot()
        self.admin.lock_server(one, locked_reason="audit")
        with self.assertRaises(exceptions.ConflictException):
            self.member.stop_server(one)
        self.admin.unlock_server(one)
        with self.assertRaises(exceptions.ConflictException):
            self.member.restore_server(one)
        self.admin.reset_server_state(one, "error")
        self.assertEqual("ERROR", self.member.get_server(one.id).status)
        self.admin.reset_server_state(one, "active")
        with self.assertRaises(exceptions.HttpException):
            self.admin.evacuate_server(one)  # its host is up

    def test_rebuild_and_resize(self) -> None:
        one = self.boot()
        rebuilt = self.member.rebuild_server(one, image=self.cloud.images["image-alt"])
        self.assertEqual(one.id, rebuilt.id)
        self.assertEqual(self.cloud.images["image-alt"], self.settled(one).image.id)
        for flavor, end in (
            ("m1.small", self.member.confirm_server_resize),
            ("m1.medium", self.member.revert_server_resize),
        ):
            self.member.resize_server(one, self.flavors[flavor].id)
            self.settled(one, "VERIFY_RESIZE")
            end(one)
            self.assertEqual("m1.small", self.settled(one).flavor.original_name)
        self.admin.migrate_server(one)
        self.settled(one, "VERIFY_RESIZE")
        self.member.confirm_server_resize(one)
        self.settled(one)

    def test_images(self) -> None:
        one = self.boot()
        connection = self.cloud.connection()
        made = self.member.create_server_image(one, self.name())
        self.settled(one)
        self.assertEqual("active", connection.image.wait_for_status(made, "active").status)
        self.member.backup_server(one, self.name(), "daily", 1)
        self.settled(one)

    @tries(server_remote_console.ServerRemoteConsole, console_auth_token.ConsoleAuthToken)
    def test_consoles(self) -> None:
        one = self.boot()
        made = self.member.create_server_remote_console(one, protocol="vnc", type="novnc")
        token = unquote(made.url).rpartition("token=")[2]
        self.assertEqual(one.id, self.admin.validate_console_auth_token(token).instance_uuid)
        with self.assertRaises(exceptions.ForbiddenException):
            self.member.validate_console_auth_token(token)
