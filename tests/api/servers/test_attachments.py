# SPDX-License-Identifier: Apache-2.0
"""What comes and goes with a server, where no other service is there: windows, states, answers."""

from __future__ import annotations

import uuid

from tests.api.harness import ApiCase

NOBODY = "6f70656e-7374-6163-6b20-6e6f76610000"
INTERFACE = {"interfaceAttachment": {}}


def volume(**more):
    return {"volumeAttachment": {"volumeId": NOBODY, **more}}


class AttachmentCase(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        self.path = f"/servers/{self.server}"

    def act(self, action, arguments=None, client=None, version="2.104", **more):
        body = {action: arguments}
        return (client or self.member).post(f"{self.path}/action", body, version, **more)

    def missing(self, answer, *words):
        self.assertFault(answer, 404, "itemNotFound", *words)

    def wrong(self, answer, *words):
        self.assertFault(answer, 400, "badRequest", *words)

    def clash(self, answer, *words):
        self.assertFault(answer, 409, "conflictingRequest", *words)

    def outsiders(self, method, path, body=None):
        """Another project's server is unknown; a reader changes nothing."""
        self.missing(self.other.ask(method, path, body), "Instance")
        self.assertFault(self.reader.ask(method, path, body), 403, "forbidden")


class InterfacesTest(AttachmentCase):
    def setUp(self) -> None:
        super().setUp()
        self.ports = f"{self.path}/os-interface"

    def test_no_port_can_be_had(self):
        for body in (
            {},
            {"net_id": NOBODY, "fixed_ips": [{"ip_address": "10.0.0.1"}]},
            {"port_id": NOBODY},
            {"net_id": NOBODY, "fixed_ips": [{"ip_address": "fe80::1"}], "tag": "a"},
        ):
            self.wrong(self.member.post(self.ports, {"interfaceAttachment": body}), "no network")

    def test_bodies(self):
        self.wrong(self.member.post(self.ports, {}), "interfaceAttachment")
        for wish, word in (
            ({"net_id": NOBODY, "port_id": NOBODY}, "both"),
            ({"fixed_ips": [{"ip_address": "10.0.0.1"}]}, "network_id"),
            ({"net_id": "x"}, "net_id"),
            ({"net_id": NOBODY, "fixed_ips": []}, "fixed_ips"),
            ({"net_id": NOBODY, "fixed_ips": [{"ip_address": "x"}]}, "ip_address"),
            ({"net_id": NOBODY, "fixed_ips": [{"ip_address": "10.0.0.1"}] * 2}, "fixed_ips"),
            ({"tag": "a,b"}, "tag"),
            ({"more": 1}, "more"),
        ):
            self.wrong(self.member.post(self.ports, {"interfaceAttachment": wish}), word)

    def test_a_tag_from_2_49(self):
        wish = {"interfaceAttachment": {"tag": "a"}}
        self.wrong(self.member.post(self.ports, wish, "2.48"), "tag")
        self.wrong(self.member.post(self.ports, wish, "2.49"), "no network")

    def test_a_port_that_is_not_there(self):
        self.missing(self.member.delete(f"{self.ports}/{NOBODY}"), "no port")
        self.missing(self.member.get(f"{self.ports}/{NOBODY}"), "no port")

    def test_states(self):
        self.act("os-stop", expect=202)
        self.settled(self.server, "SHUTOFF")
        self.wrong(self.member.post(self.ports, INTERFACE), "no network")
        self.act("os-start", expect=202)
        self.settled(self.server, "ACTIVE")
        self.act("suspend", expect=202)
        self.settled(self.server, "SUSPENDED")
        self.clash(self.member.post(self.ports, INTERFACE), "attach_interface", "suspended")
        self.clash(self.member.delete(f"{self.ports}/{NOBODY}"), "detach_interface")
        self.act("resume", expect=202)
        self.settled(self.server, "ACTIVE")
        self.act("lock", expect=202)
        self.clash(self.member.post(self.ports, INTERFACE), "locked")
        self.wrong(self.admin.post(self.ports, INTERFACE), "no network")

    def test_whose(self):
        self.outsiders("POST", self.ports, INTERFACE)
        self.outsiders("DELETE", f"{self.ports}/{NOBODY}")


class VolumesTest(AttachmentCase):
    def setUp(self) -> None:
        super().setUp()
        self.volumes = f"{self.path}/os-volume_attachments"
        self.one = f"{self.volumes}/{NOBODY}"

    def test_no_volume_is_there(self):
        for version in ("2.1", "2.100", "2.101", "2.104"):
            self.missing(self.member.post(self.volumes, volume(), version), "no volume service")
        self.missing(self.member.get(self.one), "no volume")
        self.missing(self.member.delete(self.one), "no volume")
        self.missing(self.member.put(self.one, volume()), "no volume")

    def test_bodies(self):
        for device in ("/dev/vdb", "/dev/sda1", "/dev/xvdc", None):
            self.missing(self.member.post(self.volumes, volume(device=device)), "Volume")
        for body, word in (
            ({}, "volumeAttachment"),
            ({"volumeAttachment": {}}, "volumeId"),
            (volume(volumeId="x"), "volumeId"),
            (volume(device="vdb"), "device"),
            (volume(device="/dev/../x"), "device"),
            (volume(more=1), "more"),
        ):
            self.wrong(self.member.post(self.volumes, body), word)

    def test_windows_of_bodies(self):
        for since, field in ((49, {"tag": "a"}), (79, {"delete_on_termination": True})):
            for minor, check in ((since - 1, self.wrong), (since, self.missing)):
                check(self.member.post(self.volumes, volume(**field), f"2.{minor}"))
        more = volume(delete_on_termination=True)
        self.wrong(self.member.put(self.one, more, "2.84"), "delete_on_termination")
        self.missing(self.member.put(self.one, more, "2.85"), "no volume")

    def test_replacing_is_for_services(self):
        another = volume(volumeId=str(uuid.uuid4()))
        self.assertFault(self.member.put(self.one, another), 403, "forbidden", ":swap")
        self.missing(self.admin.put(self.one, another), "no volume")

    def test_states(self):
        self.act("suspend", expect=202)
        self.settled(self.server, "SUSPENDED")
        self.clash(self.member.post(self.volumes, volume()), "attach_volume", "suspended")

    def test_whose(self):
        self.outsiders("POST", self.volumes, volume())
        self.outsiders("PUT", self.one, volume())
        self.outsiders("DELETE", self.one)


class SharesTest(AttachmentCase):
    def setUp(self) -> None:
        super().setUp()
        self.shares = f"{self.path}/shares"
        self.one = f"{self.shares}/{NOBODY}"
        self.wish = {"share": {"share_id": NOBODY}}

    def test_they_come_with_2_97(self):
        for method, path, body in (
            ("GET", self.shares, None),
            ("POST", self.shares, self.wish),
            ("GET", self.one, None),
            ("DELETE", self.one, None),
        ):
            answer = self.admin.ask(method, path, body, "2.96")
            self.missing(answer, "The resource could not be found.")
        self.assertEqual({"shares": []}, self.reader.get(self.shares, "2.97", expect=200).json)
        self.missing(self.reader.get(self.one, "2.97"), "not attached")

    def test_a_server_has_to_be_off(self):
        self.clash(self.member.post(self.shares, self.wish), "attach_share", "active")
        self.clash(self.member.delete(self.one), "detach_share", "active")
        self.act("os-stop", expect=202)
        self.settled(self.server, "SHUTOFF")
        self.missing(self.member.post(self.shares, self.wish), "no share service")
        self.missing(self.member.delete(self.one), "no share service")

    def test_bodies(self):
        for body in (
            {},
            {"share": {}},
            {"share": {"share_id": "x"}},
            {"share": {"share_id": NOBODY, "tag": ""}},
            {"share": {"share_id": NOBODY, "tag": "a/b"}},
            {"share": {"share_id": NOBODY, "more": 1}},
        ):
            self.wrong(self.member.post(self.shares, body))

    def test_whose(self):
        self.outsiders("POST", self.shares, self.wish)
        self.outsiders("DELETE", self.one)


class GroupsTest(AttachmentCase):
    def test_no_group_is_there(self):
        for action in ("addSecurityGroup", "removeSecurityGroup"):
            for version in ("2.1", "2.36", "2.104"):
                answer = self.act(action, {"name": "web"}, version=version)
                self.missing(answer, "web", "no network service")
            for arguments in (None, {}, {"name": ""}, {"name": 1}, {"name": "a", "b": 1}):
                self.wrong(self.act(action, arguments))
            self.outsiders("POST", f"{self.path}/action", {action: {"name": "web"}})

    def test_ports_are_told_again(self):
        for arguments in (None, {"x": 1}):
            self.act("injectNetworkInfo", arguments, client=self.admin, expect=202)
        self.assertFault(self.act("injectNetworkInfo"), 403, "forbidden")


class NotYetTest(ApiCase):
    def test_one_that_has_no_host(self):
        """A server that no cell could take is there, but nothing can be attached to it."""
        flavor = {"name": self.project, "ram": 10**8, "vcpus": 1, "disk": 1}
        made = self.admin.post("/flavors", {"flavor": flavor}, expect=200).json["flavor"]["id"]
        self.addCleanup(self.admin.delete, f"/flavors/{made}", expect=202)
        quota = {"quota_set": {"ram": -1, "force": True}}
        self.admin.put(f"/os-quota-sets/{self.project}", quota, expect=200)
        wish = self.wish(flavorRef=made)
        path = f"/servers/{self.member.post('/servers', wish, expect=202).json['server']['id']}"
        self.settled(path.rsplit("/", 1)[1], "ERROR")
        console = {"remote_console": {"protocol": "vnc", "type": "novnc"}}
        for method, suffix, body in (
            ("POST", "/os-interface", INTERFACE),
            ("POST", "/os-volume_attachments", volume()),
            ("POST", "/shares", {"share": {"share_id": NOBODY}}),
            ("POST", "/action", {"addSecurityGroup": {"name": "a"}}),
            ("POST", "/action", {"injectNetworkInfo": None}),
            ("POST", "/remote-consoles", console),
            ("GET", "/diagnostics", None),
        ):
            with self.subTest(suffix):
                answer = self.admin.ask(method, path + suffix, body)
                self.assertFault(answer, 409, "conflictingRequest")
