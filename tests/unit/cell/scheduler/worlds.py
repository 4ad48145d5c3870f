# SPDX-License-Identifier: Apache-2.0
"""Random hosts, asks and tables for the scheduler's property tests.

The vocabulary is small on purpose: chance must often make a host and an ask agree.
"""

from __future__ import annotations

from hypothesis import strategies as st

from nova_cells.cell.scheduler import Ask, HostKind, HostRow, HostTable

NAMES = [f"host{number}" for number in range(6)]
IMAGE_TYPES = ["COMPUTE_IMAGE_TYPE_QCOW2", "COMPUTE_IMAGE_TYPE_TREE"]
TRAITS = [*(f"CUSTOM_T{number}" for number in range(5)), *IMAGE_TYPES]
ZONES = ["nova", "north", "south"]
RESOURCES = ["VCPU", "MEMORY_MB", "DISK_GB", "CUSTOM_GPU"]
EXTRA_KEYS = [
    "ssd",
    "gpu",
    "aggregate_instance_extra_specs:ssd",
    "capabilities:hypervisor_type",
    "capabilities:hypervisor_version",
    "capabilities:cpu_info:vendor",
    "hypervisor_version",
    "architecture",
    "hw:cpu_policy",
]
EXTRA_VALUES = ["true", "false", "s== true", ">= 2", "<or> true <or> QEMU", "QEMU", "Intel", ""]
AGGREGATE_KEYS = [
    "ssd",
    "gpu",
    "filter_tenant_id",
    "filter_tenant_id2",
    "instance_type",
    "max_io_ops_per_host",
    "max_instances_per_host",
    "ram_weight_multiplier",
    "os_distro",
]
AGGREGATE_VALUES = ["true", "false", "p1", "p1, p2", "m1.tiny", "2", "3", "linux,bsd"]
IMAGE_KEYS = ["hw_architecture", "img_hv_type", "hw_vm_mode", "os_distro"]
IMAGE_VALUES = ["x86_64", "amd64", "aarch64", "kvm", "lxc", "hvm", "exe", "linux", "windows"]

amount = st.integers(0, 8)
subset = lambda values: st.frozensets(st.sampled_from(values), max_size=3)  # noqa: E731
texts = lambda keys, values: st.dictionaries(  # noqa: E731
    st.sampled_from(keys), st.sampled_from(values), max_size=3
)

kinds = st.builds(
    HostKind.of,
    st.sampled_from(["QEMU", "LXC", "fake"]),
    st.sampled_from([1, 2, 6002000]),
    st.lists(st.sampled_from(["x86_64", "aarch64"]), min_size=1, unique=True),
    st.fixed_dictionaries({"vendor": st.sampled_from(["Intel", "AMD"])}),
)


def hosts(name: st.SearchStrategy[str]) -> st.SearchStrategy[HostRow]:
    return st.builds(
        HostRow,
        name=name,
        node=st.sampled_from(["node1", "node2"]),
        zone=st.sampled_from(ZONES),
        enabled=st.booleans(),
        up=st.booleans(),
        capacity=st.dictionaries(st.sampled_from(RESOURCES), amount),
        used=st.dictionaries(st.sampled_from(RESOURCES), amount),
        num_instances=amount,
        io_ops=amount,
        failed_builds=amount,
        traits=subset(TRAITS),
        aggregates=st.lists(texts(AGGREGATE_KEYS, AGGREGATE_VALUES), max_size=2).map(tuple),
        kind=kinds,
        shape_generation=st.integers(0, 9),
    )


asks = st.builds(
    Ask,
    project_id=st.sampled_from(["p1", "p2", "p3"]),
    resources=st.dictionaries(st.sampled_from(RESOURCES), st.integers(1, 6)),
    required_traits=subset([*TRAITS, "CUSTOM_NOBODY"]),
    forbidden_traits=subset([*TRAITS, "CUSTOM_NOBODY"]),
    zone=st.none() | st.sampled_from([*ZONES, "nowhere"]),
    flavor_name=st.sampled_from(["m1.tiny", "m1.huge"]),
    extra_specs=texts(EXTRA_KEYS, EXTRA_VALUES),
    image_properties=texts(IMAGE_KEYS, IMAGE_VALUES),
    image_type=st.sampled_from([None, *IMAGE_TYPES, "COMPUTE_IMAGE_TYPE_ISO"]),
    same_hosts=st.none() | subset([*NAMES, "gone"]),
    different_hosts=subset([*NAMES, "gone"]),
    group=st.just("group"),
    group_policy=st.sampled_from(
        [None, "affinity", "anti-affinity", "soft-affinity", "soft-anti-affinity"]
    ),
    group_limit=st.integers(1, 2),
    group_hosts=st.dictionaries(st.sampled_from([*NAMES, "gone"]), st.integers(0, 3)),
    excluded_hosts=st.frozensets(st.sampled_from(NAMES), max_size=1),
    held_host=st.none() | st.sampled_from(NAMES),
    held=st.dictionaries(st.sampled_from(RESOURCES), st.integers(0, 6)),
)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[HostTable, dict[str, HostRow]]:
    """A table with a history (hosts came, changed and left) and what is in it."""
    table, model = HostTable(room=2), {}
    for host in draw(st.lists(hosts(st.sampled_from(NAMES)), min_size=1, max_size=12)):
        if host.name in model and draw(st.booleans()):
            table.remove(host.name)
            del model[host.name]
        else:
            table.upsert(host)
            model[host.name] = host
    return table, model
