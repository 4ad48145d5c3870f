# SPDX-License-Identifier: Apache-2.0
"""A real Keystone on loopback: SQLite, fernet tokens, cheap hashing. For tests and trials."""

import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kit import environment, http, ports, say
from kit.daemon import Daemon

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


@dataclass(frozen=True)
class Keystone:
    """A running Keystone; `password` is that of every account these tools make."""

    url: str
    password: str
    daemon: Daemon


def up(state: Path, password: str, port: int | None = None) -> Keystone:
    """Start it, bootstrapping on first use; a second call finds the one that runs."""
    bin_ = environment.service("keystone")
    etc, data = state / "keystone" / "etc", state / "keystone" / "data"
    recorded = etc / "port"
    port = int(recorded.read_text()) if recorded.exists() else port or ports.free()
    url = f"http://127.0.0.1:{port}/v3"
    daemon = Daemon("keystone", state)
    if not daemon.pid:
        with say.step("starting Keystone"):
            if not (data / "bootstrapped").exists():
                _bootstrap(bin_, etc, data, url, password)
            recorded.write_text(str(port))
            daemon.start(
                environment.wsgi(bin_, "keystone.wsgi.api:application", port, 1),
                env={"OS_KEYSTONE_CONFIG_DIR": str(etc), "PYTHONWARNINGS": "ignore"},
            )
    daemon.wait(lambda: http.answers(url), seconds=90)
    return Keystone(url, password, daemon)


def _bootstrap(bin_: Path, etc: Path, data: Path, url: str, password: str) -> None:
    for folder in (etc, data):
        folder.mkdir(parents=True, exist_ok=True)
    (etc / "keystone.conf").write_text(CONF.format(etc=etc, data=data))
    _manage(bin_, etc, "db_sync")
    with sqlite3.connect(data / "keystone.sqlite") as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    for verb in ("fernet_setup", "receipt_setup", "credential_setup"):
        _manage(bin_, etc, verb, "--keystone-user", "root", "--keystone-group", "root")
    where = ["--bootstrap-public-url", "--bootstrap-internal-url", "--bootstrap-admin-url"]
    urls = [word for option in where for word in (option, url)]
    _manage(bin_, etc, "bootstrap", "--bootstrap-region-id", "RegionOne", *urls, password=password)
    (data / "bootstrapped").touch()


def _manage(bin_: Path, etc: Path, *words: str, password: str | None = None) -> None:
    # The password goes by the environment: process lists are public.
    env = {**environment.environment(), "PYTHONWARNINGS": "ignore"}
    if password:
        env["OS_BOOTSTRAP_PASSWORD"] = password
    if words[0].endswith("_setup"):
        import grp
        import os
        import pwd

        user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
        words = (words[0], "--keystone-user", user, "--keystone-group", group)
    command = [str(bin_ / "keystone-manage"), "--config-file", str(etc / "keystone.conf"), *words]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise say.Trouble(
            f"keystone-manage {words[0]} failed:\n{(done.stdout + done.stderr)[-800:]}"
        )
