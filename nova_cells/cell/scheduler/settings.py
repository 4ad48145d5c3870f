# SPDX-License-Identifier: Apache-2.0
"""The scheduler's configuration, read once and checked: names nobody provides stop the start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from oslo_config import cfg

from nova_cells.cell.scheduler import plugins
from nova_cells.cell.scheduler.opts import OPTIONS

ALWAYS = ("ComputeFilter", "AvailabilityZoneFilter", "ResourceFilter", "TraitsFilter")
GROUP = "filter_scheduler"


def _default(name: str) -> list[str]:
    return next(list(option.default) for option in OPTIONS[GROUP] if option.name == name)


def with_always(names: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """`names` with the filters in front that stand for what a resource service would refuse."""
    return (*(name for name in ALWAYS if name not in names), *names)


@dataclass(frozen=True)
class Settings:
    """`multipliers`: weigher → multiplier, for those that differ from their declared default."""

    enabled_filters: tuple[str, ...] = field(default_factory=lambda: tuple(_filters_by_default()))
    multipliers: Mapping[str, float] = field(default_factory=dict)
    host_subset_size: int = 1
    max_io_ops_per_host: int = 8
    max_instances_per_host: int = 50
    image_properties_prefix: str = ""

    def __post_init__(self) -> None:
        plugins.load()
        unknown = [name for name in self.enabled_filters if name not in plugins.FILTERS]
        unknown += [name for name in self.multipliers if name not in plugins.WEIGHERS]
        if unknown:
            raise plugins.UnknownPlugin(f"No scheduler filter or weigher named {unknown[0]}.")

    @classmethod
    def from_conf(cls, conf: cfg.ConfigOpts) -> Settings:
        """From the [filter_scheduler] section of a configuration."""
        section = conf[GROUP]
        plugins.load()
        namespace = section.aggregate_image_properties_isolation_namespace
        separator = section.aggregate_image_properties_isolation_separator
        return cls(
            enabled_filters=with_always(section.enabled_filters),
            multipliers={
                name: section[weigher.option]
                for name, weigher in plugins.WEIGHERS.items()
                if weigher.option in section
            },
            host_subset_size=section.host_subset_size,
            max_io_ops_per_host=section.max_io_ops_per_host,
            max_instances_per_host=section.max_instances_per_host,
            image_properties_prefix=f"{namespace}{separator}" if namespace else "",
        )


def _filters_by_default() -> list[str]:
    return _default("enabled_filters")
