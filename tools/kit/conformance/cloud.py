# SPDX-License-Identifier: Apache-2.0
"""The cloud that Tempest talks to: Keystone, Glance, a standalone process; two images, flavors."""

from __future__ import annotations

import json
import secrets
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit import apt, companions, http, paths, ports
from kit.conformance import accounts, flavors, guest_consoles, hypervisors, images
from kit.conformance.hypervisors import Hypervisors
from kit.daemon import Daemon

DAEMONS = ("standalone", "consoles", "glance", "keystone")
# Page of noVNC as Debian has it.
SETTINGS = """\
[api]
auth = keystone
[console]
web = {web}
"""


@dataclass(frozen=True)
class Cloud:
    """What a client has to know of the running cloud.

    The network service's public network, range and extensions are there where there is one, and
    the places of real guests with the file these boot from.
    """

    identity: str
    endpoint: str
    password: str
    images: tuple[str, str]
    accounts: Path
    hypervisors: Hypervisors
    public: str = ""
    floating_range: str = ""
    extensions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    picture: Path = Path()


def up(state: Path, driver: str) -> Cloud:
    """Start what does not run; a second call finds it all."""
    state.mkdir(parents=True, exist_ok=True)
    known = facts(state)
    endpoint = f"http://127.0.0.1:{known['port']}/v2.1"
    services = companions.up(state, known["password"], endpoint)
    identity, image, catalog = services.keystone, services.glance, services.catalog
    web = apt.unpack("novnc", paths.cache() / "novnc") / "usr" / "share" / "novnc"
    found = hypervisors.prepare(driver, state, known["consoles"])
    configuration = SETTINGS.format(web=web) + found.settings
    configuration += services.identity() + services.images()
    write(state / "nova-cells.conf", configuration)
    write(state / "clouds.yaml", services.clouds())
    _start_consoles(state, known["consoles"])
    _start(state, known, found)
    token = catalog.token("admin", "admin")
    made = images.ensure(image.url, token, "image", "image-alt", file=found.image)
    flavors.ensure(endpoint, token, found.wanted)
    listed = state / "accounts.yaml"
    accounts.ensure(catalog, identity.password, listed)
    pair = (made["image"], made["image-alt"])
    return Cloud(identity.url, endpoint, identity.password, pair, listed, found)


def down(state: Path) -> None:
    """End every process of the state folder."""
    for name in DAEMONS:
        Daemon(name, state).stop()
    hypervisors.stop(state)


def _start_consoles(state: Path, port: int) -> None:
    daemon = Daemon("consoles", state)
    daemon.start([sys.executable, guest_consoles.__file__, str(port)])


def _start(state: Path, known: dict[str, Any], found: Hypervisors) -> None:
    port = known["port"]
    daemon = Daemon("standalone", state)
    if not daemon.pid:
        # What an earlier run left may be of another version of the code.
        shutil.rmtree(state / "cloud", ignore_errors=True)
    command = [
        *(str(Path(sys.executable).parent / "nova-cells"), "standalone"),
        *("--state-dir", str(state / "cloud"), "--port", str(port)),
        *("--console-port", str(known["proxy"]), "--driver", found.driver),
        # Tempest takes any host for a place for any server; a server stays in its cell.
        *("--cells", "1", "--hosts", str(found.count)),
        *("--auth", "keystone", "--config-file", str(state / "nova-cells.conf")),
    ]
    daemon.start(command, env={"PYTHONWARNINGS": "ignore"})
    daemon.wait(lambda: http.answers(f"http://127.0.0.1:{port}/"), seconds=60)


def facts(state: Path) -> dict[str, Any]:
    """What is decided once: ports and a password."""
    path = state / "facts.json"
    if not path.exists():
        known: dict[str, Any] = {name: ports.free() for name in ("port", "proxy", "consoles")}
        write(path, json.dumps({**known, "password": secrets.token_urlsafe(12)}))
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def write(path: Path, text: str) -> None:
    """A file that only its owner reads."""
    path.touch(mode=0o600)
    path.write_text(text)
