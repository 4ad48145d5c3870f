# SPDX-License-Identifier: Apache-2.0
"""What Tempest is told of every cloud of ours, whatever services it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kit.conformance.cloud import Cloud

IDENTITY = """\
admin_username = admin
admin_password = {password}
admin_project_name = admin
admin_domain_name = Default
default_credentials_domain_name = Default
[identity]
uri_v3 = {identity}
auth_version = v3
region = RegionOne
v3_endpoint_type = public
[identity-feature-enabled]
api_v2 = false
"""
COMPUTE = """\
[compute]
image_ref = {image}
image_ref_alt = {image_alt}
flavor_ref = {flavor}
flavor_ref_alt = {flavor_alt}
min_microversion = {oldest}
max_microversion = 2.104
build_timeout = {patience}
build_interval = 1
ready_wait = 0
min_compute_nodes = 2
endpoint_type = publicURL
[compute-feature-enabled]
dhcp_domain =
hostname_fqdn_sanitization = true
nova_policy_roles = admin,manager,member,reader,service
scheduler_enabled_filters = {filters}
"""
FILTERS = (
    "ComputeFilter",
    "ImagePropertiesFilter",
    "ServerGroupAntiAffinityFilter",
    "ServerGroupAffinityFilter",
    "SameHostFilter",
    "DifferentHostFilter",
)


def filled(text: str, cloud: Cloud, switches: Mapping[str, Iterable[str]], **more: Any) -> str:
    """The settings with what is so in this cloud; `switches`: "true" and "false" → features."""
    features = [f"{name} = {value}" for value, names in switches.items() for name in names]
    return text.format(
        password=cloud.password,
        identity=cloud.identity,
        image=cloud.images[0],
        image_alt=cloud.images[1],
        flavor=cloud.hypervisors.flavors[0],
        flavor_alt=cloud.hypervisors.flavors[1],
        patience=cloud.hypervisors.patience,
        filters=",".join(FILTERS),
        features="\n".join(features),
        **more,
    )
