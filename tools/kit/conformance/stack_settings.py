# SPDX-License-Identifier: Apache-2.0
"""Tempest's settings with all services: it makes its own accounts and networks, and logs in.

The NFS backend of volumes has neither several attachments nor retyping; see exempt ids.
"""

from __future__ import annotations

from pathlib import Path

from kit.conformance.cloud import Cloud
from kit.conformance.settings import FILTERS

TEXT = """\
[DEFAULT]
log_file = tempest.log
debug = false
[oslo_concurrency]
lock_path = {lock}
[auth]
use_dynamic_credentials = true
create_isolated_networks = true
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
shelved_offload_time = 0
min_compute_nodes = 2
endpoint_type = publicURL
[compute-feature-enabled]
hostname_fqdn_sanitization = true
nova_policy_roles = admin,manager,member,reader,service
scheduler_enabled_filters = {filters}
{features}
[validation]
run_validation = true
connect_method = floating
image_ssh_user = cirros
image_ssh_password = gocubsgo
ping_timeout = 180
connect_timeout = 60
ssh_timeout = {patience}
network_for_ssh = public
floating_ip_range = {floating}
[network]
public_network_id = {public}
floating_network_name = public
project_networks_reachable = false
[network-feature-enabled]
api_extensions = {extensions}
ipv6 = false
[volume]
catalog_type = volumev3
min_microversion = 3.0
max_microversion = latest
storage_protocol = nfs
volume_size = 1
build_timeout = {patience}
build_interval = 1
[volume-feature-enabled]
backup = false
snapshot = true
[service_available]
nova = true
glance = true
neutron = true
cinder = true
swift = false
horizon = false
[enforce_scope]
nova = true
glance = true
keystone = true
cinder = true
neutron = true
"""
FEATURES = (
    "block_migration_for_live_migration",
    "change_password",
    "cold_migration",
    "config_drive",
    "console_output",
    "enable_instance_password",
    "ide_bus",
    "interface_attach",
    "live_migrate_back_and_forth",
    "live_migration",
    "metadata_service",
    "pause",
    "personality",
    "rescue",
    "resize",
    "shelve",
    "shelve_migrate",
    "snapshot",
    "spice_console",
    "stable_rescue",
    "suspend",
    "vnc_console",
    "volume_backed_live_migration",
)
LACKING = (
    "attach_encrypted_volume",
    "serial_console",
    "swap_volume",
    "volume_multiattach",
)


def render(cloud: Cloud, lock: Path, oldest: str) -> str:
    """The text of tempest.conf."""
    switches = [f"{name} = true" for name in FEATURES] + [f"{name} = false" for name in LACKING]
    return TEXT.format(
        lock=lock,
        oldest=oldest,
        password=cloud.password,
        identity=cloud.identity,
        image=cloud.images[0],
        image_alt=cloud.images[1],
        flavor=cloud.hypervisors.flavors[0],
        flavor_alt=cloud.hypervisors.flavors[1],
        patience=cloud.hypervisors.patience,
        filters=",".join(FILTERS),
        features="\n".join(switches),
        public=cloud.public,
        floating=cloud.floating_range,
        extensions=",".join(cloud.extensions),
    )
