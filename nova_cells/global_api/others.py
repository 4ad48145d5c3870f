# SPDX-License-Identifier: Apache-2.0
"""The services beside this one, as this process asks them; and their faults in the API's codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nova_cells.clients.network import NetworkService, NoNetwork
from nova_cells.clients.service_faults import Impossible, InUse, NotThere, ServiceFault
from nova_cells.clients.shares import NoShares, ShareService
from nova_cells.clients.volumes import NoVolumes, VolumeService
from nova_cells.global_api.faults import ApiFault, BadRequest, Conflict, NotFound

_FAULTS: dict[type[ServiceFault], type[ApiFault]] = {
    NotThere: NotFound,
    Impossible: BadRequest,
    InUse: Conflict,
}


@dataclass(frozen=True)
class OtherServices:
    """One of each; those that a deployment does not have are played by their null twins."""

    network: NetworkService = field(default_factory=NoNetwork)
    volumes: VolumeService = field(default_factory=NoVolumes)
    shares: ShareService = field(default_factory=NoShares)


@contextmanager
def told() -> Iterator[None]:
    """Raise what another service says as the fault its caller is told."""
    try:
        yield
    except ServiceFault as fault:
        raise _FAULTS[type(fault)](fault.message) from fault
