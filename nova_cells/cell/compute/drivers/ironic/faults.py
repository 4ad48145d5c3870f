# SPDX-License-Identifier: Apache-2.0
"""The bare metal service's faults as a driver tells them: what is for good, what may yet work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverRefused,
    HypervisorUnreachable,
    MachineUnknown,
)
from nova_cells.clients.baremetal import NodeLocked
from nova_cells.clients.service_faults import (
    Forbidden,
    Impossible,
    InUse,
    NotThere,
    OverQuota,
    ServiceFault,
)


class NodeGone(MachineUnknown):
    """The bare metal service knows the node no more."""


@contextmanager
def readable(doing: str) -> Iterator[None]:
    """`doing` completes "could not …"."""
    try:
        yield
    except NotThere as fault:
        raise NodeGone("The server's node is not known any more.", _details(fault)) from fault
    except NodeLocked as fault:
        raise DriverFailed(
            f"Could not {doing}: the node is being worked on.", _details(fault)
        ) from fault
    except Forbidden as fault:
        raise DriverFailed(f"Could not {doing}: it was not allowed.", _details(fault)) from fault
    except (InUse, Impossible, OverQuota) as fault:
        raise DriverRefused(
            f"Could not {doing}: the bare metal service refused it.", _details(fault)
        ) from fault
    except ServiceFault as fault:
        raise HypervisorUnreachable(
            f"Could not {doing}: the bare metal service does not answer.", _details(fault)
        ) from fault


def _details(fault: ServiceFault) -> str:
    return f"{fault.detail} (request {fault.request_id})" if fault.request_id else fault.detail
