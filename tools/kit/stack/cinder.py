# SPDX-License-Identifier: Apache-2.0
"""A real Cinder on loopback: files of an "NFS share" of this machine as volumes (see shims.py)."""

from __future__ import annotations

import shutil
from pathlib import Path

from kit import paths
from kit.daemon import Daemon
from kit.keystone import Keystone
from kit.stack import shims
from kit.wsgi_service import WsgiService

CONF = """\
[DEFAULT]
debug = false
my_ip = 127.0.0.1
host = stack
transport_url = {transport}
state_path = {data}
api_paste_config = {etc}/api-paste.ini
resource_query_filters_file = {etc}/resource_filters.json
rootwrap_config = {etc}/rootwrap.conf
auth_strategy = keystone
enabled_backends = nfs
default_volume_type = __DEFAULT__
glance_api_servers = {glance}
image_conversion_dir = {data}/conversion
quota_volumes = 200
quota_snapshots = 200
quota_gigabytes = 2000
[database]
connection = {database}
[oslo_concurrency]
lock_path = {data}/lock
[oslo_messaging_notifications]
driver = noop
[nfs]
volume_driver = kit.stack.shared_nfs.SharedNfs
volume_backend_name = nfs
nfs_shares_config = {etc}/nfs_shares
nfs_mount_point_base = {data}/mnt
nfs_sparsed_volumes = true
nfs_snapshot_support = true
nas_secure_file_operations = false
nas_secure_file_permissions = false
max_over_subscription_ratio = 20
image_volume_cache_enabled = false
[key_manager]
backend = cinder.keymgr.conf_key_mgr.ConfKeyManager
fixed_key = {key}
"""
# Of volumes encrypted in tests: no secret.
KEY = "bae3516cc1c0eb18b05440eba8012a4a880a2ee04d584a9c1579445e675b12de"
WORKERS = ("cinder-scheduler", "cinder-volume")
DAEMONS = ("cinder", *reversed(WORKERS))


def up(state: Path, keystone: Keystone, glance: str, transport: str, database: str) -> str:
    """Start it; answers its address. On SQLite it fails as soon as two ask at once."""
    file = state / "cinder" / "etc" / "cinder.conf"
    service = WsgiService(
        "cinder",
        "cinder",
        state,
        "cinder.wsgi.api:application",
        6,
        "/",
        arguments=("--config-file", str(file)),
    )
    path = shims.path(state, service.bin)
    places = {"glance": glance, "transport": transport, "database": database}
    port = service.up(lambda _port: _prepare(service, keystone, places))
    for name in WORKERS:
        command = [str(service.bin / name), "--config-file", str(file)]
        env = {"PATH": path, "PYTHONPATH": str(paths.TOOLS), "PYTHONWARNINGS": "ignore"}
        Daemon(name, state).start(command, env=env)
    return f"http://127.0.0.1:{port}/v3"


def _prepare(service: WsgiService, keystone: Keystone, places: dict[str, str]) -> None:
    etc, data = service.etc, service.data
    for name in ("lock", "mnt", "conversion", "share"):
        (data / name).mkdir(parents=True, exist_ok=True)
    for name in ("api-paste.ini", "resource_filters.json"):
        shutil.copy(service.packaged / name, etc / name)
    _let_it_be_root(service)
    service.write(f"127.0.0.1:{data}/share\n", "nfs_shares")
    text = CONF.format(etc=etc, data=data, key=KEY, **places)
    text += keystone.authtoken("cinder", "block-storage")
    text += keystone.account("nova", "cinder") + "interface = public\n"
    text += keystone.account("service_user", "cinder") + "send_service_user_token = true\n"
    service.write(text)
    service.manage("db", "sync")


def _let_it_be_root(service: WsgiService) -> None:
    """Its list of what it may call as root, looked for in our folder first."""
    shutil.copytree(service.packaged / "rootwrap.d", service.etc / "rootwrap.d", dirs_exist_ok=True)
    folders = [shims.folder(service.state), service.bin, "/sbin", "/usr/sbin", "/bin", "/usr/bin"]
    lines = {
        "filters_path": service.etc / "rootwrap.d",
        "exec_dirs": ",".join(map(str, folders)),
    }
    text = "[DEFAULT]\n" + "".join(f"{name}={value}\n" for name, value in lines.items())
    service.write(text + "use_syslog=False\n", "rootwrap.conf")
