# SPDX-License-Identifier: Apache-2.0
"""What the API does not do any more, route by route, as the public contract lists it."""

from __future__ import annotations

import json

from nova_cells.global_api.resources.retired import tables
from tests.api.side_case import (
    ADMIN,
    BAD,
    MEMBER,
    MISSING,
    NEWEST,
    OUTSIDER,
    READER,
    Answer,
    SideCase,
)

# Method, path and, for the POST of an action, the action.
PROXIES = """
GET /images
GET /images/detail
GET /images/{id}
DELETE /images/{id}
GET /images/{image_id}/metadata
POST /images/{image_id}/metadata
PUT /images/{image_id}/metadata
GET /images/{image_id}/metadata/{id}
PUT /images/{image_id}/metadata/{id}
DELETE /images/{image_id}/metadata/{id}
GET /os-baremetal-nodes
POST /os-baremetal-nodes
GET /os-baremetal-nodes/{id}
DELETE /os-baremetal-nodes/{id}
POST /os-baremetal-nodes/{id}/action add_interface
POST /os-baremetal-nodes/{id}/action remove_interface
GET /os-floating-ip-pools
GET /os-floating-ips
POST /os-floating-ips
GET /os-floating-ips/{id}
DELETE /os-floating-ips/{id}
GET /os-hosts
GET /os-hosts/{id}
PUT /os-hosts/{id}
GET /os-hosts/{id}/reboot
GET /os-hosts/{id}/shutdown
GET /os-hosts/{id}/startup
GET /os-networks
GET /os-networks/{id}
POST /os-security-group-rules
DELETE /os-security-group-rules/{id}
GET /os-security-groups
POST /os-security-groups
GET /os-security-groups/{id}
PUT /os-security-groups/{id}
DELETE /os-security-groups/{id}
GET /os-snapshots
POST /os-snapshots
GET /os-snapshots/detail
GET /os-snapshots/{id}
DELETE /os-snapshots/{id}
GET /os-tenant-networks
GET /os-tenant-networks/{id}
GET /os-volumes
POST /os-volumes
GET /os-volumes/detail
GET /os-volumes/{id}
DELETE /os-volumes/{id}
GET /os-volumes_boot
POST /os-volumes_boot
GET /os-volumes_boot/detail
GET /os-volumes_boot/{id}
PUT /os-volumes_boot/{id}
DELETE /os-volumes_boot/{id}
POST /os-volumes_boot/{id}/action confirmResize
POST /os-volumes_boot/{id}/action revertResize
POST /os-volumes_boot/{id}/action reboot
POST /os-volumes_boot/{id}/action resize
POST /os-volumes_boot/{id}/action rebuild
POST /os-volumes_boot/{id}/action createImage
POST /os-volumes_boot/{id}/action os-start
POST /os-volumes_boot/{id}/action os-stop
POST /os-volumes_boot/{id}/action trigger_crash_dump
POST /servers/{id}/action addFloatingIp
POST /servers/{id}/action removeFloatingIp
POST /servers/{id}/action addFixedIp
POST /servers/{id}/action removeFixedIp
"""
GONE = """
GET /os-agents
POST /os-agents
PUT /os-agents/{id}
DELETE /os-agents/{id}
POST /os-cells
GET /os-cells
GET /os-cells/capacities
GET /os-cells/detail
GET /os-cells/info
POST /os-cells/sync_instances
GET /os-cells/{id}
PUT /os-cells/{id}
DELETE /os-cells/{id}
GET /os-cells/{id}/capacities
POST /os-certificates
GET /os-certificates/{id}
GET /os-cloudpipe
POST /os-cloudpipe
PUT /os-cloudpipe/{id}
GET /os-fixed-ips/{id}
POST /os-fixed-ips/{id}/action reserve
POST /os-fixed-ips/{id}/action unreserve
GET /os-floating-ip-dns
PUT /os-floating-ip-dns/{id}
DELETE /os-floating-ip-dns/{id}
GET /os-floating-ip-dns/{domain_id}/entries/{id}
PUT /os-floating-ip-dns/{domain_id}/entries/{id}
DELETE /os-floating-ip-dns/{domain_id}/entries/{id}
GET /os-floating-ips-bulk
POST /os-floating-ips-bulk
GET /os-floating-ips-bulk/{id}
PUT /os-floating-ips-bulk/{id}
GET /os-fping
GET /os-fping/{id}
POST /os-networks
POST /os-networks/add
DELETE /os-networks/{id}
POST /os-networks/{id}/action disassociate
POST /os-networks/{id}/action disassociate_host
POST /os-networks/{id}/action disassociate_project
POST /os-networks/{id}/action associate_host
GET /os-security-group-default-rules
POST /os-security-group-default-rules
GET /os-security-group-default-rules/{id}
DELETE /os-security-group-default-rules/{id}
POST /os-tenant-networks
DELETE /os-tenant-networks/{id}
POST /servers/{id}/action resetNetwork
GET /servers/{server_id}/consoles
POST /servers/{server_id}/consoles
GET /servers/{server_id}/consoles/{id}
DELETE /servers/{server_id}/consoles/{id}
GET /servers/{server_id}/os-virtual-interfaces
"""
VERSIONS = (1, 5, 16, 17, 35, 36, 38, 39, 42, 43, 44, 102, 103, NEWEST)
THING = "6f70656e-7374-6163-6b20-6e6f76610000"


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.split("\n") if line]


class RetiredTest(SideCase):
    def request(self, line: list[str], version: int, query: str = "", as_: str = ADMIN) -> Answer:
        method, path, *action = line
        for name in ("id", "server_id", "image_id", "domain_id"):
            path = path.replace("{" + name + "}", THING)
        body = {action[0]: {}} if action else {"x": 1} if method in ("POST", "PUT") else None
        return self.ask(method, path + query, body, version, as_=as_, status=None)

    def test_proxies_are_found_in_no_version(self) -> None:
        for line in lines(PROXIES):
            for version in VERSIONS:
                with self.subTest(line=line, version=version):
                    answer = self.request(line, version)
                    self.refused(MISSING, answer)
                    spoken = answer.headers["OpenStack-API-Version"]
                    self.assertEqual(f"compute 2.{version}", spoken)

    def test_what_was_removed_is_gone_in_every_version(self) -> None:
        for line in lines(GONE):
            for version in VERSIONS:
                with self.subTest(line=line, version=version):
                    self.refused((410, "computeFault"), self.request(line, version))

    def test_for_everybody_whatever_the_query(self) -> None:
        for line in lines(PROXIES + GONE):
            codes = {
                self.request(line, NEWEST, query, who).status
                for who in (ADMIN, MEMBER, READER, OUTSIDER)
                for query in ("", "?limit=x&y=1")
            }
            self.assertEqual({404 if line in lines(PROXIES) else 410}, codes, line)

    def test_a_token_is_needed(self) -> None:
        for path in ("/images", "/os-cells"):
            self.assertEqual(401, self.get(path, as_="").status)

    def test_a_console_of_the_rdp_kind(self) -> None:
        line = ["POST", "/servers/{id}/action", "os-getRDPConsole"]
        for version in (1, 5):
            self.refused(BAD, self.request(line, version))
        for version in (6, NEWEST):
            self.refused(MISSING, self.request(line, version))

    def test_nothing_else_is_declared(self) -> None:
        """The tables hold what is listed here, and not a route more."""
        for listed, routes, actions in (
            (PROXIES, tables.PROXIES, tables.PROXY_ACTIONS),
            (GONE, tables.GONE, tables.GONE_ACTIONS),
        ):
            declared = [f"{method} {path}" for path in routes for method in routes[path]]
            declared += [f"POST {path} {name}" for path in actions for name in actions[path]]
            self.assertEqual(sorted(map(" ".join, lines(listed))), sorted(declared))

    def test_other_methods_and_malformed_actions(self) -> None:
        for method, path in (
            ("PUT", "/images"),
            ("DELETE", "/os-cells"),
            ("GET", "/os-certificates"),
        ):
            answer = self.ask(method, path, None, NEWEST)
            self.assertEqual(
                (404, "text/html"), (answer.status, answer.headers["Content-Type"][:9])
            )
        for body in ({"explode": {}}, {"reserve": {}, "unreserve": {}}):
            answer = self.post(
                "/os-fixed-ips/x/action", None, NEWEST, raw=json.dumps(body).encode()
            )
            self.refused(BAD, answer)
