# SPDX-License-Identifier: Apache-2.0
"""Only hosts that can run what the image says it is made for.

A hypervisor type we know no modes of is not judged by mode.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from oslo_utils.versionutils import VersionPredicate

from nova_cells.cell.scheduler.ask import Ask
from nova_cells.cell.scheduler.host_row import HostKind
from nova_cells.cell.scheduler.host_table import HostTable
from nova_cells.cell.scheduler.plugins import host_filter
from nova_cells.cell.scheduler.settings import Settings

ARCHITECTURES = {"amd64": "x86_64", "x64": "x86_64", "arm64": "aarch64", "i386": "i686"}
ALIASES = {"qemu": {"qemu", "kvm"}, "kvm": {"qemu", "kvm"}}
MODES = {"qemu": {"hvm"}, "kvm": {"hvm"}, "lxc": {"exe"}, "xen": {"hvm", "xen"}}
MODE_NAMES = {"pv": "xen", "hv": "hvm", "baremetal": "hvm"}


@host_filter("ImagePropertiesFilter")
def can_run_image(table: HostTable, ask: Ask, settings: Settings) -> np.ndarray | None:
    """Architecture, hypervisor type, its version and the guest mode fit."""
    image = ask.image_properties
    architecture = _first(image, "hw_architecture", "architecture")
    hypervisor = _first(image, "img_hv_type", "hypervisor_type")
    version = _first(image, "img_hv_requested_version", "hypervisor_version_requires")
    mode = _first(image, "hw_vm_mode", "vm_mode")
    if not any((architecture, hypervisor, version, mode)):
        return None

    def fits(kind: HostKind) -> bool:
        own = kind.hypervisor_type.lower()
        return (
            (not architecture or canonical(architecture) in map(canonical, kind.architectures))
            and (not hypervisor or hypervisor.lower() in ALIASES.get(own, {own}))
            and (not version or satisfies(kind.hypervisor_version, version))
            and (not mode or own not in MODES or mode_name(mode) in MODES[own])
        )

    return table.kinds.judged(fits, bool)[table.kind]


def canonical(architecture: str) -> str:
    """One name for each architecture."""
    return ARCHITECTURES.get(architecture.lower(), architecture.lower())


def mode_name(mode: str) -> str:
    """One name for each guest mode."""
    return MODE_NAMES.get(mode.lower(), mode.lower())


def satisfies(version: int, predicate: str) -> bool:
    """Whether a version number (6002000 is 6.2.0) satisfies a text such as ">=6.0, <7"."""
    text = f"{version // 1000000}.{version // 1000 % 1000}.{version % 1000}"
    try:
        return bool(VersionPredicate(predicate).satisfied_by(text))
    except ValueError:
        return False


def _first(image: Mapping[str, str], *names: str) -> str:
    return next((image[name] for name in names if image.get(name)), "")
