# SPDX-License-Identifier: Apache-2.0
"""libvirt's errors in the words of the driver interface."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, OutOfSpace

_FOR_GOOD = frozenset(
    {
        libvirt.VIR_ERR_XML_ERROR,
        libvirt.VIR_ERR_XML_DETAIL,
        libvirt.VIR_ERR_XML_INVALID_SCHEMA,
        libvirt.VIR_ERR_CONFIG_UNSUPPORTED,
        libvirt.VIR_ERR_NO_SUPPORT,
        libvirt.VIR_ERR_ARGUMENT_UNSUPPORTED,
    }
)


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Says that `what` could not be done: for good, or this time."""
    try:
        yield
    except libvirt.libvirtError as error:
        details = f"{what}: {error}"
        if "No space left" in details:
            raise OutOfSpace("The host has no room left.", details) from error
        if error.get_error_code() in _FOR_GOOD:
            message = f"The hypervisor can't {what} as it was asked for."
            raise DriverRefused(message, details) from error
        raise DriverFailed(f"The hypervisor could not {what}.", details) from error


def is_gone(error: libvirt.libvirtError) -> bool:
    """The domain went away, or was off already, under our hands: often that is what was wanted."""
    return error.get_error_code() in (
        libvirt.VIR_ERR_NO_DOMAIN,
        libvirt.VIR_ERR_OPERATION_INVALID,
    )
