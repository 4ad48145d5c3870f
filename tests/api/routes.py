# SPDX-License-Identifier: Apache-2.0
"""The routes of the Compute API as its public contract lists them: path, method, action, window.

The unversioned documents are not among them; those that answer 404 or 410 in every version are
listed where they are tested.
"""

from __future__ import annotations

from typing import NamedTuple


class Route(NamedTuple):
    """`since` and `until` are minor versions, both inside. `ok`: the code of success, or
    {since: code}.
    """

    path: str
    method: str
    action: str = ""
    since: int = 1
    until: int = 104
    ok: int | dict[int, int] = 200

    def ok_at(self, minor: int) -> int:
        """The code of success in a version."""
        if isinstance(self.ok, int):
            return self.ok
        return self.ok[max(since for since in self.ok if since <= minor)]


ROUTES = (
    Route("/extensions", "GET"),
    Route("/extensions/{id}", "GET"),
    Route("/flavors", "GET"),
    Route("/flavors", "POST"),
    Route("/flavors/detail", "GET"),
    Route("/flavors/{id}", "GET"),
    Route("/flavors/{id}", "PUT", since=55),
    Route("/flavors/{id}", "DELETE", ok=202),
    Route("/flavors/{id}/action", "POST", "addTenantAccess"),
    Route("/flavors/{id}/action", "POST", "removeTenantAccess"),
    Route("/flavors/{flavor_id}/os-extra_specs", "GET"),
    Route("/flavors/{flavor_id}/os-extra_specs", "POST"),
    Route("/flavors/{flavor_id}/os-extra_specs/{id}", "GET"),
    Route("/flavors/{flavor_id}/os-extra_specs/{id}", "PUT"),
    Route("/flavors/{flavor_id}/os-extra_specs/{id}", "DELETE"),
    Route("/flavors/{flavor_id}/os-flavor-access", "GET"),
    Route("/limits", "GET"),
    Route("/os-aggregates", "GET"),
    Route("/os-aggregates", "POST"),
    Route("/os-aggregates/{id}", "GET"),
    Route("/os-aggregates/{id}", "PUT"),
    Route("/os-aggregates/{id}", "DELETE"),
    Route("/os-aggregates/{id}/action", "POST", "add_host"),
    Route("/os-aggregates/{id}/action", "POST", "remove_host"),
    Route("/os-aggregates/{id}/action", "POST", "set_metadata"),
    Route("/os-aggregates/{id}/images", "POST", since=81, ok=202),
    Route("/os-assisted-volume-snapshots", "POST"),
    Route("/os-assisted-volume-snapshots/{id}", "DELETE", ok=204),
    Route("/os-availability-zone", "GET"),
    Route("/os-availability-zone/detail", "GET"),
    Route("/os-console-auth-tokens/{id}", "GET"),
    Route("/os-hypervisors", "GET"),
    Route("/os-hypervisors/detail", "GET"),
    Route("/os-hypervisors/statistics", "GET", until=87),
    Route("/os-hypervisors/{id}", "GET"),
    Route("/os-hypervisors/{id}/search", "GET", until=52),
    Route("/os-hypervisors/{id}/servers", "GET", until=52),
    Route("/os-hypervisors/{id}/uptime", "GET", until=87),
    Route("/os-instance_usage_audit_log", "GET"),
    Route("/os-instance_usage_audit_log/{id}", "GET"),
    Route("/os-keypairs", "GET"),
    Route("/os-keypairs", "POST", ok={1: 200, 2: 201}),
    Route("/os-keypairs/{id}", "GET"),
    Route("/os-keypairs/{id}", "DELETE", ok={1: 202, 2: 204}),
    Route("/os-migrations", "GET"),
    Route("/os-quota-class-sets/{id}", "GET"),
    Route("/os-quota-class-sets/{id}", "PUT"),
    Route("/os-quota-sets/{id}", "GET"),
    Route("/os-quota-sets/{id}", "PUT"),
    Route("/os-quota-sets/{id}", "DELETE", ok=202),
    Route("/os-quota-sets/{id}/detail", "GET"),
    Route("/os-quota-sets/{id}/defaults", "GET"),
    Route("/os-server-external-events", "POST"),
    Route("/os-server-groups", "GET"),
    Route("/os-server-groups", "POST"),
    Route("/os-server-groups/{id}", "GET"),
    Route("/os-server-groups/{id}", "DELETE", ok=204),
    Route("/os-services", "GET"),
    Route("/os-services/{id}", "PUT"),
    Route("/os-services/{id}", "DELETE", ok=204),
    Route("/os-simple-tenant-usage", "GET"),
    Route("/os-simple-tenant-usage/{id}", "GET"),
    Route("/servers", "GET"),
    Route("/servers", "POST", ok=202),
    Route("/servers/detail", "GET"),
    Route("/servers/{id}", "GET"),
    Route("/servers/{id}", "PUT"),
    Route("/servers/{id}", "DELETE", ok=204),
    Route("/servers/{id}/action", "POST", "confirmResize", ok=204),
    Route("/servers/{id}/action", "POST", "revertResize", ok=202),
    Route("/servers/{id}/action", "POST", "reboot", ok=202),
    Route("/servers/{id}/action", "POST", "resize", ok=202),
    Route("/servers/{id}/action", "POST", "rebuild", ok=202),
    Route("/servers/{id}/action", "POST", "createImage", ok=202),
    Route("/servers/{id}/action", "POST", "os-start", ok=202),
    Route("/servers/{id}/action", "POST", "os-stop", ok=202),
    Route("/servers/{id}/action", "POST", "trigger_crash_dump", since=17, ok=202),
    Route("/servers/{id}/action", "POST", "injectNetworkInfo", ok=202),
    Route("/servers/{id}/action", "POST", "os-resetState", ok=202),
    Route("/servers/{id}/action", "POST", "changePassword", ok=202),
    Route("/servers/{id}/action", "POST", "os-getConsoleOutput"),
    Route("/servers/{id}/action", "POST", "createBackup", ok=202),
    Route("/servers/{id}/action", "POST", "restore", ok=202),
    Route("/servers/{id}/action", "POST", "forceDelete", ok=202),
    Route("/servers/{id}/action", "POST", "evacuate"),
    Route("/servers/{id}/action", "POST", "lock", ok=202),
    Route("/servers/{id}/action", "POST", "unlock", ok=202),
    Route("/servers/{id}/action", "POST", "migrate", ok=202),
    Route("/servers/{id}/action", "POST", "os-migrateLive", ok=202),
    Route("/servers/{id}/action", "POST", "pause", ok=202),
    Route("/servers/{id}/action", "POST", "unpause", ok=202),
    Route("/servers/{id}/action", "POST", "os-getVNCConsole", until=5),
    Route("/servers/{id}/action", "POST", "os-getSPICEConsole", until=5),
    Route("/servers/{id}/action", "POST", "os-getSerialConsole", until=5),
    Route("/servers/{id}/action", "POST", "rescue"),
    Route("/servers/{id}/action", "POST", "unrescue", ok=202),
    Route("/servers/{id}/action", "POST", "addSecurityGroup", ok=202),
    Route("/servers/{id}/action", "POST", "removeSecurityGroup", ok=202),
    Route("/servers/{id}/action", "POST", "shelve", ok=202),
    Route("/servers/{id}/action", "POST", "shelveOffload", ok=202),
    Route("/servers/{id}/action", "POST", "unshelve", ok=202),
    Route("/servers/{id}/action", "POST", "suspend", ok=202),
    Route("/servers/{id}/action", "POST", "resume", ok=202),
    Route("/servers/{server_id}/diagnostics", "GET"),
    Route("/servers/{server_id}/ips", "GET"),
    Route("/servers/{server_id}/ips/{id}", "GET"),
    Route("/servers/{server_id}/metadata", "GET"),
    Route("/servers/{server_id}/metadata", "POST"),
    Route("/servers/{server_id}/metadata", "PUT"),
    Route("/servers/{server_id}/metadata/{id}", "GET"),
    Route("/servers/{server_id}/metadata/{id}", "PUT"),
    Route("/servers/{server_id}/metadata/{id}", "DELETE", ok=204),
    Route("/servers/{server_id}/migrations", "GET", since=23),
    Route("/servers/{server_id}/migrations/{id}", "GET", since=23),
    Route("/servers/{server_id}/migrations/{id}", "DELETE", since=24, ok=202),
    Route(
        "/servers/{server_id}/migrations/{id}/action", "POST", "force_complete", since=22, ok=202
    ),
    Route("/servers/{server_id}/os-instance-actions", "GET"),
    Route("/servers/{server_id}/os-instance-actions/{id}", "GET"),
    Route("/servers/{server_id}/os-interface", "GET"),
    Route("/servers/{server_id}/os-interface", "POST"),
    Route("/servers/{server_id}/os-interface/{id}", "GET"),
    Route("/servers/{server_id}/os-interface/{id}", "DELETE", ok=202),
    Route("/servers/{server_id}/os-server-password", "GET"),
    Route("/servers/{server_id}/os-server-password", "DELETE", ok=204),
    Route("/servers/{server_id}/os-volume_attachments", "GET"),
    Route("/servers/{server_id}/os-volume_attachments", "POST", ok={1: 200, 101: 202}),
    Route("/servers/{server_id}/os-volume_attachments/{id}", "GET"),
    Route("/servers/{server_id}/os-volume_attachments/{id}", "PUT", ok=202),
    Route("/servers/{server_id}/os-volume_attachments/{id}", "DELETE", ok=202),
    Route("/servers/{server_id}/remote-consoles", "POST", since=6),
    Route("/servers/{server_id}/os-security-groups", "GET"),
    Route("/servers/{server_id}/shares", "GET", since=97),
    Route("/servers/{server_id}/shares", "POST", since=97, ok=201),
    Route("/servers/{server_id}/shares/{id}", "GET", since=97),
    Route("/servers/{server_id}/shares/{id}", "DELETE", since=97),
    Route("/servers/{server_id}/tags", "GET", since=26),
    Route("/servers/{server_id}/tags", "PUT", since=26),
    Route("/servers/{server_id}/tags", "DELETE", since=26, ok=204),
    Route("/servers/{server_id}/tags/{id}", "GET", since=26, ok=204),
    Route("/servers/{server_id}/tags/{id}", "PUT", since=26, ok=201),
    Route("/servers/{server_id}/tags/{id}", "DELETE", since=26, ok=204),
    Route("/servers/{server_id}/topology", "GET", since=78),
)
