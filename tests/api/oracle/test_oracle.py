# SPDX-License-Identifier: Apache-2.0
"""Every readable resource in every version, as administrator and as member."""

from __future__ import annotations

from tests.api.harness import ApiCase
from tests.api.oracle.schemas import schema, validate

SERVERS = "servers_client.ServersClient"
AGGREGATES = "aggregates_client.AggregatesClient"
AUDIT = "/os-instance_usage_audit_log"
EVENTS = "/os-server-external-events"
SINCE = "start=2020-01-01T00:00:00&detailed=1"
# path, client or module, schema, oldest version, whether members may read it
READS = (
    ("/servers", SERVERS, "list_servers", 1, True),
    ("/servers/detail", SERVERS, "list_servers_detail", 1, True),
    ("/servers/{server}", SERVERS, "get_server", 1, True),
    ("/servers/{server}/metadata", SERVERS, "list_server_metadata", 1, True),
    ("/servers/{server}/metadata/a", SERVERS, "set_show_server_metadata_item", 1, True),
    ("/servers/{server}/os-instance-actions", SERVERS, "list_instance_actions", 1, True),
    ("/servers/{server}/os-instance-actions/{action}", SERVERS, "show_instance_action", 1, True),
    ("/servers/{server}/tags", SERVERS, "list_tags", 26, True),
    ("/flavors", "flavors_client.FlavorsClient", "list_flavors", 1, True),
    ("/flavors/detail", "flavors_client.FlavorsClient", "list_flavors_details", 1, True),
    ("/flavors/1", "flavors_client.FlavorsClient", "create_update_get_flavor_details", 1, True),
    ("/flavors/1/os-extra_specs", "flavors_extra_specs", "set_get_flavor_extra_specs", 1, True),
    ("/os-keypairs", "keypairs_client.KeyPairsClient", "list_keypairs", 1, True),
    ("/os-server-groups", "server_groups_client.ServerGroupsClient", "list_server_groups", 1, True),
    ("/limits", "limits_client.LimitsClient", "get_limit", 1, True),
    ("/os-quota-sets/{project}", "quotas_client.QuotasClient", "get_quota_set", 1, True),
    ("/os-availability-zone", "availability_zone", "list_availability_zone_list", 1, True),
    (
        "/os-availability-zone/detail",
        "availability_zone",
        "list_availability_zone_list_detail",
        1,
        False,
    ),
    ("/os-services", "services_client.ServicesClient", "list_services", 1, False),
    ("/os-hypervisors", "hypervisor_client.HypervisorClient", "list_search_hypervisors", 1, False),
    ("/extensions", "extensions", "list_extensions", 1, True),
    ("/os-aggregates", AGGREGATES, "list_aggregates", 1, False),
    ("/os-aggregates/{aggregate}", AGGREGATES, "get_aggregate", 1, False),
    ("/os-simple-tenant-usage?" + SINCE, "tenant_usages", "list_tenant_usage", 1, False),
    (
        "/os-simple-tenant-usage/{project}?" + SINCE,
        "tenant_usages",
        "get_tenant_usage",
        1,
        True,
    ),
    (AUDIT, "instance_usage_audit_logs", "list_instance_usage_audit_log", 1, False),
    (
        AUDIT + "/2026-01-01%2000:00:00",
        "instance_usage_audit_logs",
        "get_instance_usage_audit_log",
        1,
        False,
    ),
    ("/servers/{server}/ips", SERVERS, "list_addresses", 1, True),
    ("/servers/{server}/os-volume_attachments", SERVERS, "list_volume_attachments", 1, True),
    ("/servers/{server}/os-interface", "interfaces", "list_interfaces", 1, True),
)


class OracleTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        server = self.boot(metadata={"a": "b"}, tags=["t"])
        listed = self.member.get(f"/servers/{server}/os-instance-actions").json
        aggregate = {"aggregate": {"name": server, "availability_zone": "z"}}
        made = self.admin.post("/os-aggregates", aggregate, expect=200).json["aggregate"]
        self.addCleanup(self.admin.delete, f"/os-aggregates/{made['id']}", expect=200)
        self.ids = {
            "server": server,
            "project": self.project,
            "aggregate": made["id"],
            "action": listed["instanceActions"][0]["request_id"],
        }

    def test_reads(self):
        for path, client, name, since, for_members in READS:
            path = path.format(**self.ids)
            for minor in range(since, 105):
                expected = schema(client, name, minor)
                for caller in (self.admin, self.member) if for_members else (self.admin,):
                    answer = caller.get(path, f"2.{minor}")
                    with self.subTest(path, minor=minor):
                        validate(answer, expected)

    def test_creating_a_server(self):
        for minor in (1, 2, 18, 19, 36, 37, 52, 57, 63, 67, 74, 90, 94, 104):
            wish = self.wish()
            if minor < 37:
                del wish["server"]["networks"]
            answer = self.member.post("/servers", wish, f"2.{minor}")
            validate(answer, schema(SERVERS, "create_server_with_admin_pass", minor))
            self.gone(answer.json["server"]["id"])

    def test_changing_a_server(self):
        for minor in range(1, 105):
            answer = self.member.put(f"/servers/{self.ids['server']}", {"server": {}}, f"2.{minor}")
            validate(answer, schema(SERVERS, "update_server", minor))

    def test_changing_an_aggregate(self):
        for minor in (1, 40, 41, 104):
            version, name = f"2.{minor}", f"{self.ids['server']} {minor}"
            answer = self.admin.post("/os-aggregates", {"aggregate": {"name": name}}, version)
            validate(answer, schema(AGGREGATES, "create_aggregate", minor))
            path = f"/os-aggregates/{answer.json['aggregate']['id']}"
            answer = self.admin.put(path, {"aggregate": {"name": f"{name}!"}}, version)
            validate(answer, schema(AGGREGATES, "update_aggregate", minor))
            for action, body, expected in (
                ("add_host", {"host": "east-1"}, "aggregate_add_remove_host"),
                ("set_metadata", {"metadata": {"a": "b"}}, "aggregate_set_metadata"),
                ("remove_host", {"host": "east-1"}, "aggregate_add_remove_host"),
            ):
                answer = self.admin.post(f"{path}/action", {action: body}, version)
                validate(answer, schema(AGGREGATES, expected, minor))
            validate(
                self.admin.delete(path, version), schema(AGGREGATES, "delete_aggregate", minor)
            )

    def test_telling_events(self):
        event = {"name": "network-changed", "server_uuid": self.ids["server"], "tag": "t"}
        for minor in range(1, 105):
            answer = self.admin.post(EVENTS, {"events": [event]}, f"2.{minor}")
            validate(answer, schema("server_external_events", "create", minor))

    def test_console_output(self):
        answer = self.member.post(
            f"/servers/{self.ids['server']}/action", {"os-getConsoleOutput": {"length": 5}}
        )
        validate(answer, schema(SERVERS, "get_console_output", 104))
