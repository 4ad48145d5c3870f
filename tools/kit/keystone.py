# SPDX-License-Identifier: Apache-2.0
"""A real Keystone on loopback: SQLite, fernet tokens, cheap hashing. For tests and trials."""

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
connection = sqlite:///{data}/keystone.sqlite?timeout=60
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
enabled = false
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


def up(state: Path, password: str) -> Keystone:
    """Start it, bootstrapping on first use; a second call finds the one that runs."""
    # One thread: SQLite under Keystone answers "database is locked" to a second writer.
    service = WsgiService("keystone", "keystone", "keystone.wsgi.api:application", 1, "/v3", state)
    port = service.up(lambda port: _bootstrap(service, _url(port), password))
    return Keystone(_url(port), password)


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/v3"


def _bootstrap(service: WsgiService, url: str, password: str) -> None:
    text = CONF.format(etc=service.etc, data=service.data)
    (service.etc / "keystone.conf").write_text(text)
    service.manage("db_sync")
    service.write_ahead()
    user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
    for verb in ("fernet_setup", "receipt_setup", "credential_setup"):
        service.manage(verb, "--keystone-user", user, "--keystone-group", group)
    interfaces = ["--bootstrap-public-url", "--bootstrap-internal-url", "--bootstrap-admin-url"]
    urls = [word for option in interfaces for word in (option, url)]
    region = ["--bootstrap-region-id", "RegionOne"]
    # The password goes by the environment: process lists are public.
    service.manage("bootstrap", *region, *urls, OS_BOOTSTRAP_PASSWORD=password)
