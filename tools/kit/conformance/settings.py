# SPDX-License-Identifier: Apache-2.0
"""Tempest's settings for our cloud: every feature of it is on, but those of absent services.

The network service is said to be there though it is not: without it Tempest leaves out most tests
of servers, also those that need no network. The few that do need one fail, and are not expected.
"""

from __future__ import annotations

from pathlib import Path

from kit.conformance.cloud import Cloud
from kit.conformance.common_settings import COMPUTE, IDENTITY, filled

OLDEST = "2.1"
BEFORE = """\
[DEFAULT]
log_file = tempest.log
debug = false
[oslo_concurrency]
lock_path = {lock}
[auth]
use_dynamic_credentials = false
test_accounts_file = {accounts}
create_isolated_networks = false
"""
AFTER = """\
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
    text = BEFORE + IDENTITY + COMPUTE + AFTER
    switches = {"true": FEATURES, "false": ELSEWHERE}
    return filled(text, cloud, switches, lock=lock, oldest=oldest, accounts=cloud.accounts)
