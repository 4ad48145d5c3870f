# SPDX-License-Identifier: Apache-2.0
"""Cinder's NFS driver, which says what it can: a file may be open on several hosts.

Cinder loads it, in its own environment; nothing of ours does.
"""

from __future__ import annotations

from cinder.volume.drivers.nfs import NfsDriver


class SharedNfs(NfsDriver):
    """Its scheduler gives volumes for several servers only to a backend that tells so."""

    def _update_volume_stats(self) -> None:
        super()._update_volume_stats()
        self._stats["multiattach"] = True
