# SPDX-License-Identifier: Apache-2.0
"""What this API does not do any more, as data: path → methods, or the actions of a POST.

`PROXIES` only stood for other services (or for /servers) and were cut off by a microversion; here
they are found in none. `GONE` was removed altogether. Nothing is ever built behind either.
"""

from __future__ import annotations

Paths = dict[str, tuple[str, ...]]

PROXIES: Paths = {
    "/images": ("GET",),
    "/images/detail": ("GET",),
    "/images/{id}": ("GET", "DELETE"),
    "/images/{image_id}/metadata": ("GET", "POST", "PUT"),
    "/images/{image_id}/metadata/{id}": ("GET", "PUT", "DELETE"),
    "/os-baremetal-nodes": ("GET", "POST"),
    "/os-baremetal-nodes/{id}": ("GET", "DELETE"),
    "/os-floating-ip-pools": ("GET",),
    "/os-floating-ips": ("GET", "POST"),
    "/os-floating-ips/{id}": ("GET", "DELETE"),
    "/os-hosts": ("GET",),
    "/os-hosts/{id}": ("GET", "PUT"),
    "/os-hosts/{id}/reboot": ("GET",),
    "/os-hosts/{id}/shutdown": ("GET",),
    "/os-hosts/{id}/startup": ("GET",),
    "/os-networks": ("GET",),
    "/os-networks/{id}": ("GET",),
    "/os-security-group-rules": ("POST",),
    "/os-security-group-rules/{id}": ("DELETE",),
    "/os-security-groups": ("GET", "POST"),
    "/os-security-groups/{id}": ("GET", "PUT", "DELETE"),
    "/os-snapshots": ("GET", "POST"),
    "/os-snapshots/detail": ("GET",),
    "/os-snapshots/{id}": ("GET", "DELETE"),
    "/os-tenant-networks": ("GET",),
    "/os-tenant-networks/{id}": ("GET",),
    "/os-volumes": ("GET", "POST"),
    "/os-volumes/detail": ("GET",),
    "/os-volumes/{id}": ("GET", "DELETE"),
    "/os-volumes_boot": ("GET", "POST"),
    "/os-volumes_boot/detail": ("GET",),
    "/os-volumes_boot/{id}": ("GET", "PUT", "DELETE"),
}
PROXY_ACTIONS: Paths = {
    "/os-baremetal-nodes/{id}/action": ("add_interface", "remove_interface"),
    "/os-volumes_boot/{id}/action": (
        *("confirmResize", "revertResize", "reboot", "resize", "rebuild", "createImage"),
        *("os-start", "os-stop", "trigger_crash_dump"),
    ),
    "/servers/{id}/action": ("addFloatingIp", "removeFloatingIp", "addFixedIp", "removeFixedIp"),
}

GONE: Paths = {
    "/os-agents": ("GET", "POST"),
    "/os-agents/{id}": ("PUT", "DELETE"),
    "/os-cells": ("POST", "GET"),
    "/os-cells/capacities": ("GET",),
    "/os-cells/detail": ("GET",),
    "/os-cells/info": ("GET",),
    "/os-cells/sync_instances": ("POST",),
    "/os-cells/{id}": ("GET", "PUT", "DELETE"),
    "/os-cells/{id}/capacities": ("GET",),
    "/os-certificates": ("POST",),
    "/os-certificates/{id}": ("GET",),
    "/os-cloudpipe": ("GET", "POST"),
    "/os-cloudpipe/{id}": ("PUT",),
    "/os-fixed-ips/{id}": ("GET",),
    "/os-floating-ip-dns": ("GET",),
    "/os-floating-ip-dns/{id}": ("PUT", "DELETE"),
    "/os-floating-ip-dns/{domain_id}/entries/{id}": ("GET", "PUT", "DELETE"),
    "/os-floating-ips-bulk": ("GET", "POST"),
    "/os-floating-ips-bulk/{id}": ("GET", "PUT"),
    "/os-fping": ("GET",),
    "/os-fping/{id}": ("GET",),
    "/os-networks": ("POST",),
    "/os-networks/add": ("POST",),
    "/os-networks/{id}": ("DELETE",),
    "/os-security-group-default-rules": ("GET", "POST"),
    "/os-security-group-default-rules/{id}": ("GET", "DELETE"),
    "/os-tenant-networks": ("POST",),
    "/os-tenant-networks/{id}": ("DELETE",),
    "/servers/{server_id}/consoles": ("GET", "POST"),
    "/servers/{server_id}/consoles/{id}": ("GET", "DELETE"),
    "/servers/{server_id}/os-virtual-interfaces": ("GET",),
}
GONE_ACTIONS: Paths = {
    "/os-fixed-ips/{id}/action": ("reserve", "unreserve"),
    "/os-networks/{id}/action": (
        *("disassociate", "disassociate_host", "disassociate_project", "associate_host"),
    ),
    "/servers/{id}/action": ("resetNetwork",),
}
