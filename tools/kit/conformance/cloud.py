# SPDX-License-Identifier: Apache-2.0
"""The cloud that Tempest talks to: Keystone, Glance and a standalone process, two images in it."""

from __future__ import annotations

import json
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

from kit import companions, http, ports
from kit.conformance import accounts, images
from kit.daemon import Daemon

DAEMONS = ("standalone", "glance", "keystone")


@dataclass(frozen=True)
class Cloud:
    """What a client has to know of the running cloud."""

    identity: str
    endpoint: str
    password: str
    images: tuple[str, str]
    accounts: Path


def up(state: Path) -> Cloud:
    """Start what does not run; a second call finds it all."""
    state.mkdir(parents=True, exist_ok=True)
    facts = _facts(state)
    endpoint = f"http://127.0.0.1:{facts['port']}/v2.1"
    services = companions.up(state, facts["password"], endpoint)
    identity, image, catalog = services.keystone, services.glance, services.catalog
    configuration = "[api]\nauth = keystone\n" + services.identity() + services.images()
    _write(state / "nova-cells.conf", configuration)
    _write(state / "clouds.yaml", services.clouds())
    _start(state, facts["port"])
    made = images.ensure(image.url, catalog.token("admin", "admin"), "image", "image-alt")
    listed = state / "accounts.yaml"
    accounts.ensure(catalog, identity.password, listed)
    pair = (made["image"], made["image-alt"])
    return Cloud(identity.url, endpoint, identity.password, pair, listed)


def down(state: Path) -> None:
    """End every process of the state folder."""
    for name in DAEMONS:
        Daemon(name, state).stop()


def _start(state: Path, port: int) -> None:
    daemon = Daemon("standalone", state)
    command = [
        *(str(Path(sys.executable).parent / "nova-cells"), "standalone"),
        *("--state-dir", str(state / "cloud"), "--port", str(port)),
        *("--cells", "2", "--hosts", "3", "--driver", "fake"),
        *("--auth", "keystone", "--config-file", str(state / "nova-cells.conf")),
    ]
    daemon.start(command, env={"PYTHONWARNINGS": "ignore"})
    daemon.wait(lambda: http.answers(f"http://127.0.0.1:{port}/"), seconds=60)


def _facts(state: Path) -> dict[str, object]:
    path = state / "facts.json"
    if not path.exists():
        _write(path, json.dumps({"port": ports.free(), "password": secrets.token_urlsafe(12)}))
    return json.loads(path.read_text())


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
