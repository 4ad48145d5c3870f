# SPDX-License-Identifier: Apache-2.0
"""Tempest's settings with all services: it makes its own accounts and networks, and logs in.

The NFS backend of volumes has neither several attachments nor retyping, and the image does not
promise the agent that sets a password in a running guest; see exempt ids. The guest lives in
memory: what has to outlive a boot is on its boot disk, see tools/guest. An emulated guest that
moves is away for longer than Tempest's five seconds.
"""

from __future__ import annotations

from pathlib import Path

from kit.conformance.cloud import Cloud
from kit.conformance.common_settings import COMPUTE, IDENTITY, filled

BEFORE = """\
[DEFAULT]
log_file = tempest.log
debug = false
[oslo_concurrency]
lock_path = {lock}
[auth]
use_dynamic_credentials = true
create_isolated_networks = true
"""
AFTER = """\
{features}
[compute]
migration_source_host = {places[0]}
migration_dest_host = {places[1]}
[scenario]
img_file = {picture}
img_disk_format = qcow2
target_dir = /disk
dhcp_client = dhcpcd
[validation]
run_validation = true
connect_method = floating
image_ssh_user = cirros
image_ssh_password = gocubsgo
image_alt_ssh_user = cirros
image_alt_ssh_password = gocubsgo
allowed_network_downtime = 30
allowed_metadata_downtime = 30
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
port_security = true
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
    "change_password",
    "serial_console",
    "swap_volume",
    "volume_multiattach",
)


def render(cloud: Cloud, lock: Path, oldest: str) -> str:
    """The text of tempest.conf."""
    return filled(
        BEFORE + IDENTITY + COMPUTE + AFTER,
        cloud,
        {"true": FEATURES, "false": LACKING},
        lock=lock,
        oldest=oldest,
        places=cloud.places,
        picture=cloud.picture,
        public=cloud.public,
        floating=cloud.floating_range,
        extensions=",".join(cloud.extensions),
    )
