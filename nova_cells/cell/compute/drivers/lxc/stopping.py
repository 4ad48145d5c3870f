# SPDX-License-Identifier: Apache-2.0
"""Asks a container to end: its init is told so, in the ways that inits understand.

libvirt does not tell whether a container has the pipe of the first way, so both are tried; an init
that heard the first takes the second for the same wish.
"""

from __future__ import annotations

import libvirt

from nova_cells.cell.compute.drivers.libvirt.faults import is_gone

_WAYS = (libvirt.VIR_DOMAIN_SHUTDOWN_INITCTL, libvirt.VIR_DOMAIN_SHUTDOWN_SIGNAL)
_NO_PIPE = frozenset({libvirt.VIR_ERR_OPERATION_UNSUPPORTED, libvirt.VIR_ERR_INTERNAL_ERROR})


def ask(domain: libvirt.virDomain) -> None:
    """Through init's pipe, then by SIGTERM."""
    for way in _WAYS:
        try:
            domain.shutdownFlags(way)
        except libvirt.libvirtError as error:
            if is_gone(error):
                return
            if way != libvirt.VIR_DOMAIN_SHUTDOWN_INITCTL or not _has_no_pipe(error):
                raise


def _has_no_pipe(error: libvirt.libvirtError) -> bool:
    return error.get_error_code() in _NO_PIPE
