# SPDX-License-Identifier: Apache-2.0
"""POST /servers: what is taken, what is refused and with which words."""

from __future__ import annotations

import base64
import uuid

from nova_cells.cell.conductor import machines
from nova_cells.cell.conductor.head import load
from tests.api.harness import ApiCase, Client

# field → (value, oldest version with it, newest version with it); 104 is the newest there is.
FIELDS = {
    "adminPass": ("secret", 1, 104),
    "metadata": ({"a": "b"}, 1, 104),
    "OS-DCF:diskConfig": ("AUTO", 1, 104),
    "accessIPv4": ("10.0.0.1", 1, 104),
    "accessIPv6": ("fe80::1", 1, 104),
    "availability_zone": ("nova", 1, 104),
    "config_drive": (True, 1, 104),
    "user_data": (base64.b64encode(b"#!").decode(), 1, 104),
    "security_groups": ([{"name": "default"}], 1, 104),
    "personality": ([{"path": "/a", "contents": "YQ=="}], 1, 56),
    "description": ("words", 19, 104),
    "tags": (["a", "b"], 52, 104),
    "trusted_image_certificates": (None, 63, 104),
    "hostname": ("host-1", 90, 104),
}


class CreateTest(ApiCase):
    def make(self, version="2.104", *, client=None, **more):
        wish = self.wish(**more)
        if int(version[2:]) < 37:
            del wish["server"]["networks"]
        return (client or self.member).post("/servers", wish, version)

    def assertRefused(self, *words, code=400, client=None, version="2.104", **more):
        key = {400: "badRequest", 403: "forbidden"}[code]
        self.assertFault(self.make(version, client=client, **more), code, key, *words)
        self.assertEqual([], self.admin.get("/servers").json["servers"])

    def test_the_answer(self):
        answer = self.make(adminPass="secret")
        self.assertEqual(202, answer.status_int)
        server = answer.json["server"]
        self.assertEqual(
            {"id", "links", "adminPass", "OS-DCF:diskConfig", "security_groups"}, set(server)
        )
        self.assertEqual("secret", server["adminPass"])
        location = f"http://localhost/v2.1/servers/{server['id']}"
        self.assertEqual(location, answer.headers["Location"])
        shown = self.member.get(f"/servers/{server['id']}", expect=200).json["server"]
        self.assertIn(shown["status"], ("BUILD", "ACTIVE"))

    def test_an_ipv6_address_is_kept_in_its_shortest_form(self):
        made = self.make(accessIPv6="FE80:0::0001").json["server"]["id"]
        self.assertEqual(
            "fe80::1", self.member.get(f"/servers/{made}").json["server"]["accessIPv6"]
        )

    def test_each_field_in_its_versions(self):
        for name, (value, since, until) in FIELDS.items():
            self._in_window(name, value, since, until)

    def _in_window(self, name, value, since, until):
        good = {since, until}
        bad = {since - 1, until + 1} & set(range(1, 105))
        for minor in sorted(good):
            answer = self.make(f"2.{minor}", client=self.admin, **{name: value})
            self.assertEqual(202, answer.status_int, f"{name} 2.{minor}: {answer.text}")
            self.admin.delete(f"/servers/{answer.json['server']['id']}")
        for minor in sorted(bad):
            answer = self.make(f"2.{minor}", **{name: value})
            self.assertFault(answer, 400, "badRequest", name)

    def test_what_was_given_is_shown(self):
        made = self.boot(
            name="Wöb_01.example",
            description="words",
            tags=["b", "a", "b"],
            metadata={"k": "v"},
            accessIPv4="10.0.0.1",
            hostname="web.example.org",
        )
        shown = self.admin.get(f"/servers/{made}").json["server"]
        self.assertEqual("Wöb_01.example", shown["name"])
        self.assertEqual("words", shown["description"])
        self.assertEqual({"a", "b"}, set(shown["tags"]))
        self.assertEqual({"k": "v"}, shown["metadata"])
        self.assertEqual("10.0.0.1", shown["accessIPv4"])
        self.assertEqual("web.example.org", shown["OS-EXT-SRV-ATTR:hostname"])

    def test_a_name_was_a_description_before_2_19(self):
        made = self.make("2.18", name="old").json["server"]["id"]
        self.assertEqual("old", self.member.get(f"/servers/{made}").json["server"]["description"])
        made = self.make("2.19", name="new").json["server"]["id"]
        self.assertIsNone(self.member.get(f"/servers/{made}").json["server"]["description"])

    def test_a_hostname_may_be_qualified_from_2_94(self):
        self.assertRefused("hostname", version="2.93", hostname="a.example.org")
        self.assertEqual(202, self.make("2.94", hostname="a.example.org").status_int)

    def test_networks(self):
        self.member.post("/servers", self.wish(networks="none"), "2.36", expect=400)
        self.assertRefused("networks", "network service", networks=[{"uuid": str(uuid.uuid4())}])
        self.assertRefused("networks", networks=[{"uuid": "x"}])
        self.assertRefused("networks", networks=[{"uuid": str(uuid.uuid4()), "fixed_ip": "x"}])
        for address in ("10.0.0.1", "fe80::1"):
            port = {"uuid": str(uuid.uuid4()), "fixed_ip": address}
            self.assertRefused("network service", networks=[port])
        wish = self.wish()
        del wish["server"]["networks"]
        self.assertFault(self.member.post("/servers", wish), 400, "badRequest", "networks")
        self.member.post("/servers", self.wish(networks="none"), "2.37", expect=202)
        for networks in ("auto", "none", []):
            made = self.make(networks=networks).json["server"]["id"]
            self.assertEqual({}, self.member.get(f"/servers/{made}").json["server"]["addresses"])

    def test_device_tags_come_and_go(self):
        device = {"source_type": "blank", "destination_type": "volume", "tag": "a"}
        port = {"port": str(uuid.uuid4()), "tag": "a"}
        both, port_only, neither = ("networks", "devices"), ("networks",), ()
        windows = {31: neither, 32: both, 33: port_only, 36: port_only, 37: neither}
        for minor, known in {**windows, 41: neither, 42: both, 104: both}.items():
            self._tag(minor, "networks" in known, networks=[port])
            self._tag(minor, "devices" in known, block_device_mapping_v2=[device])

    def _tag(self, minor, known, **field):
        """A tag that is known gets as far as what this deployment cannot do."""
        wish = self.wish(**field)
        if minor < 37 and "networks" not in field:
            del wish["server"]["networks"]
        answer = self.member.post("/servers", wish, f"2.{minor}", expect=400)
        message = answer.json["badRequest"]["message"]
        self.assertEqual(known, "this deployment has no" in message, f"2.{minor} {message}")

    def test_volumes_are_refused_whole(self):
        volume = {"source_type": "volume", "destination_type": "volume", "uuid": str(uuid.uuid4())}
        self.assertRefused("no volume service", block_device_mapping_v2=[volume])
        self.assertRefused(
            "block_device_mapping", block_device_mapping=[{"volume_id": str(uuid.uuid4())}]
        )
        self.assertRefused("security_groups", security_groups=[{"name": "web"}])
        image = {
            "source_type": "image",
            "destination_type": "local",
            "boot_index": 0,
            "uuid": self.image,
        }
        self.assertEqual(202, self.make(block_device_mapping_v2=[image]).status_int)

    def test_trusted_certificates_ask_for_a_signed_image(self):
        server = self.make(trusted_image_certificates=["one"]).json["server"]["id"]
        self.settled(server, "ERROR")
        document = self.member.get(f"/servers/{server}", expect=200).json["server"]
        self.assertEqual(["one"], document["trusted_image_certificates"])
        self.assertIn("not signed", document["fault"]["message"])
        self.gone(server)

    def test_disks_on_the_host(self):
        flavor = {"name": self.project, "ram": 64, "vcpus": 1, "disk": 1, "swap": 64}
        flavor["OS-FLV-EXT-DATA:ephemeral"] = 3
        made = self.admin.post("/flavors", {"flavor": flavor}, expect=200).json["flavor"]["id"]
        self.addCleanup(self.admin.delete, f"/flavors/{made}", expect=202)
        blank = {"source_type": "blank", "destination_type": "local", "boot_index": -1}
        disks = [
            {**blank, "guest_format": "swap", "volume_size": 32},
            {**blank, "volume_size": 1, "tag": "scratch"},
        ]
        larger = [disks[0], {**disks[1], "volume_size": 4}]
        self.assertRefused("Ephemeral disks", flavorRef=made, block_device_mapping_v2=larger)
        more = [*disks, {**blank, "volume_size": 1}]
        self.assertRefused("at most 3", flavorRef=made, block_device_mapping_v2=more)
        server = self.boot(flavorRef=made, block_device_mapping_v2=disks)
        machine = self.machine_of(server)
        self.assertEqual(([1], 1, 32), (machine.ephemerals, machine.ephemeral_gb, machine.swap_mb))
        machine = self.machine_of(self.boot(flavorRef=made))
        self.assertEqual(([3], 64), (machine.ephemeral_sizes(), machine.swap_mb))

    def machine_of(self, server):
        """What the driver was told to make."""
        for conductor in self.cloud.conductors:
            head = conductor.database.read(lambda c: _head(c, server))
            if head is not None:
                return machines.machine_of(head)
        raise AssertionError(f"no cell has {server}")

    def test_unknown_references(self):
        nobody = str(uuid.uuid4())
        self.assertRefused("flavorRef", flavorRef="none")
        self.assertRefused("imageRef", imageRef=nobody)
        self.assertRefused("imageRef", imageRef="x")
        self.assertRefused("imageRef", imageRef="")
        self.assertRefused("key_name", key_name="none")
        self.assertRefused("availability_zone", availability_zone="nowhere")
        self.assertRefused("availability_zone", client=self.admin, availability_zone="a:b:c:d")
        self.assertRefused("host", client=self.admin, host="nowhere")
        self.assertRefused("hypervisor_hostname", client=self.admin, hypervisor_hostname="nowhere")
        wish = {**self.wish(), "os:scheduler_hints": {"group": nobody}}
        self.assertFault(self.member.post("/servers", wish), 400, "badRequest", "group", nobody)

    def test_hosts_are_for_administrators(self):
        self.assertRefused("forced_host", code=403, availability_zone="nova:east-1")
        self.assertRefused("requested_destination", code=403, host="east-1")
        made = self.make(client=self.admin, availability_zone="nova:west-2").json["server"]["id"]
        self.settled(made, "ACTIVE")
        shown = self.admin.get(f"/servers/{made}").json["server"]
        self.assertEqual("west-2", shown["OS-EXT-SRV-ATTR:host"])
        made = self.make(client=self.admin, host="east-3").json["server"]["id"]
        self.settled(made, "ACTIVE")
        shown = self.admin.get(f"/servers/{made}").json["server"]
        self.assertEqual("east-3", shown["OS-EXT-SRV-ATTR:host"])

    def test_readers_create_nothing(self):
        self.assertRefused("os_compute_api:servers:create", code=403, client=self.reader)

    def test_many_at_once(self):
        answer = self.make(min_count=2, max_count="3", return_reservation_id=True, name="web")
        self.assertEqual({"reservation_id"}, set(answer.json))
        reservation = answer.json["reservation_id"]
        path = f"/servers?reservation_id={reservation}&sort_key=display_name&sort_dir=asc"
        listed = self.member.get(path).json["servers"]
        self.assertEqual(["web-1", "web-2", "web-3"], [server["name"] for server in listed])

    def test_as_many_as_the_quota_has_room_for(self):
        answer = self.make(min_count=1, max_count=50)
        self.assertEqual(202, answer.status_int)
        self.assertEqual(10, len(self.member.get("/servers").json["servers"]))
        self.assertFault(self.make(), 403, "forbidden", "Quota exceeded")

    def test_counts_that_are_wrong(self):
        self.assertRefused("min_count", min_count=3, max_count=2)
        self.assertRefused("min_count", min_count=0)
        self.assertRefused("hostname", max_count=2, hostname="one")
        self.assertRefused("Quota exceeded", code=403, min_count=11)

    def test_limits_of_metadata_and_files(self):
        many = {f"k{number}": "v" for number in range(129)}
        self.assertRefused("metadata", code=403, metadata=many)
        files = [{"path": f"/{number}", "contents": "YQ=="} for number in range(6)]
        self.assertRefused("personality", code=403, version="2.56", personality=files)

    def test_the_unversioned_api_tolerates_unknown_fields(self):
        wish = self.wish(unknown=1)
        del wish["server"]["networks"]
        old = Client(self.member.token, "/v2")
        wish["server"]["name"] = " one "
        made = old.post("/servers", wish, expect=202).json["server"]["id"]
        self.assertEqual("one", old.get(f"/servers/{made}").json["server"]["name"])
        self.member.post("/servers", wish, "2.1", expect=400)


def _head(connection, server):
    head = load(connection, server)
    if head is not None:
        head.spec(connection)
    return head
