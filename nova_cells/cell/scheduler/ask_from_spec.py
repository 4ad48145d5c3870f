# SPDX-License-Identifier: Apache-2.0
"""Reads a `RequestSpec` as an `Ask`: flavor, extra specs, image properties and hints.

Numbered groups of extra specs (`resources1:…`) are added up: a host is one provider here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_row import DISK_GB, MEMORY_MB, VCPU
from nova_cells.objects import Flavor, RequestSpec, image_types
from nova_cells.objects.hardware import Unfit, hardware_traits

CONFIG_DRIVE = "COMPUTE_CONFIG_DRIVE"
EPHEMERAL = "COMPUTE_EPHEMERAL_DISK"
SWAP = "COMPUTE_SWAP_DISK"
LOCAL_NETWORK = "COMPUTE_LOCAL_NETWORK"
VOLUMES = "COMPUTE_VOLUME_ATTACH"
TRUSTED_CERTS = "COMPUTE_TRUSTED_CERTS"
_RESOURCE = re.compile(r"resources[A-Za-z0-9_-]*:(\w+)$")
_TRAIT = re.compile(r"trait[A-Za-z0-9_-]*:(\w+)$")


class InvalidAsk(Exception):
    """The spec asks for something that has no meaning; the message names the key."""


def ask_from_spec(
    spec: RequestSpec,
    *,
    hosts_of: Callable[[list[str]], Mapping[str, str]] = lambda uuids: {},
    group_hosts: Mapping[str, int] | None = None,
    excluded_hosts: Iterable[str] = (),
) -> Ask:
    """The ask of one wished server.

    `hosts_of` answers instance uuid → host for the hints; it is called only when a hint names
    servers. `group_hosts` counts the members of the spec's group by host.
    """
    image = spec.image_properties()
    required, forbidden = traits_of(spec.flavor.extra_specs, image)
    try:
        required |= hardware_traits(image, spec.flavor.extra_specs)
    except Unfit as unfit:
        raise InvalidAsk(str(unfit)) from unfit
    if spec.trusted_certs:
        required |= {TRUSTED_CERTS}
    hints = spec.scheduler_hints
    same, different = _named(hints.get("same_host")), _named(hints.get("different_host"))
    found = hosts_of(sorted({*same, *different})) if same or different else {}
    group = spec.group
    return Ask(
        uuid=spec.uuid,
        project_id=spec.project_id,
        resources=claimed_by(spec, spec.flavor, local_root=spec.image is not None),
        required_traits=required | _needed(spec),
        forbidden_traits=forbidden,
        zone=spec.availability_zone,
        forced_host=spec.forced_host,
        forced_node=spec.forced_node,
        requested_host=spec.requested_host,
        requested_node=spec.requested_node,
        flavor_name=spec.flavor.name,
        extra_specs=spec.flavor.extra_specs,
        image_properties=image,
        image_type=image_types.trait_of(spec.image),
        same_hosts=frozenset(found[u] for u in same if found.get(u)) if same else None,
        different_hosts=frozenset(found[u] for u in different if found.get(u)),
        group=group.uuid if group else None,
        group_policy=group.policy if group else None,
        group_limit=group.max_server_per_host if group else 1,
        group_hosts=group_hosts or {},
        excluded_hosts=frozenset(excluded_hosts),
    )


def resources_of(flavor: Flavor, *, local_root: bool = True) -> dict[str, int]:
    """What a server of this flavor claims; an amount of 0 in the extra specs takes a class out."""
    root = flavor.root_gb if local_root else 0
    amounts = {
        VCPU: flavor.vcpus,
        MEMORY_MB: flavor.memory_mb,
        DISK_GB: root + flavor.ephemeral_gb + -(-flavor.swap_mb // 1024),
    }
    stated: dict[str, int] = {}
    for key, text in flavor.extra_specs.items():
        if match := _RESOURCE.match(key):
            stated[match[1]] = stated.get(match[1], 0) + _amount(key, text)
    amounts.update(stated)
    return {name: amount for name, amount in amounts.items() if amount}


def traits_of(*sources: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
    """The required and the forbidden traits that `trait:NAME` keys state."""
    stated: dict[str, set[str]] = {"required": set(), "forbidden": set()}
    for source in sources:
        for key, text in source.items():
            if match := _TRAIT.match(key):
                if text not in stated:
                    raise InvalidAsk(f"{key} must be 'required' or 'forbidden', not {text!r}.")
                stated[text].add(match[1])
    return frozenset(stated["required"]), frozenset(stated["forbidden"])


def _needed(spec: RequestSpec) -> frozenset[str]:
    """What a host must be able to do for networks, config drive, disks and volumes wished for."""
    local = any(not wish.get("service") for wish in _wishes(spec))
    needed = {LOCAL_NETWORK} if local else set()
    needed |= {trait for wish in _wishes(spec) for trait in wish.get("traits") or ()}
    flavor = spec.flavor
    wishes = {
        CONFIG_DRIVE: spec.config_drive,
        EPHEMERAL: flavor.ephemeral_gb,
        SWAP: flavor.swap_mb,
        VOLUMES: spec.volumes,
    }
    return frozenset(needed | {trait for trait, wished in wishes.items() if wished})


def claimed_by(spec: RequestSpec, flavor: Flavor, *, local_root: bool = True) -> dict[str, int]:
    """What a server of this flavor claims with the ports it is wished with."""
    amounts = resources_of(flavor, local_root=local_root)
    for wish in _wishes(spec):
        for name, amount in (wish.get("resources") or {}).items():
            amounts[name] = amounts.get(name, 0) + int(amount)
    return amounts


def _wishes(spec: RequestSpec) -> list[dict[str, Any]]:
    return spec.networks if isinstance(spec.networks, list) else []


def _amount(key: str, text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise InvalidAsk(f"{key} must be a whole number, not {text!r}.")
    return int(text)


def _named(hint: Any) -> list[str]:
    """Servers named by a hint: one uuid or a list of them."""
    if not hint:
        return []
    return [hint] if isinstance(hint, str) else [str(item) for item in hint]
