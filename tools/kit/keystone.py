# SPDX-License-Identifier: Apache-2.0
"""A real Keystone on loopback: fernet tokens, cheap hashing. For tests and trials.

On SQLite it serves one request at a time: "database is locked" is what a second writer would hear.
"""

from __future__ import annotations

import grp
import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from kit.wsgi_service import WsgiService

CONF = """\
[DEFAULT]
debug = false
[database]
connection = {database}
[token]
provider = fernet
[fernet_tokens]
key_repository = {etc}/fernet-keys
[fernet_receipts]
key_repository = {etc}/receipt-keys
[credential]
key_repository = {etc}/credential-keys
[identity]
password_hash_algorithm = bcrypt
password_hash_rounds = 4
[cache]
enabled = {cached}
backend = dogpile.cache.memory_pickle
"""

AUTHTOKEN = """\
[keystone_authtoken]
www_authenticate_uri = {keystone}
auth_url = {keystone}
auth_type = password
username = {user}
password = {password}
project_name = service
user_domain_name = Default
project_domain_name = Default
service_token_roles_required = true
service_token_roles = service
service_type = {type}
"""

# How a service logs in where it asks another one for something.
ACCOUNT = """\
[{section}]
auth_url = {keystone}
auth_type = password
username = {user}
password = {password}
project_name = service
user_domain_name = Default
project_domain_name = Default
region_name = RegionOne
"""


@dataclass(frozen=True)
class Keystone:
    """A running Keystone; `password` is that of every account these tools make."""

    url: str
    password: str

    def authtoken(self, user: str, service_type: str) -> str:
        """The section by which a service checks the tokens it is sent."""
        return AUTHTOKEN.format(
            keystone=self.url, user=user, password=self.password, type=service_type
        )

    def account(self, section: str, user: str) -> str:
        """The section by which a service logs in when it calls another one."""
        return ACCOUNT.format(section=section, keystone=self.url, user=user, password=self.password)


def up(state: Path, password: str, database: str = "") -> Keystone:
    """Start it, bootstrapping on first use; a second call finds the one that runs.

    `database`: the URL of one on a server; without it, SQLite.
    """
    threads = 4 if database else 1
    service = WsgiService(
        "keystone", "keystone", state, "keystone.wsgi.api:application", threads, "/v3"
    )
    port = service.up(lambda port: _bootstrap(service, _url(port), password, database))
    return Keystone(_url(port), password)


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/v3"


def _bootstrap(service: WsgiService, url: str, password: str, database: str) -> None:
    local = f"sqlite:///{service.data}/keystone.sqlite?timeout=60"
    cached = str(bool(database)).lower()
    service.write(CONF.format(etc=service.etc, database=database or local, cached=cached))
    service.manage("db_sync")
    if not database:
        service.write_ahead()
    user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    for verb in ("fernet_setup", "receipt_setup", "credential_setup"):
        service.manage(verb, "--keystone-user", user, "--keystone-group", group)
    interfaces = ["--bootstrap-public-url", "--bootstrap-internal-url", "--bootstrap-admin-url"]
    urls = [word for option in interfaces for word in (option, url)]
    region = ["--bootstrap-region-id", "RegionOne"]
    # The password goes by the environment: process lists are public.
    service.manage("bootstrap", *region, *urls, OS_BOOTSTRAP_PASSWORD=password)
