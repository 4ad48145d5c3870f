# SPDX-License-Identifier: Apache-2.0
"""A real Glance on loopback: SQLite and a file store, tokens checked by Keystone."""

import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kit import environment, http, ports, say
from kit.daemon import Daemon
from kit.keystone import Keystone

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
[keystone_authtoken]
www_authenticate_uri = {keystone}
auth_url = {keystone}
auth_type = password
username = glance
password = {password}
project_name = service
user_domain_name = Default
project_domain_name = Default
service_token_roles_required = true
service_token_roles = service
service_type = image
"""


@dataclass(frozen=True)
class Glance:
    """A running Glance."""

    url: str
    daemon: Daemon


def up(state: Path, keystone: Keystone, port: int | None = None) -> Glance:
    """Start it, making its database on first use; a second call finds the one that runs."""
    bin_ = environment.service("glance")
    etc, data = state / "glance" / "etc", state / "glance" / "data"
    recorded = etc / "port"
    port = int(recorded.read_text()) if recorded.exists() else port or ports.free()
    url = f"http://127.0.0.1:{port}"
    daemon = Daemon("glance", state)
    if not daemon.pid:
        with say.step("starting Glance"):
            if not (data / "glance.sqlite").exists():
                _prepare(bin_, etc, data, port, keystone)
            recorded.write_text(str(port))
            # waitress, since uWSGI breaks on chunked uploads.
            daemon.start(
                environment.wsgi(bin_, "glance.wsgi.api:application", port, 8),
                env={"OS_GLANCE_CONFIG_DIR": str(etc), "PYTHONWARNINGS": "ignore"},
            )
    daemon.wait(lambda: http.answers(f"{url}/healthcheck"), seconds=90)
    return Glance(url, daemon)


def _prepare(bin_: Path, etc: Path, data: Path, port: int, keystone: Keystone) -> None:
    for folder in (etc, data / "images", data / "staging", data / "tasks"):
        folder.mkdir(parents=True, exist_ok=True)
    packaged = bin_.parent / "etc" / "glance" / "glance-api-paste.ini"
    shutil.copy(packaged, etc / "glance-api-paste.ini")
    conf = etc / "glance-api.conf"
    conf.touch(mode=0o600)
    conf.write_text(
        CONF.format(
            etc=etc, data=data, port=port, keystone=keystone.url, password=keystone.password
        )
    )
    sync = [str(bin_ / "glance-manage"), "--config-file", str(conf), "db_sync"]
    done = subprocess.run(
        sync, capture_output=True, text=True, env=environment.environment(), check=False
    )
    if done.returncode:
        raise say.Trouble(f"glance-manage db_sync failed:\n{(done.stdout + done.stderr)[-800:]}")
    with sqlite3.connect(data / "glance.sqlite") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
