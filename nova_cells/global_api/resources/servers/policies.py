# SPDX-License-Identifier: Apache-2.0
"""Who may do what with servers."""

from nova_cells.global_api.policies import admin, member, reader

LIST = "GET /servers"
DETAIL = "GET /servers/detail"
POST = "POST /servers"
ONE = "GET /servers/{server_id}"

INDEX = reader("os_compute_api:servers:index", "List servers.", LIST)
DETAILS = reader("os_compute_api:servers:detail", "List servers with details.", DETAIL)
INDEX_ALL = admin(
    "os_compute_api:servers:index:get_all_tenants", "List servers of all projects.", LIST
)
DETAILS_ALL = admin(
    "os_compute_api:servers:detail:get_all_tenants",
    "List servers of all projects with details.",
    DETAIL,
)
ALL_FILTERS = admin(
    "os_compute_api:servers:allow_all_filters", "Filter lists by everything.", LIST, DETAIL
)
SHOW = reader("os_compute_api:servers:show", "Show a server.", ONE)
EXTENDED_ATTRIBUTES = admin(
    "os_compute_api:os-extended-server-attributes",
    "See where a server is and what it was booted with.",
    ONE,
    DETAIL,
)
EXTRA_SPECS = reader(
    "os_compute_api:servers:show:flavor-extra-specs",
    "See the extra specs of a server's flavor.",
    ONE,
    DETAIL,
)
HOST_STATUS = admin(
    "os_compute_api:servers:show:host_status", "See the state of a server's host.", ONE, DETAIL
)
HOST_STATUS_UNKNOWN = admin(
    "os_compute_api:servers:show:host_status:unknown-only",
    "See of a server's host only that its state is unknown.",
    ONE,
    DETAIL,
)
CREATE = member("os_compute_api:servers:create", "Create servers.", POST)
FORCED_HOST = admin(
    "os_compute_api:servers:create:forced_host", "Name a host within an availability zone.", POST
)
REQUESTED_HOST = admin(
    "compute:servers:create:requested_destination", "Name a host that the filters check.", POST
)
ATTACH_VOLUME = member(
    "os_compute_api:servers:create:attach_volume", "Create a server with volumes.", POST
)
ATTACH_NETWORK = member(
    "os_compute_api:servers:create:attach_network", "Create a server with networks.", POST
)
TRUSTED_CERTIFICATES = member(
    "os_compute_api:servers:create:trusted_certs", "Create a server with trusted certs.", POST
)
ZERO_DISK = admin(
    "os_compute_api:servers:create:zero_disk_flavor",
    "Boot an image with a flavor whose disk is zero.",
    POST,
)
UPDATE = member("os_compute_api:servers:update", "Change a server.", "PUT /servers/{server_id}")
DELETE = member("os_compute_api:servers:delete", "Delete a server.", "DELETE /servers/{server_id}")
