# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-hypervisors answer. Until 2.52 an id is a number."""

from nova_cells.global_api.answer_fields import (
    ANYTHING,
    TEXT,
    TEXT_OR_NULL,
    UUID,
    WHOLE,
    listed,
    words,
)
from nova_cells.global_api.resources.hypervisors.presenter import SUMMED
from nova_cells.global_api.versioning import Shape, many, one, whole

_HEAD = {
    "id": UUID,
    "hypervisor_hostname": TEXT,
    "state": words("up", "down"),
    "status": words("enabled", "disabled"),
    "servers": listed(whole({"uuid": UUID, "name": TEXT})),
}
BRIEF = Shape("hypervisor.index", _HEAD, optional=("servers",))
HYPERVISOR = Shape(
    "hypervisor.detail",
    {
        **_HEAD,
        "service": whole({"id": UUID, "host": TEXT, "disabled_reason": TEXT_OR_NULL}),
        "host_ip": TEXT_OR_NULL,
        "hypervisor_type": TEXT,
        "hypervisor_version": WHOLE,
        "uptime": TEXT_OR_NULL,
    },
    optional=("servers",),
    past={**dict.fromkeys(SUMMED, WHOLE), "cpu_info": ANYTHING},
)
WITH_UPTIME = Shape("hypervisor.uptime", {**_HEAD, "uptime": TEXT_OR_NULL}, optional=("servers",))
SUMS = Shape("hypervisor.statistics", dict.fromkeys(("count", *SUMMED), WHOLE))

PAGED = ("hypervisors_links", "2.33-")
LIST = many("hypervisors", BRIEF, links=PAGED)
FOUND = many("hypervisors", BRIEF)
DETAIL = many("hypervisors", HYPERVISOR, links=PAGED)
SHOW = one("hypervisor", HYPERVISOR)
STATISTICS = one("hypervisor_statistics", SUMS)
UPTIME = one("hypervisor", WITH_UPTIME)
