# SPDX-License-Identifier: Apache-2.0
"""What a server looks like when its cell is silent, failed, or wired to something."""

from __future__ import annotations

import testtools

from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.servers.presenter import DETAIL, SHOW, ServerPresenter
from nova_cells.global_api.versioning import gate_open, plan_for
from nova_cells.global_api.versions import load
from nova_cells.objects import Fault, Flavor, Instance
from nova_cells.runtime.context import RequestContext

UUID = "11111111-2222-3333-4444-555555555555"


class Request:
    """The few words a presenter asks for."""

    version_url = "http://x/v2.1"
    bookmark_url = "http://x"

    def __init__(self, minor, admin):
        self.minor = minor
        self.admin = admin
        self.caller = RequestContext(user_id="u", project_id="p", is_admin=admin)

    def plan_of(self, shape):
        return plan_for(shape, self.minor)

    def gate(self, name):
        return gate_open(name, self.minor)

    def may(self, rule, target):
        return self.admin or rule.endswith("flavor-extra-specs")


def row(fresh=True, **changes):
    flavor = Flavor(
        flavorid="1", name="f", vcpus=1, memory_mb=64, root_gb=1, extra_specs={"a": "b"}
    )
    instance = Instance(
        uuid=UUID,
        epoch=1,
        project_id="p",
        user_id="u",
        name="n",
        hostname="n",
        flavor=flavor,
        reservation_id="r-1",
        created_at=1_000_000,
        **{"vm_state": "active", "image_id": "i", **changes},
    )
    return IndexRow(UUID, "c", "p", 1, 1, False, fresh, instance.document(), "zone", "UNKNOWN")


class PresenterTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        load()

    def shown(self, found, minor=104, *, admin=False, shape=SHOW, groups=None):
        return ServerPresenter(Request(minor, admin), shape).full(found, groups)

    def test_a_silent_cell_before_2_69(self):
        self.assertEqual("ACTIVE", self.shown(row(fresh=False), 68)["status"])

    def test_a_silent_cell_in_lists(self):
        for listed in (
            self.shown(row(fresh=False), shape=DETAIL),
            ServerPresenter(Request(69, False), DETAIL).brief(row(fresh=False)),
        ):
            self.assertEqual({"id", "status", "tenant_id", "created", "links"}, set(listed))
            self.assertEqual("UNKNOWN", listed["status"])

    def test_a_silent_cell_asked_for_one(self):
        shown = self.shown(row(fresh=False), 95, groups=[])
        self.assertEqual("UNKNOWN", shown["status"])
        self.assertEqual({"id", "links"}, set(shown["image"]))
        self.assertEqual("f", shown["flavor"]["original_name"])
        self.assertEqual([], shown["server_groups"])
        self.assertNotIn("pinned_availability_zone", shown)
        self.assertIn("pinned_availability_zone", self.shown(row(fresh=False), 96, groups=[]))

    def test_a_fault(self):
        fault = Fault(code=500, message="No valid host", details="trail", created_at=2_000_000)
        failed = row(vm_state="error", fault=fault)
        expected = {"code": 500, "message": "No valid host", "created": "1970-01-01T00:00:02Z"}
        self.assertEqual(expected, self.shown(failed)["fault"])
        self.assertEqual("trail", self.shown(failed, admin=True)["fault"]["details"])
        self.assertNotIn("fault", self.shown(row(fault=fault)))

    def test_progress_is_shown_while_there_is_some(self):
        self.assertIn("progress", self.shown(row(vm_state="building")))
        self.assertNotIn("progress", self.shown(row(vm_state="stopped")))

    def test_no_image(self):
        for minor in (1, 104):
            self.assertEqual("", self.shown(row(image_id=None), minor)["image"])

    def test_networks(self):
        nic = {"addr": "10.0.0.1", "version": 4, "mac": "fa:16:3e:00:00:01", "type": "fixed"}
        wired = row(addresses={"private": [nic]}, security_groups=["default"])
        shown = self.shown(wired)
        self.assertEqual([{"name": "default"}], shown["security_groups"])
        self.assertEqual(
            [
                {
                    "addr": "10.0.0.1",
                    "version": 4,
                    "OS-EXT-IPS:type": "fixed",
                    "OS-EXT-IPS-MAC:mac_addr": "fa:16:3e:00:00:01",
                }
            ],
            shown["addresses"]["private"],
        )
        self.assertNotIn("security_groups", self.shown(row(security_groups=["default"])))

    def test_volumes_tell_their_end_from_2_3(self):
        volume = {"id": "v", "delete_on_termination": True, "device": "vdb", "tag": None}
        key = "os-extended-volumes:volumes_attached"
        self.assertEqual([{"id": "v"}], self.shown(row(volumes=[volume]), 2)[key])
        self.assertEqual(
            [{"id": "v", "delete_on_termination": True}], self.shown(row(volumes=[volume]), 3)[key]
        )

    def test_the_hosts_state_is_for_those_who_may(self):
        self.assertEqual("UNKNOWN", self.shown(row(), 16, admin=True)["host_status"])
        self.assertNotIn("host_status", self.shown(row(), 16))
        self.assertNotIn("host_status", self.shown(row(), 15, admin=True))
