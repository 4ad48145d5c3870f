# SPDX-License-Identifier: Apache-2.0
"""What is read of a server from its head document: addresses, ports, volumes, groups, password."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.index.write import Head
from nova_cells.objects import Instance
from tests.api.side_case import (
    ADMIN,
    BAD,
    DENIED,
    MEMBER,
    MISSING,
    NEWEST,
    OUTSIDER,
    PROJECT,
    READER,
    SideCase,
)
from tests.unit.global_api.world import spec

NOBODY = "00000000-0000-0000-0000-000000000000"
VOLUMES = [f"11111111-2222-3333-4444-{number:012}" for number in range(3)]
ATTACHMENT, DEVICE = VOLUMES[1], VOLUMES[2]
NIC = {"mac": "fa:16:3e:00:00:01", "type": "fixed"}
ADDRESSES = {
    "lan": [{"addr": "10.0.0.5", "version": 4, **NIC}, {"addr": "fd00::5", "version": 6, **NIC}],
    "größe": [{"addr": "10.1.0.5", "version": 4, **NIC}],
}
STRANGER = f"mallory:{PROJECT}:none"


class PartCase(SideCase):
    def server(self, **changes: Any) -> str:
        made = Instance.from_spec(spec()).replace(vm_state="active", **changes)
        self.side.index.apply([Head(made.document(), None)])
        return str(made.uuid)

    def read(self, server: str, part: str, version: int = NEWEST) -> Any:
        return self.get(f"/servers/{server}/{part}", version, as_=READER, status=200).body


class EveryPartTest(PartCase):
    parts = (
        *("ips", "os-security-groups", "os-interface", "os-volume_attachments"),
        "os-server-password",
    )

    def test_who_may(self) -> None:
        server = self.server(addresses=ADDRESSES)
        for part in (*self.parts, "topology", "ips/lan"):
            path = f"/servers/{server}/{part}"
            for who in (ADMIN, MEMBER, READER):
                self.get(path, NEWEST, as_=who, status=200)
            self.refused(MISSING, self.get(path, NEWEST, as_=OUTSIDER))
            self.refused(DENIED, self.get(path, NEWEST, as_=STRANGER))

    def test_servers_that_are_not(self) -> None:
        gone = self.server(deleted_at=5)
        for key in (gone, NOBODY, "x", "%00"):
            for part in (*self.parts, "ips/lan", "os-interface/x", "os-volume_attachments/x"):
                self.refused(MISSING, self.get(f"/servers/{key}/{part}"))

    def test_unknown_parameters(self) -> None:
        path = f"/servers/{self.server()}"
        for part in self.parts:
            strict = 75 if part == "os-volume_attachments" else 102
            self.get(f"{path}/{part}?x=1", strict - 1, status=200)
            self.refused(BAD, self.get(f"{path}/{part}?x=1", strict))


class AddressTest(PartCase):
    def test_all_and_of_one_network(self) -> None:
        server = self.server(addresses=ADDRESSES)
        lan = [{"version": 4, "addr": "10.0.0.5"}, {"version": 6, "addr": "fd00::5"}]
        other = [{"version": 4, "addr": "10.1.0.5"}]
        for version in (1, NEWEST):
            expected = {"addresses": {"lan": lan, "größe": other}}
            self.assertEqual(expected, self.read(server, "ips", version))
            self.assertEqual({"lan": lan}, self.read(server, "ips/lan", version))
        self.assertEqual({"größe": other}, self.read(server, "ips/gr%C3%B6%C3%9Fe"))
        for label in ("wan", "LAN", NOBODY):
            self.refused(MISSING, self.get(f"/servers/{server}/ips/{label}"))

    def test_none(self) -> None:
        self.assertEqual({"addresses": {}}, self.read(self.server(), "ips"))


class WithoutNetworkTest(PartCase):
    def test_there_are_no_ports_and_no_groups(self) -> None:
        server = self.server(security_groups=["default"])
        for version in (1, 69, 70, NEWEST):
            ports = self.read(server, "os-interface", version)
            self.assertEqual({"interfaceAttachments": []}, ports)
            groups = self.read(server, "os-security-groups", version)
            self.assertEqual({"security_groups": []}, groups)
        self.refused(MISSING, self.get(f"/servers/{server}/os-interface/{NOBODY}"))


class VolumeTest(PartCase):
    def setUp(self) -> None:
        super().setUp()
        facts = {"device": "/dev/vdb", "tag": "t", "delete_on_termination": True}
        ids = {"attachment_id": ATTACHMENT, "bdm_uuid": DEVICE}
        self.uuid = self.server(volumes=[{"id": each, **facts, **ids} for each in VOLUMES])

    def test_fields_of_each_version(self) -> None:
        base = {"serverId": self.uuid, "volumeId": VOLUMES[0], "device": "/dev/vdb"}
        ids = {"attachment_id": ATTACHMENT, "bdm_uuid": DEVICE}
        tagged = {**base, "id": VOLUMES[0], "tag": "t"}
        ending = {"delete_on_termination": True}
        for version, expected in (
            (1, {**base, "id": VOLUMES[0]}),
            (69, {**base, "id": VOLUMES[0]}),
            (70, tagged),
            (78, tagged),
            (79, {**tagged, **ending}),
            (88, {**tagged, **ending}),
            (89, {**base, "tag": "t", **ending, **ids}),
            (NEWEST, {**base, "tag": "t", **ending, **ids}),
        ):
            with self.subTest(version=version):
                path = f"os-volume_attachments/{VOLUMES[0]}"
                shown = self.read(self.uuid, path, version)
                self.assertEqual({"volumeAttachment": expected}, shown)
                listed = self.read(self.uuid, "os-volume_attachments", version)
                self.assertEqual(expected, listed["volumeAttachments"][0])

    def test_pages(self) -> None:
        for query, expected in (
            ("", VOLUMES),
            ("?limit=2", VOLUMES[:2]),
            ("?limit=0", []),
            ("?offset=1", VOLUMES[1:]),
            ("?offset=1&limit=1", VOLUMES[1:2]),
            (f"?offset={10**30}", []),
        ):
            found = self.read(self.uuid, f"os-volume_attachments{query}")["volumeAttachments"]
            self.assertEqual(expected, [each["volumeId"] for each in found])
        for query in ("limit=x", "limit=-1", "offset=-1"):
            path = f"/servers/{self.uuid}/os-volume_attachments?{query}"
            self.refused(BAD, self.get(path, NEWEST))

    def test_unknown(self) -> None:
        path = f"/servers/{self.uuid}/os-volume_attachments"
        for key in (NOBODY, "x"):
            self.refused(MISSING, self.get(f"{path}/{key}"))


class PasswordTest(PartCase):
    def test_there_is_none_to_read_or_forget(self) -> None:
        server = self.server()
        path = f"/servers/{server}/os-server-password"
        for version in (1, NEWEST):
            self.assertEqual({"password": ""}, self.read(server, "os-server-password", version))
            for who in (MEMBER, ADMIN):
                self.assertIsNone(self.delete(path, version, as_=who, status=204).body)
        self.refused(DENIED, self.delete(path, as_=READER))
        self.refused(MISSING, self.delete(path, as_=OUTSIDER))
        self.refused(MISSING, self.delete(f"/servers/{NOBODY}/os-server-password"))


class TopologyTest(PartCase):
    def test_since_2_78(self) -> None:
        server = self.server()
        self.refused(MISSING, self.get(f"/servers/{server}/topology", 77))
        for version in (78, NEWEST):
            expected = {"nodes": [], "pagesize_kb": None}
            self.assertEqual(expected, self.read(server, "topology", version))
