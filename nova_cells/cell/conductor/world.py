# SPDX-License-Identifier: Apache-2.0
"""What the functions of operations may use besides their turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from nova_cells.cell.conductor.addressing import Addressing
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.conductor.placement import Placement
from nova_cells.clients.network.ports import PortService
from nova_cells.clients.volumes.attachments import AttachmentService
from nova_cells.journal.turn import Turn


def _nobody_listens() -> None:
    return None


def _nobody_steers(turn: Turn, held: str, change: Callable[[Turn], None]) -> None:
    return None


@dataclass(frozen=True)
class PortPolicy:
    """`patience`: microseconds that a guest waits for its ports to be plugged in, 0 for not at all;
    `fatal`: it must not go on without. `before_it_comes`: so does one that moves while it runs, for
    those that its destination plugs in first.
    """

    patience: int = 300_000_000
    fatal: bool = True
    before_it_comes: bool = True


@dataclass(frozen=True)
class World:
    """`max_attempts`: hosts on which a build is tried before the cell gives it back.
    `steer` changes the operation that holds the same instance, as `Journal.steer` says.

    `news` is called after a commit that has news for the feed beside the instance's own,
    `image_work` after one that left work with images. `shelved_offload_time` in seconds: how long
    a shelved server keeps its host; negative: for ever. `resizes_in_place`: a resize may stay on
    the host where the server is. `addressing` gives out addresses of the local network. `network`
    and `volumes`, None where there is no such service, are asked by works of service steps only;
    `ports` says how long a plugged port is waited for.
    """

    hosts: HostState
    placement: Placement
    max_attempts: int = 3
    steer: Callable[[Turn, str, Callable[[Turn], None]], None] = _nobody_steers
    news: Callable[[], None] = _nobody_listens
    image_work: Callable[[], None] = _nobody_listens
    shelved_offload_time: int = 0
    resizes_in_place: bool = True
    addressing: Addressing = field(default_factory=lambda: Addressing(None))
    network: PortService | None = None
    volumes: AttachmentService | None = None
    ports: PortPolicy = field(default_factory=PortPolicy)
