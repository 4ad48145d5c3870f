# SPDX-License-Identifier: Apache-2.0
"""What the global side asks of a cell. Served by any conductor of the cell."""

from __future__ import annotations

from typing import Any

from nova_cells.contracts.interface import interface, method
from nova_cells.objects import (
    ActionRecord,
    BuildReply,
    CancelReply,
    CellFacts,
    Console,
    ConsoleGrant,
    Diagnostics,
    HostRecord,
    ImageFacts,
    Instance,
    Machine,
    Migration,
    Passage,
    PolicyBundle,
    RequestSpec,
)


@interface(name="cell", topic="nova-cells-conductor", version="1.0")
class Cell:
    """Every call carries the epoch its sender believes in; one lower than the cell's is refused."""

    @method(deadline=20.0)
    def build(self, requests: list[RequestSpec]) -> list[BuildReply]:  # type: ignore[empty-body]
        """Claim a host for each wish and take charge of it. Idempotent by (uuid, epoch)."""

    @method(deadline=60.0)
    def build_many(  # type: ignore[empty-body]
        self, request: RequestSpec, servers: list[dict[str, Any]], least: int
    ) -> list[BuildReply]:
        """The same for many servers of one request, placed in one pass and told once.

        `servers`: of each the fields in which it differs from `request` (uuid, name, hostname,
        launch_index, epoch). With places for fewer than `least` of them none is taken.
        """

    @method(deadline=10.0)
    def cancel(self, uuid: str, epoch: int, key: str) -> CancelReply:  # type: ignore[empty-body]
        """Make sure this wish is never built here: a tombstone if it is absent, else a delete."""

    @method(deadline=10.0)
    def act(  # type: ignore[empty-body]
        self, uuid: str, epoch: int, kind: str, key: str, arguments: dict[str, Any]
    ) -> Instance:
        """Begin an operation of `kind`; `key` is its id. Answers the head once it is committed.

        Refuses with CONFLICT when the state forbids it; of the details vm_state, task_state and
        locked, `obstacle` names the one that stands in the way.
        """

    @method(deadline=10.0)
    def amend(  # type: ignore[empty-body]
        self, uuid: str, epoch: int, key: str, changes: dict[str, Any]
    ) -> Instance:
        """Set descriptive fields at once: name, hostname, description, metadata, tags, lock, …

        `changes` may also edit what is there: see `nova_cells.objects.amendment`.
        """

    @method(deadline=5.0)
    def wish(self, uuid: str) -> RequestSpec:  # type: ignore[empty-body]
        """What an instance was wished as, so that another cell can have it."""

    @method(deadline=10.0)
    def send_away(  # type: ignore[empty-body]
        self, uuid: str, epoch: int, key: str, arguments: dict[str, Any]
    ) -> Passage:
        """Hold an instance that is to go to another cell; `key` is the id of the operation.

        `arguments`: {"epoch"}, the one it is to have there.
        """

    @method(deadline=20.0)
    def receive(  # type: ignore[empty-body]
        self, instance: Instance, spec: RequestSpec, key: str, arguments: dict[str, Any]
    ) -> Passage:
        """Make room for an instance of another cell, under the epoch it has in `instance`.

        `arguments`: {"host"?, "anew"?}. Refuses with NO_VALID_HOST, and with TOMBSTONED what was
        called off. `anew`: its own cell is lost, so it is made from its image and not awaited.
        """

    @method(deadline=5.0)
    def passage(self, uuid: str, key: str) -> Passage:  # type: ignore[empty-body]
        """Where the half of a move that this key names stands in this cell."""

    @method(deadline=10.0)
    def tell(  # type: ignore[empty-body]
        self, uuid: str, epoch: int, key: str, word: str, said: str
    ) -> Passage:
        """A word for such a half: see `nova_cells.cell.conductor.crossing`.

        "called_off" holds for one that has not begun yet too.
        """

    @method(deadline=10.0)
    def history(self, uuid: str) -> list[dict[str, Any]]:  # type: ignore[empty-body]
        """What was done to an instance and is over, for the cell that it went to."""

    @method(deadline=10.0)
    def remember(self, uuid: str, history: list[dict[str, Any]]) -> int:  # type: ignore[empty-body]
        """What `history` of the cell that it came from has told; answers how much was new."""

    @method(deadline=20.0)
    def readmit(self, rows: list[dict[str, Any]]) -> list[str]:  # type: ignore[empty-body]
        """What differs from what is known of the cell, which is believed again; who has to wait.

        Each {"uuid", "known", "epoch", "ours"}: under the epoch `known` it has it here; `ours` is
        raised to `epoch`, any other is let go of, with what its hosts have of it.
        """

    @method(deadline=5.0)
    def show(self, uuid: str) -> Instance:  # type: ignore[empty-body]
        """The instance as it is now."""

    @method(deadline=10.0)
    def heads(self, after: str, limit: int) -> list[Instance]:  # type: ignore[empty-body]
        """Instances with a uuid greater than `after`, in that order: for rebuilding an index."""

    @method(deadline=10.0)
    def migrations(self, after: str, limit: int) -> list[Migration]:  # type: ignore[empty-body]
        """Migrations with a uuid greater than `after`, in that order: for rebuilding an index."""

    @method(deadline=20.0)
    def sums(self) -> dict[str, list[Any]]:  # type: ignore[empty-body]
        """Project → [number, sum] of what lives here: see `nova_cells.objects.sums`."""

    @method(deadline=20.0)
    def standings(  # type: ignore[empty-body]
        self, project_id: str, after: str, limit: int
    ) -> list[list[Any]]:
        """[uuid, epoch, revision] of a project's living instances, those after a uuid."""

    @method(deadline=5.0)
    def mark(self, least: int, mark: int) -> int:  # type: ignore[empty-body]
        """Write a number down for good; answers the one that was written down before.

        With one lower than `least` nothing is written: this database was put back from a backup.
        """

    @method(deadline=3.0)
    def in_flight(  # type: ignore[empty-body]
        self, after: str, limit: int, late: bool
    ) -> list[dict[str, Any]]:
        """Open operations with an id greater than `after`, in that order.

        `late`: those only that are past half the time they have.
        """

    @method(deadline=3.0)
    def operation(self, key: str) -> dict[str, Any]:  # type: ignore[empty-body]
        """One operation with its steps, for administrators; refuses with ACTION_NOT_FOUND."""

    @method(deadline=3.0)
    def why(self, uuid: str) -> dict[str, Any]:  # type: ignore[empty-body]
        """How an instance got its host: {"host", "trail", "decided_at"}; all empty if not kept."""

    @method(deadline=3.0)
    def explain(self, request: RequestSpec) -> dict[str, Any]:  # type: ignore[empty-body]
        """What the scheduler would say to this wish now; nothing is claimed.

        {"hosts", "left", "trail": [[filter, hosts left]], "message"}
        """

    @method(deadline=5.0)
    def actions(self, uuid: str) -> list[ActionRecord]:  # type: ignore[empty-body]
        """The instance's actions, newest first, without events."""

    @method(deadline=5.0)
    def action(self, uuid: str, request_id: str) -> ActionRecord:  # type: ignore[empty-body]
        """One action with its events."""

    @method(deadline=15.0)
    def console_output(self, uuid: str, lines: int) -> str:  # type: ignore[empty-body]
        """The last `lines` lines of the serial console; -1 means all that is kept."""

    @method(deadline=15.0)
    def console(self, uuid: str, kind: str) -> Console:  # type: ignore[empty-body]
        """A URL with a new token for a console of this public type ("novnc", "serial" …)."""

    @method(deadline=5.0)
    def console_grant(self, digest: str) -> ConsoleGrant:  # type: ignore[empty-body]
        """What the token of this digest is good for now: asked by proxies and for administrators.

        Refuses with NO_SUCH_TOKEN: unknown, out of date, or its server is not there any more.
        """

    @method(deadline=15.0)
    def diagnostics(self, uuid: str) -> Diagnostics:  # type: ignore[empty-body]
        """What the guest uses now."""

    @method(deadline=5.0)
    def guest(self, uuid: str) -> Machine:  # type: ignore[empty-body]
        """What a guest may read of itself: asked by metadata services."""

    @method(deadline=10.0)
    def take_password(self, uuid: str, password: str) -> bool:  # type: ignore[empty-body]
        """Keep the password a guest has encrypted for its owner; False if one is kept already."""

    @method(deadline=5.0)
    def allows(  # type: ignore[empty-body]
        self, uuid: str, kind: str, arguments: dict[str, Any]
    ) -> Instance:
        """Whether `act` would begin this now, without doing it; refuses as `act` does."""

    @method(deadline=10.0)
    def cache_images(  # type: ignore[empty-body]
        self, hosts: list[str], images: list[ImageFacts]
    ) -> list[str]:
        """Have hosts fetch images before a guest needs them; answers those that are able to.

        What is answered is written down: it is done, tried again, or given up within a day.
        """

    @method(deadline=10.0)
    def external_events(self, events: list[dict[str, Any]]) -> list[int]:  # type: ignore[empty-body]
        """What other services tell of servers here; answers a code for each, as the API shows it.

        An event is {"name", "server_uuid", "status", "tag"?}. What is answered with 200 is written
        down: who waits for it goes on, and what it asks for is begun.
        """

    @method(deadline=5.0)
    def facts(self) -> CellFacts:  # type: ignore[empty-body]
        """The full set, for a process that has just started."""

    @method(deadline=10.0)
    def hosts(self) -> list[HostRecord]:  # type: ignore[empty-body]
        """All hosts, for rebuilding the host table."""

    @method(deadline=10.0)
    def put_bundle(self, bundle: PolicyBundle) -> int:  # type: ignore[empty-body]
        """Take a policy bundle if it is newer; answers the generation now in force."""

    @method(deadline=10.0)
    def update_host(self, name: str, changes: dict[str, Any]) -> HostRecord:  # type: ignore[empty-body]
        """Set enabled, disabled_reason or forced_down."""

    @method(deadline=15.0)
    def send_host(self, name: str, transport: str) -> HostRecord:  # type: ignore[empty-body]
        """Have a disabled, empty host register with the cell whose bus `transport` refers to.

        It is forgotten here when its agent knows; refused with HOST_IN_USE as `delete_host` is.
        """

    @method(deadline=15.0)
    def keep_host(self, name: str) -> bool:  # type: ignore[empty-body]
        """Take `send_host` back; answers whether the host is here."""

    @method(deadline=10.0)
    def delete_host(self, name: str) -> HostRecord:  # type: ignore[empty-body]
        """Forget a host; refused with HOST_IN_USE while instances or operations are on it."""
