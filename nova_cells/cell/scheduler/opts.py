# SPDX-License-Identifier: Apache-2.0
"""The scheduler's options, named as operators know them."""

from oslo_config import cfg

FILTER_OPTIONS: list[cfg.Opt] = [
    cfg.IntOpt(
        "host_subset_size",
        default=1,
        min=1,
        help="Choose at random among this many of the best hosts. Hosts of equal weight are "
        "always taken in random order.",
    ),
    cfg.ListOpt(
        "enabled_filters",
        default=[
            "ComputeFilter",
            "AvailabilityZoneFilter",
            "ResourceFilter",
            "TraitsFilter",
            "ComputeCapabilitiesFilter",
            "AggregateInstanceExtraSpecsFilter",
            "ImagePropertiesFilter",
            "ImageTypeFilter",
            "ServerGroupAntiAffinityFilter",
            "ServerGroupAffinityFilter",
            "SameHostFilter",
            "DifferentHostFilter",
        ],
        help="Filters in the order they are applied. The first four are always applied, named "
        "here or not.",
    ),
    cfg.IntOpt(
        "max_io_ops_per_host",
        default=8,
        min=0,
        help="IoOpsFilter: hosts with this many operations that load their disks are passed over. "
        "Aggregate metadata of the same name overrides it.",
    ),
    cfg.IntOpt(
        "max_instances_per_host",
        default=50,
        min=1,
        help="NumInstancesFilter: hosts with this many servers are passed over. Aggregate "
        "metadata of the same name overrides it.",
    ),
    cfg.StrOpt(
        "aggregate_image_properties_isolation_namespace",
        help="AggregateImagePropertiesIsolation: heed only aggregate metadata keys that begin "
        "with this text and the separator.",
    ),
    cfg.StrOpt(
        "aggregate_image_properties_isolation_separator",
        default=".",
        help="What stands between that namespace and the image property's name.",
    ),
]


def _multiplier(name: str, default: float, what: str) -> cfg.FloatOpt:
    return cfg.FloatOpt(
        name,
        default=default,
        help=f"{what} Negative turns the preference round, 0 switches it off. Aggregate metadata "
        "of the same name overrides it.",
    )


WEIGHT_OPTIONS: list[cfg.Opt] = [
    _multiplier("ram_weight_multiplier", 1.0, "RAMWeigher: prefer free memory."),
    _multiplier("cpu_weight_multiplier", 1.0, "CPUWeigher: prefer free VCPUs."),
    _multiplier("disk_weight_multiplier", 1.0, "DiskWeigher: prefer free disk."),
    _multiplier("io_ops_weight_multiplier", -1.0, "IoOpsWeigher: weigh busy disks."),
    _multiplier(
        "soft_affinity_weight_multiplier", 1.0, "ServerGroupSoftAffinityWeigher: keep together."
    ),
    _multiplier(
        "soft_anti_affinity_weight_multiplier",
        1.0,
        "ServerGroupSoftAntiAffinityWeigher: keep apart.",
    ),
    _multiplier(
        "build_failure_weight_multiplier",
        1000000.0,
        "BuildFailureWeigher: avoid hosts where builds failed lately.",
    ),
    _multiplier(
        "hypervisor_version_weight_multiplier",
        1.0,
        "HypervisorVersionWeigher: prefer newer hypervisors.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"filter_scheduler": FILTER_OPTIONS + WEIGHT_OPTIONS}
