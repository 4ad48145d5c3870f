# SPDX-License-Identifier: Apache-2.0
"""Every filter against a slow reference that looks at one host at a time."""

from __future__ import annotations

import unittest

from hypothesis import given
from hypothesis import settings as hypothesis_settings

from nova_cells.cell.scheduler import Ask, HostRow, Settings, plugins
from nova_cells.cell.scheduler.extra_specs import wanted
from tests.unit.cell.scheduler import worlds

SETTINGS = Settings(max_io_ops_per_host=4, max_instances_per_host=5)
CAPABILITIES = ("hypervisor_type", "hypervisor_version", "architecture")


def values(host: HostRow, key: str) -> set[str]:
    """All values of an aggregate metadata key over a host's aggregates."""
    return {
        part.strip() for each in host.aggregates if key in each for part in each[key].split(",")
    }


def capable(host: HostRow, ask: Ask) -> bool:
    for key, text in ask.extra_specs.items():
        if key.startswith("capabilities:"):
            key = key.split(":", 1)[1]
        elif key not in CAPABILITIES:
            continue
        if key == "architecture":
            have = list(host.kind.architectures)
        elif key in CAPABILITIES:
            have = [str(getattr(host.kind, key))]
        else:
            have = [value for name, value in host.kind.capabilities if name == key]
        if not any(wanted(text)(value) for value in have):
            return False
    return True


def extra_specs(host: HostRow, ask: Ask) -> bool:
    for key, text in ask.extra_specs.items():
        scope, _, name = key.rpartition(":")
        ours = scope == "aggregate_instance_extra_specs" or (not scope and key not in CAPABILITIES)
        if ours and not any(wanted(text)(value) for value in values(host, name)):
            return False
    return True


def image(host: HostRow, ask: Ask) -> bool:
    properties, kind = ask.image_properties, host.kind.hypervisor_type
    architecture = properties.get("hw_architecture", "").replace("amd64", "x86_64")
    offers = {"QEMU": ("kvm", "qemu"), "LXC": ("lxc",), "fake": ("fake",)}[kind]
    modes = {"QEMU": "hvm", "LXC": "exe"}
    return (
        (not architecture or architecture in host.kind.architectures)
        and properties.get("img_hv_type", offers[0]) in offers
        and (kind not in modes or properties.get("hw_vm_mode", modes[kind]) == modes[kind])
    )


def limit(host: HostRow, key: str, default: int) -> float:
    numbers = [float(text) for text in values(host, key) if text.isdigit()]
    return min(numbers, default=default)


def lacks(host: HostRow, ask: Ask) -> dict[str, int]:
    """A server that is there already has all but the disk, which is wanted once more."""
    wanted = dict(ask.resources)
    if host.name == ask.held_host:
        for name in set(wanted) - {"DISK_GB"}:
            wanted[name] -= min(wanted[name], ask.held.get(name, 0))
    return wanted


REFERENCES = {
    "AllHostsFilter": lambda host, ask: True,
    "ComputeFilter": lambda host, ask: host.enabled and host.up,
    "AvailabilityZoneFilter": lambda host, ask: ask.zone in (None, host.zone),
    "ResourceFilter": lambda host, ask: all(
        host.used.get(name, 0) + amount <= host.capacity.get(name, 0)
        for name, amount in lacks(host, ask).items()
    ),
    "TraitsFilter": lambda host, ask: (
        ask.required_traits <= host.traits and not ask.forbidden_traits & host.traits
    ),
    "ComputeCapabilitiesFilter": capable,
    "AggregateInstanceExtraSpecsFilter": extra_specs,
    "ImagePropertiesFilter": image,
    "ImageTypeFilter": lambda host, ask: (
        ask.image_type is None
        or ask.image_type in host.traits
        or not any(trait.startswith("COMPUTE_IMAGE_TYPE_") for trait in host.traits)
    ),
    "ServerGroupAntiAffinityFilter": lambda host, ask: (
        ask.group_policy != "anti-affinity" or ask.group_hosts.get(host.name, 0) < ask.group_limit
    ),
    "ServerGroupAffinityFilter": lambda host, ask: (
        ask.group_policy != "affinity"
        or not sum(ask.group_hosts.values())
        or ask.group_hosts.get(host.name, 0) > 0
    ),
    "SameHostFilter": lambda host, ask: ask.same_hosts is None or host.name in ask.same_hosts,
    "DifferentHostFilter": lambda host, ask: host.name not in ask.different_hosts,
    "AggregateImagePropertiesIsolation": lambda host, ask: all(
        not values(host, key) or text in values(host, key)
        for key, text in ask.image_properties.items()
    ),
    "AggregateMultiTenancyIsolation": lambda host, ask: (
        not (kept := values(host, "filter_tenant_id") | values(host, "filter_tenant_id2"))
        or ask.project_id in kept
    ),
    "AggregateTypeAffinityFilter": lambda host, ask: (
        not values(host, "instance_type") or ask.flavor_name in values(host, "instance_type")
    ),
    "IoOpsFilter": lambda host, ask: host.io_ops < limit(host, "max_io_ops_per_host", 4),
    "NumInstancesFilter": lambda host, ask: (
        host.num_instances < limit(host, "max_instances_per_host", 5)
    ),
}


class FilterTest(unittest.TestCase):
    def test_every_filter_has_a_reference(self):
        ours = {
            name
            for name, function in plugins.FILTERS.items()
            if function.__module__.startswith("nova_cells.")
        }
        self.assertEqual(ours, set(REFERENCES))

    @hypothesis_settings(max_examples=100, deadline=None)
    @given(worlds.worlds(), worlds.asks)
    def test_filters_say_what_their_references_say(self, world, ask):
        table, model = world
        for name, reference in REFERENCES.items():
            mask = plugins.FILTERS[name](table, ask, SETTINGS)
            for host in model.values():
                said = mask is None or bool(mask[table.row(host.name)])
                self.assertEqual(bool(reference(host, ask)), said, (name, host.name))
