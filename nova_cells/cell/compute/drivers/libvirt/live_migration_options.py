# SPDX-License-Identifier: Apache-2.0
"""How libvirt is asked to carry a running guest: its flags and parameters, from the options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import libvirt

from nova_cells.cell.compute.drivers.libvirt.live_migration_journey import Patience

ALWAYS = libvirt.VIR_MIGRATE_LIVE | libvirt.VIR_MIGRATE_PEER2PEER | libvirt.VIR_MIGRATE_PERSIST_DEST


@dataclass(frozen=True)
class Road:
    """What is known of one way: `disks` are carried too, `same_base`: only what differs from it."""

    uri: str
    live_xml: str
    kept_xml: str
    disks: list[str]
    shared: bool
    same_base: bool

    def parameters(self, options: Any) -> dict[str, Any]:
        """For `migrateToURI3`."""
        given: dict[str, Any] = {
            libvirt.VIR_MIGRATE_PARAM_URI: self.uri,
            libvirt.VIR_MIGRATE_PARAM_DEST_XML: self.live_xml,
            libvirt.VIR_MIGRATE_PARAM_PERSIST_XML: self.kept_xml,
        }
        if self.disks and not self.shared:
            given[libvirt.VIR_MIGRATE_PARAM_MIGRATE_DISKS] = self.disks
        if options.live_migration_bandwidth:
            given[libvirt.VIR_MIGRATE_PARAM_BANDWIDTH] = options.live_migration_bandwidth
        return given

    def flags(self, options: Any) -> int:
        """Except after a switch to post-copy it is we who let the guest go on at its new place.

        libvirt would do so before it knows that the source has heard of it; a source that hears
        nothing lets its own go on.
        """
        chosen: int = ALWAYS
        if options.live_migration_permit_post_copy:
            chosen |= libvirt.VIR_MIGRATE_POSTCOPY
        else:
            chosen |= libvirt.VIR_MIGRATE_PAUSED
        if options.live_migration_permit_auto_converge:
            chosen |= libvirt.VIR_MIGRATE_AUTO_CONVERGE
        if options.live_migration_tls:
            chosen |= libvirt.VIR_MIGRATE_TLS
        return chosen | self._storage_flags()

    def _storage_flags(self) -> int:
        if self.shared or not self.disks:
            # That both have the disks was seen: libvirt knows only some kinds of shared storage.
            return libvirt.VIR_MIGRATE_UNSAFE
        if self.same_base:
            return libvirt.VIR_MIGRATE_NON_SHARED_INC
        return libvirt.VIR_MIGRATE_NON_SHARED_DISK


def patience(options: Any) -> Patience:
    """What the options say of one that takes long."""
    return Patience(
        seconds=options.live_migration_completion_timeout,
        force=options.live_migration_timeout_action == "force_complete",
        post_copy=options.live_migration_permit_post_copy,
    )
