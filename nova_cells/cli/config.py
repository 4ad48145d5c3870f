# SPDX-License-Identifier: Apache-2.0
"""All options of all components in one place, for every command and for the sample file."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from oslo_config import cfg

from nova_cells.runtime import config as runtime_config

SOURCES = (
    "nova_cells.cli.opts",
    "nova_cells.global_api.opts",
    "nova_cells.global_api.resources.quota_sets.opts",
    "nova_cells.cell.opts",
    "nova_cells.cell.conductor.console_opts",
    "nova_cells.cell.console.opts",
    "nova_cells.cell.metadata.opts",
    "nova_cells.cell.scheduler.opts",
    "nova_cells.cell.compute.opts",
    "nova_cells.cell.compute.images.opts",
    "nova_cells.cell.compute.volumes.opts",
    "nova_cells.cell.compute.drivers.libvirt.opts",
    "nova_cells.cell.compute.drivers.lxc.opts",
    "nova_cells.clients.identity.opts",
    "nova_cells.clients.baremetal.opts",
    "nova_cells.clients.images.opts",
    "nova_cells.clients.keys.opts",
    "nova_cells.clients.network.opts",
    "nova_cells.clients.vendor_data.opts",
    "nova_cells.clients.volumes.opts",
)
DEFAULT_FILES = ("/etc/nova-cells/nova-cells.conf",)


def present_defaults() -> list[str]:
    """The configuration files read when a command names none."""
    return [file for file in DEFAULT_FILES if Path(file).exists()]


def option_groups() -> dict[str, list[cfg.Opt]]:
    """Group → its options, gathered from the OPTIONS of each component."""
    groups: dict[str, list[cfg.Opt]] = {}
    for source in SOURCES:
        for group, options in import_module(source).OPTIONS.items():
            groups.setdefault(group, []).extend(options)
    return groups


def load(args: Sequence[str] = (), files: Sequence[str] | None = None) -> cfg.ConfigOpts:
    """A private configuration from `files` (later ones win) and command line `args`."""
    return runtime_config.new_config(option_groups(), list(args), list(files or ()))


def list_opts() -> list[tuple[str, list[cfg.Opt]]]:
    """What oslo-config-generator asks for."""
    return sorted(option_groups().items())


class ConfigurationIncomplete(Exception):
    """An option without which the role cannot run; the text names it."""


def require(conf: Any, *names: str) -> None:
    """Raise unless each "group.option" has a value."""
    for name in names:
        group, _, option = name.partition(".")
        if not getattr(getattr(conf, group), option):
            raise ConfigurationIncomplete(f"set [{group}] {option} in the configuration file")
