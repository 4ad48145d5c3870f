# SPDX-License-Identifier: Apache-2.0
"""A real Glance on loopback: SQLite and a file store, tokens checked by Keystone."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from kit.keystone import Keystone
from kit.wsgi_service import WsgiService

CONF = """\
[DEFAULT]
debug = false
bind_host = 127.0.0.1
bind_port = {port}
public_endpoint = http://127.0.0.1:{port}
worker_self_reference_url = http://127.0.0.1:{port}
enabled_backends = local:file
workers = 1
transport_url = fake://
use_keystone_limits = false
[glance_store]
default_backend = local
[local]
filesystem_store_datadir = {data}/images
[os_glance_staging_store]
filesystem_store_datadir = {data}/staging
[os_glance_tasks_store]
filesystem_store_datadir = {data}/tasks
[database]
connection = sqlite:///{data}/glance.sqlite?timeout=60
[paste_deploy]
flavor = keystone
config_file = {etc}/glance-api-paste.ini
[oslo_messaging_notifications]
driver = noop
"""


@dataclass(frozen=True)
class Glance:
    """A running Glance."""

    url: str


def up(state: Path, keystone: Keystone) -> Glance:
    """Start it, making its database on first use; a second call finds the one that runs."""
    # Served by waitress like the others: uWSGI breaks on chunked uploads.
    service = WsgiService(
        "glance", "glance-api", state, "glance.wsgi.api:application", 8, "/healthcheck"
    )
    port = service.up(lambda port: _prepare(service, port, keystone))
    return Glance(f"http://127.0.0.1:{port}")


def _prepare(service: WsgiService, port: int, keystone: Keystone) -> None:
    etc, data = service.etc, service.data
    for name in ("images", "staging", "tasks"):
        (data / name).mkdir(parents=True, exist_ok=True)
    shutil.copy(service.packaged / "glance-api-paste.ini", etc / "glance-api-paste.ini")
    text = CONF.format(etc=etc, data=data, port=port)
    service.write(text + keystone.authtoken("glance", "image"))
    service.manage("db_sync")
    service.write_ahead()
