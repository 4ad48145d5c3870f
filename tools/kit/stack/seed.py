# SPDX-License-Identifier: Apache-2.0
"""What a stack has to hold before servers can be made: networks with a way out, images.

No network of a tenant is shared: a server that names none would then have two to choose from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kit.conformance import images
from kit.stack.plan import Plan
from kit.stack.rest import Rest

PRIVATE = "private"
RANGES = {"admin": "10.99.0.0/24", "demo": "10.98.0.0/24", "alt_demo": "10.97.0.0/24"}


def networks(network: Rest, plan: Plan, projects: dict[str, str]) -> None:
    """The public network, and for each project a private one behind a router."""
    public = _public(network, plan)
    for name, project in projects.items():
        if name in RANGES:
            _private(network, public["id"], project, RANGES[name])
    # Whoever asks for "auto" gets a network cut from this.
    network.ensure(
        "/v2.0/subnetpools",
        "default-pool",
        prefixes=["10.88.0.0/16"],
        default_prefixlen=26,
        is_default=True,
        shared=True,
    )


def pictures(glance: str, token: str, guest: Path | None) -> dict[str, str]:
    """Two images: of the small guest, or blank ones where nothing has to boot."""
    return images.ensure(glance, token, "image", "image-alt", file=guest)


def _public(network: Rest, plan: Plan) -> dict[str, Any]:
    made = network.ensure(
        "/v2.0/networks",
        "public",
        **{
            "router:external": True,
            "is_default": True,
            "provider:network_type": "flat",
            "provider:physical_network": "physnet1",
        },
    )
    start = f"172.24.{plan.third}."
    network.ensure(
        "/v2.0/subnets",
        "public",
        network_id=made["id"],
        ip_version=4,
        cidr=plan.public,
        gateway_ip=f"{start}1",
        allocation_pools=[{"start": f"{start}10", "end": f"{start}250"}],
        enable_dhcp=False,
    )
    return made


def _private(network: Rest, public: str, project: str, cidr: str) -> None:
    named = f"?project_id={project}&name={PRIVATE}"
    if network.get(f"/v2.0/networks{named}")["networks"]:
        return
    own = {"name": PRIVATE, "project_id": project}
    made = network.post("/v2.0/networks", {"network": own})["network"]
    subnet = {**own, "network_id": made["id"], "ip_version": 4, "cidr": cidr}
    subnet["dns_nameservers"] = ["127.0.0.1"]
    inside = network.post("/v2.0/subnets", {"subnet": subnet})["subnet"]
    way = {**own, "external_gateway_info": {"network_id": public}}
    router = network.post("/v2.0/routers", {"router": way})["router"]
    network.put(f"/v2.0/routers/{router['id']}/add_router_interface", {"subnet_id": inside["id"]})
