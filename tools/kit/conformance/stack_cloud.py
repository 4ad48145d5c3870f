# SPDX-License-Identifier: Apache-2.0
"""The cloud that Tempest talks to with --stack: real services, real guests on two hosts."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from kit import apt, http, paths
from kit.conformance import flavors
from kit.conformance.cloud import SETTINGS, Cloud, facts, write
from kit.conformance.hypervisors import SCREENS, Flavor, Hypervisors
from kit.daemon import Daemon
from kit.hosts.fleet import Fleet
from kit.quickstart import ground
from kit.stack import our_cloud, seed, sharing
from kit.stack.rest import Rest
from kit.stack.stack import Stack

SMALL, LARGE = Flavor("tempest-112", 112), Flavor("tempest-128", 128)


def up(state: Path) -> Cloud:
    """Start what does not run; a second call finds it all."""
    state.mkdir(parents=True, exist_ok=True)
    # Tempest's stories ask guests by it whether they are there.
    apt.ensure("iputils-ping")
    stack = sharing.stack(state / "stack")
    found = our_cloud.hosts(stack, state / "fleet")
    known = facts(state)
    if "api" not in known:
        known["api"] = sharing.port(stack)
        write(state / "facts.json", json.dumps(known))
    web = apt.unpack("novnc", paths.cache() / "novnc") / "usr" / "share" / "novnc"
    text = SETTINGS.format(web=web) + SCREENS + our_cloud.configuration(stack, found)
    write(state / "nova-cells.conf", text)
    _start(state, stack, known, len(found.told))
    return _described(state, stack, f"http://127.0.0.1:{known['api']}/v2.1", sorted(found.told))


def down(state: Path) -> None:
    """End every process of the state folder, and the hosts."""
    Daemon("standalone", state).stop()
    if not sharing.is_shared() and (state / "stack").exists():
        Stack(state / "stack").forget()
    Fleet(state / "fleet").down()


def _start(state: Path, stack: Stack, known: dict[str, int], hosts: int) -> None:
    daemon = Daemon("standalone", state)
    if not daemon.pid:
        # What an earlier run left may be of another version of the code.
        shutil.rmtree(state / "cloud", ignore_errors=True)
    command = [
        *(str(Path(sys.executable).parent / "nova-cells"), "standalone"),
        *("--state-dir", str(state / "cloud"), "--port", str(known["api"])),
        *("--console-port", str(known["proxy"]), "--driver", "libvirt"),
        *("--cells", "1", "--hosts", str(hosts)),
        *("--auth", "keystone", "--config-file", str(state / "nova-cells.conf")),
    ]
    daemon.start(command, env=our_cloud.environment(stack))
    daemon.wait(lambda: http.answers(f"http://127.0.0.1:{known['api']}/"), seconds=90)


def _described(state: Path, stack: Stack, endpoint: str, places: list[str]) -> Cloud:
    token, picture = stack.catalog().token("admin", "admin"), ground.guest_image()
    made = seed.pictures(stack.urls["glance"], token, picture)
    flavors.ensure(endpoint, token, (SMALL, LARGE))
    network = Rest(f"{stack.urls['neutron']}/v2.0", token)
    (public,) = network.get("/networks?name=public")["networks"]
    extensions = [one["alias"] for one in network.get("/extensions")["extensions"]]
    real = Hypervisors("libvirt", len(places), "", None, (SMALL.id, LARGE.id), patience=300)
    cloud = Cloud(
        identity=stack.keystone.url,
        endpoint=endpoint,
        password=stack.plan.password,
        images=(made["image"], made["image-alt"]),
        accounts=state / "accounts.yaml",
        hypervisors=real,
    )
    return replace(
        cloud,
        public=public["id"],
        extensions=tuple(sorted(extensions)),
        floating_range=stack.plan.public,
        places=tuple(places),
        picture=picture,
    )
