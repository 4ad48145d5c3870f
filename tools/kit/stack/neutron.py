# SPDX-License-Identifier: Apache-2.0
"""A real Neutron on loopback: ML2 with OVN, served by one process of threads, with MariaDB.

Ports go DOWN → ACTIVE by what OVN reports, and events of that are sent to the compute endpoint of
the catalogue.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from kit.daemon import Daemon
from kit.keystone import Keystone
from kit.stack.ovn import Ovn
from kit.wsgi_service import WsgiService

CONF = """\
[DEFAULT]
debug = false
core_plugin = ml2
service_plugins = ovn-router,trunk,qos,segments,auto_allocate,metering
api_paste_config = {etc}/api-paste.ini
state_path = {data}
transport_url = fake://
notify_nova_on_port_status_changes = true
notify_nova_on_port_data_changes = true
send_events_interval = 1
rpc_workers = 0
dns_domain = stack.local.
[database]
connection = {database}
max_pool_size = 10
[oslo_concurrency]
lock_path = {data}/lock
[oslo_messaging_notifications]
driver = noop
[AGENT]
root_helper =
[quotas]
quota_port = 1000
quota_network = 500
quota_subnet = 500
quota_security_group = 500
quota_security_group_rule = 1000
quota_floatingip = 200
quota_router = 100
[ml2]
mechanism_drivers = ovn
type_drivers = local,flat,vlan,geneve
tenant_network_types = geneve
extension_drivers = port_security,qos
overlay_ip_version = 4
[ml2_type_flat]
flat_networks = *
[ml2_type_vlan]
network_vlan_ranges = physnet1:100:200
[ml2_type_geneve]
vni_ranges = 1:65536
max_header_size = 38
[securitygroup]
enable_security_group = true
[ovn]
ovn_nb_connection = {northbound}
ovn_sb_connection = {southbound}
ovn_metadata_enabled = true
ovn_l3_scheduler = leastloaded
enable_distributed_floating_ip = false
ovn_emit_need_to_frag = false
dns_servers = 127.0.0.1
"""
WORKERS = {
    "neutron-maintenance": "neutron-ovn-maintenance-worker",
    "neutron-periodic": "neutron-periodic-workers",
}
DAEMONS = (*WORKERS, "neutron")


def up(state: Path, keystone: Keystone, ovn: Ovn, database: str) -> str:
    """Start it, making its tables on first use; answers its address."""
    scratch = state / "neutron" / "data" / "tmp"
    service = WsgiService(
        "neutron",
        "neutron",
        state,
        "neutron.wsgi.api:application",
        6,
        "/",
        variables={
            "OS_NEUTRON_CONFIG_FILES": "neutron.conf",
            # How it learns that it has no sisters; they would elect a first one by files.
            "ASGI_WORKERS": "1",
            "TMPDIR": str(scratch),
        },
    )
    if not Daemon("neutron", state).pid:
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
    port = service.up(lambda port: _prepare(service, keystone, ovn, database))
    for name, program in WORKERS.items():
        command = [str(service.bin / program), "--config-file", str(service.file)]
        Daemon(name, state).start(command, env={"PYTHONWARNINGS": "ignore"})
    return f"http://127.0.0.1:{port}"


def _prepare(service: WsgiService, keystone: Keystone, ovn: Ovn, database: str) -> None:
    shutil.copy(service.packaged / "api-paste.ini", service.etc / "api-paste.ini")
    text = CONF.format(
        etc=service.etc,
        data=service.data,
        database=database,
        northbound=ovn.remote("nb"),
        southbound=ovn.remote("sb"),
    )
    text += keystone.authtoken("neutron", "network")
    # It asks the catalogue for compute's endpoint whenever it has something to tell.
    service.write(text + keystone.account("nova", "neutron"))
    service.manage("upgrade", "heads", program="neutron-db-manage")
