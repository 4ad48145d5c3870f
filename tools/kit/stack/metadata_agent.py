# SPDX-License-Identifier: Apache-2.0
"""Neutron's metadata agent of one chassis: takes guests' questions to our metadata service, signed.

It has a process namespace of its own: with it end the proxies that it starts in further network
namespaces, where nothing else would find them.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from kit.daemon import Daemon
from kit.service import Service
from kit.stack import shims
from kit.stack.chassis import Chassis
from kit.stack.ovn import Ovn
from kit.stack.plan import Plan

CONF = """\
[DEFAULT]
host = {host}
state_path = {data}
nova_metadata_host = {address}
nova_metadata_port = {port}
metadata_proxy_shared_secret = {secret}
metadata_proxy_user = root
metadata_proxy_group = root
metadata_workers = 0
[ovs]
ovsdb_connection = unix:{switch}/db.sock
[ovn]
ovn_nb_connection = {northbound}
ovn_sb_connection = {southbound}
[AGENT]
root_helper =
root_helper_daemon =
[oslo_concurrency]
lock_path = {data}/lock
"""
ALONE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc")


def daemon(chassis: Chassis) -> Daemon:
    """Its process."""
    return Daemon("neutron-metadata", chassis.folder)


def up(state: Path, plan: Plan, ovn: Ovn, chassis: Chassis, address: str) -> None:
    """Start it unless it runs; `address`: where the host reaches our metadata service."""
    process = daemon(chassis)
    if process.pid:
        return
    service = Service("neutron", "neutron", state)
    data = chassis.folder / "neutron"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir()
    text = CONF.format(
        host=chassis.name,
        data=data,
        address=address,
        port=plan.metadata,
        secret=plan.secret,
        switch=chassis.inside,
        northbound=ovn.remote("nb"),
        southbound=ovn.remote("sb"),
    )
    file = chassis.folder / "metadata.ini"
    file.touch(mode=0o600)
    file.write_text(text)
    program = [str(service.bin / "neutron-ovn-metadata-agent"), "--config-file", str(file)]
    env = {"PATH": shims.path(state, service.bin), "PYTHONWARNINGS": "ignore"}
    process.start([*chassis.enter, *ALONE, *program], env=env)
