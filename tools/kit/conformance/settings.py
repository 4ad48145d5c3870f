# SPDX-License-Identifier: Apache-2.0
"""Tempest's settings for our cloud: every feature of it is on, but those of absent services.

The network service is said to be there though it is not: without it Tempest leaves out most tests
of servers, also those that need no network. The few that do need one fail, and are not expected.
"""

from __future__ import annotations

from pathlib import Path

from kit.conformance.cloud import Cloud

OLDEST = "2.1"
TEXT = """\
[DEFAULT]
log_file = tempest.log
debug = false
[oslo_concurrency]
lock_path = {lock}
[auth]
use_dynamic_credentials = false
test_accounts_file = {accounts}
create_isolated_networks = false
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
min_compute_nodes = 2
endpoint_type = publicURL
[compute-feature-enabled]
hostname_fqdn_sanitization = true
nova_policy_roles = admin,manager,member,reader,service
scheduler_enabled_filters = {filters}
{features}
[volume]
min_microversion = 3.0
max_microversion = latest
[validation]
run_validation = false
[service_available]
nova = true
glance = true
neutron = true
cinder = false
swift = false
horizon = false
[enforce_scope]
nova = true
glance = true
keystone = true
"""

FILTERS = (
    "ComputeFilter",
    "ImagePropertiesFilter",
    "ServerGroupAntiAffinityFilter",
    "ServerGroupAffinityFilter",
    "SameHostFilter",
    "DifferentHostFilter",
)
FEATURES = (
    "block_migration_for_live_migration",
    "change_password",
    "cold_migration",
    "config_drive",
    "console_output",
    "enable_instance_password",
    "live_migrate_back_and_forth",
    "live_migration",
    "personality",
    "rescue",
    "resize",
    "shelve",
    "shelve_migrate",
    "snapshot",
    "spice_console",
    "stable_rescue",
    "vnc_console",
)
# They need the network or the volume service; and Tempest's one test of serial consoles sends text
# where it has to send bytes: it passes on no cloud.
ELSEWHERE = (
    "attach_encrypted_volume",
    "interface_attach",
    "metadata_service",
    "serial_console",
    "swap_volume",
    "volume_backed_live_migration",
    "volume_multiattach",
)


def render(cloud: Cloud, lock: Path, oldest: str) -> str:
    """The text of tempest.conf."""
    return TEXT.format(
        lock=lock,
        oldest=oldest,
        accounts=cloud.accounts,
        password=cloud.password,
        identity=cloud.identity,
        image=cloud.images[0],
        image_alt=cloud.images[1],
        flavor=cloud.hypervisors.flavors[0],
        flavor_alt=cloud.hypervisors.flavors[1],
        patience=cloud.hypervisors.patience,
        filters=",".join(FILTERS),
        features="\n".join(
            [f"{name} = true" for name in FEATURES] + [f"{name} = false" for name in ELSEWHERE]
        ),
    )
