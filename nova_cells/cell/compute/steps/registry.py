# SPDX-License-Identifier: Apache-2.0
"""Host steps by name. A step is idempotent: after a crash it runs again from its beginning.

A step that leaves a machine where there was none says `makes`, one that takes it away `unmakes`:
by these words the ledger and reconciliation know which machines must not be on a host.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from nova_cells.cell.compute.drivers.interface import Driver, Progress
from nova_cells.clients.images import ImageStore
from nova_cells.clients.vendor_data import NoVendorData, VendorData
from nova_cells.objects import HostWork
from nova_cells.runtime import crash

if TYPE_CHECKING:
    from nova_cells.cell.compute.volumes import HostConnections

Facts = dict[str, Any]
_NONE = NoVendorData()


def _nobody_listens(_numbers: Facts) -> None:
    return None


@dataclass(frozen=True)
class Task:
    """What a step may use. `progress` raises `Cancelled` once the work is no longer wanted.

    `wishes`: the arguments of the newest asking for this work, which may have come while it runs.
    `tell`: have the cell know how far it is, in numbers by name. `images`: where images go.
    `vendor_data`: what the operator has guests told. `volumes`: those connected on this host; None
    where nothing connects any.
    """

    driver: Driver
    work: HostWork
    progress: Progress
    shutdown_timeout: float = 60.0
    wishes: Callable[[], Facts] = dict
    tell: Callable[[Facts], None] = _nobody_listens
    images: ImageStore | None = None
    vendor_data: VendorData = _NONE
    volumes: HostConnections | None = None

    @property
    def uuid(self) -> str:
        """The instance in hand."""
        return self.work.machine.uuid

    def call(self, name: str, *arguments: Any) -> Any:
        """Call a method of the driver; tests may crash the process before and after it."""
        crash.reach(f"driver:before:{name}")
        answer = getattr(self.driver, name)(*arguments)
        crash.reach(f"driver:after:{name}")
        return answer


@dataclass(frozen=True)
class HostStep:
    """One entry of the registry; `run` answers the facts it learned.

    `needs`: the capability without which a driver can't do it. `lasting`: it may take minutes, and
    other work must not wait for it. `connects`: its machine's volumes have to be on the host.
    `wished`: what the driver refuses of it is whoever asked to change, not a fault of the host.
    """

    name: str
    run: Callable[[Task], Facts]
    makes: bool = False
    unmakes: bool = False
    needs: type = Driver
    lasting: bool = False
    connects: bool = False
    wished: bool = False


STEPS: dict[str, HostStep] = {}


def host_step(
    name: str,
    *,
    makes: bool = False,
    unmakes: bool = False,
    needs: type = Driver,
    lasting: bool = False,
    connects: bool = False,
    wished: bool = False,
) -> Callable[[Callable[[Task], Facts]], Callable[[Task], Facts]]:
    """Declare a step under the name operations use."""

    def declare(function: Callable[[Task], Facts]) -> Callable[[Task], Facts]:
        STEPS[name] = HostStep(name, function, makes, unmakes, needs, lasting, connects, wished)
        return function

    return declare


def step_named(name: str) -> HostStep | None:
    """The step of that name; None where a newer conductor knows more than this agent."""
    if not STEPS:
        _import_all()
    return STEPS.get(name)


def _import_all() -> None:
    package = import_module("nova_cells.cell.compute.steps")
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
