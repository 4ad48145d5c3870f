# SPDX-License-Identifier: Apache-2.0
"""The services beside this one, as this process asks them; and their faults in the API's codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nova_cells.clients import service_faults
from nova_cells.clients.network import NetworkService, NoNetwork
from nova_cells.clients.service_faults import ServiceFault
from nova_cells.clients.shares import NoShares, ShareService
from nova_cells.clients.volumes import NoVolumes, VolumeService
from nova_cells.global_api.faults import ApiFault, BadRequest, Conflict, Forbidden, NotFound


class OtherServiceAway(ApiFault):
    """What the request needs can't be had of another service now."""

    code = 503
    retry_after = 10


_FAULTS: dict[type[ServiceFault], type[ApiFault]] = {
    service_faults.NotThere: NotFound,
    service_faults.Forbidden: Forbidden,
    service_faults.OverQuota: Forbidden,
    service_faults.Impossible: BadRequest,
    service_faults.InUse: Conflict,
    service_faults.Unavailable: OtherServiceAway,
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
        kind = next(_FAULTS[base] for base in type(fault).__mro__ if base in _FAULTS)
        raise kind(fault.message) from fault
