# SPDX-License-Identifier: Apache-2.0
"""A real Ironic on loopback: API and conductor in one process, nodes of fake hardware.

Without a Keystone it asks nobody for tokens, and no Neutron for ports. With one a node may have
the network interface `flat`: its `driver_info` names the networks it is cleaned and rescued on.
Who may see a node may see its config drive, so that tests can look into it.
"""

from __future__ import annotations

from pathlib import Path

from kit import http, say
from kit.daemon import Daemon
from kit.keystone import Keystone
from kit.service import Service
from kit.stack import shims

CONF = """\
[DEFAULT]
debug = false
my_ip = 127.0.0.1
host = stack
auth_strategy = {auth}
rpc_transport = none
rbac_service_role_elevated_access = true
state_path = {data}
enabled_hardware_types = fake-hardware
enabled_bios_interfaces = fake,no-bios
enabled_boot_interfaces = fake
enabled_console_interfaces = fake,no-console
enabled_deploy_interfaces = fake
enabled_firmware_interfaces = fake,no-firmware
enabled_inspect_interfaces = fake,no-inspect
enabled_management_interfaces = fake
enabled_network_interfaces = {interfaces}
enabled_power_interfaces = fake
enabled_raid_interfaces = fake,no-raid
enabled_rescue_interfaces = fake,no-rescue
enabled_storage_interfaces = fake,noop
enabled_vendor_interfaces = fake,no-vendor
default_network_interface = noop
default_rescue_interface = fake
default_console_interface = fake
[api]
host_ip = 127.0.0.1
port = {port}
api_workers = 1
[conductor]
automated_clean = false
workers_pool_size = 50
[database]
connection = sqlite:///{data}/ironic.sqlite?timeout=60
[oslo_concurrency]
lock_path = {data}/lock
[oslo_messaging_notifications]
driver = noop
[oslo_policy]
policy_file = {etc}/policy.yaml
[pxe]
tftp_root = {data}/tftp
images_path = {data}/images
[deploy]
http_root = {data}/http
"""
CALLED = ("service_catalog", "glance", "neutron", "cinder", "nova")
DAEMONS = ("ironic",)


def up(state: Path, keystone: Keystone | None = None) -> str:
    """Start it, making its database on first use; answers its address."""
    service = Service("ironic", "ironic", state)
    daemon = Daemon("ironic", state)
    with say.step("starting Ironic"):
        port = service.port(lambda port: _prepare(service, keystone, port))
        env = {"PATH": shims.path(state, service.bin), "PYTHONWARNINGS": "ignore"}
        daemon.start([str(service.bin / "ironic"), "--config-file", str(service.file)], env=env)
        daemon.wait(lambda: http.answers(f"http://127.0.0.1:{port}/"), seconds=90)
    return f"http://127.0.0.1:{port}"


def _prepare(service: Service, keystone: Keystone | None, port: int) -> None:
    for name in ("lock", "tftp", "images", "http"):
        (service.data / name).mkdir(parents=True, exist_ok=True)
    auth = "keystone" if keystone else "noauth"
    wired = "noop,flat" if keystone else "noop"
    text = CONF.format(etc=service.etc, data=service.data, port=port, auth=auth, interfaces=wired)
    if keystone:
        text += keystone.authtoken("ironic", "baremetal")
        text += "".join(keystone.account(section, "ironic") for section in CALLED)
    service.write(text)
    service.write('"show_instance_secrets": "@"\n', "policy.yaml")
    service.manage("create_schema", program="ironic-dbsync")
    service.write_ahead()
